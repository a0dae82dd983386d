// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <iostream>
#include <string_view>

namespace registrard {

/// Ends the program's attempt to serve: one line on stderr.
inline auto complain(int status, std::string_view about, std::string_view why) -> int {
    std::cerr << "registrard: " << about << (about.empty() ? "" : ": ") << why << '\n';
    return status;
}

} // namespace registrard
