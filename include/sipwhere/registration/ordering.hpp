// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/config/limits.hpp>
#include <sipwhere/record/packed_binding.hpp>
#include <sipwhere/record/transaction_tag.hpp>

#include <cstdint>
#include <string_view>

namespace sipwhere {

/// Returns: whether a request comes too late to change a binding: it has its Call-ID and a CSeq that is not higher.
/// Spec:    RFC 3261 §10.3 steps 6 and 7.
[[nodiscard]] constexpr auto is_stale(const brief_binding& binding, std::string_view call_id, std::uint32_t cseq,
                                      stale_cseq rule, instant now) noexcept -> bool {
    if (cseq > binding.cseq || binding.call_id != call_id) return false;
    return rule == stale_cseq::refuse || floor_seconds(now) <= binding.last + transaction_tag::lifetime;
}

} // namespace sipwhere
