// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/detail/sqlite_file.hpp>

#include <sipwhere/testing/detail/records.hpp>

#include <support/crashing_disk.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace sqlite_file_test {

using namespace sipwhere;
using detail::record_change;
using detail::sqlite_database;
using detail::sqlite_file;
using testing::detail::binding_until;
using testing::detail::packed;

constexpr aor_view alice{"alice", "example.com"};
constexpr int to_write = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
constexpr instant some_time{1'000'000};

/// Files on a disk in memory.
struct on_disk {
    sipwhere_test::crashing_disk disk;

    [[nodiscard]] auto file(const std::string& path = "bindings") const -> sqlite_file {
        return {path, {.vfs = disk.name()}};
    }
    /// Opens a file and reads it.
    ///
    /// Returns: the complaint, or how many records there are.
    [[nodiscard]] auto opened(const std::string& path = "bindings") const -> std::string {
        auto made = file(path);
        if (auto wrong = made.open(); !wrong.empty()) return wrong;
        unsigned found = 0;
        const auto wrong = made.load(some_time, [&](const aor_view&, record_view, bool) { return ++found != 0; });
        return wrong.empty() ? std::to_string(found) : wrong;
    }
    void does(const std::string& sql, const std::string& path = "bindings") const {
        sqlite_database database{path, to_write, disk.name()};
        CHECK(database.run(sql.c_str()) == SQLITE_OK);
    }
    /// Makes a file with one binding of alice's.
    void make(const std::string& path = "bindings") const {
        auto made = file(path);
        REQUIRE(made.open().empty());
        REQUIRE(made.write({{{alice, {}, record_view{record}, false}}}, 1000));
    }

    std::string record = packed({binding_until(2000)});
};

TEST_CASE("a file that is not there, or empty, is made") {
    const on_disk d;
    CHECK(d.opened() == "0");
    CHECK(d.opened() == "0");
    const on_disk other;
    other.does("PRAGMA page_size=4096");
    CHECK(other.opened() == "0");
}

TEST_CASE("a file that is no database is not opened, and stays as it is") {
    on_disk d;
    for (const auto size : {std::size_t{1}, std::size_t{100}, std::size_t{5000}}) {
        const std::string text(size, 'x');
        d.disk.put("bindings", text);
        CHECK(d.opened() == "bindings: it can't be read (file is not a database)");
        CHECK(d.disk.bytes("bindings") == text);
        CHECK(d.disk.bytes("bindings-lock").empty());
    }
}

TEST_CASE("a database of another program is not opened, and stays as it is") {
    for (const auto* sql :
         {"CREATE TABLE users(name)", "CREATE TABLE a(b); PRAGMA application_id=7", "PRAGMA user_version=1",
          "PRAGMA application_id=7; PRAGMA user_version=2", "PRAGMA application_id=1936289911"}) {
        const on_disk d;
        d.does(sql);
        const auto before = d.disk.bytes("bindings");
        CHECK(d.opened() == "bindings: it is a database of another program");
        CHECK(d.disk.bytes("bindings") == before);
    }
}

TEST_CASE("a file of a newer version is not opened, and one of an older version is brought up to date") {
    const on_disk d;
    d.make();
    d.does("PRAGMA user_version=3");
    CHECK(d.opened() == "bindings: a newer version has written it");
    d.does("PRAGMA user_version=1; DROP TABLE departed");
    CHECK(d.opened() == "1");
    d.does("SELECT transactions FROM departed");
}

TEST_CASE("a migration that fails leaves the older version as it was") {
    on_disk d;
    d.make();
    d.does("PRAGMA user_version=1; DROP TABLE departed");
    for (std::size_t step = 1;; ++step) {
        d.disk.fail_at(step, SQLITE_IOERR_WRITE);
        const auto said = d.opened();
        const bool has_failed = d.disk.steps() >= step;
        d.disk.fail_at(0, SQLITE_OK);
        if (!has_failed) break;
        CHECK(d.opened() == "1");
        d.does("PRAGMA user_version=1; DROP TABLE departed");
    }
}

