// SPDX-License-Identifier: BSL-1.0
#include <support/asio_peer.hpp>
#include <support/asio_threads.hpp>
#include <support/at_once.hpp>
#include <support/request.hpp>

#include <sipwhere/observer/counting_observer.hpp>
#include <sipwhere/sipwhere.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

/// Transports over Asio that several threads run.
namespace {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::asio_peer;
using sipwhere_test::at_once;
using sipwhere_test::call_at;
using sipwhere_test::in_executor;
using sipwhere_test::in_pool;
using sipwhere_test::in_strand;

template <typename Transport, typename Threads>
struct setting {
    using transport = Transport;
    using threads = Threads;
};
using plain_in_pool = setting<asio_udp_transport, in_pool>;
using plain_in_executor = setting<asio_udp_transport, in_executor>;
using plain_in_strand = setting<asio_udp_transport, in_strand>;
using batched_in_pool = setting<asio_batched_udp_transport, in_pool>;
using batched_in_strand = setting<asio_batched_udp_transport, in_strand>;

/// Guards nothing, and knows whether two threads were in it at once.
struct unguarded {
    std::atomic<int> inside = 0;
    std::atomic<unsigned> overlaps = 0;
    unsigned uses = 0;
    std::size_t received = 0;
    unsigned ticks = 0;
    bool is_stopped = true;
    unsigned late = 0; ///< calls after stop
    std::atomic<unsigned> said = 0;
    std::atomic<unsigned> seen = 0; ///< of what was said before it was woken

    void use() {
        if (inside.fetch_add(1) != 0) ++overlaps;
        ++uses;
        std::this_thread::yield();
        inside.fetch_sub(1);
    }
    void receive(std::span<const datagram> arrived) {
        use();
        received += arrived.size();
        late += is_stopped ? 1 : 0;
    }
    auto tick() -> std::chrono::milliseconds {
        use();
        ++ticks;
        late += is_stopped ? 1 : 0;
        seen = said.load();
        return 1h;
    }
};

/// An unguarded receiver at three listeners of a transport that several threads run.
template <typename Setting>
struct crossroads {
    typename Setting::threads threads{};
    unguarded receiver{};
    std::optional<typename Setting::transport> transport{std::in_place, threads.where(), "127.0.0.1", std::uint16_t{0}};

    crossroads() {
        transport->add("127.0.0.2", 0);
        transport->add("127.0.0.3", 0);
    }
    crossroads(const crossroads&) = delete;
    auto operator=(const crossroads&) -> crossroads& = delete;
    ~crossroads() {
        if (transport) stop();
        threads.join();
    }

    [[nodiscard]] auto begin() -> bool {
        return call_at(*transport, [this] {
            receiver.is_stopped = false;
            return static_cast<bool>(transport->listen(receiver_ref{receiver}));
        });
    }
    void stop() {
        call_at(*transport, [this] {
            transport->stop();
            receiver.is_stopped = true;
        });
    }

    /// Returns: the endpoints of the listeners.
    [[nodiscard]] auto ends() {
        return call_at(*transport, [this] {
            const auto all = transport->endpoints();
            return std::vector<endpoint>(all.begin(), all.end());
        });
    }

    /// Returns: whether a condition on the receiver came true within 5 s.
    template <typename Condition>
    [[nodiscard]] auto comes_to(Condition condition) -> bool {
        const auto end = std::chrono::steady_clock::now() + 5s;
        while (std::chrono::steady_clock::now() < end) {
            if (call_at(*transport, [&] { return condition(receiver); })) return true;
            std::this_thread::yield();
        }
        return false;
    }
};

/// Returns: a REGISTER of this user, as a phone sends it that knows nothing of its address.
[[nodiscard]] auto registers(const std::string& user, unsigned number) -> std::string {
    const auto aor = "<sip:" + user + "@example.com>";
    return sipwhere_test::request{}
        .with("Via", "SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK" + user + "{n}")
        .with("From", aor + ";tag=1")
        .with("To", aor)
        .with("Call-ID", user)
        .with("Contact", "<sip:" + user + "@192.0.2.1>")
        .text(number);
}

} // namespace

