// SPDX-License-Identifier: BSL-1.0
//
// What becomes of bindings when their connection ends (RFC 5626 §7), and what is asked of a stream (RFC 3261 §18.3).

#include <sipwhere/registrar/basic_registrar.hpp>

#include <support/slow_world.hpp>
#include <support/world.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace connections_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

[[nodiscard]] auto by(std::uint32_t connection, protocol over = protocol::tcp) -> flow {
    return {.remote = at("192.0.2.1", 40000),
            .local = at("192.0.2.100"),
            .over = over,
            .connection = connection,
            .epoch = 1};
}

/// A REGISTER as it comes over a stream.
[[nodiscard]] auto registers(std::string_view contact) -> request {
    return alice_registers(contact).with("Content-Length", "0");
}

/// A world whose phone comes over a connection.
template <typename World = world>
struct connected : World {
    explicit connected(protocol over = protocol::tcp, const settings& config = {}) : World(config) {
        this->flow = by(1, over);
    }
    void comes_by(std::uint32_t connection) { this->flow = by(connection, this->flow.over); }
    void loses(std::uint32_t connection) { this->transport.receiver->closed(by(connection, this->flow.over)); }
    [[nodiscard]] auto bound_now(std::string_view user = "alice") -> std::string {
        std::string all;
        (void)this->registrar.query("sip:" + std::string{user} + "@example.com",
                                    [&](const binding_view& each) { all.append(each.uri).append(" "); });
        return all;
    }
};

constexpr std::string_view own = "sip:a@192.0.2.1:40000";

TEST_CASE("a binding goes when the connection ends that it can be reached by alone (RFC 5626 §7)") {
    connected w;
    CHECK(w.sends(registers(own)).status() == status::ok);
    (void)w.observer.take_log();
    w.loses(2);
    CHECK(w.observer.take_log().empty());
    w.loses(1);
    CHECK(w.observer.take_log() == "removed sip:a@192.0.2.1:40000\n");
    CHECK(w.observer.changes.back().event.is_last);
    CHECK(w.bound_now().empty());
    w.loses(1);
    CHECK(w.observer.take_log().empty());
}

TEST_CASE("of other bindings of the same user nothing changes") {
    connected w;
    w.sends(registers(own));
    w.sends(registers("sip:other@198.51.100.7"));
    w.comes_by(2);
    w.sends(registers("sip:third@10.1.1.1").with("Call-ID", "third"));
    w.loses(1);
    CHECK(w.bound_now() == "sip:other@198.51.100.7 sip:third@10.1.1.1 ");
}

TEST_CASE("a phone that has come back by another connection stays bound when the old one ends (RFC 5626 §6)") {
    connected w{protocol::ws};
    const auto asked = registers("<sip:a@abc.invalid;transport=ws>");
    w.sends(asked);
    w.comes_by(2);
    w.sends(asked);
    w.loses(1);
    CHECK(w.bound_now() == "sip:a@abc.invalid;transport=ws ");
    w.loses(2);
    CHECK(w.bound_now().empty());
}

TEST_CASE("each refresh says anew whether its binding goes with the connection") {
    connected w;
    w.sends(registers(own));
    w.sends(registers(own).also("Via", "SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKx")); // by way of a proxy
    w.loses(1);
    CHECK(w.bound_now() == std::string{own} + " ");
    w.sends(registers(own));
    w.loses(1);
    CHECK(w.bound_now().empty());
}

TEST_CASE("a connection that has the number and the ends of one before it is another one") {
    connected w;
    w.sends(registers(own));
    w.flow.epoch = 2;
    w.sends(registers(own));
    w.loses(1);
    CHECK(w.bound_now() == std::string{own} + " ");
}

TEST_CASE("a connection that ends takes the bindings of all users who came by it") {
    connected w;
    for (int i = 0; i < 1000; ++i)
        w.sends(as_user("user" + std::to_string(i), registers(own)).with("Call-ID", std::to_string(i)));
    (void)w.observer.take_log();
    w.loses(1);
    std::size_t ticks = 0;
    while (w.transport.receiver->tick() <= 1ms && ticks < 100) ++ticks;
    CHECK(ticks >= 1000 / 64 - 1); // some at a time, so that others have their turn
    CHECK(w.observer.changes.size() == 2000);
    CHECK(w.bound_now("user0").empty());
    CHECK(w.bound_now("user999").empty());
}

