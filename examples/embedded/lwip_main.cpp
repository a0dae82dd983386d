// SPDX-License-Identifier: BSL-1.0
//
// The registrar of main.cpp on lwIP instead of a UDP of its own; lwip/CMakeLists.txt tells how it is built.
#include "board/lan9118.hpp"
#include "board/systick_clock.hpp"
#include "board/uart.hpp"
#include "boot_random.hpp"
#include "counters.hpp"
#include "lwip/lan9118_interface.hpp"
#include "status.hpp"

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/fixed_storage.hpp>
#include <sipwhere/transport/lwip_udp_transport.hpp>

#include <product.hpp>

#include <lwip/sys.h>

#include <cstdint>
#include <string_view>

namespace {

using namespace sipwhere;

auto lwip_address(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) -> ip4_addr_t {
    ip4_addr_t made;
    IP4_ADDR(&made, a, b, c, d);
    return made;
}

/// Prints why the program can't go on.
auto fails(board::uart& console, std::string_view why) -> int {
    console.print(why);
    console.print("\n");
    return 1;
}

} // namespace

/// The clock of lwIP's timeouts, which may wrap around.
extern "C" auto sys_now() -> u32_t { return static_cast<u32_t>(board::systick_clock{}.now().milliseconds); }

auto main() -> int {
    static board::uart console;
    static board::systick_clock clock;
    static board::lan9118 controller;
    static lan9118_interface ethernet{controller};
    static lwip_udp_transport transport{product::own.port};
    static boot_random random;
    static counters counts;
    static fixed_storage<product::aors, product::bindings, product::text, product::sizes> storage;
    static basic_registrar registrar{{.limits = product::limits}, clock, storage, transport, random, counts};

    console.start();
    clock.start();
    const auto [a, b, c, d] = product::own.address;
    if (!ethernet.start(lwip_address(a, b, c, d), lwip_address(255, 255, 255, 0), lwip_address(a, b, c, 2)))
        return fails(console, "the Ethernet controller does not answer");
    if (const auto started = registrar.start(); !started) return fails(console, message(started.error().code));
    console.print("listening\n");
    for (;;) {
        if (console.read() == 's') print_status(console, counts);
        if (!ethernet.poll()) controller.wait();
    }
}
