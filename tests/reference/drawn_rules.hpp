// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/memory/fixed_memory.hpp>

#include <reference/duel.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sipwhere_test::reference {

/// Room for all that a history needs, and for all its answers; with `responses` 0 for none of them.
[[nodiscard]] constexpr auto room(std::size_t responses) -> sipwhere::memory_sizes {
    return {.contacts = 8,
            .bindings = 8,
            .record = 8192,
            .gone = 8192,
            .answer = 8192,
            .aor = 256,
            .responses = responses,
            .ring_text = 1024 * responses};
}

/// The same for policies that answer later.
inline constexpr auto waiting_room = [] {
    auto made = room(512);
    made.parked = 64;
    made.request = 8192;
    return made;
}();

/// What a seed chooses for its history.
[[nodiscard]] inline auto rules_of(std::uint64_t seed) -> duel_rules {
    dice chance{seed + 1'000'000};
    duel_rules made;
    auto& limits = made.config.limits;
    auto& expected = made.expected;
    expected.same_uri = same_in_pool;
    expected.min_expires = chance.one_of(std::array{0U, 30U, 60U, 4000U});
    expected.max_expires = chance.one_of(std::array{4000U, 7200U});
    if (expected.min_expires < 300 && chance.percent(60)) expected.max_expires = 300;
    expected.default_expires =
        chance.percent(50) ? expected.max_expires : std::max<std::uint32_t>(expected.min_expires, 120);
    expected.max_contacts = 1 + chance.below(6);
    expected.max_contact_bytes = phones::long_contact;
    expected.full = chance.one_of(std::array{when_full::refuse, when_full::replace_oldest, when_full::replace_all});
    expected.takes_stale_after_32s = chance.percent(50);

    limits.min_expires = std::chrono::seconds{expected.min_expires};
    limits.max_expires = std::chrono::seconds{expected.max_expires};
    if (expected.default_expires != expected.max_expires || chance.percent(50))
        limits.default_expires = std::chrono::seconds{expected.default_expires};
    limits.max_contacts = expected.max_contacts;
    limits.max_request_contacts = phones::max_request_contacts;
    limits.max_contact_bytes = expected.max_contact_bytes;
    limits.when_full = static_cast<sipwhere::when_full>(expected.full);
    if (expected.takes_stale_after_32s) limits.stale_cseq = sipwhere::stale_cseq::accept_after_32s;

    made.served = chance.percent(70) ? domains::named : domains::any;
    if (made.served == domains::named) {
        made.config.domains = {"example.com", sipwhere::with_subdomains("example.org")};
        made.config.aliases = {{"sip.example.com", "example.com"}, {"203.0.113.9", "example.com"}};
    }
    made.config.case_insensitive_user = chance.percent(30);

    made.network.seed = seed;
    if (chance.percent(50)) return made;
    made.network.loss = 0.1;
    made.network.duplication = 0.15;
    made.network.reordering = 0.2;
    made.network.max_delay = std::chrono::milliseconds{20};
    return made;
}

} // namespace sipwhere_test::reference
