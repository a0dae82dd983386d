// SPDX-License-Identifier: BSL-1.0
//
// Phones that come and go over connections that live and die. Two laws hold whatever happens: no binding outlives the
// end of its flow, once that is known, and none goes that was refreshed elsewhere (RFC 5626 §6, §7).

#include <reference/seeds.hpp>

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/hash_storage.hpp>
#include <sipwhere/testing/slow_storage.hpp>
#include <sipwhere/transport/simulated_network.hpp>
#include <sipwhere/transport/simulated_stream_transport.hpp>

#include <support/request.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flows_test {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::at;

using network_type = simulated_network<manual_clock>;
using stream_type = simulated_stream_transport<network_type>;

/// The connections, and a note of each that has ended.
struct tapped_streams {
    stream_type& inner;
    receiver_ref to{};
    std::vector<flow> ended{};

    auto listen(receiver_ref receiver) -> result<void> {
        to = receiver;
        return inner.listen(receiver_ref{*this});
    }
    void stop() { inner.stop(); }
    void wake() noexcept { inner.wake(); }
    auto send(const flow& way, std::string_view bytes) -> bool { return inner.send(way, bytes); }
    auto is_own(const endpoint& end) const -> bool { return inner.is_own(end); }

    void receive(std::span<const datagram> arrived) { to.receive(arrived); }
    auto tick() -> std::chrono::milliseconds { return to.tick(); }
    void closed(const flow& lost) {
        ended.push_back(lost);
        to.closed(lost);
    }
    [[nodiscard]] auto has_ended(const flow& way) const -> bool {
        for (const auto& each : ended)
            if (is_same_connection(each, way)) return true;
        return false;
    }
};

/// Notes which binding went although its connection had not ended.
struct mourner {
    tapped_streams& streams;
    std::string wrongly_removed{};
    unsigned removed = 0;

    void on(const binding_event& event) {
        if (event.kind != change::removed) return;
        ++removed;
        if (!event.binding.of_flow || !streams.has_ended(event.binding.source))
            wrongly_removed += std::string{event.aor.user} + " " + std::string{event.binding.uri} + "\n";
    }
    void on(const rejection_event&) {}
    void on(const traffic_event&) {}
};

/// Twelve phones of four users, each with a connection, or none.
template <typename Storage, typename... OfStorage>
struct town {
    manual_clock clock;
    network_type network{clock};
    stream_type streams;
    tapped_streams tapped{streams};
    Storage storage;
    seeded_random random{7};
    mourner observer{tapped};
    settings config{};
    basic_registrar<manual_clock, Storage, tapped_streams, seeded_random, open_access, mourner> registrar;
    xoshiro256 dice;
    std::map<unsigned, stream_type::stream*> phones;
    std::map<unsigned, unsigned> cseqs;
    std::uint16_t ports = 20'000;

    town(std::uint64_t seed, OfStorage&... of_storage)
        : streams(network, at("192.0.2.100"),
                  {.seed = seed, .min_delay = 1ms, .max_delay = 40ms, .idle_time = 100s, .user_timeout = 8s}),
          storage(of_storage...), registrar(config, clock, storage, tapped, random, observer), dice(seed) {
        REQUIRE(registrar.start());
    }

    [[nodiscard]] auto below(std::uint64_t end) -> std::uint64_t { return dice.next() % end; }

    [[nodiscard]] static auto host_of(unsigned phone) -> std::string {
        return "198.51.100." + std::to_string(phone + 1);
    }
    void connect(unsigned phone) { phones[phone] = &streams.connect(at(host_of(phone), ++ports)); }

