// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string_view>

namespace sipwhere {

/// How an update ended.
enum class outcome : std::uint8_t {
    committed, ///< the new record is in the store
    unchanged, ///< the job wanted no change
    refused,   ///< the job refused; the store is as it was
    full,      ///< no capacity for it; the store is as it was
    failed,    ///< the back end failed; the store is as it was
    pending,   ///< the store is as it was, and says later what became of it
};

/// What a job wants a store to do with a record.
struct record_update {
    outcome result = outcome::unchanged; ///< `committed` asks the store to make `bytes` the record
    std::string_view bytes{}; ///< the new record, packed; empty to have none; read before `update` returns
};

} // namespace sipwhere
