// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/testing/transport_laws.hpp>

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/transport/simulated_network.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace transport_laws_test {

using namespace sipwhere;
using network = simulated_network<manual_clock>;

/// A host of a simulated network; the faulty ones below do one thing otherwise.
struct sound {
    network::host_transport& host;

    [[nodiscard]] auto listen(receiver_ref to) -> result<void> { return host.listen(to); }
    void stop() { host.stop(); }
    [[nodiscard]] auto send(const flow& flow, std::string_view bytes) -> bool { return host.send(flow, bytes); }
    [[nodiscard]] auto is_own(const endpoint& end) const -> bool { return host.is_own(end); }
};

/// Returns: the laws that a transport is said not to keep.
template <typename Transport>
[[nodiscard]] auto broken_by() -> std::set<std::string> {
    manual_clock clock;
    network net{clock};
    Transport one{{net.host("192.0.2.1")}};
    Transport other{{net.host("192.0.2.2")}};
    std::set<std::string> laws;
    const auto end_of = [](const Transport& of) { return of.host.at(); };
    const auto run = [&] { net.run_for(std::chrono::milliseconds{10}); };
    const auto note = [&](const testing::breach& found) { laws.emplace(found.law); };
    const auto breaches = testing::check_transport_laws<Transport>(one, other, end_of, run, note);
    CHECK((breaches == 0) == laws.empty());
    return laws;
}

template <typename Transport>
[[nodiscard]] auto breaks(const char* law) -> bool {
    return broken_by<Transport>().count(law) == 1;
}

TEST_CASE("a simulated host keeps the laws of a transport") { CHECK(broken_by<sound>().empty()); }

struct wakeful : sound {
    void wake() noexcept { host.wake(); }
};
struct asleep : sound {
    void wake() noexcept {}
};
struct startled : sound {
    receiver_ref woken{};

    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        woken = to;
        return sound::listen(to);
    }
    void wake() noexcept { (void)woken.tick(); }
};

TEST_CASE("a transport that has wake ticks soon after it, and not meanwhile") {
    CHECK(broken_by<wakeful>().empty());
    CHECK(breaks<asleep>("tick is called soon after wake"));
    CHECK(breaks<startled>("the receiver is never called from inside wake"));
}

struct deaf : sound {
    [[nodiscard]] auto listen(receiver_ref) -> result<void> { return fail(errc::address_in_use); }
};
struct hasty : sound {
    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        (void)to.tick();
        return sound::listen(to);
    }
};
struct timeless : sound {
    struct without_ticks {
        receiver_ref to;
        void receive(std::span<const datagram> arrived) { to.receive(arrived); }
        auto tick() -> std::chrono::milliseconds { return std::chrono::milliseconds{1}; }
    };
    std::optional<without_ticks> between{};

    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        return sound::listen(receiver_ref{between.emplace(without_ticks{to})});
    }
};
struct lazy : sound {
    struct with_one_tick {
        receiver_ref to;
        void receive(std::span<const datagram> arrived) { to.receive(arrived); }
        auto tick() -> std::chrono::milliseconds {
            (void)to.tick();
            return std::chrono::hours{1};
        }
    };
    std::optional<with_one_tick> between{};

    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        return sound::listen(receiver_ref{between.emplace(with_one_tick{to})});
    }
};

TEST_CASE("a transport listens, and ticks from then on") {
    CHECK(breaks<deaf>("listen succeeds where nothing is in the way"));
    CHECK(breaks<hasty>("the receiver is never called from inside listen"));
    CHECK(breaks<timeless>("tick is called soon after listen"));
    CHECK(breaks<lazy>("tick is called as often as it asks for"));
}

struct echoing : sound {
    receiver_ref ear{};

    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        ear = to;
        return sound::listen(to);
    }
    [[nodiscard]] auto send(const flow& flow, std::string_view bytes) -> bool {
        (void)ear.tick();
        return sound::send(flow, bytes);
    }
};
struct jammed : sound {
    [[nodiscard]] auto send(const flow&, std::string_view) -> bool { return false; }
};
struct cutting : sound {
    [[nodiscard]] auto send(const flow& flow, std::string_view bytes) -> bool {
        return sound::send(flow, bytes.substr(0, 1000));
    }
};
struct repeating : sound {
    [[nodiscard]] auto send(const flow& flow, std::string_view bytes) -> bool {
        return sound::send(flow, bytes) && sound::send(flow, bytes);
    }
};
TEST_CASE("a transport sends what it is given, once, and does not call back meanwhile") {
    CHECK(breaks<echoing>("send never calls the receiver"));
    CHECK(breaks<jammed>("send takes a datagram that can be sent"));
    CHECK(breaks<cutting>("each datagram arrives once, whole and unchanged"));
    CHECK(breaks<repeating>("each datagram arrives once, whole and unchanged"));
}

struct misleading : sound {
    struct with_another_source {
        receiver_ref to;
        void receive(std::span<const datagram> arrived) {
            for (auto one : arrived) {
                one.from.remote.port = 9;
                to.receive({&one, 1});
            }
        }
        auto tick() -> std::chrono::milliseconds { return to.tick(); }
    };
    std::optional<with_another_source> between{};

    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        return sound::listen(receiver_ref{between.emplace(with_another_source{to})});
    }
};
struct answering_elsewhere : sound {
    struct with_another_answerer {
        receiver_ref to;
        void receive(std::span<const datagram> arrived) {
            for (auto one : arrived) {
                if (one.bytes == "answer") one.from.remote.port = 9;
                to.receive({&one, 1});
            }
        }
        auto tick() -> std::chrono::milliseconds { return to.tick(); }
    };
    std::optional<with_another_answerer> between{};

    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        return sound::listen(receiver_ref{between.emplace(with_another_answerer{to})});
    }
};
struct owns_all : sound {
    [[nodiscard]] auto is_own(const endpoint&) const -> bool { return true; }
};
struct owns_nothing : sound {
    [[nodiscard]] auto is_own(const endpoint&) const -> bool { return false; }
};

TEST_CASE("a transport knows where a datagram came from, and its own address") {
    CHECK(breaks<misleading>("a datagram tells where it came from"));
    CHECK(breaks<misleading>("an answer goes back the way its request came"));
    CHECK(breaks<answering_elsewhere>("an answer leaves from the address its request came to"));
    CHECK(breaks<owns_all>("is_own knows that another's address is not its own"));
    CHECK(breaks<owns_nothing>("is_own knows a transport's own address"));
}

struct silent_while_receiving : sound {
    struct with_a_lock {
        receiver_ref to;
        bool is_receiving = false;
        void receive(std::span<const datagram> arrived) {
            is_receiving = true;
            to.receive(arrived);
            is_receiving = false;
        }
        auto tick() -> std::chrono::milliseconds { return to.tick(); }
    };
    std::optional<with_a_lock> between{};

    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        return sound::listen(receiver_ref{between.emplace(with_a_lock{to})});
    }
    [[nodiscard]] auto send(const flow& flow, std::string_view bytes) -> bool {
        return !between->is_receiving && sound::send(flow, bytes);
    }
};

TEST_CASE("a transport sends from inside receive too") {
    CHECK(breaks<silent_while_receiving>("a receiver may send while it receives"));
}

struct endless : sound {
    void stop() {}
};

TEST_CASE("a transport that has stopped calls nobody") { CHECK(breaks<endless>("nothing is called after stop")); }

} // namespace transport_laws_test
