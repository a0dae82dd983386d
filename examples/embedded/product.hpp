// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "net/udp.hpp"

#include <sipwhere/auth/listed_credentials.hpp>
#include <sipwhere/config/limits.hpp>
#include <sipwhere/memory/fixed_memory.hpp>

#include <array>
#include <cstddef>

/// What a product chooses: where it is reached, what it serves, and how much it can hold.
namespace product {

/// The address that QEMU's user network gives its guest.
inline constexpr net::udp::end own{{10, 0, 2, 15}, 5060};

inline constexpr sipwhere::limits limits{.max_contacts = 4, .max_contact_bytes = 512};

/// Who may register, with passwords: everybody if nobody is named here, and then nothing of digest access is linked.
inline constexpr std::array<sipwhere::user_password, 0> users{};

inline constexpr std::size_t aors = 32, bindings = 32;

/// Bytes of their users, domains, contacts and Call-IDs. A storage has room for IPv6 beside them, 41 bytes a binding
/// that texts get where all addresses are of IPv4: so these are 6 KiB.
inline constexpr std::size_t text = 6 * 1024 - bindings * 41;

/// The room for the request at hand, and for one remembered answer; later repeats are known by the record.
inline constexpr sipwhere::memory_sizes sizes{.contacts = 2,
                                              .bindings = 4,
                                              .record = 640,
                                              .gone = 256,
                                              .answer = 1024,
                                              .aor = 96,
                                              .responses = 1,
                                              .ring_text = 400};

/// All that the registrar may take, in bytes; the compiler checks it.
inline constexpr std::size_t memory = 14 * 1024;

} // namespace product
