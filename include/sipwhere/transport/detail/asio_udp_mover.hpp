// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/asio_udp_options.hpp>
#include <sipwhere/transport/detail/asio_udp_socket.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>

namespace sipwhere::detail {

/// The most datagrams that are taken from a socket before the first of them is handed over.
///
/// What waits in the kernel is lost when its buffer is full, and until a quarter of a buffer or the last datagram has
/// been read, Linux gives nothing of it back. So a socket is emptied before anything is answered, as far as this goes.
inline constexpr std::size_t datagrams_ahead = 256;

/// Moves datagrams between sockets and a session, each with a call of the system.
class asio_udp_mover {
public:
    explicit asio_udp_mover(const asio_udp_options& options)
        : asio_udp_mover(datagrams_ahead, 16, options.largest_datagram) {}

    /// Hands over `batch` datagrams at once, and allocates memory for `held` of the largest ones.
    asio_udp_mover(std::size_t batch, std::size_t held, std::size_t largest)
        : batch_(batch), largest_(largest), size_(std::max(held * largest, usual_bytes)),
          memory_(std::make_unique_for_overwrite<char[]>(size_)) {}

    /// Returns: the most datagrams that are handed over at once.
    [[nodiscard]] auto batch() const noexcept -> std::size_t { return batch_; }

    /// Returns: the most datagrams that one call of `receive` is to take, with those that come as one.
    [[nodiscard]] auto ahead() const noexcept -> std::size_t { return std::max(batch_, datagrams_ahead); }

    /// Prepares a socket, before the first datagram is taken from it.
    void open(asio_udp_socket&) noexcept {}

    /// Takes what is waiting, up to a bound: `take(const udp_arrival&)`, of bytes that hold until the next call.
    template <typename Take>
    void receive(asio_udp_socket& socket, Take take) {
        std::size_t used = 0;
        for (std::size_t tries = 0; tries < ahead() && used + largest_ <= size_; ++tries) {
            udp_arrival got;
            const auto how = socket.receive({memory_.get() + used, largest_}, got);
            if (how == arrival::none) return;
            if (how == arrival::discarded) continue;
            take(got);
            used += got.bytes.size();
        }
    }

    /// Returns: whether the system took the datagram, or this mover, who copied it.
    [[nodiscard]] auto send(asio_udp_socket& socket, const udp_departure& out) -> bool { return socket.send(out); }

    /// From here to `flush` a mover may collect what it is to send.
    void collect() noexcept {}

    /// Sends what was collected; afterwards nothing is, until the next `collect`.
    void flush() noexcept {}

private:
    static constexpr std::size_t usual_bytes = datagrams_ahead * 1024; ///< for as many datagrams as usual phones send

    std::size_t batch_;
    std::size_t largest_;
    std::size_t size_; ///< of the memory, in which one datagram follows the other
    std::unique_ptr<char[]> memory_;
};

} // namespace sipwhere::detail
