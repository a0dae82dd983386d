// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace sipwhere {

/// How large a `hash_storage` may become.
///
/// What finds the records is not counted in `max_bytes`: 16 bytes for each, and a table of at most 18 bytes for each.
struct hash_storage_limits {
    std::uint32_t max_aors = 1U << 20U;              ///< records
    std::size_t max_bytes = std::size_t{256} << 20U; ///< bytes of all keys and records together, in blocks
};

} // namespace sipwhere
