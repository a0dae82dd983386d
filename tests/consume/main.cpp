// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/sipwhere.hpp>
#include <sipwhere/version.hpp>

#ifdef ASIO_STANDALONE
#include <sipwhere/transport/asio_udp_transport.hpp>
#endif

#include <iostream>

auto main() -> int {
    sipwhere::manual_clock clock;
    sipwhere::simulated_network network{clock, {.seed = 7}};
    sipwhere::hash_storage storage;
    sipwhere::seeded_random random{7};
    sipwhere::basic_registrar registrar{{}, clock, storage, network.host("192.0.2.1"), random};
    std::cout << sipwhere::library_version << '\n';
    return registrar.start() && registrar.add("sip:gate@example.com", "<sip:gate@192.0.2.9>") ? 0 : 1;
}
