// SPDX-License-Identifier: BSL-1.0
//
// A SIP registrar on a Cortex-M4 without heap and operating system, in QEMU or on its board: see `run`.
#include "board/lan9118.hpp"
#include "board/systick_clock.hpp"
#include "board/uart.hpp"
#include "boot_random.hpp"
#include "counters.hpp"
#include "ethernet_transport.hpp"
#include "status.hpp"

#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/fixed_storage.hpp>

#include <product.hpp>

using namespace sipwhere;

auto main() -> int {
    static board::uart console;
    static board::systick_clock clock;
    static board::lan9118 controller;
    static ethernet_transport ethernet{controller, clock, product::own};
    static boot_random random;
    static counters counts;
    static fixed_storage<product::aors, product::bindings, product::text, product::workspace> storage;
    static basic_registrar registrar{product::settings, clock, storage, ethernet, random, counts};
    static_assert(sizeof storage + sizeof registrar <= product::memory);

    console.start();
    clock.start();
    if (const auto started = registrar.start(); !started) {
        console.print(message(started.error().code));
        console.print("\n");
        return 1;
    }
    console.print("listening\n");
    for (;;) {
        if (console.read() == 's') print_status(console, counts);
        if (!ethernet.poll()) controller.wait();
    }
}
