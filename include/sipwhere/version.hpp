// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace sipwhere {

/// The version of this library, written here alone: CMake and Meson read it from this line.
inline constexpr std::string_view library_version = "0.1.0";

} // namespace sipwhere
