// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "fast_hash.hpp"
#include "options.hpp"

#include <sipwhere/auth/certificate_access.hpp>
#include <sipwhere/digest.hpp>

#include <optional>
#include <string>

namespace registrard {

/// The users of the command line, and of a file that can be read again.
class users {
public:
    explicit users(const options& asked)
        : listed_(asked.users),
          file_(std::string{asked.users_file},
                asked.digest.offer_userhash ? sipwhere::hashed_names::found : sipwhere::hashed_names::unknown) {}

    static constexpr bool finds_hashed_names = true;

    /// Reads the file anew.
    ///
    /// Returns: what is wrong with it; then its users stay as they were.
    [[nodiscard]] auto reload() -> std::optional<sipwhere::htdigest_fault> { return file_.reload(); }

    auto find(const sipwhere::credentials_query& asked, sipwhere::credentials_visitor visit) const
        -> sipwhere::credentials_answer {
        const auto known = listed_.find(asked, visit);
        return known == sipwhere::credentials_answer::found ? known : file_.find(asked, visit);
    }

    [[nodiscard]] auto may_register(const sipwhere::user_identity& user, const sipwhere::aor_view& aor) const -> bool {
        return file_.may_register(user, aor);
    }

    [[nodiscard]] auto holds_passwords() const -> bool { return listed_.holds_passwords(); }

private:
    sipwhere::listed_credentials listed_;
    sipwhere::htdigest_file file_;
};

/// Returns: whether everybody may register, as nothing says who may.
[[nodiscard]] inline auto lets_all_in(const options& asked) -> bool {
    return asked.users.empty() && asked.users_file.empty() && asked.connections.trusted.empty();
}

/// What all workers ask who comes: their users and what digest access remembers.
struct guard {
    guard(const options& asked, const sipwhere::secrets& secrets)
        : is_open(lets_all_in(asked)), known(asked),
          memory(secrets, is_open ? sipwhere::digest_memory_limits{0, 0} : usual) {}

    /// Enough for as many users as registrard keeps by default, if a quarter of them answers challenges: 9 MB.
    static constexpr sipwhere::digest_memory_limits usual{.max_nonces = 262'144, .max_guessers = 16'384};

    bool is_open; ///< everybody may register
    users known;
    sipwhere::heap_digest_memory memory;
};

/// Lets in whom the guard knows, or everybody.
class door {
public:
    door(guard& keeper, const options& asked)
        : is_open_(keeper.is_open), digest_(keeper.known, keeper.memory, asked.digest),
          certified_(digest_, asked.connections.trusted) {}

    auto authenticate(const sipwhere::access_request& asked, sipwhere::writer& fields) -> sipwhere::access_result {
        if (is_open_) return sipwhere::grant;
        return certified_.authenticate(asked, fields);
    }
    auto authorize(const sipwhere::access_request& asked, sipwhere::writer& fields) -> sipwhere::access_result {
        if (is_open_) return sipwhere::grant;
        return certified_.authorize(asked, fields);
    }

private:
    bool is_open_;
    using digest = sipwhere::digest_access<users, sipwhere::heap_digest_memory&, fast_hash>;
    digest digest_;
    sipwhere::certificate_access<digest> certified_;
};

} // namespace registrard
