// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace sipwhere {

/// What a decision does to a binding, or makes of a contact.
enum class change : std::uint8_t {
    kept,       ///< a binding stays as it is
    refreshed,  ///< a binding gives its place and its first time to a contact
    removed,    ///< a binding goes, or a contact leaves nothing
    expired,    ///< a binding was due already
    created,    ///< a contact becomes a new binding
    superseded, ///< a contact is overruled by a later equal one of the same request
};

} // namespace sipwhere
