// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/model/instant.hpp>
#include <sipwhere/testing/slow_policy.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sipwhere::testing::detail {

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

} // namespace sipwhere::testing::detail
