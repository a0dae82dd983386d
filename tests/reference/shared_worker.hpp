// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <reference/history.hpp>
#include <reference/quiet_transport.hpp>

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/counting_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace sipwhere_test::reference {

/// A transport that other threads may wake.
struct woken_quietly : quiet_transport {
    std::atomic<unsigned> wakes{0};
    void wake() noexcept { ++wakes; }
};

/// A registrar on a thread of its own over a storage that others have as well.
template <typename Storage>
struct shared_worker {
    sipwhere::manual_clock clock;
    woken_quietly transport;
    sipwhere::seeded_random random;
    sipwhere::counting_observer counts;
    sipwhere::basic_registrar<sipwhere::manual_clock, Storage, woken_quietly, sipwhere::seeded_random,
                              sipwhere::open_access, sipwhere::counting_observer>
        registrar;
    dice chance;
    std::uint32_t cseq = 0;
    std::size_t number;

    shared_worker(Storage& storage, std::size_t which)
        : random(which),
          registrar({.limits = {.max_contacts = 40}, .answer_budget = 0}, clock, storage, transport, random, counts),
          chance(which), number(which) {
        REQUIRE(registrar.start());
    }

    /// Registers, refreshes or removes one of its own contacts of a user whom all share.
    auto act() -> sipwhere::verdict {
        const auto user = chance.below(5);
        const auto contact = "<sip:r" + std::to_string(number) + "p" + std::to_string(chance.below(6)) + "@192.0.2.1>" +
                             (chance.percent(30) ? ";expires=0" : "");
        const plain_register asked{user * 10 + number, ++cseq, contact};
        auto text = std::string{asked.text()};
        const auto own = "<sip:u" + std::to_string(user * 10 + number) + "@example.com>\r\n"; // Call-IDs stay apart
        const auto to = text.find("To: " + own);
        text.replace(to + 4, own.size() - 2, "<sip:u" + std::to_string(user) + "@example.com>");
        const sipwhere::flow from{.remote = {sipwhere::ip_address::v4({192, 0, 2, 1}), 5060},
                                  .local = {sipwhere::ip_address::v4({192, 0, 2, 100}), 5060}};
        return registrar.receive(sipwhere::datagram{from, text});
    }
};

} // namespace sipwhere_test::reference