TEST_CASE("a file whose tables are others is not opened") {
    for (const auto* sql : {"DROP TABLE bindings", "ALTER TABLE bindings DROP COLUMN path",
                            "ALTER TABLE departed RENAME COLUMN until TO till"}) {
        const on_disk d;
        d.make();
        d.does(sql);
        CHECK(d.opened().starts_with("bindings: its tables are damaged ("));
    }
}

TEST_CASE("a row that no registrar has written is told, with the name of whose it is") {
    for (const auto* change : {"expires='soon'",
                               "expires=-1",
                               "expires=4294967296",
                               "registered=1.5",
                               "refreshed=x''",
                               "q='high'||char(0)",
                               "q=1.5",
                               "q=-1",
                               "cseq=4294967296",
                               "protocol='sctp'",
                               "source='192.0.2.1'",
                               "source='example.com:5060'",
                               "source='192.0.2.1:70000'",
                               "uri=''",
                               "uri='sip:a@b>;c'",
                               "params='x'",
                               "params=';q=0.5,<sip:b@c>'",
                               "rest=x''",
                               "rest=x'0005'||rest",
                               "rest=rest||x'00'",
                               "position=-1",
                               "user_agent=zeroblob(300)||'x'"}) {
        const on_disk d;
        d.make();
        d.does(std::string{"UPDATE bindings SET "} + change);
        const std::string said = d.opened();
        const bool is_number = std::string_view{change} == "q='high'||char(0)"; // which SQLite takes for 0
        CHECK_MESSAGE(said == (is_number ? "1" : "bindings: what it holds of alice@example.com is damaged"), change);
    }
    const on_disk d;
    d.make();
    d.does("INSERT INTO departed VALUES('bob', 'example.com', 2000, x'00')");
    CHECK(d.opened() == "bindings: what it holds of bob@example.com is damaged");
}

TEST_CASE("a file that is torn or overwritten is read or not, whatever page it is") {
    on_disk d;
    auto made = d.file();
    REQUIRE(made.open().empty());
    std::vector<std::string> users;
    for (int i = 0; i < 40; ++i) users.push_back("user" + std::to_string(i));
    std::vector<record_change> changes;
    for (const auto& user : users) changes.push_back({{user, "example.com"}, {}, record_view{d.record}, false});
    REQUIRE(made.write(changes, 1000));
    made.close(); // which brings all of it into the file itself
    const auto whole = d.disk.bytes("bindings");
    REQUIRE(whole.size() > 8000);
    std::size_t refused = 0, pages = 0;
    for (std::size_t at = 0; at + 512 <= whole.size(); at += 512, ++pages) {
        auto spoiled = whole;
        spoiled.replace(at, 512, 512, static_cast<char>(0xA5));
        for (const auto& bytes : {spoiled, whole.substr(0, at)}) {
            d.disk.put("bindings", bytes);
            d.disk.put("bindings-wal", "");
            const auto said = d.opened();
            refused += said.starts_with("bindings: ") ? 1 : 0;
            CHECK((said.starts_with("bindings: ") || std::stoul(said) <= users.size()));
        }
    }
    CHECK(refused > pages);
}

