// SPDX-License-Identifier: BSL-1.0
//
// Counts on the board what requests cost, without a network: prints instructions, bytes of the stack and bytes of
// memory, one figure a line. QEMU has to count 256 ns for an instruction (-icount shift=8); then every run is the same.
#include "board/semihosting.hpp"
#include "board/stack.hpp"
#include "counters.hpp"
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

/// Hands over what it is told to, and remembers what was answered.
struct direct_transport {
    receiver_ref receiver;
    std::string_view answered; ///< lies in the registrar's memory

    auto listen(receiver_ref to) -> result<void> {
        receiver = to;
        return {};
    }
    void stop() { receiver = {}; }
    auto send(const flow&, std::string_view bytes) -> bool {
        answered = bytes;
        return true;
    }
    [[nodiscard]] auto is_own(const endpoint&) const -> bool { return false; }
};

/// Returns: instructions since the board was started.
auto instructions() noexcept -> std::uint32_t {
    constexpr std::uint32_t nanoseconds_a_cycle = 40, nanoseconds_an_instruction = 256;
    const auto cycles = *reinterpret_cast<const volatile std::uint32_t*>(std::uintptr_t{0x40028018});
    return static_cast<std::uint32_t>(std::uint64_t{cycles} * nanoseconds_a_cycle / nanoseconds_an_instruction);
}

void print(std::string_view name, std::size_t value) {
    std::array<char, 64> room{};
    writer out{room};
    out.put(name).put('\t').put_number(static_cast<std::uint32_t>(value)).put('\n');
    board::semihosting::print(out.text());
}

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

/// Returns: the instructions that one datagram takes.
auto deliver(std::string_view bytes) -> std::uint32_t {
    const datagram arrived{
        {.remote = {ip_address::v4({192, 0, 2, 7}), 5060}, .local = {ip_address::v4({192, 0, 2, 1}), 5060}}, bytes};
    here::transport.answered = {};
    const auto before = instructions();
    here::transport.receiver.receive({&arrived, 1});
    return instructions() - before;
}

/// Delivers a request and prints what it took; ends the program when it is not answered as it should be.
void measure(std::string_view name, std::string_view sent, std::string_view expected) {
    const auto taken = deliver(sent);
    if (!here::transport.answered.starts_with(expected)) {
        board::semihosting::print(here::transport.answered);
        board::semihosting::exit(1);
    }
    print(name, taken);
}

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
        deliver({room.data(), size});
    }
}

} // namespace

auto main() -> int {
    board::paint_stack();
    if (!here::registrar.start()) return 1;
    for (std::uint32_t user = 1; user < 20; ++user) deliver(request(user, 1, 60));

    measure("register", request(20, 1, 60), "SIP/2.0 200");
    measure("refresh", request(20, 2, 60), "SIP/2.0 200");
    measure("repeat", request(20, 2, 60), "SIP/2.0 200");
    measure("query", request(20, 3, 60, contact::none), "SIP/2.0 200");
    measure("remove", request(20, 4, 0), "SIP/2.0 200");
    measure("remove all", request(19, 2, 0, contact::all), "SIP/2.0 200");
    measure("too brief", request(21, 1, 1), "SIP/2.0 423");
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
