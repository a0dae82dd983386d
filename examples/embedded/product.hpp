// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "net/udp.hpp"

#include <sipwhere/policy/fixed_workspace.hpp>
#include <sipwhere/rules/settings.hpp>

#include <cstddef>

/// What a product chooses: where it is reached, what it serves, and how much it can hold.
namespace product {

/// The address that QEMU's user network gives its guest.
inline constexpr net::udp::end own{{10, 0, 2, 15}, 5060};

inline constexpr sipwhere::settings settings{};

inline constexpr std::size_t aors = 32, bindings = 32;
inline constexpr std::size_t text = 6 * 1024; ///< bytes of their users, domains, contacts and Call-IDs

/// The room for the request at hand and for remembered answers.
inline constexpr sipwhere::workspace_sizes workspace{};

/// All that the registrar may take, in bytes; the compiler checks it.
inline constexpr std::size_t memory = 20 * 1024;

} // namespace product