TEST_CASE("a phone that a push can wake stays bound without its connection (RFC 8599 §5.2)") {
    connected w;
    const std::string pushed = "sip:a@192.0.2.1:40000;pn-provider=acme;pn-prid=xyz";
    w.sends(registers("<" + pushed + ">"));
    (void)w.observer.take_log();
    w.loses(1);
    CHECK(w.bound_now() == pushed + " ");
    CHECK(w.observer.take_log().empty());
    flow source;
    (void)w.registrar.query("sip:alice@example.com", [&](const binding_view& each) { source = each.source; });
    CHECK(source.connection == 0);
    CHECK(source.remote == at("192.0.2.1", 40000));
}

TEST_CASE("the repeat of a REGISTER whose connection has ended does not bring its binding back (RFC 3261 §17.2)") {
    connected w;
    const auto asked = w.write(registers(own));
    CHECK(w.sends(asked).status() == status::ok);
    w.loses(1);
    w.comes_by(2);
    const auto answer = w.sends(asked);
    CHECK(answer.status() == status::ok);
    CHECK(answer.uris().empty());
    CHECK(w.bound_now().empty());
}

TEST_CASE("a phone that comes back after its connection ended is bound again with its old Call-ID") {
    connected w;
    w.sends(registers(own));
    w.loses(1);
    w.comes_by(2);
    CHECK(w.sends(registers(own)).uris() == own);
    CHECK(w.observer.changes.back().event.is_first);
}

TEST_CASE("stopping the registrar takes no binding") {
    connected w;
    w.sends(registers(own));
    w.registrar.stop();
    CHECK(w.bound_now() == std::string{own} + " ");
}

/// A storage that fails when it is told to.
struct moody_storage : hash_storage {
    bool fails = false;
    auto update(const aor_view& key, record_job job) -> outcome {
        return fails ? outcome::failed : hash_storage::update(key, job);
    }
    auto update(const aor_view& key, std::uint64_t hash, record_job job) -> outcome {
        return fails ? outcome::failed : hash_storage::update(key, hash, job);
    }
};

TEST_CASE("what a storage fails to remove is removed when it works again") {
    connected<basic_world<moody_storage>> w;
    w.sends(registers(own));
    w.storage.fails = true;
    w.loses(1);
    CHECK(w.transport.receiver->tick() > 1ms);
    CHECK(w.bound_now() == std::string{own} + " ");
    w.storage.fails = false;
    (void)w.transport.receiver->tick(); // too soon to try again
    CHECK(w.bound_now() == std::string{own} + " ");
    w.clock.advance(1s);
    (void)w.transport.receiver->tick();
    CHECK(w.bound_now().empty());
}

/// A storage for a registrar that can note three bindings of connections, and their connections.
struct narrow_storage : hash_storage {
    struct memory : heap_memory {
        static constexpr std::size_t of_connections = 4;
        template <typename T>
        using connection_pool = chunked_pool<T, of_connections>;
    };
};

TEST_CASE("who can't be noted is told to come later, and nothing changes") {
    connected<basic_world<narrow_storage>> w;
    for (const auto* const name : {"alice", "bob", "carol"})
        CHECK(w.sends(as_user(name, registers(own)).with("Call-ID", name)).status() == status::ok);
    const auto answer = w.sends(as_user("dave", registers(own)).with("Call-ID", "dave"));
    CHECK(answer.status() == status::service_unavailable);
    CHECK(answer.field("Retry-After") == "60");
    CHECK(w.bound_now("dave").empty());
    CHECK(w.sends(as_user("alice", registers(own)).with("Call-ID", "alice")).status() == status::ok);
    const auto going = as_user("dave", alice_registers(own, 0s)).with("Content-Length", "0").with("Call-ID", "dave");
    CHECK(w.sends(going).status() == status::ok); // which asks for nothing that would have to be noted
    w.loses(1);
    CHECK(w.sends(as_user("dave", registers(own)).with("Call-ID", "dave")).status() == status::ok);
}

