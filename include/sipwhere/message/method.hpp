// SPDX-License-Identifier: BSL-1.0
#pragma once

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

} // namespace detail

/// Returns: the method of this name, `unknown` if there is none; case matters.
/// Spec:    RFC 3261 §7.1.
[[nodiscard]] constexpr auto parse_method(std::string_view text) noexcept -> method {
    for (std::size_t i = 0; i < detail::method_texts.size(); ++i)
        if (detail::method_texts[i] == text) return static_cast<method>(i);
    return method::unknown;
}

/// Returns: the name on the wire; empty for `unknown`.
[[nodiscard]] constexpr auto text_of(method what) noexcept -> std::string_view {
    const auto index = static_cast<std::size_t>(what);
    return index < detail::method_texts.size() ? detail::method_texts[index] : std::string_view{};
}

} // namespace sipwhere
