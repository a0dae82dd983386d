// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/result.hpp>
#include <sipwhere/model/user_identity.hpp>
#include <sipwhere/registrar/edit_job.hpp>
#include <sipwhere/registrar/registration_job.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace sipwhere {

/// What to call with the result of an edit over a storage that may answer later: how many bindings were taken out.
struct edit_completion {
    void (*call)(void* object, const result<std::size_t>& done) = nullptr;
    void* object = nullptr;

    void operator()(const result<std::size_t>& done) const { call(object, done); }
};

/// An operator's edit that waits for its storage.
struct waiting_edit {
    aor_view key{};
    edit_job job;
    edit_completion done{};     ///< calls nobody for bindings of a connection that has ended
    std::uint32_t lost = 0; ///< the note of these
};

/// How far a REGISTER has come, kept while it waits so that nothing is asked for twice.
struct registration_work {
    enum class stage : std::uint8_t {
        begun,
        authenticated, ///< `user` says who asks
        read,          ///< `asked` says what
        authorized,    ///< they may
    };

    stage reached = stage::begun;
    std::size_t line_bytes = 0; ///< of header lines for the 200 that the access policy wrote
    user_identity user{};
    registration asked{};
};

/// The same over a storage that may answer later.
struct waiting_registration : registration_work {
    bool has_run = false;     ///< the job, in the update at hand
    bool over_budget = false; ///< its answer
    bool is_noted = false;    ///< the connection by which it binds
    std::optional<listing_context> about{};
    std::optional<registration_job> job{};
    std::optional<waiting_edit> edit{}; ///< instead of a REGISTER
};

} // namespace sipwhere
