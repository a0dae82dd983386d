// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "net/udp.hpp"

#include <sipwhere/auth/listed_credentials.hpp>
#include <sipwhere/config/limits.hpp>
#include <sipwhere/memory/fixed_memory.hpp>

#include <array>
#include <cstddef>

/// The example with a thousand users.
namespace product {

inline constexpr net::udp::end own{{10, 0, 2, 15}, 5060};
inline constexpr sipwhere::limits limits{.max_contacts = 4, .max_contact_bytes = 512};
inline constexpr std::array<sipwhere::user_password, 0> users{};
inline constexpr std::size_t aors = 1000, bindings = 1000, text = aors * 96;
inline constexpr sipwhere::memory_sizes sizes{.contacts = 2,
                                              .bindings = 4,
                                              .record = 640,
                                              .gone = 256,
                                              .answer = 1024,
                                              .aor = 96,
                                              .responses = 1,
                                              .ring_text = 400};
inline constexpr std::size_t memory = 256 * 1024;

} // namespace product
