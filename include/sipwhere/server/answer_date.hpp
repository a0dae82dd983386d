// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/date.hpp>
#include <sipwhere/policy/clock.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace sipwhere {

/// The text of the Date header field, written anew when a second has passed.
template <clock_policy Clock>
class answer_date {
public:
    /// Returns: the date at `now`, up to a second old; empty if the clock does not know it. A view into this object.
    /// Cost:    a comparison; once a second a look at the wall clock.
    [[nodiscard]] auto at(const Clock& clock, instant now) noexcept -> std::string_view {
        if constexpr (!has_unix_time<Clock>) return {};
        else {
            if (const auto second = floor_seconds(now); second != second_) {
                writer out{text_};
                write_date(out, clock.unix_time());
                size_ = out.size();
                second_ = second;
            }
            return {text_.data(), size_};
        }
    }

private:
    std::array<char, 29> text_{};
    std::size_t size_ = 0;
    seconds32 second_ = never32;
};

} // namespace sipwhere
