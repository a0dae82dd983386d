// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>

#include <reference/quiet_transport.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

namespace sipwhere_test {

/// A registrar among policies that allocate nothing, but for the storage perhaps.
template <typename Storage>
struct quiet_world {
    sipwhere::manual_clock clock;
    Storage storage;
    quiet_transport transport;
    sipwhere::seeded_random random{7};
    sipwhere::basic_registrar<sipwhere::manual_clock, Storage, quiet_transport, sipwhere::seeded_random> registrar;

    template <typename... Args>
    explicit quiet_world(const sipwhere::settings& config = {}, Args&&... args)
        : storage(std::forward<Args>(args)...), registrar(config, clock, storage, transport, random) {
        REQUIRE(registrar.start());
    }

    /// Returns: the status of the answer, 0 for none.
    auto sends(std::string_view bytes) -> sipwhere::status {
        const auto before = transport.count();
        const sipwhere::flow flow{.remote = {sipwhere::ip_address::v4({192, 0, 2, 1}), 5060},
                                  .local = {sipwhere::ip_address::v4({192, 0, 2, 100}), 5060}};
        (void)registrar.receive(sipwhere::datagram{flow, bytes});
        return transport.count() == before ? sipwhere::status{} : transport.status();
    }
    auto registers(std::uint64_t user, std::string_view contact) -> sipwhere::status {
        return sends(plain_register{user, ++cseq, contact}.text());
    }

    /// Lets time pass as a transport's loop would, a second at a time.
    void runs_for(std::chrono::seconds time) {
        for (; time.count() > 0; --time) {
            clock.advance(std::chrono::seconds{1});
            for (int calls = 0; calls < 100 && registrar.tick() == std::chrono::milliseconds{1}; ++calls) continue;
        }
    }

    std::uint32_t cseq = 0;
};

} // namespace sipwhere_test
