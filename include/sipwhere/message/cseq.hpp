// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/decimal.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/message/method.hpp>

#include <cstdint>
#include <string_view>

namespace sipwhere {

/// The largest number of a CSeq (RFC 3261 §8.1.1.5).
inline constexpr std::uint32_t largest_cseq = 0x7fffffff;

struct cseq_view {
    std::uint32_t number = 0;
    std::string_view method_text{};
    sipwhere::method method = method::unknown;
};

/// Reads a CSeq value.
///
/// Returns: a view into `text`, which must outlive it.
/// Errors:  bad_cseq, also for a number of 2^31 and more: after it no higher one could come.
/// Spec:    RFC 3261 §20.16, §8.1.1.5.
[[nodiscard]] constexpr auto parse_cseq(std::string_view text) noexcept -> result<cseq_view> {
    cursor in{text};
    const auto number = take_decimal(in, overflow::is_error, largest_cseq);
    if (!number) return fail(errc::bad_cseq, number.error().at);
    const auto space = in.position();
    in.skip_lws();
    if (in.position() == space) return fail(errc::bad_cseq, space);
    const auto name = in.take_while<ascii::set::token>();
    if (name.empty() || !in.at_end()) return fail(errc::bad_cseq, in.position());
    return cseq_view{*number, name, parse_method(name)};
}

} // namespace sipwhere
