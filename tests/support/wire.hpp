// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/transport/simulated_network.hpp>
#include <support/recording_receiver.hpp>

#include <doctest/doctest.h>

#include <string>

namespace sipwhere_test {

/// Two hosts, a and b, that both listen.
struct wire {
    using network_type = sipwhere::simulated_network<sipwhere::manual_clock>;

    sipwhere::manual_clock clock;
    network_type network;
    network_type::host_transport& a = network.host("192.0.2.1");
    network_type::host_transport& b = network.host("192.0.2.2", 5080);
    recording_receiver at_a{};
    recording_receiver at_b{};

    explicit wire(const sipwhere::simulated_network_options& options = {}) : network(clock, options) {
        REQUIRE(a.listen(sipwhere::receiver_ref{at_a}));
        REQUIRE(b.listen(sipwhere::receiver_ref{at_b}));
    }

    /// Sends 0, 1, 2, … from a to b.
    void send_numbers(unsigned count) {
        for (unsigned i = 0; i < count; ++i) REQUIRE(a.send({.remote = b.at()}, std::to_string(i)));
    }
};

} // namespace sipwhere_test
