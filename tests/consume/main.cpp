// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/sipwhere.hpp>
#include <sipwhere/version.hpp>

#ifdef ASIO_STANDALONE
#include <sipwhere/transport/asio_udp_transport.hpp>
#endif

#include <iostream>

auto main() -> int { std::cout << sipwhere::library_version << '\n'; }
