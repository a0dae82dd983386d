// SPDX-License-Identifier: BSL-1.0
//
// Somebody who sees all that a phone and its registrar send each other, and sends it again: as it was, altered, from
// elsewhere, late. The bindings have to stay as the phone left them.

#include <sipwhere/auth/digest_access.hpp>
#include <sipwhere/auth/fixed_digest_memory.hpp>
#include <sipwhere/auth/listed_credentials.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/hash_storage.hpp>
#include <sipwhere/transport/simulated_network.hpp>

#include <support/digest_client.hpp>
#include <support/request.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attacker_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;
using network_type = simulated_network<manual_clock>;
using memory_type = fixed_digest_memory<16, 16>;

constexpr std::array<user_password, 2> users{{{"alice", "wonderland"}, {"bob", "builder"}}};

/// Who hears answers.
struct listener {
    network_type::host_transport& host;
    std::vector<std::string> heard{};

    explicit listener(network_type::host_transport& at) : host(at) { REQUIRE(host.listen(receiver_ref{*this})); }
    void receive(std::span<const datagram> some) {
        for (const auto& each : some) heard.emplace_back(each.bytes);
    }
    auto tick() -> std::chrono::milliseconds { return 1h; }
};

/// One start of a registrar; the storage outlives it.
struct node {
    seeded_random random;
    listed_credentials known{users};
    memory_type memory;
    digest_access<listed_credentials, memory_type&> access{known, memory};
    network_type::host_transport& host;
    basic_registrar<manual_clock, hash_storage, network_type::host_transport, seeded_random,
                    digest_access<listed_credentials, memory_type&>, null_observer>
        registrar;

    node(std::uint64_t seed, manual_clock& clock, hash_storage& storage, network_type::host_transport& at)
        : random{seed}, memory{random}, host(at),
          registrar({.limits = {.max_expires = 100'000'000s}}, clock, storage, at, random, access) {
        REQUIRE(registrar.start());
    }
};

/// A phone, its registrar and what was sent between them.
struct scene {
    manual_clock clock;
    network_type network{clock};
    hash_storage storage, storage_of_other;
    std::unique_ptr<node> home = std::make_unique<node>(1, clock, storage, network.host("192.0.2.100"));
    node other{2, clock, storage_of_other, network.host("192.0.2.101")};
    listener phone{network.host("192.0.2.1")};
    listener neighbour{network.host("192.0.2.66")}; ///< in the same network
    listener stranger{network.host("198.51.100.66")};
    digest_client alice;
    std::vector<std::string> seen; ///< that the phone sent
    unsigned number = 0;

    /// Sends, and lets everybody hear.
    auto send(listener& by, std::string_view bytes, node& to) -> std::string {
        by.heard.clear();
        REQUIRE(by.host.send({.remote = to.host.at()}, bytes));
        REQUIRE(network.settle());
        return by.heard.empty() ? std::string{} : by.heard.back();
    }

    /// Lets the phone ask for something, and answer the challenge if there is one.
    auto asks(const request& what) -> status {
        reply answer;
        for (int tries = 0; tries < 3; ++tries) {
            const auto bytes =
                (alice.nonce.empty() ? what : what.with("Authorization", alice.credentials())).text(++number);
            seen.push_back(bytes);
            answer = {{}, {}, send(phone, bytes, *home)};
            if (answer.status() != status::unauthorized) break;
            alice.hears(answer);
        }
        return answer.status();
    }

    [[nodiscard]] auto record(hash_storage& of, std::string_view user) -> std::string {
        std::string bytes;
        (void)of.update(aor_view{user, "example.com"}, [&bytes](record_view record) {
            bytes = record.bytes();
            return record_update{};
        });
        return bytes;
    }
    [[nodiscard]] auto records() -> std::string {
        return record(storage, "alice") + "|" + record(storage, "bob") + "|" + record(storage_of_other, "alice") + "|" +
               record(storage_of_other, "bob");
    }
};

/// What the attacker does to a message: each of it, or not.
class forger {
public:
    explicit forger(std::uint64_t seed) : random_{seed} {}

    [[nodiscard]] auto below(std::uint64_t end) -> std::uint64_t { return random_.next() % end; }

