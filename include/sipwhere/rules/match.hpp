// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/contact.hpp>
#include <sipwhere/message/uri.hpp>
#include <sipwhere/message/uri_equal.hpp>
#include <sipwhere/model/record.hpp>

#include <cstddef>
#include <string_view>

namespace sipwhere {

/// Returns: whether a contact means the URI of a binding (RFC 3261 §19.1.4).
[[nodiscard]] inline auto means(const uri_view& contact, std::string_view bound) noexcept -> bool {
    if (contact.text == bound) return true;
    const auto parsed = parse_uri(bound);
    return parsed && uri_equal(contact, *parsed);
}

/// Finds the bindings that a contact means.
///
/// A binding with the very same octets wins alone; otherwise all that are equal by §19.1.4 are meant, since equality
/// is not transitive and a contact may equal two bindings that do not equal each other.
/// Calls `hit(index, const brief_binding&)` for each, until it returns false.
/// Returns: whether all calls returned true.
/// Cost:    one pass over the record when octets match; else each live binding's URI is read.
template <typename Hit>
[[nodiscard]] auto for_each_match(const uri_view& contact, record_view record, instant now, Hit&& hit) -> bool {
    std::size_t index = 0;
    for (auto at = record.begin(); at != record.end(); ++at, ++index) {
        const auto binding = at.brief();
        if (binding.is_live(now) && binding.uri == contact.text) return hit(index, binding);
    }
    index = 0;
    for (auto at = record.begin(); at != record.end(); ++at, ++index) {
        const auto binding = at.brief();
        if (binding.is_live(now) && means(contact, binding.uri) && !hit(index, binding)) return false;
    }
    return true;
}

} // namespace sipwhere
