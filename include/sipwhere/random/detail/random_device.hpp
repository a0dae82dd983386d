// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <random>

namespace sipwhere::detail {

/// Asks the standard library, which ends the program where the system has no randomness to give. A header of its own,
/// since few systems need it and <random> takes long to compile.
[[nodiscard]] inline auto word_from_device() noexcept -> std::uint64_t {
    static_assert(std::random_device::max() - std::random_device::min() >= 0xffffffffU);
    std::random_device device;
    return std::uint64_t{device()} << 32 | std::uint64_t{device()};
}

} // namespace sipwhere::detail
