// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/sqlite_credentials.hpp>

#include <sipwhere/auth/digest_access.hpp>
#include <sipwhere/auth/heap_digest_memory.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/os_random.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <support/digest_client.hpp>
#include <support/request.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace sqlite_credentials_test {

using namespace sipwhere;
using namespace sipwhere_test;
using namespace std::chrono_literals;

/// A database of its own, which is gone with the object.
class database {
public:
    database() {
        path_ = std::filesystem::temp_directory_path() / ("sipwhere-" + std::to_string(::getpid()) + ".db");
        std::filesystem::remove(path_);
        REQUIRE(::sqlite3_open(path_.c_str(), &open_) == SQLITE_OK);
        does("CREATE TABLE users(name TEXT, realm TEXT, algorithm TEXT, ha1 TEXT)");
    }
    database(const database&) = delete;
    auto operator=(const database&) -> database& = delete;
    ~database() {
        ::sqlite3_close(open_);
        std::filesystem::remove(path_);
    }

    void does(const std::string& what) {
        REQUIRE(::sqlite3_exec(open_, what.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    }

    void add(const std::string& user, const std::string& password, digest_hash which = digest_hash::md5) {
        builtin_hash hash;
        does("INSERT INTO users VALUES('" + user + "', 'example.com', '" + std::string{name_of({which})} + "', '" +
             std::string{hash_password(hash, which, user, "example.com", password).view()} + "')");
    }

    [[nodiscard]] auto path() const -> std::string { return path_; }

private:
    std::filesystem::path path_;
    ::sqlite3* open_ = nullptr;
};

/// A transport whose `wake` another thread may call, and which waits for it.
struct waking_transport {
    std::vector<std::string> sent;
    std::mutex mutex;
    std::condition_variable woken;
    unsigned wakes = 0;

    auto listen(receiver_ref) -> result<void> { return {}; }
    void stop() {}
    auto send(const flow&, std::string_view bytes) -> bool {
        sent.emplace_back(bytes);
        return true;
    }
    [[nodiscard]] auto is_own(const endpoint&) const -> bool { return false; }
    void wake() noexcept {
        const std::lock_guard hold{mutex};
        ++wakes;
        woken.notify_all();
    }
    auto wait_for_wake() -> bool {
        std::unique_lock hold{mutex};
        const bool came = woken.wait_for(hold, 20s, [&] { return wakes != 0; });
        wakes = 0;
        return came;
    }
};

struct world {
    using access_type = digest_access<sqlite_credentials>;

    database users;
    manual_clock clock;
    hash_storage storage;
    waking_transport transport;
    seeded_random random{7};
    sqlite_credentials credentials{users.path()};
    access_type access{credentials};
    basic_registrar<manual_clock, hash_storage, waking_transport, seeded_random, access_type, null_observer> registrar{
        {}, clock, storage, transport, random, access};
    flow from{.remote = at("192.0.2.1"), .local = at("192.0.2.100")};
    unsigned number = 0;

    world() { REQUIRE(registrar.start()); }

    auto sends(const request& asked) -> reply {
        const auto bytes = asked.text(++number);
        const auto before = transport.sent.size();
        const auto said = registrar.receive(datagram{from, bytes});
        while (transport.sent.size() == before) {
            REQUIRE(said.kind == handling::parked);
            REQUIRE(transport.wait_for_wake());
            (void)registrar.tick();
        }
        return {said, from, transport.sent.back()};
    }
    auto logs_in(digest_client who) -> reply {
        const auto asks = as_user(who.user == "bob" ? "bob" : "alice", alice_registers("sip:a@192.0.2.1"));
        who.hears(sends(asks));
        return sends(asks.with("Authorization", who.credentials()));
    }
};

TEST_CASE_FIXTURE(world, "users of a database are let in, with whatever is in it at the time") {
    users.add("alice", "wonderland");
    users.add("alice", "wonderland", digest_hash::sha256);
    CHECK(credentials.is_open());
    CHECK(logs_in({}).status() == status::ok);
    CHECK(logs_in({.algorithm = {digest_hash::sha256}}).status() == status::ok);
    CHECK(logs_in({.password = "x"}).status() == status::unauthorized);
    CHECK(logs_in({.user = "bob", .password = "builder"}).status() == status::unauthorized);
    users.add("bob", "builder");
    CHECK(logs_in({.user = "bob", .password = "builder"}).status() == status::ok);
    users.does("DELETE FROM users WHERE name = 'bob'");
    CHECK(logs_in({.user = "bob", .password = "builder"}).status() == status::unauthorized);
    CHECK(logs_in({.user = "'; DROP TABLE users; --"}).status() == status::unauthorized);
    CHECK(logs_in({}).status() == status::ok);
}

TEST_CASE_FIXTURE(world, "a database that fails is 500, never 401") {
    users.does("DROP TABLE users");
    CHECK(logs_in({}).status() == status::server_internal_error);
    sqlite_credentials nothing{users.path() + ".not-there"};
    CHECK(!nothing.is_open());
    CHECK(nothing.find({"alice", "example.com"}, [](const auto&) {}) == credentials_answer::failed);
}

TEST_CASE_FIXTURE(world, "who can't wait is answered at once") {
    users.add("alice", "wonderland");
    std::string shown;
    CHECK(credentials.find({"alice", "example.com"}, [&](const auto& known) { shown = known.ha1; }) ==
          credentials_answer::found);
    CHECK(shown.size() == 32);
    CHECK(credentials.find({"bob", "example.com"}, [](const auto&) {}) == credentials_answer::unknown);
}

TEST_CASE("a registrar may go while questions are on their way") {
    for (int i = 0; i < 50; ++i) {
        world w;
        w.users.add("alice", "wonderland");
        digest_client alice;
        alice.hears(w.sends(alice_registers("sip:a@192.0.2.1")));
        for (int requests = 0; requests < 5; ++requests) {
            const auto bytes =
                alice_registers("sip:a@192.0.2.1").with("Authorization", alice.credentials()).text(++w.number);
            (void)w.registrar.receive(datagram{w.from, bytes});
        }
        w.registrar.stop();
    }
}

} // namespace sqlite_credentials_test
