// SPDX-License-Identifier: BSL-1.0
#include "lan9118.hpp"

#include <cstddef>
#include <cstring>

namespace board {

namespace {

/// Registers by their offset; names as in the data sheet.
enum class reg : std::uintptr_t {
    rx_data_fifo = 0x00,
    tx_data_fifo = 0x20,
    rx_status_fifo = 0x40,
    tx_status_fifo = 0x48,
    irq_cfg = 0x54,
    int_sts = 0x58,
    int_en = 0x5c,
    byte_test = 0x64,
    tx_cfg = 0x70,
    hw_cfg = 0x74,
    rx_fifo_inf = 0x7c,
    tx_fifo_inf = 0x80,
    mac_csr_cmd = 0xa4,
    mac_csr_data = 0xa8,
};

/// Registers of the controller's MAC, which are reached through two of the others.
enum class mac_reg : std::uint32_t { mac_cr = 1, addrh = 2, addrl = 3 };

constexpr std::uint32_t bit(unsigned number) { return std::uint32_t{1} << number; }
constexpr auto rx_status_level = bit(3); ///< of int_sts: a frame has arrived
constexpr std::size_t word = sizeof(std::uint32_t), checksum_size = 4;

auto at(reg which) noexcept -> volatile std::uint32_t& {
    constexpr std::uintptr_t base = 0x40200000;
    return *reinterpret_cast<volatile std::uint32_t*>(base + static_cast<std::uintptr_t>(which));
}
auto read(reg which) noexcept -> std::uint32_t { return at(which); }
void write(reg which, std::uint32_t value) noexcept { at(which) = value; }

constexpr auto busy = bit(31), reads = bit(30);

auto read(mac_reg which) noexcept -> std::uint32_t {
    write(reg::mac_csr_cmd, busy | reads | static_cast<std::uint32_t>(which));
    while ((read(reg::mac_csr_cmd) & busy) != 0) continue;
    return read(reg::mac_csr_data);
}
void write(mac_reg which, std::uint32_t value) noexcept {
    write(reg::mac_csr_data, value);
    write(reg::mac_csr_cmd, busy | static_cast<std::uint32_t>(which));
    while ((read(reg::mac_csr_cmd) & busy) != 0) continue;
}

/// Sends one part of a frame of `size` bytes in all.
void send_part(net::bytes_view part, std::uint32_t first_or_last, std::size_t size) noexcept {
    write(reg::tx_data_fifo, first_or_last | static_cast<std::uint32_t>(part.size()));
    write(reg::tx_data_fifo, static_cast<std::uint32_t>(size));
    while (!part.empty()) {
        const auto taken = part.first(part.size() < word ? part.size() : word);
        std::uint32_t bytes = 0;
        std::memcpy(&bytes, taken.data(), taken.size());
        write(reg::tx_data_fifo, bytes);
        part = part.subspan(taken.size());
    }
}

/// The interrupt of the Ethernet controller, in the processor's interrupt controller.
constexpr auto ethernet_interrupt = bit(13);
auto enable_interrupt() noexcept -> volatile std::uint32_t& {
    return *reinterpret_cast<volatile std::uint32_t*>(std::uintptr_t{0xe000e100});
}
auto disable_interrupt() noexcept -> volatile std::uint32_t& {
    return *reinterpret_cast<volatile std::uint32_t*>(std::uintptr_t{0xe000e180});
}

} // namespace

auto lan9118::start() noexcept -> bool {
    if (read(reg::byte_test) != 0x87654321) return false;
    write(reg::hw_cfg, bit(20) | 5U << 16U); // has to be one; 5 KiB for frames to be sent
    const auto low = read(mac_reg::addrl), high = read(mac_reg::addrh);
    std::memcpy(address_.data(), &low, word);
    std::memcpy(address_.data() + word, &high, address_.size() - word);
    write(reg::irq_cfg, bit(8) | bit(4) | bit(0)); // enabled, active high, push-pull
    write(reg::int_en, rx_status_level);
    write(reg::tx_cfg, bit(1));
    write(mac_reg::mac_cr, bit(20) | bit(3) | bit(2)); // full duplex, transmitter on, receiver on
    return true;
}

auto lan9118::has_frame() noexcept -> bool {
    write(reg::int_sts, rx_status_level); // before looking, so that what comes now interrupts again
    return (read(reg::rx_fifo_inf) >> 16U & 0xff) != 0;
}

auto lan9118::receive(std::span<std::uint32_t> room) noexcept -> net::bytes_view {
    const auto status = read(reg::rx_status_fifo);
    const std::size_t size = status >> 16U & 0x3fff, words = (size + word - 1) / word;
    for (std::size_t i = 0; i < words; ++i) {
        const auto bytes = read(reg::rx_data_fifo);
        if (i < room.size()) room[i] = bytes;
    }
    const bool is_damaged = (status & bit(15)) != 0;
    if (is_damaged || words > room.size() || size < checksum_size) return {};
    return net::bytes_view{reinterpret_cast<const std::uint8_t*>(room.data()), size - checksum_size};
}

auto lan9118::send(net::bytes_view begin, net::bytes_view rest) noexcept -> bool {
    for (auto left = read(reg::tx_fifo_inf) >> 16U & 0xff; left > 0; --left) {
        [[maybe_unused]] const auto done = read(reg::tx_status_fifo); // or it fills up
    }
    const auto size = begin.size() + rest.size();
    constexpr std::size_t commands = 4 * word, loose_ends = 2 * word;
    if ((read(reg::tx_fifo_inf) & 0xffff) < size + commands + loose_ends) return false;
    constexpr auto first = bit(13), last = bit(12);
    if (rest.empty()) {
        send_part(begin, first | last, size);
    } else {
        send_part(begin, first, size);
        send_part(rest, last, size);
    }
    return true;
}

void lan9118::wait() noexcept {
    // With interrupts held back a frame that comes right now still ends the wfi.
    asm volatile("cpsid i");
    enable_interrupt() = ethernet_interrupt;
    asm volatile("wfi \n cpsie i" ::: "memory");
}

/// Has only to wake the processor; the loop takes the frames.
extern "C" void Ethernet_Handler() { disable_interrupt() = ethernet_interrupt; }

} // namespace board
