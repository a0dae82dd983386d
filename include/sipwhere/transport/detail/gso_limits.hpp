// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/detail/socket_address.hpp>

#if !defined(_WIN32)
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sipwhere::detail {

/// Remembers for a while which destinations take no GSO batch, or none of datagrams as long as one that was refused.
///
/// What a destination causes, such as a small path MTU, limits what goes there and no other. That a device is unable to
/// cut batches shows in the same way, so when several destinations have been refused for it, none gets a batch.
class gso_limits {
public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::size_t most_destinations = 16; ///< of more, those remembered longest are forgotten
    static constexpr std::size_t refused_by_device = 4; ///< destinations, until no other is tried
    static constexpr std::chrono::minutes for_destination{10}; ///< as long as Linux remembers a path MTU
    static constexpr std::chrono::minutes for_all{1};

    /// Returns: whether nothing is remembered, so that no clock need be read.
    [[nodiscard]] auto empty() const noexcept -> bool { return size_ == 0 && !refuses_all_; }

    /// Forgets what was remembered for long enough.
    void forget(time_point now) noexcept {
        if (refuses_all_ && all_until_ <= now) refuses_all_ = false;
        while (size_ > 0 && entries_[0].until <= now) drop(0);
    }

    /// Returns: `otherwise`, or less: the longest datagram that goes to this destination in a batch; 0 for none.
    [[nodiscard]] auto limit_for(const socket_address& destination, std::size_t otherwise) const noexcept
        -> std::size_t {
        if (refuses_all_) return 0;
        const auto place = find(address_of(destination));
        return place == size_ ? otherwise : std::min(entries_[place].limit, otherwise);
    }

    /// Notes that a batch of datagrams of `size` bytes was too much for a path.
    void note_too_long(const socket_address& destination, std::size_t size, time_point now) noexcept {
        remember(destination, size - 1, now);
    }

    /// Notes that the device, or whatever else is on the way to this destination, cuts no batch.
    void note_unable(const socket_address& destination, time_point now) noexcept {
        remember(destination, 0, now);
        const auto refused = std::count_if(entries_.data(), entries_.data() + size_,
                                           [](const entry& known) { return known.limit == 0; });
        if (static_cast<std::size_t>(refused) < refused_by_device) return;
        refuses_all_ = true;
        all_until_ = now + for_all;
    }

private:
    struct entry {
        ip_address destination;
        std::size_t limit = 0;
        time_point until{};
    };

    [[nodiscard]] static auto address_of(const socket_address& destination) noexcept -> ip_address {
        return from_socket_address(destination).end.address;
    }

    /// Returns: its place, or `size_`.
    [[nodiscard]] auto find(const ip_address& destination) const noexcept -> std::size_t {
        const auto* const end = entries_.data() + size_;
        const auto* const found =
            std::find_if(entries_.data(), end, [&](const entry& known) { return known.destination == destination; });
        return static_cast<std::size_t>(found - entries_.data());
    }

    void remember(const socket_address& destination, std::size_t limit, time_point now) noexcept {
        const auto address = address_of(destination);
        const auto known = find(address);
        if (known < size_) drop(known);
        else if (size_ == entries_.size()) drop(0);
        entries_[size_++] = {address, limit, now + for_destination};
    }

    void drop(std::size_t place) noexcept {
        std::move(entries_.data() + place + 1, entries_.data() + size_, entries_.data() + place);
        --size_;
    }

    std::array<entry, most_destinations> entries_{}; ///< the first was remembered longest ago
    std::size_t size_ = 0;
    bool refuses_all_ = false;
    time_point all_until_{};
};

} // namespace sipwhere::detail

#endif
