// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <latch>
#include <thread>
#include <vector>

namespace sipwhere_test {

/// Runs `work(number)` on so many threads, all from the same moment on, and waits for them.
template <typename Work>
void at_once(std::size_t threads, Work work) {
    std::latch ready{static_cast<std::ptrdiff_t>(threads)};
    std::vector<std::thread> running;
    for (std::size_t number = 0; number < threads; ++number)
        running.emplace_back([&, number] {
            ready.arrive_and_wait();
            work(number);
        });
    for (auto& one : running) one.join();
}

} // namespace sipwhere_test
