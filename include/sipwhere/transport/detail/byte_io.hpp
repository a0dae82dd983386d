// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace sipwhere::detail {

/// What became of a try to move bytes of a connection.
///
/// What moves them, `ByteIo`, has `read(span, size&)` and `write(text, size&)` that return this and never wait;
/// `wants_write()` when it has to write before it can read, `has_more()` when there is more to read of which the system
/// knows nothing, `is_ready()` when messages can come; `leave()`, which says that nothing more will be written, and
/// `close()`.
enum class io_result : std::uint8_t {
    moved, ///< some, or none as there is nothing to read or no capacity to write
    closed, ///< the other end has closed, or the connection is broken
};

/// What becomes of a connection behind what it has read or written.
enum class fate : std::uint8_t {
    open,
    leaving, ///< it is closed when the other end has read what was written
    closing, ///< at once
};

} // namespace sipwhere::detail
