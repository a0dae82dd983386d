// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/sqlite_storage.hpp>

#include <sipwhere/testing/detail/records.hpp>

#include <reference/history.hpp>
#include <support/crashing_disk.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

/// A disk loses its power, or fails, at each step in turn: what was answered is there, and nothing is half there.
namespace sqlite_crashes_test {

using namespace sipwhere;
using testing::detail::binding_until;
using testing::detail::packed;

constexpr std::size_t how_many = 6;
constexpr instant some_time{1'000'000};

/// Phones that change their records again and again, several at the same time.
class crowd {
public:
    crowd(std::uint64_t seed, sqlite_synchronous how) : chance_(seed), how_(how) {
        queue_.wake_with(
            [](void* self) {
                auto& it = *static_cast<crowd*>(self);
                const std::lock_guard hold{it.mutex_};
                it.has_news_ = true;
                it.news_.notify_one();
            },
            this);
        CHECK(open());
    }

    [[nodiscard]] auto disk() noexcept -> sipwhere_test::crashing_disk& { return disk_; }

    /// Lets each phone change its record some times.
    void play(int rounds) {
        for (int round = 0; round < rounds; ++round) {
            std::vector<std::size_t> some;
            for (std::size_t phone = 0; phone < how_many; ++phone)
                if (chance_.percent(60)) some.push_back(phone);
            for (const auto phone : some) ask(phone);
            while (std::ranges::any_of(some, [this](std::size_t phone) { return waits_[phone]; })) hear();
            if (chance_.percent(20)) expire();
        }
    }

    /// Ends the program, and loses what the disk had not written.
    ///
    /// Returns: whether the file can be read.
    [[nodiscard]] auto crash(std::uint64_t seed) -> bool {
        disk_.lose_power_at(1); // before the file is closed
        store_.reset();
        disk_.crash(seed);
        return open();
    }
    /// Ends it and opens the file again, with all that was written.
    void restart() {
        store_.reset();
        CHECK(open());
    }

    /// Returns: how many records are neither what was answered nor, if that is in doubt, what was asked for.
    [[nodiscard]] auto lost() -> std::size_t {
        std::size_t count = 0;
        for (std::size_t phone = 0; phone < how_many; ++phone) {
            const auto found = shown(phone);
            const bool is_asked = asked_[phone].contains(found) && is_in_doubt_[phone];
            count += found == promised_[phone] || is_asked ? 0 : 1;
            promised_[phone] = found; // from here on
            asked_[phone].clear();
            is_in_doubt_[phone] = false;
        }
        return count;
    }

    [[nodiscard]] auto is_whole() -> bool {
        const detail::sqlite_database file{"bindings", SQLITE_OPEN_READWRITE, disk_.name()};
        detail::sqlite_statement check{file, "PRAGMA integrity_check"};
        return check.step() == SQLITE_ROW && check.text(0) == "ok";
    }

    [[nodiscard]] auto committed() const noexcept -> unsigned { return committed_; }
    [[nodiscard]] auto failed() const noexcept -> unsigned { return failed_; }

private:
    [[nodiscard]] auto open() -> bool {
        store_ = std::make_unique<sqlite_storage>("bindings", sqlite_options{.synchronous = how_, .vfs = disk_.name()});
        return static_cast<bool>(store_->open(now_));
    }

    [[nodiscard]] static auto name(std::size_t phone) -> std::string { return "user" + std::to_string(phone); }

    /// Draws a record of up to four bindings, which all tell its number.
    [[nodiscard]] auto drawn() -> std::string {
        const auto number = std::to_string(++number_);
        std::vector<binding_view> bindings;
        std::vector<std::string> uris;
        for (auto left = chance_.below(5); left > 0; --left)
            uris.push_back("sip:" + std::to_string(chance_.below(6)) + "@192.0.2.1;n=" + number);
        for (const auto& uri : uris) {
            auto& made = bindings.emplace_back(
                binding_until(static_cast<seconds32>(1000 + (chance_.percent(20) ? 20 : 5000)), uri));
            made.call_id = number;
        }
        const transaction_tag tag{.cseq = number_, .since = floor_seconds(now_)};
        return packed({&tag, 1}, bindings);
    }

    void ask(std::size_t phone) {
        next_[phone] = drawn();
        asked_[phone].insert(live_part(next_[phone]));
        waits_[phone] = true;
        ++requests_[phone];
        update(phone);
    }

    void update(std::size_t phone) {
        const ticket by{queue_, cells_[phone], requests_[phone]};
        const auto user = name(phone);
        const auto said = store_->update(
            {user, "example.com"},
            [&](record_view) {
                return record_update{outcome::committed, next_[phone]};
            },
            by);
        if (said == outcome::pending) return;
        (void)queue_.end(cells_[phone]);
        settle(phone, said);
    }

    void settle(std::size_t phone, outcome said) {
        waits_[phone] = false;
        if (said == outcome::committed) {
            promised_[phone] = live_part(next_[phone]);
            is_in_doubt_[phone] = false;
            asked_[phone].clear();
            ++committed_;
        } else {
            is_in_doubt_[phone] = true;
            ++failed_;
        }
    }

    void hear() {
        const auto heard = queue_.take();
        if (heard.cell == nullptr) {
            std::unique_lock hold{mutex_};
            news_.wait(hold, [this] { return has_news_; });
            has_news_ = false;
            return;
        }
        const auto phone = static_cast<std::size_t>(heard.cell - cells_.data());
        if (heard.is_done) settle(phone, heard.result);
        else update(phone);
    }

