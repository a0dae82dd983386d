// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace net {

using bytes_view = std::span<const std::uint8_t>;

/// Returns: the number at the begin of bytes in network order.
[[nodiscard]] constexpr auto read_16(bytes_view from) noexcept -> std::uint16_t {
    return static_cast<std::uint16_t>(from[0] << 8U | from[1]);
}

constexpr void write_16(std::span<std::uint8_t> to, std::size_t number) noexcept {
    to[0] = static_cast<std::uint8_t>(number >> 8U);
    to[1] = static_cast<std::uint8_t>(number);
}

/// The sum that the checksums of IPv4 and UDP are made of. All parts but the last have an even size.
/// Spec: RFC 1071.
class internet_checksum {
public:
    constexpr auto add(bytes_view part) noexcept -> internet_checksum& {
        for (; part.size() > 1; part = part.subspan(2)) sum_ += read_16(part);
        if (!part.empty()) sum_ += static_cast<std::uint32_t>(part[0]) << 8U;
        return *this;
    }
    constexpr auto add(std::size_t number) noexcept -> internet_checksum& {
        sum_ += static_cast<std::uint32_t>(number);
        return *this;
    }

    /// Returns: what makes the sum of all parts and itself ones; 0 if it is among them already.
    [[nodiscard]] constexpr auto finish() const noexcept -> std::uint16_t {
        auto folded = (sum_ >> 16U) + (sum_ & 0xffffU);
        folded += folded >> 16U;
        return static_cast<std::uint16_t>(~folded);
    }

private:
    std::uint32_t sum_ = 0;
};

} // namespace net
