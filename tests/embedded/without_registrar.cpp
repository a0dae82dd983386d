// SPDX-License-Identifier: BSL-1.0
//
// The example's board and network without its registrar: what a registrar adds to a product is the difference. Answers
// every datagram with itself.
#include "board/lan9118.hpp"
#include "board/stack.hpp"
#include "board/systick_clock.hpp"
#include "board/uart.hpp"
#include "ethernet_transport.hpp"
#include "product.hpp"

#include <chrono>
#include <span>

namespace {

using transport = ethernet_transport<board::lan9118, board::systick_clock>;

struct echo {
    transport& flow;

    void receive(std::span<const sipwhere::datagram> arrived) {
        for (const auto& one : arrived) (void)flow.send(one.from, one.bytes);
    }
    auto tick() -> std::chrono::milliseconds { return std::chrono::seconds{1}; }
};

} // namespace

auto main() -> int {
    static board::uart console;
    static board::systick_clock clock;
    static board::lan9118 controller;
    static transport ethernet{controller, clock, product::own};
    static echo server{ethernet};

    console.start();
    clock.start();
    if (!ethernet.listen(sipwhere::receiver_ref{server})) return 1;
    for (;;) {
        if (console.read() == 's') console.print(board::deepest_stack() > 1024 ? "much\n" : "little\n");
        if (!ethernet.poll()) controller.wait();
    }
}
