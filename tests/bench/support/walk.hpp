// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <numeric>

namespace sipwhere_bench {

/// Visits the numbers below `size` in an order that jumps about, each once in every round: no two neighbours share a
/// cache line, and each number waits equally long for its turn.
class walk {
public:
    explicit walk(std::uint32_t size) : size_(size), stride_(stride_for(size)) {}

    auto next() -> std::uint32_t {
        const auto here = at_;
        at_ = static_cast<std::uint32_t>((std::uint64_t{at_} + stride_) % size_);
        return here;
    }

private:
    /// Returns: a number near the golden section of `size` that has no divisor in common with it.
    static auto stride_for(std::uint32_t size) -> std::uint32_t {
        auto stride = static_cast<std::uint32_t>(static_cast<double>(size) * 0.6180339887) + 1;
        while (std::gcd(stride, size) != 1) ++stride;
        return stride;
    }

    std::uint32_t size_;
    std::uint32_t stride_;
    std::uint32_t at_ = 0;
};

} // namespace sipwhere_bench
