// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/model/instant.hpp>

#include <chrono>
#include <cstdint>

namespace sipwhere::testing {

/// How slow a `slow_access` or a `slow_storage` is, and how often it fails; chances go from 0 to 1.
struct slow_options {
    std::uint64_t seed = 1;
    std::chrono::milliseconds max_delay{0}; ///< until it answers, drawn from 0 on; even 0 is not at once
    double at_once = 0;     ///< chance that it answers at once
    double failure = 0;     ///< chance that it fails instead
    bool in_order = false;  ///< a slow_access answers in the order in which it was asked
    bool slow_reads = false; ///< a slow_storage knows no record at first
};

/// A mutex for one thread.
struct no_mutex {
    void lock() noexcept {}
    void unlock() noexcept {}
};

namespace detail {

/// Draws delays and failures.
class slow_dice {
public:
    explicit slow_dice(const slow_options& options) noexcept : options_(options), random_(options.seed) {}

    [[nodiscard]] auto happens(double chance) noexcept -> bool {
        return static_cast<double>(random_.next() >> 11U) * 0x1p-53 < chance;
    }
    [[nodiscard]] auto below(std::size_t count) noexcept -> std::size_t {
        return static_cast<std::size_t>(random_.next() % count);
    }
    [[nodiscard]] auto due(instant now) noexcept -> instant {
        const auto most = static_cast<std::uint64_t>(options_.max_delay.count());
        return now + std::chrono::milliseconds{random_.next() % (most + 1)};
    }
    [[nodiscard]] auto options() const noexcept -> const slow_options& { return options_; }

private:
    slow_options options_;
    xoshiro256 random_;
};

} // namespace detail

} // namespace sipwhere::testing
