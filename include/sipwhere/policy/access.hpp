// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/writer.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/instant.hpp>
#include <sipwhere/model/refusal.hpp>

#include <concepts>
#include <optional>

namespace sipwhere {

/// Who asks, and for what.
struct access_request {
    const message_view& request;
    aor_view aor;     ///< the address-of-record to be registered or queried
    const flow& from;
    instant now;
};

namespace detail {

template <typename T>
concept has_authorize = requires(T& access, const access_request& asked, writer& fields) {
    { access.authorize(asked, fields) } -> std::same_as<std::optional<refusal>>;
};

} // namespace detail

/// Decides whether a request may change or see the bindings of an address-of-record (RFC 3261 §10.3 steps 3 and 4).
///
/// 1. Nothing is returned to let the request pass; a refusal ends it and changes nothing.
/// 2. Whole header lines that the refusal needs, such as WWW-Authenticate, are written into `fields`.
/// 3. It checks who asks and that they may ask for *this* AOR.
/// 4. It may query the registrar that asks it; an edit is `errc::busy`.
template <typename T>
concept access_policy = detail::has_authorize<T>;

/// `using policy = access_tag;` says that a type is meant to be an access policy, where its members alone do not.
struct access_tag {};

/// Says in one sentence what a type lacks to be an access policy.
template <typename T>
[[nodiscard]] consteval auto explain_access() -> bool {
    static_assert(detail::has_authorize<T>,
                  "access policy needs: authorize(const access_request&, writer&) -> std::optional<refusal>");
    return access_policy<T>;
}

} // namespace sipwhere
