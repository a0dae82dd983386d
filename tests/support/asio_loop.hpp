// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <asio/io_context.hpp>

#include <chrono>

namespace sipwhere_test {

/// Runs the loop until `done()`, for 2 s at most.
///
/// Returns: whether it came to be done.
template <typename Condition>
[[nodiscard]] auto run_until(asio::io_context& io, Condition done) -> bool {
    using namespace std::chrono_literals;
    const auto end = std::chrono::steady_clock::now() + 2s;
    while (!done() && std::chrono::steady_clock::now() < end) {
        io.restart();
        io.run_one_for(20ms);
    }
    return done();
}

/// Runs what is ready, for `a while` at most: to see that something does not happen.
inline void run_for(asio::io_context& io, std::chrono::milliseconds a_while = std::chrono::milliseconds{20}) {
    io.restart();
    io.run_for(a_while);
}

} // namespace sipwhere_test
