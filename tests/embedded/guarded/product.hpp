// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "net/udp.hpp"

#include <sipwhere/auth/listed_credentials.hpp>
#include <sipwhere/config/limits.hpp>
#include <sipwhere/memory/fixed_memory.hpp>

#include <array>
#include <chrono>
#include <cstddef>

/// The same with eight users.
namespace product {

inline constexpr net::udp::end own{{10, 0, 2, 15}, 5060};
inline constexpr sipwhere::limits limits{.min_expires = std::chrono::seconds{1},
                                         .max_expires = std::chrono::seconds{3},
                                         .max_contacts = 4,
                                         .max_contact_bytes = 512};
inline constexpr std::array<sipwhere::user_password, 8> users{{{"alice", "wonderland"},
                                                               {"bob", "builder"},
                                                               {"hall", "hall's password"},
                                                               {"kitchen", "kitchen's password"},
                                                               {"office", "office's password"},
                                                               {"shop", "shop's password"},
                                                               {"garage", "garage's password"},
                                                               {"door", "door's password"}}};
inline constexpr std::size_t aors = 4, bindings = 8, text = 2048;
inline constexpr sipwhere::memory_sizes sizes{.contacts = 2,
                                              .bindings = 4,
                                              .record = 640,
                                              .gone = 256,
                                              .challenge = 640,
                                              .answer = 1024,
                                              .aor = 96,
                                              .responses = 1,
                                              .ring_text = 400};
inline constexpr std::size_t memory = 9 * 1024;

} // namespace product
