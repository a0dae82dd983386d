// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/digest_params.hpp>
#include <sipwhere/policy/credentials.hpp>
#include <sipwhere/policy/ticket.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace sipwhere {

/// The users of an SQLite database, asked on a thread of its own, so that a server goes on while the disk is slow.
///
/// The table is `users(name TEXT, realm TEXT, algorithm TEXT, ha1 TEXT)`, with algorithms named as in a challenge, and
/// H(A1) in lower-case hexadecimal digits; an index of name, realm and algorithm is advised. The database may change
/// while it is read. Any program is free to copy this file and put another question in the place of `question`.
///
/// Cost: for a server a lock and some moves; the question takes what the disk takes. It holds one answer for each
///       request that waits, at most as many as the servers let wait. A request that can't wait, as too many do
///       already, is asked for at once, on the server's own thread.
class sqlite_credentials {
public:
    static constexpr bool may_wait = true;
    static constexpr const char* question =
        "SELECT ha1 FROM users WHERE name = ?1 AND realm = ?2 AND algorithm = ?3 LIMIT 1";

    /// Opens the database, which has to be there, to read it.
    explicit sqlite_credentials(const std::string& path) : at_once_(path), aside_(path) {
        if (aside_.is_open()) thread_ = std::thread{[this] { work(); }};
    }
    sqlite_credentials(const sqlite_credentials&) = delete;
    auto operator=(const sqlite_credentials&) -> sqlite_credentials& = delete;

    ~sqlite_credentials() {
        {
            const std::lock_guard hold{mutex_};
            is_ending_ = true;
        }
        wake_.notify_all();
        if (thread_.joinable()) thread_.join();
    }

    /// Returns: whether the database could be opened and has the table; if not, every question fails.
    [[nodiscard]] auto is_open() const noexcept -> bool { return at_once_.is_open() && aside_.is_open(); }

    auto find(const credentials_query& asked, credentials_visitor visit) -> credentials_answer {
        if (!is_open()) return credentials_answer::failed;
        if (!asked.ticket) {
            const std::lock_guard hold{mutex_of_at_once_};
            return show(at_once_.ask(asked.user, asked.realm, asked.hash), visit);
        }
        std::unique_lock hold{mutex_};
        const auto known = std::ranges::find(answers_, asked.ticket, &answer::by);
        if (known != answers_.end()) {
            const auto found = std::move(known->found);
            answers_.erase(known);
            hold.unlock();
            return show(found, visit);
        }
        std::erase_if(answers_, [](const answer& each) { return each.by.is_heard(); }); // of requests that ended
        questions_.push_back({asked.ticket, std::string{asked.user}, std::string{asked.realm}, asked.hash});
        hold.unlock();
        wake_.notify_one();
        return credentials_answer::pending;
    }

    void abandon(const completion_queue& queue) {
        std::unique_lock hold{mutex_};
        std::erase_if(questions_, [&](const pending& each) { return each.by.queue() == &queue; });
        idle_.wait(hold, [&] { return at_work_ != &queue; });
        std::erase_if(answers_, [&](const answer& each) { return each.by.queue() == &queue; });
    }

private:
    /// What the database said: H(A1), or nothing for a user it does not know.
    struct said {
        bool has_failed = false;
        std::optional<std::string> ha1{};
    };

    struct pending {
        ticket by;
        std::string user, realm;
        digest_hash hash;
    };
    struct answer {
        ticket by;
        said found;
    };

    /// A connection to the database, for one thread at a time.
    class connection {
    public:
        explicit connection(const std::string& path) {
            ::sqlite3* opened = nullptr;
            const bool is_there = ::sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                                                    nullptr) == SQLITE_OK;
            database_.reset(opened);
            if (!is_there) return;
            constexpr int milliseconds = 1000;
            ::sqlite3_busy_timeout(opened, milliseconds);
            ::sqlite3_stmt* prepared = nullptr;
            (void)::sqlite3_prepare_v2(opened, question, -1, &prepared, nullptr);
            statement_.reset(prepared);
        }

        [[nodiscard]] auto is_open() const noexcept -> bool { return statement_ != nullptr; }

        [[nodiscard]] auto ask(std::string_view user, std::string_view realm, digest_hash hash) -> said {
            auto* const statement = statement_.get();
            int number = 0;
            for (const auto text : {user, realm, name_of({hash})})
                (void)::sqlite3_bind_text64(statement, ++number, text.data(), text.size(), SQLITE_TRANSIENT,
                                            SQLITE_UTF8);
            said made;
            const auto result = ::sqlite3_step(statement);
            if (result == SQLITE_ROW) {
                const auto* const text = reinterpret_cast<const char*>(::sqlite3_column_text(statement, 0));
                const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(statement, 0));
                if (text != nullptr) made.ha1.emplace(text, size);
            }
            made.has_failed = result != SQLITE_ROW && result != SQLITE_DONE;
            (void)::sqlite3_reset(statement);
            (void)::sqlite3_clear_bindings(statement);
            return made;
        }

    private:
        struct closing {
            void operator()(::sqlite3* database) const noexcept { (void)::sqlite3_close_v2(database); }
            void operator()(::sqlite3_stmt* statement) const noexcept { (void)::sqlite3_finalize(statement); }
        };

        std::unique_ptr<::sqlite3, closing> database_;
        std::unique_ptr<::sqlite3_stmt, closing> statement_;
    };

    static auto show(const said& found, credentials_visitor visit) -> credentials_answer {
        if (found.has_failed) return credentials_answer::failed;
        if (!found.ha1) return credentials_answer::unknown;
        visit(credentials::of_ha1(*found.ha1));
        return credentials_answer::found;
    }

    /// Answers questions until it is to end.
    void work() {
        std::unique_lock hold{mutex_};
        for (;;) {
            wake_.wait(hold, [&] { return is_ending_ || !questions_.empty(); });
            if (is_ending_) return;
            const auto next = std::move(questions_.front());
            questions_.pop_front();
            at_work_ = next.by.queue();
            hold.unlock();
            auto found = aside_.ask(next.user, next.realm, next.hash);
            hold.lock();
            answers_.push_back({next.by, std::move(found)});
            if (!next.by.resume()) answers_.pop_back(); // nobody waits for it any more
            at_work_ = nullptr;
            idle_.notify_all();
        }
    }

    connection at_once_;
    connection aside_;
    std::mutex mutex_of_at_once_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable idle_;
    std::deque<pending> questions_;
    std::vector<answer> answers_;
    const completion_queue* at_work_ = nullptr; ///< whose question is being asked
    bool is_ending_ = false;
    std::thread thread_;
};
static_assert(waiting_credentials<sqlite_credentials>);

} // namespace sipwhere
