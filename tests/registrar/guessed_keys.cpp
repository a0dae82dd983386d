// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registrar/guessed_keys.hpp>

#include <support/world.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace guessed_keys_test {

using namespace sipwhere;
using namespace sipwhere_test;

/// A store that says whether it gains by `prefetch`, and notes what it is asked for.
struct prefetching_storage : hash_storage {
    using hash_storage::update;

    bool gains = true;
    mutable std::string log;

    [[nodiscard]] auto gains_by_prefetch() const noexcept -> bool { return gains; }
    [[nodiscard]] auto hash_of(const aor_view& key) const -> std::uint64_t {
        if (key != aor_view{}) log.append("hashes ").append(key.user).append("@").append(key.domain).append("\n");
        return hash_storage::hash_of(key);
    }
    void prefetch(std::span<const std::uint64_t> hashes) const {
        log.append("prefetches ").append(std::to_string(hashes.size())).append("\n");
    }
    auto update(const aor_view& key, std::uint64_t hash, record_job job) -> outcome {
        CHECK(hash == hash_storage::hash_of(key));
        log.append("updates ").append(key.user).append("@").append(key.domain).append("\n");
        return hash_storage::update(key, hash, job);
    }
};
static_assert(has_prefetch<prefetching_storage>);

TEST_CASE("a batch is served whole and in order, its records prefetched in pieces of 32") {
    basic_world<prefetching_storage> w;
    const std::size_t size = 70, garbage = 10, options = 40;
    std::vector<std::string> batch, asked, answered;
    std::string hashed, updated, log;
    for (std::size_t i = 0; i < size; ++i) {
        const auto user = "user" + std::to_string(i), aor = user + "@example.com";
        const auto what = i == options ? request{"OPTIONS"} : alice_registers("sip:a@192.0.2.1");
        batch.push_back(i == garbage ? "REGISTER garbage" : w.write(as_user(user, what)));
        if (i != garbage) asked.push_back("<sip:" + aor + ">");
        if (i != garbage && i != options) hashed += "hashes " + aor + "\n", updated += "updates " + aor + "\n";
        if (i % 32 != 31 && i != size - 1) continue;
        log +=
            std::exchange(hashed, {}) + "prefetches " + std::to_string(i % 32 + 1) + "\n" + std::exchange(updated, {});
    }

    w.sends_at_once(batch);

    for (const auto& [flow, text] : w.transport.sent) {
        const auto to = reply{.text = text}.field("To");
        answered.push_back(to.substr(0, to.find(";tag=")));
    }
    CHECK(answered == asked);
    CHECK(w.storage.log == log);
}

TEST_CASE("nothing is prefetched for a single datagram, nor in a store that does not gain by it") {
    basic_world<prefetching_storage> w;
    w.sends_at_once({w.write(alice_registers("sip:a@192.0.2.1"))});
    w.storage.gains = false;
    w.sends_at_once({w.write(alice_asks()), w.write(bob_registers("sip:b@192.0.2.1"))});
    CHECK(w.storage.log == "hashes alice@example.com\nupdates alice@example.com\n"
                           "hashes alice@example.com\nupdates alice@example.com\n"
                           "hashes bob@example.com\nupdates bob@example.com\n");
}

TEST_CASE("a guess that is not the very key is not taken for it") {
    basic_world<prefetching_storage> w;
    const auto capitals = alice_registers("sip:a@192.0.2.1").with("To", "<sip:%61lice@EXAMPLE.com>");
    w.sends_at_once({w.write(capitals), w.write(bob_registers("sip:b@192.0.2.1"))});
    CHECK(w.storage.log == "hashes %61lice@EXAMPLE.com\nhashes bob@example.com\nprefetches 2\n"
                           "hashes alice@example.com\nupdates alice@example.com\nupdates bob@example.com\n");
}

TEST_CASE("what was guessed of a batch is forgotten when that is served, whatever comes in its memory") {
    basic_world<prefetching_storage> w;
    const auto registers = [&](std::string_view user) {
        return w.write(as_user(user, alice_registers("sip:a@192.0.2.1")));
    };
    auto buffer = registers("anna");
    const auto other = registers("bert"), next = registers("carl");
    const std::array batch{datagram{{.remote = at("192.0.2.1")}, buffer}, datagram{{.remote = at("192.0.2.1")}, other}};
    (void)w.registrar.receive(batch[0]);
    w.registrar.receive(batch); // so that the first is a repeat, for which nobody asks for a hash
    REQUIRE(next.size() == buffer.size());
    buffer.replace(0, next.size(), next);
    w.storage.log.clear();
    (void)w.registrar.receive(batch[0]);
    CHECK(w.storage.log == "hashes carl@example.com\nupdates carl@example.com\n");
}

} // namespace guessed_keys_test
