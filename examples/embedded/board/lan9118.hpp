// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../net/ethernet.hpp"

#include <cstdint>
#include <span>

namespace board {

/// The Ethernet controller SMSC LAN9118, polled. Frames go through its FIFOs a word at a time, without DMA.
class lan9118 {
public:
    /// Wakes the controller and lets it receive.
    ///
    /// Returns: false when it does not answer as it should.
    [[nodiscard]] auto start() noexcept -> bool;

    /// Returns: the address it read from its EEPROM; meaningful once started.
    [[nodiscard]] auto address() const noexcept -> const net::mac_address& { return address_; }

    /// Returns: whether a frame has arrived.
    [[nodiscard]] auto has_frame() noexcept -> bool;

    /// Takes the next frame out of the FIFO; there has to be one.
    ///
    /// Returns: the frame without its checksum, in `room`; empty when it is damaged or too large.
    [[nodiscard]] auto receive(std::span<std::uint32_t> room) noexcept -> net::bytes_view;

    /// Puts a frame into the FIFO, in two parts so that nobody has to join them.
    ///
    /// Returns: false when there is no room for it.
    [[nodiscard]] auto send(net::bytes_view begin, net::bytes_view rest) noexcept -> bool;

    /// Halts the processor until a frame has arrived or another interrupt comes; returns at once when one is waiting.
    void wait() noexcept;

private:
    net::mac_address address_{};
};

} // namespace board
