// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace sipwhere {

/// Returns: a number whose bytes lie in memory with the lowest first, as this machine has it, or the other way round.
template <std::unsigned_integral T>
[[nodiscard]] constexpr auto little_endian(T value) noexcept -> T {
    if constexpr (std::endian::native == std::endian::little || sizeof(T) == 1) return value;
    T swapped = 0;
    for (std::size_t i = 0; i < sizeof value; ++i)
        swapped =
            static_cast<T>(swapped | T{static_cast<std::uint8_t>(value >> (8 * i))} << (8 * (sizeof value - 1 - i)));
    return swapped;
}

/// Reads a number whose lowest byte comes first, from bytes that may lie anywhere.
template <std::unsigned_integral T>
[[nodiscard]] constexpr auto load_little_endian(const char* from) noexcept -> T {
    T value = 0;
    if (!std::is_constant_evaluated()) {
        std::memcpy(&value, from, sizeof value);
        return little_endian(value);
    }
    for (std::size_t i = 0; i < sizeof value; ++i)
        value = static_cast<T>(value | T{static_cast<std::uint8_t>(from[i])} << (8 * i));
    return value;
}

/// Writes a number with its lowest byte first, to bytes that may lie anywhere.
template <std::unsigned_integral T>
void store_little_endian(char* to, T value) noexcept {
    value = little_endian(value);
    std::memcpy(to, &value, sizeof value);
}

} // namespace sipwhere
