// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "net/udp.hpp"

#include <sipwhere/auth/listed_credentials.hpp>
#include <sipwhere/config/limits.hpp>
#include <sipwhere/memory/fixed_memory.hpp>

#include <array>
#include <chrono>
#include <cstddef>

/// The example with short lifetimes, so that a phone soon refreshes.
namespace product {

inline constexpr net::udp::end own{{10, 0, 2, 15}, 5060};
inline constexpr sipwhere::limits limits{.min_expires = std::chrono::seconds{1},
                                         .max_expires = std::chrono::seconds{3},
                                         .max_contacts = 4,
                                         .max_contact_bytes = 512};
inline constexpr std::array<sipwhere::user_password, 0> users{};
inline constexpr std::size_t aors = 4, bindings = 8, text = 2048;
inline constexpr sipwhere::memory_sizes sizes{.contacts = 2,
                                              .bindings = 4,
                                              .record = 640,
                                              .gone = 256,
                                              .answer = 1024,
                                              .aor = 96,
                                              .responses = 1,
                                              .ring_text = 400};
inline constexpr std::size_t memory = 8 * 1024;

} // namespace product
