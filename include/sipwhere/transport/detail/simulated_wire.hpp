// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/endpoint.hpp>
#include <sipwhere/model/instant.hpp>
#include <sipwhere/transport/detail/byte_io.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere::detail {

/// Something that is under way from one end of a simulated connection to the other.
struct simulated_parcel {
    enum class kind_type : std::uint8_t { bytes, end, reset };

    instant due{};
    kind_type kind = kind_type::bytes;
    std::string bytes{};
};

/// A simulated connection between its two ends. Uses the heap.
struct simulated_wire {
    endpoint client{};
    std::deque<simulated_parcel> to_server{}, to_client{};
    std::string arrived{};     ///< at the server, which has not read it
    std::string written{};     ///< by the server, not yet under way
    std::size_t unread = 0;    ///< bytes written by the server that the client has not read
    std::size_t window = 65'536; ///< how many these may be
    instant cut_since = never; ///< when it was cut, or its client vanished
    bool client_reads = true;
    bool client_has_ended = false; ///< as the server knows: it sends no more
    bool is_broken = false;        ///< as the server knows
    bool server_leaves = false;    ///< nothing more is written
    bool server_has_closed = false;
    bool end_is_told = false; ///< to the client
};

/// The server's end of a simulated connection.
class simulated_byte_io {
public:
    explicit simulated_byte_io(std::shared_ptr<simulated_wire> wire) noexcept : wire_(std::move(wire)) {}

    [[nodiscard]] auto read(std::span<char> into, std::size_t& size) noexcept -> io_result {
        size = std::min(into.size(), wire_->arrived.size());
        std::copy_n(wire_->arrived.begin(), size, into.begin());
        wire_->arrived.erase(0, size);
        const bool is_over = wire_->is_broken || (wire_->client_has_ended && wire_->arrived.empty());
        return is_over ? io_result::closed : io_result::moved;
    }
    [[nodiscard]] auto write(std::string_view bytes, std::size_t& size) -> io_result {
        size = 0;
        if (wire_->is_broken || wire_->server_has_closed) return io_result::closed;
        size = std::min(bytes.size(), wire_->window - std::min(wire_->window, wire_->unread));
        wire_->unread += size;
        wire_->written.append(bytes.substr(0, size));
        return io_result::moved;
    }
    void leave() noexcept { wire_->server_leaves = true; }
    void close() noexcept { wire_->server_has_closed = true; }

    [[nodiscard]] auto wire() const noexcept -> simulated_wire& { return *wire_; }

private:
    std::shared_ptr<simulated_wire> wire_;
};

} // namespace sipwhere::detail
