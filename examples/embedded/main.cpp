// SPDX-License-Identifier: BSL-1.0
//
// A SIP registrar on a Cortex-M4 without heap and operating system, in QEMU or on its board: see `run`.
#include "board/lan9118.hpp"
#include "board/systick_clock.hpp"
#include "board/uart.hpp"
#include "boot_random.hpp"
#include "counters.hpp"
#include "door.hpp"
#include "ethernet_transport.hpp"
#include "status.hpp"

#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/fixed_storage.hpp>

#include <product.hpp>

/// All there is, in static memory: what it takes is known when it is linked, and nothing of it is on the stack.
namespace firmware {

board::uart console;
board::systick_clock clock;
board::lan9118 controller;
ethernet_transport ethernet{controller, clock, product::own};
boot_random random;
counters counts;
sipwhere::fixed_storage<product::aors, product::bindings, product::text, product::sizes> storage;
door<product::users.size()> entrance{product::users, random};
sipwhere::basic_registrar registrar{
    {.limits = product::limits}, clock, storage, ethernet, random, entrance.access, counts};

static_assert(sizeof storage + sizeof registrar <= product::memory);

auto run() -> int {
    console.start();
    clock.start();
    if (!registrar.start()) { // a limit that the memory can't hold, or no Ethernet controller
        console.print("cannot start\n");
        return 1;
    }
    console.print("listening\n");
    for (;;) {
        if (console.read() == 's') print_status(console, counts);
        if (!ethernet.poll()) controller.wait();
    }
}

} // namespace firmware

auto main() -> int { return firmware::run(); }
