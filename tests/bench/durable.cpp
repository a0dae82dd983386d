// SPDX-License-Identifier: BSL-1.0
//
// What it costs to keep bindings in an SQLite file: a registrar over a `sqlite_storage`, in process, and beside it a
// bare loop that writes the same rows of the same users, 256 with each commit, or one.
//
//   durable --folder PATH [--users N] [--rounds N] [--seconds S]
//
// The registrar has 512 refreshes on their way at a time, or one; each user comes again after 150 s of a clock that
// goes on with each. Both write to files of that folder, by turns. Prints one line of JSON: refreshes a second and
// microseconds of processor time for each, of every round; the rate of one at a time; seconds to read the file.

#include <support/register_text.hpp>
#include <support/walk.hpp>
#include <support/world.hpp>

#include <sipwhere/storage/sqlite_storage.hpp>

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere_bench;
using namespace sipwhere;

constexpr std::uint32_t window = 512, most_at_once = 256;
constexpr std::uint64_t round_of_users = 150'000'000'000; // nanoseconds from one refresh to the next

/// A transport without a network that the thread of the storage may wake.
struct woken_transport : nowhere_transport {
    void wake() noexcept {
        const std::lock_guard hold{mutex};
        is_woken = true;
        news.notify_one();
    }
    void wait() {
        std::unique_lock hold{mutex};
        news.wait(hold, [this] { return is_woken; });
        is_woken = false;
    }

    std::mutex mutex;
    std::condition_variable news;
    bool is_woken = false;
};

/// What was measured of one run of a loop.
struct measured {
    double rate = 0;         ///< refreshes a second
    double microseconds = 0; ///< of processor time, for each
};

/// Measures a loop: `serve()` does some refreshes and returns how many.
template <typename Serve>
auto measure(std::chrono::duration<double> seconds, Serve&& serve) -> measured {
    const auto processor = [] {
        ::timespec now{};
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
    };
    const auto begin = std::chrono::steady_clock::now();
    const auto used = processor();
    std::uint64_t done = 0;
    std::chrono::duration<double> lasted{};
    while (lasted < seconds) {
        done += serve();
        lasted = std::chrono::steady_clock::now() - begin;
    }
    return {static_cast<double>(done) / lasted.count(), (processor() - used) / static_cast<double>(done)};
}

/// A registrar over a file.
class durable_registrar {
public:
    durable_registrar(std::string path, std::uint32_t users)
        : storage_(std::move(path), {.memory = {.max_aors = 1U << 24U, .max_bytes = std::size_t{1} << 34U}}),
          turns_(users), step_(round_of_users / users) {
        if (!registrar_.start()) die(storage_.complaint());
    }

    /// Binds each user once.
    void fill(std::uint32_t users) {
        for (std::uint32_t user = 0; user < users; ++user) send(user, window);
        wait_for(0);
    }

    /// Refreshes as many as may be on their way at a time.
    auto refresh(std::uint32_t at_a_time) -> std::uint64_t {
        const auto before = transport_.good;
        for (std::uint32_t i = 0; i < most_at_once && (at_a_time != 1 || i == 0); ++i) send(turns_.next(), at_a_time);
        if (at_a_time == 1) wait_for(0);
        return transport_.good - before;
    }

    void settle() {
        wait_for(0);
        if (transport_.bad != 0) die("some answers were no 200");
    }

private:
    using registrar_type = basic_registrar<manual_clock, sqlite_storage, woken_transport, seeded_random>;

    void send(std::uint32_t user, std::uint32_t at_a_time) {
        wait_for(at_a_time - 1);
        text_.write(room_.data(), {.user = user, .cseq = ++cseq_});
        (void)registrar_.receive(datagram{from_, room_});
        ++asked_;
        clock_nanoseconds_ += step_;
        clock_.set(instant{1'000'000 + clock_nanoseconds_ / 1'000'000});
    }

    /// Waits until so few are on their way.
    void wait_for(std::uint64_t few) {
        const auto waiting = [this] { return asked_ - transport_.good - transport_.bad; };
        while (waiting() > few) {
            registrar_.receive(std::span<const datagram>{});
            if (waiting() > few) transport_.wait();
        }
    }

    manual_clock clock_;
    sqlite_storage storage_;
    woken_transport transport_;
    seeded_random random_{7};
    registrar_type registrar_{settings_of_benchmarks(), clock_, storage_, transport_, random_};
    register_text text_{ask::change, 40000};
    std::string room_ = text_.text({});
    flow from_ = way_of_benchmarks();
    walk turns_;
    std::uint64_t step_, clock_nanoseconds_ = 0, asked_ = 0;
    std::uint32_t cseq_ = 0;
};

