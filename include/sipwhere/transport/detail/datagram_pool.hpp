// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/model/endpoint.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sipwhere::detail {

/// A datagram on its way through a simulated network.
struct pooled_datagram {
    endpoint from;
    endpoint to;
    std::uint32_t sender = 0; ///< number of the host that sent it
    std::vector<char> bytes;  ///< stays where it is when the pool grows

    [[nodiscard]] auto text() const noexcept -> std::string_view { return {bytes.data(), bytes.size()}; }
};

/// Datagrams in numbered slots that are used again, with their memory. Uses the heap.
class datagram_pool {
public:
    /// Returns: the number of a slot that holds a copy of `bytes`.
    [[nodiscard]] auto put(const endpoint& from, const endpoint& to, std::uint32_t sender, std::string_view bytes)
        -> std::uint32_t {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(slots_.size()));
            slots_.emplace_back();
        }
        const auto slot = free_.back();
        free_.pop_back();
        auto& made = slots_[slot];
        made.from = from;
        made.to = to;
        made.sender = sender;
        made.bytes.assign(bytes.begin(), bytes.end());
        return slot;
    }

    [[nodiscard]] auto operator[](std::uint32_t slot) const noexcept -> const pooled_datagram& { return slots_[slot]; }

    void release(std::uint32_t slot) { free_.push_back(slot); }

    /// Returns: how many slots are in use.
    [[nodiscard]] auto size() const noexcept -> std::size_t { return slots_.size() - free_.size(); }

private:
    std::vector<pooled_datagram> slots_;
    std::vector<std::uint32_t> free_;
};

} // namespace sipwhere::detail
