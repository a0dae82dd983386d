// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <compare>
#include <string_view>

namespace sipwhere {

/// An address-of-record in its canonical form: the key of a record (RFC 3261 §10.3 step 5).
///
/// A pair, never one joined text, since an unescaped user may hold any byte, "@" and NUL too.
struct aor_view {
    std::string_view user{};   ///< unescaped
    std::string_view domain{}; ///< canonical, in lower case; an IPv6 address without brackets

    friend constexpr auto operator<=>(const aor_view&, const aor_view&) noexcept = default;
};

} // namespace sipwhere
