// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/record/record_view.hpp>

#include <string>

namespace sipwhere {

/// The bytes of one record, for stores that keep records in a standard container. Uses the heap.
struct owned_record {
    std::string bytes;

    [[nodiscard]] auto view() const noexcept -> record_view { return record_view{bytes}; }
};

} // namespace sipwhere
