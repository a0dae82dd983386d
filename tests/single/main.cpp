// SPDX-License-Identifier: BSL-1.0
#include "sipwhere.hpp"

auto bindings_of_other() -> std::size_t;
auto is_strict_in_other() -> bool;

auto main() -> int {
    sipwhere::manual_clock clock;
    sipwhere::simulated_network network{clock, {.seed = 7}};
    sipwhere::hash_storage storage;
    sipwhere::seeded_random random{7};
    sipwhere::basic_registrar registrar{{}, clock, storage, network.host("192.0.2.1"), random};
    const bool works = registrar.start() && registrar.add("sip:gate@example.com", "<sip:gate@192.0.2.9>");
    bool is_strict = is_strict_in_other();
    for (int c = 0x80; c < 0x100; ++c)
        is_strict = is_strict && !sipwhere::ascii::is(static_cast<char>(c), sipwhere::ascii::set::token);
    return works && is_strict && bindings_of_other() == 2 ? 0 : 1;
}