    void registers(unsigned phone) {
        if (phones[phone] == nullptr || !phones[phone]->is_open()) connect(phone);
        auto& by = *phones[phone];
        const auto name = std::to_string(phone);
        const std::string own = host_of(phone) + ":" + std::to_string(by.at().port);
        const std::vector<std::string> contacts{"<sip:p" + name + "@" + own + ";transport=tcp>",
                                                "<sip:p" + name + "@10.0.0.1>;+sip.instance=\"<urn:uuid:" + name +
                                                    ">\";reg-id=1",
                                                "<sip:p" + name + "@10.0.0.2>",
                                                "<sip:p" + name + "@10.0.0.3;pn-provider=x;pn-prid=" + name +
                                                    ">;+sip.instance=\"<urn:uuid:" + name + ">\";reg-id=1"};
        const auto asked = sipwhere_test::as_user("user" + std::to_string(phone % 4), sipwhere_test::request{})
                               .with("Call-ID", "call" + name)
                               .with("Contact", contacts[(phone + below(8) / 7) % contacts.size()])
                               .with("Content-Length", "0");
        by.sends(asked.text(++cseqs[phone]));
    }

    void something_happens() {
        const auto phone = static_cast<unsigned>(below(12));
        auto* const by = phones[phone];
        switch (below(12)) {
        case 0: return connect(phone); // and its old connection goes on
        case 1:
            if (by != nullptr) by->close();
            break;
        case 2:
            if (by != nullptr) by->reset();
            break;
        case 3:
            if (by != nullptr) by->vanish();
            break;
        case 4:
            if (by != nullptr) by->cut();
            break;
        case 5:
            if (by != nullptr) by->heal();
            break;
        case 6: network.run_for(std::chrono::milliseconds{below(12'000)}); break;
        case 7:
            if (by != nullptr) by->sends("no SIP\r\n\r\n");
            break;
        default: registers(phone); break;
        }
        network.run_for(std::chrono::milliseconds{below(60)});
    }

    /// Returns: the bindings whose connection has ended, as it is known.
    [[nodiscard]] auto outliving() -> std::string {
        std::string all;
        for (unsigned user = 0; user < 4; ++user)
            (void)registrar.query("sip:user" + std::to_string(user) + "@example.com", [&](const binding_view& each) {
                if (each.of_flow && tapped.has_ended(each.source)) all.append(each.uri).append("\n");
            });
        return all;
    }
};

[[nodiscard]] auto of_seed(std::uint64_t seed, const std::string& what) -> std::string {
    return "seed " + std::to_string(seed) + ": " + what;
}

TEST_CASE("no binding outlives the known end of its flow, and none goes that was refreshed elsewhere") {
    unsigned removed = 0;
    for (std::uint64_t seed = 1; seed <= sipwhere_test::seeds(60); ++seed) {
        town<hash_storage> it{seed};
        for (int i = 0; i < 300; ++i) {
            it.something_happens();
            REQUIRE_MESSAGE(it.outliving().empty(), of_seed(seed, it.outliving()));
        }
        it.network.run_for(250s);
        REQUIRE_MESSAGE(it.observer.wrongly_removed.empty(), of_seed(seed, it.observer.wrongly_removed));
        removed += it.observer.removed;
    }
    CHECK(removed > 100);
}

TEST_CASE("the same holds over a storage that answers later and fails, as soon as it has done what it was asked") {
    unsigned removed = 0;
    for (std::uint64_t seed = 1; seed <= sipwhere_test::seeds(30); ++seed) {
        hash_storage inner;
        const testing::slow_options slow{.seed = seed, .max_delay = 300ms, .failure = 0.2};
        town<testing::slow_storage<hash_storage>, hash_storage, const testing::slow_options> it{seed, inner, slow};
        for (int i = 0; i < 200; ++i) it.something_happens();
        it.network.run_for(30s);
        for (int i = 0; i < 20 && !it.outliving().empty(); ++i) it.network.run_for(1s);
        REQUIRE_MESSAGE(it.outliving().empty(), of_seed(seed, it.outliving()));
        REQUIRE_MESSAGE(it.observer.wrongly_removed.empty(), of_seed(seed, it.observer.wrongly_removed));
        removed += it.observer.removed;
    }
    CHECK(removed > 50);
}

} // namespace flows_test
