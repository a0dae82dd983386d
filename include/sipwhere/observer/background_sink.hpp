// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

namespace sipwhere {

/// Takes lines for a file and writes them on a thread of its own, so that the thread with the line never waits for the
/// reader of a pipe or for a slow disk. Uses the heap; needs POSIX.
///
/// A line that does not fit is dropped; how many were is told, `log-lost lines=7`, as soon as one fits again
/// again. Several threads may share one: `log_observer log{std::ref(sink)}`.
class background_sink {
public:
    /// `to` is a file descriptor, `capacity` how many bytes may wait, 8 KiB at least.
    explicit background_sink(int to = STDERR_FILENO, std::size_t capacity = std::size_t{256} << 10U)
        : queue_(std::make_shared<queue>(to, capacity)), writer_([shared = queue_] { shared->run(); }) {}
    background_sink(const background_sink&) = delete;
    auto operator=(const background_sink&) -> background_sink& = delete;

    /// Writes what waits, unless its reader takes nothing for a second: then it is lost.
    ~background_sink() {
        if (queue_->end(std::chrono::seconds{1})) writer_.join();
        else writer_.detach();
    }

    void operator()(std::string_view line) const { queue_->push(line); }

private:
    static constexpr std::size_t longest = 1024; ///< bytes of a line without its end
    static constexpr std::size_t at_once = 4096; ///< bytes that a pipe takes in one piece

    /// Lines that wait to be written, in a ring of bytes; it lives as long as the thread that writes.
    class queue {
    public:
        queue(int to, std::size_t capacity)
            : to_(to), bytes_(std::make_unique<char[]>(std::max(capacity, 2 * at_once))),
              capacity_(std::max(capacity, 2 * at_once)) {}

        void push(std::string_view line) {
            {
                const std::lock_guard hold{mutex_};
                line = line.substr(0, longest);
                if (lost_ != 0 && has_room(line.size() + 1 + most_of_count)) put_count();
                if (lost_ != 0 || !has_room(line.size() + 1)) {
                    ++lost_;
                    return;
                }
                put(line);
                put("\n");
            }
            changed_.notify_all();
        }

        /// Writes until it is to end and nothing is left.
        void run() {
            std::array<char, at_once> piece;
            std::unique_lock hold{mutex_};
            while (true) {
                changed_.wait(hold, [this] { return used_ != 0 || lost_ != 0 || is_ending_; });
                if (used_ == 0 && lost_ != 0) put_count();
                if (used_ == 0) break;
                const auto size = take(piece);
                hold.unlock();
                write_all({piece.data(), size});
                hold.lock();
            }
            has_ended_ = true;
            changed_.notify_all();
        }

        /// Returns: whether all has been written in time.
        [[nodiscard]] auto end(std::chrono::seconds patience) -> bool {
            std::unique_lock hold{mutex_};
            is_ending_ = true;
            changed_.notify_all();
            return changed_.wait_for(hold, patience, [this] { return has_ended_; });
        }

    private:
        static constexpr std::size_t most_of_count = 40; ///< bytes of a line that tells how many were lost

        /// Writes without a stream, whose lock a blocked thread would keep from those that end the program.
        void write_all(std::string_view piece) const noexcept {
            while (!piece.empty()) {
                const auto written = ::write(to_, piece.data(), piece.size());
                if (written >= 0) piece.remove_prefix(static_cast<std::size_t>(written));
                else if (errno == EAGAIN) wait_until_writable();
                else if (errno != EINTR) return; // where a log can't be written, nobody can be told
            }
        }

        void wait_until_writable() const noexcept {
            pollfd file{.fd = to_, .events = POLLOUT, .revents = 0};
            ::poll(&file, 1, -1);
        }

        [[nodiscard]] auto has_room(std::size_t size) const noexcept -> bool { return capacity_ - used_ >= size; }

        void put(std::string_view text) noexcept {
            for (const char c : text) bytes_[(begin_ + used_++) % capacity_] = c;
        }

        void put_count() noexcept {
            std::array<char, most_of_count> line{};
            const auto size = std::snprintf(line.data(), line.size(), "log-lost lines=%llu\n",
                                            static_cast<unsigned long long>(lost_));
            put({line.data(), static_cast<std::size_t>(size)});
            lost_ = 0;
        }

        /// Takes as many whole lines as there are and fit.
        ///
        /// Returns: their bytes.
        [[nodiscard]] auto take(std::array<char, at_once>& piece) noexcept -> std::size_t {
            const auto most = std::min(used_, piece.size());
            for (std::size_t i = 0; i < most; ++i) piece[i] = bytes_[(begin_ + i) % capacity_];
            const auto size = std::string_view{piece.data(), most}.rfind('\n') + 1;
            begin_ = (begin_ + size) % capacity_;
            used_ -= size;
            return size;
        }

        int to_;
        std::unique_ptr<char[]> bytes_;
        std::size_t capacity_;
        std::size_t begin_ = 0;
        std::size_t used_ = 0;
        std::uint64_t lost_ = 0; ///< lines
        bool is_ending_ = false;
        bool has_ended_ = false;
        std::mutex mutex_;
        std::condition_variable changed_;
    };

    std::shared_ptr<queue> queue_;
    std::thread writer_;
};

} // namespace sipwhere
