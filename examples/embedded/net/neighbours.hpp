// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "ethernet.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace net {

/// The stations that the last few hosts were heard through: each its own, or a router. Who only answers needs no other
/// way to anyone.
class neighbours {
public:
    /// Remembers that datagrams of `host` come from `station`; the host learned first goes when there is no room.
    void learn(const ipv4_address& host, const mac_address& station) noexcept {
        if (auto* const known = find(host)) {
            known->station = station;
        } else {
            known_[next_] = {host, station};
            next_ = (next_ + 1) % known_.size();
        }
    }

    /// Returns: where to send what is for `host`, null when it has not been heard from lately.
    [[nodiscard]] auto station_of(const ipv4_address& host) noexcept -> const mac_address* {
        const auto* const known = host == ipv4_address{} ? nullptr : find(host); // empty places look like that one
        return known == nullptr ? nullptr : &known->station;
    }

private:
    struct neighbour {
        ipv4_address host{};
        mac_address station{};
    };

    [[nodiscard]] auto find(const ipv4_address& host) noexcept -> neighbour* {
        const auto at = std::ranges::find(known_, host, &neighbour::host);
        return at == known_.end() ? nullptr : &*at;
    }

    std::array<neighbour, 8> known_{};
    std::size_t next_ = 0;
};

} // namespace net