TEST_CASE("connections of a run before are forgotten, so that they take no place when it has begun again") {
    connected<basic_world<narrow_storage>> w;
    for (std::uint32_t i = 1; i <= 20; ++i) {
        w.comes_by(i);
        CHECK(w.sends(registers(own)).status() == status::ok);
        w.registrar.stop();
        CHECK(w.bound_now() == std::string{own} + " ");
        REQUIRE(w.registrar.start());
    }
    w.loses(20); // of the run before
    CHECK(w.bound_now() == std::string{own} + " ");
}

TEST_CASE("a request that a policy has resumed when its connection ended binds nothing") {
    slow_world<> w{{}, {.at_once = 1}, {}};
    w.from = by(1);
    w.sends(registers(own));
    w.access.answer_due(w.clock.now()); // and the registrar has not heard it yet
    w.registrar.closed(by(1));
    w.settle();
    CHECK(w.stored().empty());
    CHECK(w.observer.take_log() == "forgotten\n");
    w.from = by(2);
    w.sends(registers(own));
    w.settle();
    CHECK(w.stored() == own);
}

TEST_CASE("over a storage that answers later a lost binding goes when the storage has done it") {
    slow_world<> w;
    w.from = by(1);
    w.sends(registers(own));
    w.settle();
    CHECK(w.stored() == own);
    (void)w.observer.take_log();
    w.registrar.closed(by(1));
    CHECK(w.stored() == own);
    w.settle();
    CHECK(w.observer.take_log() == "removed sip:a@192.0.2.1:40000\n");
    CHECK(w.stored().empty());
}

TEST_CASE("a binding whose connection ends while it is being stored goes when that is done") {
    slow_world<> w{{}, {.max_delay = 500ms}};
    w.from = by(1);
    w.sends(registers(own));
    w.registrar.closed(by(1));
    for (int i = 0; i < 20; ++i) {
        w.clock.advance(100ms);
        w.turn();
    }
    w.settle();
    CHECK(w.stored().empty());
}

TEST_CASE("with many more lost bindings than may wait for a storage, all go in the end") {
    slow_world<> w; // in which three may wait
    w.from = by(1);
    for (int i = 0; i < 50; ++i) {
        w.sends(as_user("user" + std::to_string(i), registers(own)));
        w.settle();
    }
    CHECK(w.stored("user49") == own);
    w.registrar.closed(by(1));
    CHECK(w.sends(as_user("other", registers("sip:other@10.0.0.1"))).kind == handling::parked); // there is a place left
    for (int i = 0; i < 60; ++i) w.settle();
    for (int i = 0; i < 50; ++i) CHECK(w.stored("user" + std::to_string(i)).empty());
}

TEST_CASE("what a slow storage fails to remove is tried again") {
    slow_world<> w{{}, {.failure = 0.5}};
    w.from = by(1);
    for (int i = 0; i < 20; ++i) {
        w.sends(as_user("user" + std::to_string(i), registers(own)));
        w.settle();
    }
    w.registrar.closed(by(1));
    for (int i = 0; i < 200; ++i) {
        w.clock.advance(1s);
        w.settle();
    }
    const auto& log = w.observer.log;
    CHECK(log.find("created") != std::string::npos);
    CHECK(log.find("rejected 500") != std::string::npos);
    for (int i = 0; i < 20; ++i) CHECK(w.stored("user" + std::to_string(i)).empty());
}

TEST_CASE("a request in a stream has to say how long its body is; it may say nothing elsewhere (R3261-18.3-d, "
          "R7118-5.2-a)") {
    for (const auto over : {protocol::tcp, protocol::tls}) {
        connected w{over};
        const auto answer = w.sends(alice_registers(own));
        CHECK(answer.status() == status::bad_request);
        CHECK(answer.reason() == "Content-Length Missing");
        CHECK(w.sends(registers(own)).status() == status::ok);
    }
    for (const auto over : {protocol::udp, protocol::ws, protocol::wss}) {
        connected w{over};
        CHECK(w.sends(alice_registers(own)).status() == status::ok);
    }
}

