// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/writer.hpp>
#include <sipwhere/config/domains.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/instant.hpp>
#include <sipwhere/model/refusal.hpp>
#include <sipwhere/model/user_identity.hpp>
#include <sipwhere/policy/ticket.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>

namespace sipwhere {

/// Who asks, and for what.
struct access_request {
    const message_view& request;
    const flow& from;
    instant now;
    sipwhere::ticket ticket{}; ///< to answer later with; a ticket of nothing when that is not possible
    user_identity user{};      ///< `authorize` alone: who `authenticate` said it is
    aor_view aor{};            ///< `authorize` alone: the address-of-record to be registered or queried
    /// The domains for which the client of a connection has shown a certificate, in lower case and parted by blanks.
    /// They name no user, and count for nothing unless a policy says what they may.
    std::string_view peer_domains{};
    bool ignores_case = false; ///< the users of addresses-of-record are in lower case (settings::case_insensitive_user)
    std::string_view to_uri{}; ///< `authenticate` alone: the URI of To, cut out and not read
    host_view domain{}; ///< `authenticate` alone: the domain that the Request-URI names
    served_domains served{}; ///< `authenticate` alone: what the server serves
    std::span<char> names{}; ///< `authenticate` alone: bytes that live as long as the request, for who sent it
};

/// Lets a request pass, as an `access_result`.
struct granted_t {};
inline constexpr granted_t grant{};

/// Says that the answer comes later, by the ticket of the request, as an `access_result`.
struct pending_t {};
inline constexpr pending_t answer_later{};

/// What an access policy says about a request: `grant` or who sent it, a refusal, or `answer_later`.
class access_result {
public:
    enum class kind : std::uint8_t { granted, refused, pending };

    constexpr access_result(granted_t) noexcept {}
    constexpr access_result(const user_identity& user) noexcept : user_(user) {}
    constexpr access_result(const refusal& why) noexcept : kind_(kind::refused), refusal_(why) {}
    constexpr access_result(pending_t) noexcept : kind_(kind::pending) {}

    [[nodiscard]] constexpr auto is(kind asked) const noexcept -> bool { return kind_ == asked; }

    /// Returns: who sent the request; nobody in particular unless it was granted to someone.
    [[nodiscard]] constexpr auto user() const noexcept -> const user_identity& { return user_; }

    /// Returns: why the request is refused, if it is.
    [[nodiscard]] constexpr auto why() const noexcept -> const refusal& { return refusal_; }

private:
    kind kind_ = kind::granted;
    user_identity user_{};
    refusal refusal_{};
};

namespace detail {

template <typename T>
concept has_authorize = requires(T& access, const access_request& asked, writer& fields) {
    { access.authorize(asked, fields) } -> std::same_as<access_result>;
};

} // namespace detail

/// Whether an access policy finds out who sent a request before it is read.
template <typename T>
concept has_authenticate = requires(T& access, const access_request& asked, writer& fields) {
    { access.authenticate(asked, fields) } -> std::same_as<access_result>;
};

/// Decides whether a request may change or see the bindings of an address-of-record (RFC 3261 §10.3 steps 3 and 4).
///
/// 1. `authorize` decides whether *this* user may ask for *this* address-of-record; a refusal ends the request and
///    changes nothing.
/// 2. `authenticate`, if there is one, is asked first, when nothing of the request has been believed yet: it says who
///    sent it, and its views hold as long as the request's.
/// 3. Whole header lines are written into `fields`: those that a refusal needs, such as WWW-Authenticate, or those
///    that the 200 takes along. Lines that do not fit make the answer a 500.
/// 4. It may query the registrar that asks it; an edit is `errc::busy`.
/// 5. One that says `static constexpr bool may_wait = true` may return `answer_later`, and then has the request
///    resumed by its ticket: the function that said so is called again, with an equal ticket that takes its place.
///    What was granted before is not asked for twice. `abandon(const completion_queue&)` makes it forget all tickets
///    of a server that goes.
template <typename T>
concept access_policy = detail::has_authorize<T>;

/// An access policy that may answer later.
template <typename T>
concept waiting_access = access_policy<T> && requires(T& access, const completion_queue& queue) {
    requires T::may_wait;
    access.abandon(queue);
};

/// `using policy = access_tag;` says that a type is meant to be an access policy, where its members alone do not.
struct access_tag {};

/// Says in one sentence what a type lacks to be an access policy.
template <typename T>
[[nodiscard]] consteval auto explain_access() -> bool {
    static_assert(detail::has_authorize<T>,
                  "access policy needs: authorize(const access_request&, writer&) -> access_result");
    return access_policy<T>;
}

} // namespace sipwhere
