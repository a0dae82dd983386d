// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace sipwhere {

/// A mutex for who is alone.
struct no_mutex {
    void lock() noexcept {}
    void unlock() noexcept {}
};

} // namespace sipwhere
