// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/nonce_authority.hpp>

#include <sipwhere/random/seeded_random.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace nonce_authority_test {

using namespace sipwhere;
using namespace std::chrono_literals;

constexpr seconds32 lifetime = 60;
constexpr std::uint64_t network = 7;

/// A server that issues nonces: another node, or another start, if its seed is another one.
struct server {
    seeded_random random;
    std::array<nonce_bucket, 2> buckets{};
    nonce_authority<> nonces;

    explicit server(std::uint64_t seed) : random{seed}, nonces(random, buckets) {}
    server(std::uint64_t seed, const secrets& shared) : random{seed}, nonces(shared, random, buckets) {}

    auto issue(instant now) -> std::string {
        const auto made = nonces.issue(now, network, "example.com");
        return {made.data(), made.size()};
    }
    auto standing(std::string_view nonce, instant now) -> nonce_standing {
        return nonces.recognise(nonce, now, lifetime, network, "example.com").standing;
    }
};

[[nodiscard]] auto shared_secrets(std::uint64_t seed) -> secrets {
    seeded_random random{seed};
    return secrets::drawn(random);
}

TEST_CASE("a nonce is one's own for its lifetime, and no longer") {
    server one{1};
    const instant now{1'000'000};
    const auto nonce = one.issue(now);
    CHECK(one.standing(nonce, now) == nonce_standing::ours);
    CHECK(one.standing(nonce, now + 60s) == nonce_standing::ours);
    CHECK(one.standing(nonce, now + 61s) == nonce_standing::expired);
    CHECK(one.standing(nonce, instant{999'000}) == nonce_standing::expired); // a clock that went back
    CHECK(one.nonces.recognise(nonce, now, lifetime, network + 1, "example.com").standing == nonce_standing::unknown);
    CHECK(one.nonces.recognise(nonce, now, lifetime, network, "example.org").standing == nonce_standing::unknown);
}

TEST_CASE("a nonce of another server, or of an earlier start, is unknown; with the same secrets it is foreign") {
    const instant now{1'000'000};
    server a{1}, b{2};
    CHECK(b.standing(a.issue(now), now) == nonce_standing::unknown);
    server c{3, shared_secrets(9)}, d{4, shared_secrets(9)}, e{5, shared_secrets(10)};
    CHECK(d.standing(c.issue(now), now) == nonce_standing::foreign);
    CHECK(c.standing(c.issue(now), now) == nonce_standing::ours);
    CHECK(e.standing(c.issue(now), now) == nonce_standing::unknown);
}

TEST_CASE("nonces hold over one change of the secrets, and not over two") {
    const instant now{1'000'000};
    server one{1, shared_secrets(9)};
    const auto old = one.issue(now);
    one.nonces.rotate(shared_secrets(10));
    CHECK(one.standing(old, now) == nonce_standing::ours);
    const auto fresh = one.issue(now);
    CHECK(one.standing(fresh, now) == nonce_standing::ours);
    server other{2, shared_secrets(10)};
    CHECK(other.standing(fresh, now) == nonce_standing::foreign);
    one.nonces.rotate(shared_secrets(11));
    CHECK(one.standing(old, now) == nonce_standing::unknown);
    CHECK(one.standing(fresh, now) == nonce_standing::ours);
}

TEST_CASE("of two equal uses one is fresh") {
    server one{1};
    const instant now{1'000'000};
    const auto nonce = one.nonces.recognise(one.issue(now), now, lifetime, network, "example.com");
    CHECK(one.nonces.use({nonce.facts, 1, 77}) == nonce_use::fresh);
    CHECK(one.nonces.use({nonce.facts, 1, 77}) == nonce_use::repeated);
    CHECK(one.nonces.use({nonce.facts, 1, 78}) == nonce_use::replayed);
    CHECK(one.nonces.use({nonce.facts, 2, 78}) == nonce_use::fresh);
}

} // namespace nonce_authority_test
