// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/receiver.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sipwhere_test {

/// A receiver that keeps all it is handed, and does what the test wants it to do meanwhile.
struct recording_receiver {
    struct message {
        sipwhere::flow from;
        std::string bytes;
    };

    std::vector<message> messages;
    std::vector<std::size_t> batches; ///< datagrams of each call
    unsigned ticks = 0;
    std::vector<std::pair<sipwhere::flow, std::uint32_t>> overruns;
    std::chrono::milliseconds next_tick{1000};
    std::function<void(const sipwhere::datagram&)> on_message = [](const auto&) {};
    std::function<void()> on_tick = [] {};

    void receive(std::span<const sipwhere::datagram> arrived) {
        batches.push_back(arrived.size());
        for (const auto& each : arrived) {
            messages.push_back({each.from, std::string{each.bytes}});
            on_message(each);
        }
    }
    void overrun(const sipwhere::flow& at, std::uint32_t count) { overruns.emplace_back(at, count); }
    auto tick() -> std::chrono::milliseconds {
        ++ticks;
        on_tick();
        return next_tick;
    }

    /// Returns: how many datagrams were lost, as it was told.
    [[nodiscard]] auto lost() const -> std::size_t {
        std::size_t sum = 0;
        for (const auto& [at, count] : overruns) sum += count;
        return sum;
    }

    [[nodiscard]] auto texts() const -> std::vector<std::string> {
        std::vector<std::string> made;
        for (const auto& each : messages) made.push_back(each.bytes);
        return made;
    }
};

} // namespace sipwhere_test
