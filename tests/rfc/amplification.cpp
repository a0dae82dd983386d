// SPDX-License-Identifier: BSL-1.0
// What someone gains who sends requests with the source address of someone else: RFC 3261 §26.1.5, §26.3.2.4.
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/storage/fixed_storage.hpp>
#include <sipwhere/transport/simulated_network.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <span>
#include <string>

namespace amplification_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// The shortest request whose answer lists all bindings.
constexpr std::string_view short_query =
    "REGISTER sip:h SIP/2.0\nv:SIP/2.0/UDP h;branch=z9hG4bK1\nf:<sip:h>\nt:<sip:a@h>\n"
    "i:1\nCSeq:1 REGISTER\n\n";

/// A request for a@h, so long that its answer is always free.
auto long_request() -> request { return request{}.with("To", "<sip:a@h>").with("Subject", std::string(3000, 'x')); }

/// Gives a@h ten bindings of some 900 bytes each.
template <typename World>
void fill(World& w) {
    for (int i = 0; i < 10; ++i) {
        const auto contact = "<sip:" + std::string(880, 'x') + std::to_string(i) + "@192.0.2.1>";
        CHECK(w.sends(long_request().with("Contact", contact)).status() == status::ok);
    }
    w.flow.remote = at("198.51.100.7");
}

