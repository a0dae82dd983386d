// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/storage/hash_storage_limits.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace sipwhere {

/// When a `sqlite_storage` waits for the disk itself.
enum class sqlite_synchronous : std::uint8_t {
    full,   ///< before each answer: what was answered 200 is there even after the power has failed
    normal, ///< now and then: a power failure may take the last seconds of answers back, the end of the program nothing
    off, ///< never: a power failure may take minutes back, or the whole file
};

/// How a `sqlite_storage` keeps its file.
struct sqlite_options {
    sqlite_synchronous synchronous = sqlite_synchronous::full;
    hash_storage_limits memory{}; ///< of what is in memory, which is all that the file holds
    std::size_t max_stale = 65'536; ///< records whose rows may have to be written anew; then changes fail at once
    /// Is told in a sentence, on the storage's own thread, when changes can't be written, once until they can be again;
    /// and with an empty text when that is so.
    std::function<void(std::string_view why)> report{};
    const char* vfs = nullptr; ///< the name of another SQLite VFS than the usual one
};

} // namespace sipwhere
