// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/detail/word.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
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

inline constexpr std::array<std::string_view, 14> method_texts{
    "INVITE",  "ACK",    "BYE",   "CANCEL",  "OPTIONS", "REGISTER",  "INFO",
    "MESSAGE", "NOTIFY", "PRACK", "PUBLISH", "REFER",   "SUBSCRIBE", "UPDATE",
};
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

} // namespace detail

/// Returns: the method of this name, `unknown` if there is none; case matters.
/// Spec:    RFC 3261 §7.1.
[[nodiscard]] constexpr auto parse_method(std::string_view text) noexcept -> method {
    if (text.empty()) return method::unknown;
    const auto found = detail::method_slots[detail::method_slot(text)];
    if (found == method::unknown) return found;
    const auto name = detail::method_texts[static_cast<std::size_t>(found)];
    const bool is_it = name.size() == text.size() && detail::same_bytes(name.data(), text.data(), text.size());
    return is_it ? found : method::unknown;
}

static_assert(
    [] {
        for (std::size_t i = 0; i < detail::method_texts.size(); ++i)
            if (parse_method(detail::method_texts[i]) != static_cast<method>(i)) return false;
        return true;
    }(),
    "a new method needs another factor in method_slot");

/// Returns: the name on the wire; empty for `unknown`.
[[nodiscard]] constexpr auto text_of(method what) noexcept -> std::string_view {
    const auto index = static_cast<std::size_t>(what);
    return index < detail::method_texts.size() ? detail::method_texts[index] : std::string_view{};
}

} // namespace sipwhere
