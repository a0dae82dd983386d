// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/nonce_window.hpp>

#include <sipwhere/base/xoshiro.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace nonce_window_test {

using namespace sipwhere;

struct one_bucket {
    std::array<nonce_bucket, 1> buckets{};
    nonce_window window{buckets};
};

TEST_CASE_FIXTURE(one_bucket, "a count is fresh once, whatever the order (RFC 7616 §3.4, R7616-3.4-b)") {
    for (const std::uint32_t count : {5U, 7U, 6U, 1U, 40U, 39U, 8U}) {
        CAPTURE(count);
        CHECK(window.look(3, count, count, 0) == nonce_use::fresh);
        window.take(3, count, count, 0);
        CHECK(window.look(3, count, 99, 0) == nonce_use::replayed);
    }
    CHECK(window.look(3, 9, 0, 0) == nonce_use::fresh);
    CHECK(window.look(3, 7, 0, 0) == nonce_use::forgotten); // 33 below the highest
    CHECK(window.look(3, 8, 0, 0) == nonce_use::replayed);
}

TEST_CASE_FIXTURE(one_bucket, "a request is known again for less than 32 s (RFC 3261 §17.2.2)") {
    window.take(3, 5, 77, 1000);
    CHECK(window.look(3, 5, 77, 1031) == nonce_use::repeated);
    CHECK(window.look(3, 5, 77, 1032) == nonce_use::replayed);
    window.take(3, 6, 78, 1030);
    CHECK(window.look(3, 6, 78, 1061) == nonce_use::repeated);
}

TEST_CASE_FIXTURE(one_bucket, "the request that used the highest count is known again, and no other") {
    window.take(3, 5, 77, 0);
    CHECK(window.look(3, 5, 77, 0) == nonce_use::repeated);
    CHECK(window.look(3, 5, 78, 0) == nonce_use::replayed);
    window.take(3, 6, 79, 0);
    CHECK(window.look(3, 6, 79, 0) == nonce_use::repeated);
    CHECK(window.look(3, 5, 77, 0) == nonce_use::replayed);
}

TEST_CASE_FIXTURE(one_bucket, "to look at a nonce changes nothing") {
    for (int i = 0; i < 3; ++i) CHECK(window.look(3, 5, 1, 0) == nonce_use::fresh);
}

TEST_CASE_FIXTURE(one_bucket, "the highest count may be as high as there is") {
    window.take(3, 1, 1, 0);
    window.take(3, 0xffff'ffff, 2, 0);
    CHECK(window.look(3, 0xffff'ffff, 2, 0) == nonce_use::repeated);
    CHECK(window.look(3, 1, 1, 0) == nonce_use::forgotten);
    CHECK(window.look(3, 0xffff'fffe, 1, 0) == nonce_use::fresh);
}

TEST_CASE_FIXTURE(one_bucket, "where there is no place the oldest nonce makes room, and no older one is ever fresh") {
    for (std::uint64_t serial = 10; serial < 18; ++serial) window.take(serial, 1, serial, 0);
    CHECK(window.look(5, 1, 0, 0) == nonce_use::fresh);
    window.take(20, 1, 20, 0);
    CHECK(window.look(10, 2, 0, 0) == nonce_use::forgotten);
    CHECK(window.look(5, 1, 0, 0) == nonce_use::forgotten);
    CHECK(window.look(11, 1, 11, 0) == nonce_use::repeated);
    CHECK(window.look(19, 1, 0, 0) == nonce_use::fresh);
    window.take(10, 2, 0, 0); // one that is older than all that are there
    CHECK(window.look(10, 2, 0, 0) == nonce_use::forgotten);
    CHECK(window.look(11, 1, 11, 0) == nonce_use::repeated);
}

TEST_CASE("nothing that was used is ever called fresh, and what is new always is") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        xoshiro256 random{seed};
        std::array<nonce_bucket, 3> buckets{};
        nonce_window window{buckets};
        std::map<std::uint64_t, std::set<std::uint32_t>> used;
        std::uint64_t newest = 0;
        std::size_t taken = 0;
        for (int step = 0; step < 5000; ++step) {
            const bool is_new = random.next() % 4 == 0;
            const auto serial = is_new ? ++newest : 1 + random.next() % std::max<std::uint64_t>(1, newest);
            const auto count = static_cast<std::uint32_t>(1 + random.next() % 50);
            newest = std::max(newest, serial);
            const auto before = window.look(serial, count, 0, 0);
            if (used[serial].contains(count)) CHECK(before != nonce_use::fresh);
            if (is_new) CHECK(before == nonce_use::fresh);
            if (before != nonce_use::fresh) continue;
            window.take(serial, count, static_cast<std::uint64_t>(step), 0);
            used[serial].insert(count);
            ++taken;
        }
        CHECK(taken > 1000);
    }
}

} // namespace nonce_window_test
