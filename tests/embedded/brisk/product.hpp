// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "net/udp.hpp"

#include <sipwhere/policy/fixed_workspace.hpp>
#include <sipwhere/rules/settings.hpp>

#include <chrono>
#include <cstddef>

/// The example with short lifetimes, so that a phone soon refreshes.
namespace product {

inline constexpr net::udp::end own{{10, 0, 2, 15}, 5060};
inline constexpr sipwhere::settings settings{
    .limits = {.min_expires = std::chrono::seconds{1}, .max_expires = std::chrono::seconds{3}}};
inline constexpr std::size_t aors = 4, bindings = 8, text = 2048;
inline constexpr sipwhere::workspace_sizes workspace{};
inline constexpr std::size_t memory = 20 * 1024;

} // namespace product