TEST_CASE_TEMPLATE("a registrar in a program of many threads serves phones, and answers who asks where it runs",
                   Setting, plain_in_pool, plain_in_executor, plain_in_strand, batched_in_pool, batched_in_strand) {
    constexpr std::size_t phones = 3;
    constexpr unsigned requests = 100;
    typename Setting::threads threads;
    steady_clock clock;
    hash_storage storage;
    counting_observer counts;
    typename Setting::transport transport{threads.where(), "127.0.0.1", 0};
    basic_registrar registrar{{.domains = {"example.com"}}, clock, storage, transport, counts};
    REQUIRE(registrar.start());
    const auto server = call_at(transport, [&] { return transport.endpoints()[0]; });

    std::deque<asio::io_context> loops(phones);
    std::deque<asio_peer> peers;
    for (auto& loop : loops) peers.emplace_back(loop);
    std::atomic<std::size_t> working = phones;
    std::array<unsigned, phones> answered{};
    std::size_t wrong = 0, asked = 0;
    at_once(phones + 2, [&](std::size_t number) {
        if (number < phones) {
            auto& peer = peers[number];
            for (unsigned i = 0; i < requests; ++i) {
                const auto text = registers("phone" + std::to_string(number), i + 1);
                if (!peer.sends(server, text) || !peer.receives(i + 1)) break;
                answered[number] += peer.received.messages.back().bytes.starts_with("SIP/2.0 200 ") ? 1 : 0;
            }
            --working;
        } else if (number == phones) {
            while (working != 0) transport.wake();
        } else {
            while (working != 0 || asked == 0) {
                const auto contact = "<sip:gate@192.0.2." + std::to_string(asked % 200) + ">";
                const bool fine = call_at(transport, [&] {
                    const auto added = registrar.add("sip:gate@example.com", contact);
                    const auto found = registrar.query("sip:gate@example.com", [](const binding_view&) {});
                    const auto removed = registrar.remove("sip:gate@example.com");
                    return added && found && *found == 1 && removed && *removed == 1;
                });
                wrong += fine ? 0 : 1;
                ++asked;
            }
        }
    });

    const auto bound = call_at(transport, [&] {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < phones; ++i) {
            const auto found = registrar.query("sip:phone" + std::to_string(i) + "@example.com", [](const auto&) {});
            sum += found ? *found : 0;
        }
        registrar.stop();
        return sum;
    });
    threads.join();
    for (const auto count : answered) CHECK(count == requests);
    CHECK(bound == phones);
    CHECK(wrong == 0);
    CHECK(counts.count(change::created) == phones + asked);
    CHECK(counts.count(change::refreshed) == phones * (requests - 1));
}

TEST_CASE_TEMPLATE("what a transport calls, and what is dispatched to its executor, runs one at a time", Setting,
                   plain_in_pool, plain_in_executor, plain_in_strand, batched_in_pool, batched_in_strand) {
    constexpr unsigned rounds = 300;
    crossroads<Setting> roads;
    REQUIRE(roads.begin());
    const auto ends = roads.ends();
    std::deque<asio::io_context> loops(ends.size());
    std::deque<asio_peer> peers;
    for (auto& loop : loops) peers.emplace_back(loop);
    std::array<unsigned, 3> sent{};

    at_once(ends.size() + 2, [&](std::size_t number) {
        for (unsigned i = 0; i < rounds; ++i) {
            if (number < ends.size()) sent[number] += peers[number].sends(ends[number], "x") ? 1 : 0;
            else if (number == ends.size()) roads.transport->wake();
            else call_at(*roads.transport, [&] { roads.receiver.use(); });
        }
    });

    CHECK(roads.comes_to([&](const unguarded& at) { return at.received == sent[0] + sent[1] + sent[2]; }));
    CHECK(roads.comes_to([&](const unguarded& at) { return at.uses >= rounds + at.ticks; }));
    CHECK(roads.receiver.overlaps == 0);
}

