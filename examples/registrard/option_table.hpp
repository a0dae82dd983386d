// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <span>
#include <string_view>

namespace registrard {

/// One option of the command line.
struct option {
    std::string_view name;
    std::string_view value;  ///< what --help calls its value; empty for an option without one
    std::string_view help;   ///< one line or several
    std::string_view wanted; ///< what a value is that can be read
    bool (*read)(std::string_view value, options& into); ///< returns whether the value is what was wanted
};

/// Options about the same matter.
struct option_group {
    std::string_view title;
    std::span<const option> options;
};

/// Returns: every option but --help and --version.
[[nodiscard]] auto option_groups() -> std::span<const option_group>;

} // namespace registrard
