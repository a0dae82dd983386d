// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/function_ref.hpp>

#include <cstdint>
#include <string_view>

namespace sipwhere::testing {

/// A law that a policy did not keep. Its texts hold until the report returns.
struct breach {
    std::string_view law;   ///< the sentence that does not hold
    std::string_view where; ///< what was tried
    std::uint64_t seed = 0; ///< of what was tried, when it was drawn at random
};

/// The function that reports a breach to the user's test framework.
using breach_report = function_ref<void(const breach&)>;

/// Checks laws and reports those that do not hold.
class judge {
public:
    explicit judge(breach_report report) noexcept : report_(report) {}

    /// Says what is tried from here on.
    void tries(std::string_view where, std::uint64_t seed = 0) noexcept {
        where_ = where;
        seed_ = seed;
    }

    /// Returns: whether it holds.
    auto expects(bool holds, std::string_view law) -> bool {
        if (holds) return true;
        ++breaches_;
        report_({law, where_, seed_});
        return false;
    }

    [[nodiscard]] auto breaches() const noexcept -> unsigned { return breaches_; }

private:
    breach_report report_;
    std::string_view where_;
    std::uint64_t seed_ = 0;
    unsigned breaches_ = 0;
};

} // namespace sipwhere::testing