    auto forge(std::string text) -> std::string {
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 13> changes{
            {{"To: <sip:alice@", "To: <sip:bob@"},
             {"username=\"alice\"", "username=\"bob\""},
             {"Contact: <sip:", "Contact: <sip:evil"},
             {"Expires: ", "Expires: 1"},
             {"Expires: 5", "Expires: 0;was=5"},
             {"nc=00000", "nc=00001"},
             {"uri=\"sip:example.com\"", "uri=\"sip:example.com:5060\""},
             {"REGISTER sip:example.com", "REGISTER sip:example.com:5060"},
             {" REGISTER\r\n", "1 REGISTER\r\n"},
             {"branch=z9hG4bK", "branch=z9hG4bKx"},
             {"Call-ID: ", "Call-ID: x"},
             {"algorithm=MD5", "algorithm=SHA-256"},
             {"Max-Forwards: 70", "Max-Forwards: 69"}}};
        for (auto times = below(4); times > 0; --times) {
            const auto& [from, to] = changes[below(changes.size())];
            if (const auto at = text.find(from); at != text.npos) text.replace(at, from.size(), to);
        }
        if (below(10) == 0) text += "a body";
        return text;
    }

private:
    seeded_random random_;
};

#ifdef __OPTIMIZE__
constexpr int rounds = 6'000;
#else
constexpr int rounds = 1'500;
#endif

TEST_CASE("nothing that is sent again changes a binding, however it is altered, whoever sends it, and when") {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        scene w;
        forger mallory{seed};
        unsigned let_in = 0;
        for (int round = 0; round < rounds; ++round) {
            if (mallory.below(4) == 0 || w.seen.empty()) {
                const auto contact =
                    "<sip:" + std::string(1, static_cast<char>('a' + mallory.below(3))) + "@192.0.2.1>";
                if (mallory.below(3) == 0) w.alice.nonce.clear(); // a phone that asks for a new one
                REQUIRE(w.asks(alice_registers(contact, mallory.below(4) == 0 ? 0s : 50'000'000s)) == status::ok);
            }
            if (mallory.below(20) == 0) w.network.run_for(std::chrono::seconds{mallory.below(4000)});
            if (mallory.below(50) == 0) // whoever starts again forgets its nonces, and keeps the bindings
                w.home.reset(),
                    w.home = std::make_unique<node>(100 + round, w.clock, w.storage, w.network.host("192.0.2.100"));
            const auto recent = std::min<std::uint64_t>(w.seen.size(), 6);
            const auto number =
                mallory.below(3) == 0 ? mallory.below(w.seen.size()) : w.seen.size() - 1 - mallory.below(recent);
            const auto text = mallory.forge(w.seen[number]);
            const std::array<listener*, 3> places{&w.phone, &w.neighbour, &w.stranger};
            const auto before = w.records();
            const auto answer = w.send(*places[mallory.below(3)], text, mallory.below(3) == 0 ? w.other : *w.home);
            let_in += answer.starts_with("SIP/2.0 200 ") ? 1U : 0U;
            const bool same = w.records() == before;
            CHECK(same);
            if (!same) {
                MESSAGE(text, "\nheard: ", answer);
                return;
            }
        }
        CHECK(let_in > 0); // repeats are answered: the rounds are not all refused for a trifle
    }
}

TEST_CASE("a captured REGISTER is worth nothing at another node, nor after a restart") {
    scene w;
    REQUIRE(w.asks(alice_registers("<sip:a@192.0.2.1>", 50'000s)) == status::ok);
    const auto captured = w.seen.back();
    const auto at_other = w.send(w.phone, captured, w.other);
    CHECK(at_other.starts_with("SIP/2.0 401 "));
    CHECK(at_other.find("stale=true") != std::string::npos);
    hash_storage lost; // with the bindings of before
    w.home.reset();
    w.home = std::make_unique<node>(9, w.clock, lost, w.network.host("192.0.2.100"));
    const auto after = w.send(w.phone, captured, *w.home);
    CHECK(after.starts_with("SIP/2.0 401 "));
    CHECK(after.find("stale=true") != std::string::npos);
    CHECK(w.record(lost, "alice").empty());
    CHECK(w.asks(alice_registers("<sip:a@192.0.2.1>", 50'000s)) == status::ok);
    w.home.reset();
}

} // namespace attacker_test