TEST_CASE("a query whose answer is more than three times as large is charged to the budget of its network") {
    world w;
    fill(w);
    std::size_t sent = 0;
    for (int i = 0; i < 100; ++i) sent += w.sends(short_query).text.size();
    CHECK(sent > 50'000);
    CHECK(sent <= 65'536);
    (void)w.observer.take_log();
    CHECK(w.sends(short_query).verdict == verdict{handling::dropped, {}});
    CHECK(w.observer.take_log() == "over-budget\n");
    w.flow.remote = at("198.51.100.8", 999);
    CHECK(!w.sends(short_query).was_sent());
    w.flow.remote = at("198.51.101.7");
    CHECK(w.sends(short_query).contacts().size() == 10);
    w.flow.remote = at("198.51.100.7");
    w.clock.advance(1s);
    CHECK(w.sends(short_query).contacts().size() == 10);
}

TEST_CASE("a change beyond the budget is a short 503 and changes nothing; a binding is never left out of a 200") {
    world w{{.answer_budget = 5000}};
    fill(w);
    const auto before = w.record("a", "h");
    const auto contact = "<sip:" + std::string(880, 'x') + "3@192.0.2.1>;q=0.5";
    const auto refused = w.sends(request{}.with("To", "<sip:a@h>").with("Contact", contact));
    CHECK(refused.status() == status::service_unavailable);
    CHECK(refused.reason() == "Answer Budget Used Up");
    CHECK(refused.field("Retry-After") == "1");
    CHECK(!refused.has("Contact"));
    CHECK(w.record("a", "h") == before);
    CHECK(w.sends(long_request().with("Contact", contact)).contacts().size() == 10);
    CHECK(w.sends(request{}.with("To", "<sip:a@h>").with("Contact", "*").with("Expires", "0")).status() == status::ok);
}

TEST_CASE("a repeat is charged as well, from the memory of answers and from that of the record") {
    world w{{.answer_budget = 20'000}};
    fill(w);
    const auto text = w.write(request{}
                                  .with("To", "<sip:a@h>")
                                  .with("Call-ID", "alice-call@192.0.2.1")
                                  .with("Contact", "<sip:" + std::string(880, 'x') + "3@192.0.2.1>"));
    CHECK(w.sends(text).status() == status::ok);
    unsigned repeats = 0;
    while (w.sends(text).was_sent()) ++repeats;
    CHECK(repeats == 1); // of 9 KB each
    CHECK(w.observer.log.ends_with("over-budget\n"));

    world other{{.answer_budget = 20'000}};
    fill(other);
    CHECK(other.sends(text).status() == status::ok);
    other.flow.remote = at("198.51.200.7"); // another source: the record knows it, not the memory of answers
    CHECK(other.sends(text).status() == status::ok);
    CHECK(other.sends(text).status() == status::ok);
    CHECK(other.sends(text).verdict == verdict{handling::dropped, {}});
}

TEST_CASE("an answer up to three times as large as its request is free, whatever was sent before") {
    world w{{.answer_budget = 10'000}};
    fill(w);
    CHECK(w.sends(short_query).was_sent());
    CHECK(!w.sends(short_query).was_sent());
    for (int i = 0; i < 50; ++i) CHECK(w.sends(long_request()).contacts().size() == 10);
    for (int i = 0; i < 50; ++i) CHECK(w.sends(alice_registers("sip:a@192.0.2.1")).status() == status::ok);
}

TEST_CASE("a connection has shown its address, so nothing is charged over it") {
    world w{{.answer_budget = 1000}};
    fill(w);
    w.flow.over = protocol::ws; // over which a request need not tell its length
    for (int i = 0; i < 50; ++i) CHECK(w.sends(short_query).contacts().size() == 10);
}

TEST_CASE("a budget of 0 limits nothing, and neither does memory without a table for it") {
    world w{{.answer_budget = 0}};
    fill(w);
    for (int i = 0; i < 100; ++i) CHECK(w.sends(short_query).was_sent());

    static_assert(!fixed_memory<>::has_budgets);
    static_assert(fixed_memory<memory_sizes{.networks = 4}>::has_budgets);
    basic_world<fixed_storage<8, 16, 4096>> board{settings{.answer_budget = 1}};
    board.sends(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>, <sip:c@192.0.2.1>"));
    for (int i = 0; i < 50; ++i) CHECK(board.bound() == "sip:a@192.0.2.1 sip:b@192.0.2.1 sip:c@192.0.2.1");
}

TEST_CASE("a board may have a table for budgets too") {
    basic_world<fixed_storage<8, 16, 4096, memory_sizes{.networks = 4}>> w{settings{.answer_budget = 400}};
    w.sends(request{}
                .with("To", "<sip:a@h>")
                .with("Contact",
                      "<sip:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@192.0.2.1>, <sip:b@192.0.2.1>"));
    CHECK(w.sends(short_query).was_sent());
    CHECK(!w.sends(short_query).was_sent());
}

/// Counts what arrives.
struct victim {
    std::size_t bytes = 0;

    void receive(std::span<const datagram> arrived) {
        for (const auto& one : arrived) bytes += one.bytes.size();
    }
    auto tick() -> std::chrono::milliseconds { return 1h; }
};

TEST_CASE("a flood with the address of a victim brings it three times as much at most, and its budget") {
    manual_clock clock;
    simulated_network network{clock, {.seed = 7}};
    auto& served = network.host("192.0.2.100");
    auto& phone = network.host("192.0.2.1");
    auto& forged = network.host("198.51.100.7"); // what the attacker sends looks as if it came from here
    hash_storage storage;
    seeded_random random{7};
    basic_registrar registrar{{}, clock, storage, served, random};
    REQUIRE(registrar.start());
    victim suffers;
    victim registers;
    REQUIRE(forged.listen(receiver_ref{suffers}));
    REQUIRE(phone.listen(receiver_ref{registers}));
    for (unsigned i = 0; i < 10; ++i)
        (void)phone.send({.remote = served.at()},
                         request{}
                             .with("To", "<sip:a@h>")
                             .with("Contact", "<sip:" + std::string(880, 'x') + std::to_string(i) + "@192.0.2.1>")
                             .text(i + 1));
    network.run_for(1s);

    constexpr std::size_t seconds = 10, a_second = 1000;
    for (std::size_t i = 0; i < seconds * a_second; ++i) {
        (void)forged.send({.remote = served.at()}, short_query);
        network.run_for(1ms);
    }
    network.run_for(1s);
    CHECK(suffers.bytes > seconds * 50'000);
    CHECK(suffers.bytes <= (seconds + 2) * 65'536 + 3 * seconds * a_second * short_query.size());
}

} // namespace amplification_test
