// SPDX-License-Identifier: BSL-1.0
#include "sipwhere.hpp"

auto bindings_of_other() -> std::size_t;

auto main() -> int {
    sipwhere::manual_clock clock;
    sipwhere::simulated_network network{clock, {.seed = 7}};
    sipwhere::hash_storage storage;
    sipwhere::seeded_random random{7};
    sipwhere::basic_registrar registrar{{}, clock, storage, network.host("192.0.2.1"), random};
    const bool works = registrar.start() && registrar.add("sip:gate@example.com", "<sip:gate@192.0.2.9>");
    return works && bindings_of_other() == 1 ? 0 : 1;
}
