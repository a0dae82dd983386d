// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/endpoint.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace sipwhere::detail {

/// Addresses, to be asked whether one is among them. Uses the heap.
///
/// Cost: a binary search, for IPv4 in numbers.
class address_set {
public:
    address_set() = default;
    explicit address_set(std::span<const ip_address> all) {
        for (const auto& each : all) {
            if (each.family() == address_family::ipv4) numbers_.push_back(number_of(each));
            else others_.push_back(each);
        }
        std::ranges::sort(numbers_);
        std::ranges::sort(others_);
    }

    [[nodiscard]] auto contains(const ip_address& address) const noexcept -> bool {
        if (address.family() == address_family::ipv4) return std::ranges::binary_search(numbers_, number_of(address));
        return std::ranges::binary_search(others_, address);
    }

private:
    [[nodiscard]] static auto number_of(const ip_address& v4) noexcept -> std::uint32_t {
        const auto* bytes = v4.bytes().data();
        return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U | std::uint32_t{bytes[2]} << 8U |
               bytes[3];
    }

    std::vector<std::uint32_t> numbers_;
    std::vector<ip_address> others_;
};

} // namespace sipwhere::detail
