// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/digest_access.hpp>
#include <sipwhere/auth/fixed_digest_memory.hpp>
#include <sipwhere/auth/listed_credentials.hpp>
#include <sipwhere/random/seeded_random.hpp>

#include <support/digest_client.hpp>
#include <support/world.hpp>

#include <array>
#include <optional>

namespace sipwhere_test {

/// Digest access with three users, as a registrar in a test has it.
struct guarded {
    std::array<sipwhere::user_password, 3> users{{{"alice", "wonderland"}, {"bob", "builder"}, {"j\"s", "quoted"}}};
    sipwhere::listed_credentials credentials{users};
    sipwhere::seeded_random random{3};
    sipwhere::fixed_digest_memory<32, 16> memory{random};

    auto authenticate(const sipwhere::access_request& asked, sipwhere::writer& fields) -> sipwhere::access_result {
        return inner().authenticate(asked, fields);
    }
    auto authorize(const sipwhere::access_request& asked, sipwhere::writer& fields) -> sipwhere::access_result {
        return inner().authorize(asked, fields);
    }

    /// Lets a test change the settings, which hold from the next request on.
    [[nodiscard]] auto settings() -> sipwhere::digest_settings& {
        kept_.reset();
        return how_;
    }

private:
    using access_type = sipwhere::digest_access<sipwhere::listed_credentials, sipwhere::fixed_digest_memory<32, 16>&>;

    [[nodiscard]] auto inner() -> access_type& {
        if (!kept_) kept_.emplace(credentials, memory, how_);
        return *kept_;
    }

    sipwhere::digest_settings how_{};
    std::optional<access_type> kept_{};
};
using digest_world = basic_world<sipwhere::hash_storage, guarded>;

/// Returns: whether an answer asks for credentials because the nonce alone was at fault.
[[nodiscard]] inline auto is_stale(const reply& answer) -> bool {
    if (answer.status() != sipwhere::status::unauthorized) return false;
    const auto rows = answer.rows("WWW-Authenticate");
    return !rows.empty() && param(rows.front(), "stale") == "true";
}

} // namespace sipwhere_test
