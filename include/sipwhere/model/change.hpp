// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace sipwhere {

/// What a decision does to a binding, or makes of a contact.
enum class change : std::uint8_t {
    created,    ///< a contact becomes a new binding
    refreshed,  ///< a binding gives its place and its first time to a contact
    removed,    ///< a binding goes, or a contact leaves nothing
    expired,    ///< a binding was due already
    kept,       ///< a binding stays as it is; no event tells of it
    superseded, ///< a contact is overruled by a later equal one of the same request; nor of this
};

} // namespace sipwhere
