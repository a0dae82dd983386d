// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/storage.hpp>

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace sipwhere_test {

/// Takes tickets for whoever calls a storage that may answer later, and waits: so it is one that answers at once. For
/// one thread.
class waiter {
public:
    waiter() {
        queue_.wake_with(
            [](void* self) {
                auto& it = *static_cast<waiter*>(self);
                const std::lock_guard hold{it.mutex_};
                it.has_news_ = true;
                it.news_.notify_one();
            },
            this);
    }
    waiter(const waiter&) = delete;
    auto operator=(const waiter&) -> waiter& = delete;

    template <typename Storage>
    auto update(Storage& storage, const sipwhere::aor_view& key, sipwhere::record_job job) -> sipwhere::outcome {
        for (++number_;;) {
            const sipwhere::ticket by{queue_, cell_, number_};
            const auto said = storage.update(key, job, by);
            if (said != sipwhere::outcome::pending) {
                (void)queue_.end(cell_);
                return said;
            }
            const auto heard = wait();
            if (heard.is_done) return heard.result;
        }
    }

    [[nodiscard]] auto queue() const noexcept -> const sipwhere::completion_queue& { return queue_; }

private:
    auto wait() -> sipwhere::completion_queue::completion {
        for (;;) {
            if (const auto heard = queue_.take(); heard.cell != nullptr) return heard;
            std::unique_lock hold{mutex_};
            news_.wait(hold, [this] { return has_news_; });
            has_news_ = false;
        }
    }

    sipwhere::completion_queue queue_;
    sipwhere::completion_cell cell_;
    std::uint32_t number_ = 0;
    std::mutex mutex_;
    std::condition_variable news_;
    bool has_news_ = false;
};

} // namespace sipwhere_test
