// SPDX-License-Identifier: BSL-1.0
//
// Counts on the board what requests cost, without a network: prints instructions, bytes of the stack and bytes of
// memory, one figure a line. QEMU has to count 256 ns for an instruction (-icount shift=8); then every run is the same.
#include "counters.hpp"
#include "direct_board.hpp"
#include "product.hpp"

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/fixed_storage.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace sipwhere;

enum class contact : std::uint8_t { of_phone, none, all };

/// Returns: a REGISTER as phones send it, which holds until the next one is made.
auto request(std::uint32_t user, std::uint32_t cseq, std::uint32_t expires, contact bound = contact::of_phone)
    -> std::string_view {
    static std::array<char, 700> room; // not on the stack, which is measured
    writer out{room};
    out.put("REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7:5060;rport;branch=z9hG4bK-")
        .put_number(user * 1000 + cseq)
        .put("\r\nMax-Forwards: 70\r\nFrom: \"A Phone\" <sip:user")
        .put_number(user)
        .put("@example.com>;tag=5ed1d5f2\r\nTo: <sip:user")
        .put_number(user)
        .put("@example.com>\r\nCall-ID: f81d4fae7dec11d0a765-")
        .put_number(user)
        .put("\r\nCSeq: ")
        .put_number(cseq)
        .put(" REGISTER\r\n");
    if (bound == contact::of_phone)
        out.put("Contact: <sip:user").put_number(user).put("@192.0.2.7:5060;transport=udp>\r\n");
    if (bound == contact::all) out.put("Contact: *\r\n");
    out.put("Expires: ").put_number(expires);
    out.put("\r\nAllow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY\r\nUser-Agent: Phone/1.0\r\n");
    finish(out);
    return out.text();
}

/// The registrar and its policies.
namespace here {
manual_clock clock;
direct_transport transport;
seeded_random random{7};
counters counts;
fixed_storage<product::aors, product::bindings, product::text, product::sizes> storage;
basic_registrar registrar{{.limits = product::limits}, clock, storage, transport, random, counts};
} // namespace here

/// Delivers what nobody should send: a request with bytes of it changed, cut off, doubled.
void deliver_garbage() {
    seeded_random chance{11};
    static std::array<char, 700> room;
    for (std::uint32_t i = 0; i < 5000; ++i) {
        auto size = request(50 + i % 4, i + 1, 60).copy(room.data(), room.size());
        for (auto changes = chance.next() % 8; changes > 0; --changes) {
            const auto from = static_cast<std::size_t>(chance.next() % size);
            const auto to = static_cast<std::size_t>(chance.next() % size);
            switch (chance.next() % 4) {
            case 0: room[from] = static_cast<char>(chance.next()); break;
            case 1: room[from] = "\r\n;,<>\"@:%*= "[chance.next() % 13]; break;
            case 2:
                std::copy_backward(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(std::min(from, to)),
                                   room.begin() + static_cast<std::ptrdiff_t>(std::max(from, to)));
                break;
            default: size = std::max<std::size_t>(std::max(from, to), 1); break;
            }
        }
        deliver(here::transport, {room.data(), size});
    }
}

} // namespace

auto main() -> int {
    board::paint_stack();
    if (!here::registrar.start()) return 1;
    for (std::uint32_t user = 1; user < 20; ++user) deliver(here::transport, request(user, 1, 60));

    measure(here::transport, "register", request(20, 1, 60), "SIP/2.0 200");
    measure(here::transport, "refresh", request(20, 2, 60), "SIP/2.0 200");
    measure(here::transport, "repeat", request(20, 2, 60), "SIP/2.0 200");
    measure(here::transport, "query", request(20, 3, 60, contact::none), "SIP/2.0 200");
    measure(here::transport, "remove", request(20, 4, 0), "SIP/2.0 200");
    measure(here::transport, "remove all", request(19, 2, 0, contact::all), "SIP/2.0 200");
    measure(here::transport, "too brief", request(21, 1, 1), "SIP/2.0 423");
    deliver_garbage();
    here::clock.advance(std::chrono::hours{1});
    while (here::registrar.tick() < std::chrono::seconds{1}) continue;

    print("stack", board::deepest_stack());
    print("storage", sizeof here::storage);
    print("registrar", sizeof here::registrar);
    using memory = decltype(here::storage)::memory;
    print("working memory", sizeof(memory::request) + sizeof(memory::answers));
    print("message", sizeof(message_view));
    return 0;
}