    /// Lets time pass, so that short bindings end.
    void expire() {
        now_ = now_ + std::chrono::seconds{3};
        (void)store_->expire(now_, 100, [](const auto&, const auto&) {});
        for (auto& each : promised_) each = live_part_of(each);
        for (auto& each : asked_) {
            std::set<std::string> live;
            for (const auto& record : each) live.insert(live_part_of(record));
            each = live;
        }
    }

    /// Returns: the bindings of a record that are live now, in a text: URI and end of each.
    [[nodiscard]] auto live_part(const std::string& record) const -> std::string {
        std::string all;
        for (const auto each : live_bindings{record_view{record}, now_})
            all.append(each.uri).append(" ").append(std::to_string(each.due)).append("\n");
        return all;
    }
    [[nodiscard]] auto live_part_of(const std::string& text) const -> std::string {
        std::string live;
        for (std::size_t at = 0; at < text.size();) {
            const auto end = text.find('\n', at);
            const auto line = text.substr(at, end - at);
            if (std::stoull(line.substr(line.rfind(' ') + 1)) * 1000 > now_.milliseconds) live += line + '\n';
            at = end + 1;
        }
        return live;
    }
    [[nodiscard]] auto shown(std::size_t phone) const -> std::string {
        std::string all;
        const auto user = name(phone);
        (void)store_->read({user, "example.com"}, now_,
                           [&all](const live_bindings& live) {
                               for (const auto each : live)
                                   all.append(each.uri).append(" ").append(std::to_string(each.due)).append("\n");
                           },
                           {});
        return all;
    }

    sipwhere_test::reference::dice chance_;
    sqlite_synchronous how_;
    sipwhere_test::crashing_disk disk_;
    completion_queue queue_;
    std::array<completion_cell, how_many> cells_;
    std::array<std::uint32_t, how_many> requests_{};
    std::array<std::string, how_many> next_, promised_;
    std::array<std::set<std::string>, how_many> asked_;
    std::array<bool, how_many> waits_{}, is_in_doubt_{};
    std::unique_ptr<sqlite_storage> store_;
    instant now_ = some_time;
    std::uint32_t number_ = 0;
    unsigned committed_ = 0, failed_ = 0;
    std::mutex mutex_;
    std::condition_variable news_;
    bool has_news_ = false;
};

/// What became of all records over many losses of power.
struct losses {
    std::size_t records = 0;
    unsigned committed = 0, failed = 0;
    std::size_t times = 0;
};

/// Loses the power at each step of a history in turn.
auto lose_power_at_each_step() -> losses {
    constexpr auto how = sqlite_synchronous::full;
    losses all;
    std::size_t steps = 0;
    {
        crowd phones{1, how};
        phones.disk().lose_power_at(0);
        phones.play(12);
        steps = phones.disk().steps();
    }
    for (std::size_t step = 1; step <= steps; ++step) {
        crowd phones{step, how};
        phones.play(3);
        CHECK(phones.lost() == 0);
        phones.disk().lose_power_at(step);
        phones.play(12);
        CHECK(phones.crash(step));
        all.records += phones.lost();
        CHECK(phones.is_whole());
        phones.play(2); // it goes on
        phones.restart();
        CHECK(phones.lost() == 0);
        all.committed += phones.committed();
        all.failed += phones.failed();
        ++all.times;
    }
    return all;
}

TEST_CASE("a power failure at any step takes back nothing that was answered, and leaves nothing half done") {
    const auto all = lose_power_at_each_step();
    CHECK(all.records == 0);
    CHECK(all.times > 60);
    CHECK(all.committed > 10 * all.times);
    CHECK(all.failed > all.times);
}

/// Plays some histories to their end, and loses the power then.
auto lose_power_at_the_end(sqlite_synchronous how) -> std::size_t {
    std::size_t lost = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        crowd phones{seed, how};
        phones.play(12);
        const bool is_readable = phones.crash(seed);
        CHECK((is_readable || how == sqlite_synchronous::off));
        lost += is_readable ? phones.lost() : 1;
        if (how != sqlite_synchronous::off) CHECK(phones.is_whole());
    }
    return lost;
}

TEST_CASE("without waiting for the disk a power failure does take back what was answered: so this test can fail") {
    CHECK(lose_power_at_the_end(sqlite_synchronous::full) == 0);
    CHECK(lose_power_at_the_end(sqlite_synchronous::normal) > 0);
    CHECK(lose_power_at_the_end(sqlite_synchronous::off) > 0);
}

/// Lets each step of a history fail in turn, once or until somebody mends the disk, and what follows lose its power or
/// not. Returns: how many changes failed.
auto fail_at_each_step(int code, bool stays_so) -> std::size_t {
    std::size_t failures = 0;
    for (std::size_t step = 1; step <= 200; ++step) {
        crowd phones{step, sqlite_synchronous::full};
        phones.play(2);
        CHECK(phones.lost() == 0);
        if (stays_so) phones.disk().fail_from(step, code);
        else phones.disk().fail_at(step, code);
        phones.play(8);
        const bool has_failed = phones.disk().steps() >= step;
        failures += phones.failed();
        phones.disk().fail_at(0, SQLITE_OK);
        phones.disk().refuse_writes(SQLITE_OK);
        if (step % 3 == 0) CHECK(phones.crash(step)); // at once
        else phones.play(3); // what was in doubt is written anew,
        if (step % 3 == 1) phones.restart();
        else CHECK(phones.crash(step));
        CHECK(phones.lost() == 0); // so that memory and file agree
        CHECK(phones.is_whole());
        if (!has_failed) break;
    }
    return failures;
}

TEST_CASE("an error of the disk at any step, of any kind, is answered and mended") {
    for (const auto code : {SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_FULL, SQLITE_IOERR_TRUNCATE}) {
        (void)fail_at_each_step(code, false);
        CHECK(fail_at_each_step(code, true) > 100);
    }
}

} // namespace sqlite_crashes_test
