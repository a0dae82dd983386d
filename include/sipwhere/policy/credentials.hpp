// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/function_ref.hpp>
#include <sipwhere/message/digest_params.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/instant.hpp>
#include <sipwhere/model/user_identity.hpp>
#include <sipwhere/policy/ticket.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// Whose password is wanted, for which algorithm.
struct credentials_query {
    std::string_view user{};   ///< the name, or its hash
    std::string_view realm{};
    digest_hash hash = digest_hash::md5;
    instant now{};
    sipwhere::ticket ticket{}; ///< to answer later with; a ticket of nothing when that is not possible
    bool is_hashed = false;    ///< `user` is the hash of name and realm (RFC 7616 §3.4.4), in hexadecimal digits
};

/// What is known of a password: itself, or H(A1), the hash of user, realm and password.
struct credentials {
    std::string_view password{}; ///< empty if `ha1` is given
    std::string_view ha1{};      ///< in lower-case hexadecimal digits, by the hash that was asked for
    std::string_view user{};     ///< the name; needed where its hash was asked for alone

    /// Returns: those of a password in clear.
    [[nodiscard]] static constexpr auto of_password(std::string_view text) noexcept -> credentials {
        return {text, {}, {}};
    }
    [[nodiscard]] static constexpr auto of_ha1(std::string_view digits, std::string_view user = {}) noexcept
        -> credentials {
        return {{}, digits, user};
    }
};

/// Is shown the credentials of a user; they hold until it returns.
using credentials_visitor = function_ref<void(const credentials&)>;

/// What a store of credentials knows of a user.
enum class credentials_answer : std::uint8_t {
    found,   ///< they were shown
    unknown, ///< there is no such user, or none with this hash
    pending, ///< not known now; a ticket is resumed when they are
    failed,  ///< the store failed
};

/// Knows the passwords of users.
///
///     struct one_user {
///         auto find(const credentials_query& asked, credentials_visitor visit) -> credentials_answer {
///             if (asked.user != "alice") return credentials_answer::unknown;
///             visit(credentials::of_password("wonderland"));
///             return credentials_answer::found;
///         }
///     };
///
/// 1. `find` shows the credentials of a user of a realm at most once, and says whether it did. Names are compared as
///    bytes.
/// 2. One that says `static constexpr bool may_wait = true` may answer `pending`, if the query has a ticket, and then
///    has the request resumed by it: `find` is called again, with an equal ticket that takes its place.
///    `abandon(const completion_queue&)` makes it forget all tickets of a server that goes.
/// 3. It may have `may_register(const user_identity&, const aor_view&) -> bool`, which grants users more than the
///    address-of-record of their own name: several numbers for one phone, all of a domain for its provisioning.
/// 4. One that shows passwords in clear says so by `holds_passwords() -> bool`, so that a user it does not know takes
///    the same time as one with a wrong password.
/// 5. One that says `static constexpr bool finds_hashed_names = true` is asked for the hashes of names as well, if the
///    settings offer that, and shows the name.
template <typename T>
concept credentials_policy = requires(T& store, const credentials_query& asked, credentials_visitor visit) {
    { store.find(asked, visit) } -> std::same_as<credentials_answer>;
};

/// A store of credentials that may answer later.
template <typename T>
concept waiting_credentials = credentials_policy<T> && requires(T& store, const completion_queue& queue) {
    requires T::may_wait;
    store.abandon(queue);
};

/// A store of credentials that says which addresses-of-record its users may register beside their own.
template <typename T>
concept granting_credentials = requires(T& store, const user_identity& user, const aor_view& aor) {
    { store.may_register(user, aor) } -> std::same_as<bool>;
};

template <typename T>
concept says_whether_it_holds_passwords = requires(const T& store) {
    { store.holds_passwords() } -> std::same_as<bool>;
};

/// Whether a store of credentials knows users by the hash of their name, too.
template <typename T>
inline constexpr bool finds_hashed_names = requires { requires T::finds_hashed_names; };

/// Says in one sentence what a type lacks to be a store of credentials.
template <typename T>
[[nodiscard]] consteval auto explain_credentials() -> bool {
    static_assert(credentials_policy<T>, "a store of credentials needs: find(const credentials_query&, "
                                         "credentials_visitor) -> credentials_answer");
    return credentials_policy<T>;
}

} // namespace sipwhere
