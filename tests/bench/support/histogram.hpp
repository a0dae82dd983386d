// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sipwhere_bench {

/// Counts durations in buckets that are 1/64 of their value wide, so that a quantile is right to 1.6 %.
class histogram {
public:
    void add(std::chrono::nanoseconds taken) {
        const auto value = static_cast<std::uint64_t>(std::max<std::chrono::nanoseconds::rep>(taken.count(), 0));
        ++counts_[std::min(bucket_of(value), counts_.size() - 1)];
        ++total_;
        longest_ = std::max(longest_, value);
    }

    void clear() { *this = {}; }

    [[nodiscard]] auto total() const -> std::uint64_t { return total_; }

    /// Returns: the time that `share` of all durations did not exceed, in microseconds.
    [[nodiscard]] auto quantile(double share) const -> double {
        const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(total_));
        std::uint64_t seen = 0;
        for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
            seen += counts_[bucket];
            if (seen > rank) return static_cast<double>(std::min(end_of(bucket), longest_)) / 1000;
        }
        return static_cast<double>(longest_) / 1000;
    }

private:
    static constexpr std::size_t steps = 64; ///< buckets of each power of two

    static auto bucket_of(std::uint64_t value) -> std::size_t {
        if (value < steps) return value;
        const auto shift = static_cast<unsigned>(std::bit_width(value)) - 7;
        return shift * steps + (value >> shift);
    }
    static auto end_of(std::size_t bucket) -> std::uint64_t {
        if (bucket < steps) return bucket;
        const auto shift = bucket / steps - 1;
        return ((std::uint64_t{bucket % steps} + steps + 1) << shift) - 1;
    }

    std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(36 * steps); // up to a minute
    std::uint64_t total_ = 0;
    std::uint64_t longest_ = 0;
};

} // namespace sipwhere_bench
