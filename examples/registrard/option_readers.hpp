// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <string_view>
#include <system_error>
#include <utility>

namespace registrard {

/// Returns: whether the whole text is a number that fits.
template <typename Number>
auto read_number(std::string_view text, Number& into) -> bool {
    const auto end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, into);
    return stopped == end && failed == std::errc{};
}

/// What words on the command line stand for.
template <typename Value>
using words = std::initializer_list<std::pair<std::string_view, Value>>;

/// Returns: whether the text is one of the words; then `into` is what it stands for.
template <typename Value>
auto read_word(std::string_view text, words<Value> known, Value& into) -> bool {
    const auto found = std::ranges::find(known, text, &std::pair<std::string_view, Value>::first);
    if (found == known.end()) return false;
    into = found->second;
    return true;
}

} // namespace registrard