TEST_CASE_TEMPLATE("what was said before wake is seen by a tick soon after it", Setting, plain_in_pool,
                   plain_in_executor, plain_in_strand, batched_in_pool, batched_in_strand) {
    constexpr std::size_t threads = 3;
    constexpr unsigned rounds = 2000;
    crossroads<Setting> roads;
    REQUIRE(roads.begin());

    at_once(threads, [&](std::size_t) {
        for (unsigned i = 0; i < rounds; ++i) {
            ++roads.receiver.said;
            roads.transport->wake();
        }
    });

    CHECK(roads.comes_to([&](const unguarded& at) { return at.seen == threads * rounds; }));
    call_at(*roads.transport, [&] { CHECK(roads.receiver.ticks <= threads * rounds + 1); });
}

TEST_CASE_TEMPLATE("a transport that is stopped and listens again, on several threads, calls nobody meanwhile", Setting,
                   plain_in_pool, plain_in_strand, batched_in_pool, batched_in_strand) {
    constexpr unsigned rounds = 40;
    crossroads<Setting> roads;
    asio::io_context loop;
    asio_peer peer{loop};
    std::atomic<bool> is_over = false;
    unsigned begun = 0;
    at_once(2, [&](std::size_t number) {
        while (number == 1 && !is_over) roads.transport->wake();
        if (number == 1) return;
        for (unsigned i = 0; i < rounds && roads.begin(); ++i) {
            const auto ends = roads.ends();
            for (unsigned n = 0; n < 10; ++n) (void)peer.sends(ends[n % ends.size()], "x");
            const auto ticks = call_at(*roads.transport, [&] { return roads.receiver.ticks; });
            begun += i % 2 != 0 || roads.comes_to([&](const unguarded& at) { return at.ticks > ticks; }) ? 1 : 0;
            roads.stop();
        }
        is_over = true;
    });

    CHECK(begun == rounds);
    call_at(*roads.transport, [&] {
        CHECK(roads.receiver.late == 0);
        CHECK(roads.receiver.overlaps == 0);
    });
}

TEST_CASE_TEMPLATE("listen may be called on a thread of its own, while others wake the transport", Setting,
                   plain_in_pool, plain_in_strand, batched_in_pool, batched_in_strand) {
    for (unsigned round = 0; round < 20; ++round) {
        crossroads<Setting> roads;
        roads.receiver.is_stopped = false;
        bool listens = false;
        std::atomic<bool> is_over = false;
        at_once(2, [&](std::size_t number) {
            while (number == 1 && !is_over) roads.transport->wake();
            if (number == 1) return;
            listens = static_cast<bool>(roads.transport->listen(receiver_ref{roads.receiver}));
            is_over = true;
        });
        CHECK(listens);
        CHECK(roads.comes_to([](const unguarded& at) { return at.ticks > 0; }));
    }
}

TEST_CASE_TEMPLATE("a receiver may destroy its transport while several threads have its handlers", Setting,
                   plain_in_pool, plain_in_strand, batched_in_pool, batched_in_strand) {
    struct destroyer : unguarded {
        std::optional<typename Setting::transport>* transport = nullptr;
        std::atomic<bool> has_destroyed = false;
        void receive(std::span<const datagram> arrived) {
            unguarded::receive(arrived);
            is_stopped = true;
            transport->reset();
            has_destroyed = true;
        }
    };
    for (unsigned round = 0; round < 20; ++round) {
        destroyer receiver;
        crossroads<Setting> roads;
        receiver.transport = &roads.transport;
        receiver.is_stopped = false;
        REQUIRE(roads.transport->listen(receiver_ref{receiver}));
        const auto ends = roads.ends();
        asio::io_context loop;
        asio_peer peer{loop};
        for (unsigned n = 0; n < 9; ++n) REQUIRE(peer.sends(ends[n % ends.size()], "x"));

        CHECK(sipwhere_test::run_until(loop, [&] { return receiver.has_destroyed.load(); }));
        roads.threads.join();
        CHECK(receiver.late == 0);
        CHECK(receiver.overlaps == 0);
    }
}
