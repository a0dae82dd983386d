// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

/// From the linker script: the stack grows from `stack_top` down to `stack_limit`.
extern "C" std::uint32_t stack_limit[], stack_top[];

namespace board {

/// What lies on the stack where nothing has ever been.
inline constexpr std::uint32_t stack_paint = 0x5ac0ffee;

/// Paints what lies below the caller's frame, so that `deepest_stack` begins to measure anew.
inline void paint_stack() noexcept {
    std::uint32_t* here = nullptr;
    asm volatile("mov %0, sp" : "=r"(here));
    for (auto* at = stack_limit; at < here; ++at) *at = stack_paint;
}

/// Returns: the most bytes that have been on the stack since it was painted.
[[nodiscard]] inline auto deepest_stack() noexcept -> std::size_t {
    const auto* const touched = std::find_if(stack_limit, stack_top, [](auto word) { return word != stack_paint; });
    return static_cast<std::size_t>(stack_top - touched) * sizeof(std::uint32_t);
}

} // namespace board
