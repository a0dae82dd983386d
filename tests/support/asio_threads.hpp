// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <asio/dispatch.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_future.hpp>

#include <cstddef>
#include <thread>
#include <utility>
#include <vector>

namespace sipwhere_test {

inline constexpr std::size_t pool_threads = 4;

/// A thread_pool, to be passed itself.
struct in_pool {
    asio::thread_pool pool{pool_threads};

    [[nodiscard]] auto where() -> asio::thread_pool& { return pool; }
    void join() { pool.join(); }
};

/// An io_context that several threads run.
class in_threads {
public:
    in_threads() {
        for (std::size_t i = 0; i < pool_threads; ++i) threads_.emplace_back([this] { io.run(); });
    }
    void join() {
        work_.reset();
        for (auto& each : std::exchange(threads_, {})) each.join();
    }

    asio::io_context io;

private:
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io);
    std::vector<std::thread> threads_;
};

/// Its executor.
struct in_executor : in_threads {
    [[nodiscard]] auto where() -> asio::io_context::executor_type { return io.get_executor(); }
};

/// A strand of it.
struct in_strand : in_threads {
    asio::strand<asio::io_context::executor_type> strand = asio::make_strand(io);

    [[nodiscard]] auto where() const { return strand; }
};

/// Has a call made where a transport runs, and waits for it; any thread may ask.
///
/// Returns: what the call returned.
template <typename Transport, typename Call>
auto call_at(const Transport& transport, Call call) {
    return asio::dispatch(transport.get_executor(), asio::use_future(std::move(call))).get();
}

} // namespace sipwhere_test
