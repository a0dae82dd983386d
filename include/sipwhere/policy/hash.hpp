// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/digest_params.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sipwhere {

/// The bytes of a digest.
struct digest_bytes {
    std::array<std::uint8_t, 32> bytes{};
    std::size_t size = 0; ///< 16 or 32
};

/// Computes the hashes of digest authentication.
///
/// 1. `has` says which of them it knows; of those it does not know it is asked for none.
/// 2. `digest` writes the hash of all pieces, one behind the other, or returns false when that failed.
template <typename T>
concept hash_policy =
    requires(T& hash, digest_hash which, std::span<const std::string_view> pieces, digest_bytes& out) {
        { hash.has(which) } -> std::same_as<bool>;
        { hash.digest(which, pieces, out) } -> std::same_as<bool>;
    };

} // namespace sipwhere
