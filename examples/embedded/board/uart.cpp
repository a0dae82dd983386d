// SPDX-License-Identifier: BSL-1.0
#include "uart.hpp"

namespace board {

namespace {

/// An APB UART of Arm's Cortex-M System Design Kit.
struct uart_registers {
    std::uint32_t data;
    std::uint32_t state;
    std::uint32_t control;
    std::uint32_t interrupts;
    std::uint32_t divider;
};
auto port() noexcept -> volatile uart_registers& {
    return *reinterpret_cast<volatile uart_registers*>(std::uintptr_t{0x40004000});
}

constexpr std::uint32_t processor_hertz = 25'000'000, baud = 115'200;
constexpr std::uint32_t sends = 1, receives = 2;     // of control
constexpr std::uint32_t is_sending = 1, has_byte = 2; // of state

} // namespace

void uart::start() noexcept {
    port().divider = processor_hertz / baud;
    port().control = sends | receives;
}

void uart::print(std::string_view text) noexcept {
    for (const char each : text) {
        while ((port().state & is_sending) != 0) continue;
        port().data = static_cast<unsigned char>(each);
    }
}

auto uart::read() noexcept -> std::optional<char> {
    if ((port().state & has_byte) == 0) return std::nullopt;
    return static_cast<char>(port().data);
}

} // namespace board