TEST_CASE("two registrars never have one file, not even in one program, and it is free when one has gone") {
    const auto folder = std::filesystem::temp_directory_path() / ("sipwhere-file-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    const auto path = (folder / "bindings").string();
    {
        sqlite_file one{path, {}}, other{path, {}};
        CHECK(one.open().empty());
        CHECK(other.open() == path + ": another registrar keeps its bindings there");
        one.close();
        CHECK(other.open().empty());
    }
    sqlite_file nowhere{(folder / "none" / "bindings").string(), {}};
    CHECK(nowhere.open() ==
          (folder / "none" / "bindings").string() + ": it can't be opened (unable to open database file)");
    std::filesystem::remove_all(folder);
}

TEST_CASE("a file that can be read only is not opened") {
    on_disk d;
    d.make();
    d.disk.grant_reading_only(true);
    CHECK(d.opened() == "bindings: it can be read only");
    d.disk.grant_reading_only(false);
    CHECK(d.opened() == "1");
}

TEST_CASE("a file that is opened again only for reading, or is another one by then, is not written, and healed when it "
          "can be") {
    on_disk d;
    auto made = d.file();
    REQUIRE(made.open().empty());
    const auto write = [&] { return made.write({{{alice, {}, record_view{d.record}, false}}}, 1000); };
    d.disk.grant_reading_only(true);
    d.disk.fail_at(1, SQLITE_IOERR_WRITE);
    CHECK(!write());
    CHECK(!write());
    d.disk.grant_reading_only(false);
    CHECK(write());

    made.close();
    REQUIRE(made.open().empty());
    on_disk other;
    other.does("CREATE TABLE recipes(name)");
    const auto recipes = other.disk.bytes("bindings");
    const auto ours = d.disk.bytes("bindings");
    d.disk.put("bindings", recipes);
    d.disk.put("bindings-wal", "");
    d.disk.fail_at(1, SQLITE_IOERR_WRITE);
    CHECK(!write());
    CHECK(made.why() == "it can't be opened again");
    CHECK(d.disk.bytes("bindings") == recipes);
    d.disk.put("bindings", ours);
    CHECK(write());
}

TEST_CASE("a file that was removed, or has another name, is not written until it is back") {
    const auto folder = std::filesystem::temp_directory_path() / ("sipwhere-moved-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    const auto path = folder / "bindings";
    const auto record = packed({binding_until(2000)});
    sqlite_file file{path.string(), {}};
    REQUIRE(file.open().empty());
    const auto write = [&] { return file.write({{{alice, {}, record_view{record}, false}}}, 1000); };
    CHECK(write());
    std::filesystem::rename(path, folder / "aside");
    CHECK(!write());
    CHECK(file.why() == "the file was removed, or another has its name");
    std::ofstream{path} << "another file";
    CHECK(!write());
    std::filesystem::rename(folder / "aside", path);
    CHECK(write());
    file.close();
    std::filesystem::remove_all(folder);
}

TEST_CASE("others read the file while it is written") {
    const on_disk d;
    auto made = d.file();
    REQUIRE(made.open().empty());
    sqlite_database reader{"bindings", SQLITE_OPEN_READWRITE, d.disk.name()};
    REQUIRE(reader.run("BEGIN; SELECT count(*) FROM bindings") ==
            SQLITE_OK); // which sees what there is now until it ends
    CHECK(made.write({{{alice, {}, record_view{d.record}, false}}}, 1000));
    detail::sqlite_statement count{reader, "SELECT count(*) FROM bindings"};
    REQUIRE(count.step() == SQLITE_ROW);
    CHECK(count.number(0) == 0);
    count.reset();
    CHECK(reader.run("COMMIT") == SQLITE_OK);
    REQUIRE(count.step() == SQLITE_ROW);
    CHECK(count.number(0) == 1);
}

TEST_CASE("another program that writes keeps changes out, and they fail after a while") {
    const on_disk d;
    auto made = d.file();
    REQUIRE(made.open().empty());
    sqlite_database other{"bindings", SQLITE_OPEN_READWRITE, d.disk.name()};
    REQUIRE(other.run("BEGIN IMMEDIATE") == SQLITE_OK);
    CHECK(!made.write({{{alice, {}, record_view{d.record}, false}}}, 1000));
    CHECK(made.why() == "database is locked");
    REQUIRE(other.run("ROLLBACK") == SQLITE_OK);
    CHECK(made.write({{{alice, {}, record_view{d.record}, false}}}, 1000));
}

TEST_CASE("a row that another program has removed is written again") {
    const on_disk d;
    d.make();
    auto made = d.file();
    REQUIRE(made.open().empty());
    d.does("DELETE FROM bindings");
    const auto later = packed({binding_until(3000)});
    CHECK(made.write({{{alice, record_view{d.record}, record_view{later}, false}}}, 1000));
    made.close();
    CHECK(d.opened() == "1");
}

} // namespace sqlite_file_test