/// Writes rows as an SQLite program does that knows nothing else.
class bare_loop {
public:
    bare_loop(const std::string& path, std::uint32_t users) : turns_(users) {
        detail::sqlite_file made{path, {}}; // with the tables and the settings of the storage
        if (const auto wrong = made.open(); !wrong.empty()) die(wrong);
        made.close();
        file_ = detail::sqlite_database{path, SQLITE_OPEN_READWRITE};
        for (const auto* each :
             {"PRAGMA synchronous=FULL", "PRAGMA cache_size=-65536", "PRAGMA wal_autocheckpoint=8000"})
            if (file_.run(each) != SQLITE_OK) die(file_.message());
        insert_ = {file_, "INSERT INTO bindings VALUES(?1, 'example.com', ?2, 0, 0, ?3, 1000, ?4, 1.0, ?5, ?6, 'udp', "
                          "'127.0.0.1:40000', ?7, '', '', ?8)"};
        update_ = {file_, "UPDATE bindings SET position=0, expires=?3, registered=1000, refreshed=?4, q=1.0, "
                          "call_id=?5, cseq=?6, protocol='udp', source='127.0.0.1:40000', params=?7, path='', "
                          "user_agent='', rest=?8 WHERE user=?1 AND domain='example.com' AND uri=?2 AND twin=0"};
        for (std::uint32_t user = 0; user < users;) {
            if (file_.run("BEGIN IMMEDIATE") != SQLITE_OK) die(file_.message());
            for (std::uint32_t i = 0; i < 10'000 && user < users; ++i) write(insert_, user++);
            if (file_.run("COMMIT") != SQLITE_OK) die(file_.message());
        }
    }

    auto refresh(std::uint32_t at_a_time) -> std::uint64_t {
        if (file_.run("BEGIN IMMEDIATE") != SQLITE_OK) die(file_.message());
        for (std::uint32_t i = 0; i < at_a_time; ++i) write(update_, turns_.next());
        if (file_.run("COMMIT") != SQLITE_OK) die(file_.message());
        return at_a_time;
    }

private:
    void write(detail::sqlite_statement& statement, std::uint32_t user) {
        const auto format = [user](auto& into, const char* how) {
            return std::string_view{into.data(),
                                    static_cast<std::size_t>(std::snprintf(into.data(), into.size(), how, user))};
        };
        statement.bind(1, format(name_, "user-%08u"));
        statement.bind(2, format(uri_, "sip:user-%08u@192.0.2.77:40000;transport=udp"));
        statement.bind(3, std::int64_t{4600} + ++cseq_);
        statement.bind(4, std::int64_t{1000} + cseq_);
        statement.bind(5, format(call_id_, "call-%08u-f7a1c04d9b3e@127.0.0.1"));
        statement.bind(6, cseq_);
        statement.bind(7, format(params_, ";+sip.instance=\"<urn:uuid:6f9f1c5e-0000-4000-8000-0000%08u>\""));
        statement.bind_blob(8, {rest_.data(), rest_.size()});
        if (statement.run() != SQLITE_OK) die(file_.message());
    }

    detail::sqlite_database file_;
    detail::sqlite_statement insert_, update_;
    walk turns_;
    std::int64_t cseq_ = 0;
    std::array<char, 16> name_{};
    std::array<char, 64> uri_{}, call_id_{};
    std::array<char, 96> params_{};
    std::array<char, 34> rest_{}; ///< as much as the storage keeps there of one address and one transaction
};

void print(const char* name, const std::vector<measured>& all, double measured::*figure) {
    std::printf(",\"%s\":[", name);
    for (std::size_t i = 0; i < all.size(); ++i) std::printf("%s%.3f", i == 0 ? "" : ",", all[i].*figure);
    std::printf("]");
}

} // namespace

int main(int count, char** values) {
    const options given{count, values};
    const auto users = given.number("--users", 100'000U);
    const auto rounds = given.number("--rounds", 5U);
    const std::chrono::duration<double> seconds{given.number("--seconds", 2.0)};
    const std::string folder{given.text("--folder")};
    if (folder.empty() || users < window) die("it needs --folder, and more users");

    std::vector<measured> stored, bare, stored_alone, bare_alone;
    const auto path = folder + "/stored";
    {
        durable_registrar one{path, users};
        one.fill(users);
        bare_loop other{folder + "/bare", users};
        for (unsigned round = 0; round < rounds; ++round) {
            stored.push_back(measure(seconds, [&] { return one.refresh(window); }));
            one.settle();
            bare.push_back(measure(seconds, [&] { return other.refresh(most_at_once); }));
            stored_alone.push_back(measure(seconds / 4, [&] { return one.refresh(1); }));
            bare_alone.push_back(measure(seconds / 4, [&] { return other.refresh(1); }));
        }
    }
    sqlite_storage again{path, {.memory = {.max_aors = 1U << 24U, .max_bytes = std::size_t{1} << 34U}}};
    const auto begin = std::chrono::steady_clock::now();
    if (!again.open(instant{1'000'000})) die(again.complaint());
    const std::chrono::duration<double> reading = std::chrono::steady_clock::now() - begin;
    std::printf("{\"users\":%u,\"rows\":%zu,\"load\":%.3f", users, again.size(), reading.count());
    print("stored", stored, &measured::rate);
    print("bare", bare, &measured::rate);
    print("stored_us", stored, &measured::microseconds);
    print("bare_us", bare, &measured::microseconds);
    print("stored_alone", stored_alone, &measured::rate);
    print("bare_alone", bare_alone, &measured::rate);
    std::printf("}\n");
}
