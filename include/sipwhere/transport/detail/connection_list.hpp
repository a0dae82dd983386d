// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/network.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sipwhere::detail {

/// The open connections of a transport: numbered, found by their flow, and counted by the network they come from.
template <typename Connection>
class connection_list {
public:
    /// `key` is a secret. It also tells the connections of this list from those of others that have the same numbers.
    connection_list(std::uint32_t max_connections, std::uint32_t max_of_network, hash_key key)
        : max_connections_(max_connections), max_of_network_(max_of_network),
          epoch_(static_cast<std::uint32_t>(siphash_2_4{key}.finish())), networks_(0, network_hash{key}) {}

    [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }

    [[nodiscard]] auto is_full() const noexcept -> bool { return size_ >= max_connections_; }

    /// Returns: whether one more connection may come from an address.
    [[nodiscard]] auto may_add(const ip_address& from) const noexcept -> bool {
        if (is_full()) return false;
        if (max_of_network_ == 0) return true;
        const auto found = networks_.find(network_of(from));
        return found == networks_.end() || found->second < max_of_network_;
    }

    /// Adds what `make(flow)` returns for the flow with its number.
    template <typename Make>
    auto add(flow way, Make&& make) -> const std::shared_ptr<Connection>& {
        ++networks_[network_of(way.remote.address)];
        ++size_;
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(slots_.size()));
            slots_.emplace_back();
        }
        const auto index = free_.back();
        free_.pop_back();
        auto& place = slots_[index];
        way.connection = index + 1;
        way.epoch = epoch_ + ++place.times;
        place.network = network_of(way.remote.address);
        place.used = make(way);
        place.epoch = way.epoch;
        return place.used;
    }

    /// Returns: null if the connection has ended.
    [[nodiscard]] auto find(const flow& to) const noexcept -> Connection* {
        if (to.connection == 0 || to.connection > slots_.size()) return nullptr;
        const auto& found = slots_[to.connection - 1];
        return found.epoch == to.epoch && found.used && !found.used->is_closed() ? found.used.get() : nullptr;
    }

    /// Returns: the connection with this place among all, which go up to `places`; null if there is none.
    [[nodiscard]] auto at(std::size_t place) const noexcept -> const std::shared_ptr<Connection>& {
        return slots_[place].used;
    }
    [[nodiscard]] auto places() const noexcept -> std::size_t { return slots_.size(); }

    /// Counts a connection to the network that its flow names by now, as a balancer has told.
    ///
    /// Returns: whether that may have one more, or has it already.
    [[nodiscard]] auto may_stay(const flow& way) -> bool {
        auto& place = slots_[way.connection - 1];
        const auto network = network_of(way.remote.address);
        if (network == place.network) return true;
        leave(std::exchange(place.network, network));
        const auto count = ++networks_[network];
        return max_of_network_ == 0 || count <= max_of_network_;
    }

    void remove(flow way) {
        auto& place = slots_[way.connection - 1];
        place.used.reset();
        free_.push_back(way.connection - 1);
        --size_;
        leave(place.network);
    }

private:
    void leave(std::uint64_t network) {
        const auto found = networks_.find(network);
        if (--found->second == 0) networks_.erase(found);
    }

    struct slot {
        std::shared_ptr<Connection> used;
        std::uint64_t network = 0;
        std::uint32_t times = 0; ///< that it was used
        std::uint32_t epoch = 0;
    };

    /// Under a key, so that nobody can choose networks that share a bucket.
    struct network_hash {
        hash_key key{};
        [[nodiscard]] auto operator()(std::uint64_t network) const noexcept -> std::size_t {
            return static_cast<std::size_t>(siphash_1_3{key}.number(network).finish());
        }
    };

    std::uint32_t max_connections_;
    std::uint32_t max_of_network_;
    std::uint32_t epoch_;
    std::vector<slot> slots_;
    std::vector<std::uint32_t> free_;
    std::unordered_map<std::uint64_t, std::uint32_t, network_hash> networks_; ///< connections of each
    std::size_t size_ = 0;
};

} // namespace sipwhere::detail
