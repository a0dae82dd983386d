// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/asio_udp_options.hpp>
#include <sipwhere/transport/detail/asio_udp_socket.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace sipwhere::detail {

/// Moves datagrams between sockets and a session, each with a call of the system.
class asio_udp_mover {
public:
    explicit asio_udp_mover(const asio_udp_options& options) : asio_udp_mover(16, options.largest_datagram) {}

    /// Allocates memory for `batch` datagrams.
    asio_udp_mover(std::size_t batch, std::size_t largest)
        : batch_(batch), largest_(largest), memory_(std::make_unique_for_overwrite<char[]>(batch * largest)) {}

    /// Returns: the most datagrams that one call of `receive` takes.
    [[nodiscard]] auto batch() const noexcept -> std::size_t { return batch_; }

    /// Prepares a socket, before the first datagram is taken from it.
    void open(asio_udp_socket&) noexcept {}

    /// Takes what is waiting, a batch at most: `take(const udp_arrival&)`, of bytes that hold until the next call.
    ///
    /// Returns: whether more may be waiting.
    template <typename Take>
    [[nodiscard]] auto receive(asio_udp_socket& socket, Take take) -> bool {
        std::size_t taken = 0;
        for (std::size_t tries = 0; tries < batch_; ++tries) {
            udp_arrival got;
            const auto how = socket.receive({memory_.get() + taken * largest_, largest_}, got);
            if (how == arrival::none) return false;
            if (how == arrival::discarded) continue;
            take(got);
            ++taken;
        }
        return true;
    }

    /// Returns: whether the system took the datagram, or this mover, who copied it.
    [[nodiscard]] auto send(asio_udp_socket& socket, const udp_departure& out) -> bool { return socket.send(out); }

    /// From here to `flush` a mover may collect what it is to send.
    void collect() noexcept {}

    /// Sends what was collected; afterwards nothing is, until the next `collect`.
    void flush() noexcept {}

private:
    std::size_t batch_;
    std::size_t largest_;
    std::unique_ptr<char[]> memory_;
};

} // namespace sipwhere::detail
