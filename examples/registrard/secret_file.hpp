// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/config/secrets.hpp>

#include <optional>
#include <string>

namespace registrard {

/// Reads the secret that has to outlive a restart from a file of its own, which only its owner can read, or draws one
/// and makes that file.
///
/// Returns: nothing, and in `why` a sentence, when it can't be read or written, or when others can read it.
[[nodiscard]] auto kept_secrets(const std::string& path, std::string& why) -> std::optional<sipwhere::secrets>;

} // namespace registrard
