// SPDX-License-Identifier: BSL-1.0
//
// A SIP registrar on a Cortex-M4 without heap and operating system, in QEMU or on its board: see `run`.
#include "board/lan9118.hpp"
#include "board/systick_clock.hpp"
#include "board/uart.hpp"
#include "boot_random.hpp"
#include "counters.hpp"
#include "ethernet_transport.hpp"

#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/fixed_storage.hpp>

#include <sizes.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace {

using namespace sipwhere;

/// The address that QEMU's user network gives its guest.
constexpr net::udp::end own{{10, 0, 2, 15}, 5060};

void print_number(board::uart& console, std::uint32_t number) {
    std::array<char, 10> room{};
    writer out{room};
    out.put_number(number);
    console.print(out.text());
}

/// Prints all counters on one line.
void print_status(board::uart& console, const counters& counts) {
    console.print("counters:");
    counts.for_each([&console](std::string_view name, std::uint32_t value) {
        for (const auto text : {std::string_view{" "}, name, std::string_view{" "}}) console.print(text);
        print_number(console, value);
    });
    console.print("\n");
}

} // namespace

auto main() -> int {
    static board::uart console;
    static board::systick_clock clock;
    static board::lan9118 controller;
    static ethernet_transport ethernet{controller, clock, own};
    static boot_random random;
    static counters counts;
    static fixed_storage<sizes::aors, sizes::bindings, sizes::text, sizes::workspace> storage;
    static basic_registrar registrar{{}, clock, storage, ethernet, random, counts};
    static_assert(sizeof storage + sizeof registrar <= sizes::most_memory);

    console.start();
    clock.start();
    if (const auto started = registrar.start(); !started) {
        console.print(message(started.error().code));
        console.print("\n");
        return 1;
    }
    console.print("listening on udp 10.0.2.15:5060\n");
    for (;;) {
        if (console.read() == 's') print_status(console, counts);
        if (!ethernet.poll()) controller.wait();
    }
}
