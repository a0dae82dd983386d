// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/fixed_workspace.hpp>

#include <cstddef>

/// How much the registrar can hold, and so the memory it takes.
namespace sizes {

inline constexpr std::size_t aors = 32;
inline constexpr std::size_t bindings = 32;
inline constexpr std::size_t text = 6 * 1024;
inline constexpr sipwhere::workspace_sizes workspace{};
inline constexpr std::size_t most_memory = 20 * 1024;

} // namespace sizes
