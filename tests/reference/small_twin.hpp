// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The library once more, as it is compiled for size: without its fast paths, a character at a time.
namespace sipwhere_test::small_twin {

/// Returns: what `description` writes of a message.
[[nodiscard]] auto describe(std::string_view bytes) -> std::string;

/// Returns: what `answers_to` returns.
[[nodiscard]] auto answers_to(std::span<const std::string> datagrams) -> std::vector<std::string>;

} // namespace sipwhere_test::small_twin