TEST_CASE("a WebSocket client that has no host to name is answered by its connection, and told no address (R7118-5-a, "
          "R7118-5.3-a)") {
    for (const auto* transport : {"WS", "WSS"}) {
        connected w{transport == std::string_view{"WS"} ? protocol::ws : protocol::wss};
        const auto via = std::string{"SIP/2.0/"} + transport + " df7jal23ls0d.invalid;branch=z9hG4bK{n}";
        const auto answer = w.sends(registers("<sip:a@df7jal23ls0d.invalid;transport=ws>").with("Via", via));
        CHECK(answer.status() == status::ok);
        CHECK(answer.flow == w.flow);
        CHECK(answer.field("Via").find("received") == std::string::npos);
        CHECK(answer.uris() == "sip:a@df7jal23ls0d.invalid;transport=ws");
        CHECK(w.sends(registers(own).with("Via", via + ";rport")).field("Via").find("received=192.0.2.1") !=
              std::string::npos);
    }
}

TEST_CASE("a binding keeps the flow by which its phone can be reached (R7118-5.5-a)") {
    connected w{protocol::wss};
    w.sends(registers("<sip:a@abc.invalid;transport=ws>"));
    flow source;
    (void)w.registrar.query("sip:alice@example.com", [&](const binding_view& each) { source = each.source; });
    CHECK(source == w.flow);
}

TEST_CASE("over a connection the answer goes by that, whatever Via names (R3581-4-e, R3261-18.2.2-a)") {
    connected w;
    const auto via = "SIP/2.0/TCP 198.51.100.9:7000;branch=z9hG4bK{n};rport;maddr=198.51.100.8;received=198.51.100.7";
    CHECK(w.sends(registers(own).with("Via", via)).flow == w.flow);
}

TEST_CASE("over a connection nothing is sent again but what is asked again, and that is the same (R7118-5-b)") {
    connected w{protocol::ws};
    const auto asked = w.write(registers(own));
    const auto first = w.sends(asked);
    CHECK(first.status() == status::ok);
    w.clock.advance(10s);
    (void)w.transport.receiver->tick();
    CHECK(w.transport.sent.size() == 1);
    CHECK(w.sends(asked).text == first.text);
}

TEST_CASE("a contact of sips that came in clear is refused, if the user chose so (RFC 5630 §5.1.1.1)") {
    const auto asked = registers("sips:a@192.0.2.1").starting("REGISTER sips:example.com SIP/2.0");
    for (const auto over : {protocol::udp, protocol::tcp, protocol::ws}) {
        connected w{over, {.sips_needs_tls = true}};
        const auto answer = w.sends(asked);
        CHECK(answer.status() == status::bad_request);
        CHECK(answer.reason() == "SIPS Contact Needs TLS");
        CHECK(w.sends(registers(own)).status() == status::ok);
        connected lenient{over};
        CHECK(lenient.sends(asked).status() == status::ok);
    }
    for (const auto over : {protocol::tls, protocol::wss}) {
        connected w{over, {.sips_needs_tls = true}};
        CHECK(w.sends(asked).status() == status::ok);
    }
}

TEST_CASE("the address that clients know is ours as well as the one where requests arrive") {
    world w{{.domains = {"example.com"}, .options_contact = true, .advertised = at("203.0.113.5").address}};
    const auto asked = alice_registers("sip:a@192.0.2.1")
                           .starting("REGISTER sip:203.0.113.5 SIP/2.0")
                           .with("To", "<sip:alice@203.0.113.5>");
    CHECK(w.sends(asked).status() == status::ok);
    CHECK(w.bound() == "sip:a@192.0.2.1");
    CHECK(w.sends(asked.starting("REGISTER sip:192.0.2.100 SIP/2.0")).status() == status::ok);
    CHECK(w.sends(asked.starting("REGISTER sip:203.0.113.6 SIP/2.0")).status() == status::not_found);
    CHECK(w.sends(request{"OPTIONS"}).field("Contact") == "<sip:203.0.113.5:5060>");
}

} // namespace connections_test
