// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/joined_texts.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace sipwhere {

/// The methods of RFC 3261 and its extensions; all others are `unknown`.
enum class method : std::uint8_t {
    invite,
    ack,
    bye,
    cancel,
    options,
    register_,
    info,
    message,
    notify,
    prack,
    publish,
    refer,
    subscribe,
    update,
    unknown,
};

namespace detail {

inline constexpr std::array<std::string_view, 14> method_list{
    "INVITE",  "ACK",    "BYE",   "CANCEL",  "OPTIONS", "REGISTER",  "INFO",
    "MESSAGE", "NOTIFY", "PRACK", "PUBLISH", "REFER",   "SUBSCRIBE", "UPDATE",
};
inline constexpr joined_texts<method_list.size(), joined_size(method_list)> method_texts{method_list};
static_assert(method_texts.size() == static_cast<std::size_t>(method::unknown));

/// A place for each name that no two share, made of its length and its first letter.
[[nodiscard]] constexpr auto method_slot(std::string_view name) noexcept -> std::size_t {
    return (name.size() * 11 + static_cast<unsigned char>(name.front())) % 32;
}

inline constexpr auto method_slots = [] {
    std::array<method, 32> slots{};
    slots.fill(method::unknown);
    for (std::size_t i = 0; i < method_texts.size(); ++i) slots[method_slot(method_texts[i])] = static_cast<method>(i);
    return slots;
}();
static_assert(std::count(method_slots.begin(), method_slots.end(), method::unknown) ==
                  std::ssize(method_slots) - std::ssize(method_texts),
              "a new method needs another factor in method_slot");

} // namespace detail

/// Returns: the method of this name, `unknown` if there is none; case matters.
/// Spec:    RFC 3261 §7.1.
[[nodiscard]] constexpr auto parse_method(std::string_view text) noexcept -> method {
    if (text.empty()) return method::unknown;
    const auto found = detail::method_slots[detail::method_slot(text)];
    if (found == method::unknown) return found;
    return detail::same_text(detail::method_texts[static_cast<std::size_t>(found)], text) ? found : method::unknown;
}

/// Returns: the name on the wire; empty for `unknown`.
[[nodiscard]] constexpr auto text_of(method of) noexcept -> std::string_view {
    const auto index = static_cast<std::size_t>(of);
    return index < detail::method_texts.size() ? detail::method_texts[index] : std::string_view{};
}

} // namespace sipwhere
