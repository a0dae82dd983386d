// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/testing/detail/records.hpp>

#include <support/settled_sqlite.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// Disks that are full, that fail, or that others keep: what a sqlite_storage answers, and what it does when they heal.
namespace sqlite_failures_test {

using namespace sipwhere;
using namespace sipwhere_test;
using testing::detail::binding_until;
using testing::detail::packed;

constexpr aor_view alice{"alice", "example.com"}, bob{"bob", "example.com"};
constexpr instant some_time{1'000'000};

TEST_CASE("a disk that is full refuses changes, tells so once, and memory and file agree when it takes them again") {
    std::vector<std::string> told;
    settled_sqlite s{{.report = [&told](std::string_view why) { told.emplace_back(why); }}};
    const auto before = packed({binding_until(2000)});
    REQUIRE(put(s, alice, before) == outcome::committed);
    for (const auto code : {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_READONLY}) {
        told.clear();
        s.disk().refuse_writes(code);
        for (int i = 0; i < 3; ++i) CHECK(put(s, alice, packed({binding_until(3000)})) == outcome::failed);
        CHECK(put(s, bob, packed({binding_until(3000)})) == outcome::failed);
        CHECK(kept(s, alice) == before);
        CHECK(told.size() == 1);
        CHECK(!told.front().empty());
        s.disk().refuse_writes(SQLITE_OK);
        REQUIRE(put(s, {"carol", "example.com"}, packed({binding_until(3000)})) == outcome::committed);
        CHECK(told.size() == 2);
        CHECK(told.back().empty());
        s.restart(some_time);
        CHECK(kept(s, alice) == before);
        CHECK(kept(s, bob).empty());
    }
}

TEST_CASE("when too much may have to be written anew changes fail at once, and all goes on when the disk does") {
    settled_sqlite s{{.max_stale = 3}};
    s.disk().refuse_writes(SQLITE_FULL);
    for (const auto* user : {"a", "b", "c"})
        CHECK(put(s, {user, "example.com"}, packed({binding_until(3000)})) == outcome::failed);
    const auto steps = s.disk().steps();
    CHECK(put(s, alice, packed({binding_until(3000)})) == outcome::failed);
    CHECK(put(s, alice, packed({binding_until(3000)})) == outcome::failed);
    CHECK(s.disk().steps() == steps); // nobody has tried
    CHECK(kept(s, alice).empty());
    s.disk().refuse_writes(SQLITE_OK);
    auto said = outcome::failed;
    for (std::uint64_t second = 1001; said != outcome::committed && second < 3000; ++second) {
        (void)s.expire(instant{second * 1000}, 100, [](const auto&, const auto&) {});
        std::this_thread::yield();
        said = put(s, alice, packed({binding_until(9000)}));
    }
    CHECK(said == outcome::committed);
    CHECK(s.store().is_idle());
}

TEST_CASE("what may be in the file though it failed is put right at the end, if the disk lets it") {
    for (std::size_t step = 1; step < 12; ++step) {
        settled_sqlite s;
        const auto before = packed({binding_until(2000)}), after = packed({binding_until(3000)});
        REQUIRE(put(s, alice, before) == outcome::committed);
        s.disk().fail_from(step, SQLITE_IOERR_WRITE);
        const auto said = put(s, alice, after);
        s.disk().refuse_writes(SQLITE_OK);
        s.disk().fail_at(0, SQLITE_OK);
        s.restart(some_time);
        CHECK(kept(s, alice) == (said == outcome::committed ? after : before));
    }
}

TEST_CASE("a change is not answered because the system shows it, after a sync that failed") {
    for (std::size_t step = 1; step < 12; ++step) {
        settled_sqlite s;
        const auto before = packed({binding_until(2000)}), after = packed({binding_until(3000)});
        REQUIRE(put(s, alice, before) == outcome::committed);
        {
            detail::sqlite_database reader{"bindings", SQLITE_OPEN_READWRITE, s.disk().name()};
            REQUIRE(reader.run("SELECT count(*) FROM bindings") ==
                    SQLITE_OK); // so the storage is not the last to close
            s.disk().fail_at(step, SQLITE_IOERR_FSYNC);
            CHECK(put(s, alice, after) == outcome::committed);
            s.disk().lose_power_at(1);
        }
        s.crash(some_time);
        CHECK(kept(s, alice) == after);
    }
}

TEST_CASE("what is answered after a restart with a log that could not be synced outlives a power failure") {
    for (std::size_t step = 1; step < 12; ++step) {
        settled_sqlite s;
        REQUIRE(put(s, alice, packed({binding_until(2000)})) == outcome::committed);
        s.disk().fail_from(step, SQLITE_IOERR_FSYNC);
        (void)put(s, alice, packed({binding_until(3000)}));
        s.restart_mended(some_time);
        const auto record = packed({binding_until(4000)});
        REQUIRE(put(s, bob, record) == outcome::committed);
        s.crash(some_time);
        CHECK(kept(s, bob) == record);
    }
}

TEST_CASE("somebody who reads for long after an error of the disk keeps changes out, and is named") {
    std::string told;
    settled_sqlite s{{.report = [&told](std::string_view why) { told = why; }}};
    REQUIRE(put(s, alice, packed({binding_until(2000)})) == outcome::committed);
    detail::sqlite_database reader{"bindings", SQLITE_OPEN_READWRITE, s.disk().name()};
    REQUIRE(reader.run("BEGIN; SELECT count(*) FROM bindings") == SQLITE_OK);
    s.disk().fail_at(2, SQLITE_IOERR_WRITE);
    CHECK(put(s, alice, packed({binding_until(3000)})) == outcome::failed);
    CHECK(told == "somebody reads it in one transaction since the disk failed");
    REQUIRE(reader.run("COMMIT") == SQLITE_OK);
    CHECK(put(s, alice, packed({binding_until(3000)})) == outcome::committed);
    CHECK(told.empty());
}

TEST_CASE("a change that failed may be made again, and then it is the one that counts") {
    settled_sqlite s;
    REQUIRE(put(s, alice, packed({binding_until(2000)})) == outcome::committed);
    s.disk().refuse_writes(SQLITE_FULL);
    CHECK(put(s, alice, packed({binding_until(3000)})) == outcome::failed);
    s.disk().refuse_writes(SQLITE_OK);
    REQUIRE(put(s, alice, packed({binding_until(4000)})) == outcome::committed);
    s.restart(some_time);
    CHECK(kept(s, alice) == packed({binding_until(4000)}));
}

TEST_CASE("another program that writes for long lets changes fail, and none is half done") {
    settled_sqlite s;
    REQUIRE(put(s, alice, packed({binding_until(2000)})) == outcome::committed);
    s.disk().refuse_writes(SQLITE_BUSY);
    CHECK(put(s, alice, packed({binding_until(3000)})) == outcome::failed);
    s.disk().refuse_writes(SQLITE_OK);
    CHECK(put(s, alice, packed({binding_until(3000)})) == outcome::committed);
}

} // namespace sqlite_failures_test
