// SPDX-License-Identifier: BSL-1.0
#include "systick_clock.hpp"

namespace board {

namespace {

constexpr std::uint32_t processor_hertz = 25'000'000;

struct systick_registers {
    std::uint32_t control;
    std::uint32_t reload;
    std::uint32_t current;
};
auto systick() noexcept -> volatile systick_registers& {
    return *reinterpret_cast<volatile systick_registers*>(std::uintptr_t{0xe000e010});
}

/// The milliseconds in two halves, since the processor can't read 64 bits at once.
volatile std::uint32_t low_half = 0, high_half = 0;

} // namespace

extern "C" void SysTick_Handler() {
    const auto next = low_half + 1;
    low_half = next;
    if (next == 0) high_half = high_half + 1;
}

void systick_clock::start() noexcept {
    constexpr std::uint32_t by_processor_clock = 4, interrupts = 2, enabled = 1;
    systick().reload = processor_hertz / 1000 - 1;
    systick().current = 0;
    systick().control = by_processor_clock | interrupts | enabled;
}

auto systick_clock::now() const noexcept -> sipwhere::instant {
    for (;;) {
        const std::uint64_t high = high_half;
        const std::uint32_t low = low_half;
        if (high == high_half) return {high << 32U | low}; // or the interrupt came between the halves
    }
}

} // namespace board
