// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// Calls of the host that runs or debugs the board: QEMU with -semihosting-config, or a debug probe. On a board that
/// stands alone they are faults, so a product has none.
namespace board::semihosting {

enum class call : std::uint32_t {
    write_character = 0x03,
    clock = 0x10, ///< hundredths of a second since the program started
    time = 0x11,  ///< seconds since 1970
    exit = 0x20,
};

inline auto ask_host(call what, const void* argument) noexcept -> std::uint32_t {
    register auto r0 asm("r0") = static_cast<std::uint32_t>(what);
    register auto r1 asm("r1") = argument;
    asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

/// Ends the program; `status` becomes that of QEMU.
[[noreturn]] inline void exit(int status) noexcept {
    constexpr std::uint32_t application_exit = 0x20026;
    const std::array<std::uint32_t, 2> reason{application_exit, static_cast<std::uint32_t>(status)};
    for (;;) ask_host(call::exit, reason.data());
}

/// Prints on the host's terminal.
inline void print(std::string_view text) noexcept {
    for (const char& each : text) ask_host(call::write_character, &each);
}

} // namespace board::semihosting
