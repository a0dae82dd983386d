// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/asio_strand.hpp>

#include <sipwhere/transport/asio_batched_udp_transport.hpp>
#include <sipwhere/transport/asio_udp_transport.hpp>

#include <asio/thread_pool.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

namespace {

using namespace sipwhere;
using detail::strand_of;

template <typename Inner>
[[nodiscard]] auto is_strand_over(const asio::any_io_executor& executor, const Inner& inner) -> bool {
    const auto* const strand = executor.target<asio::strand<Inner>>();
    return strand != nullptr && strand->get_inner_executor() == inner;
}

TEST_CASE("an io_context that is passed itself serves with its own executor") {
    asio::io_context io;
    CHECK(strand_of(io) == asio::any_io_executor{io.get_executor()});
}

TEST_CASE("a strand is used as it is") {
    asio::io_context io;
    auto strand = asio::make_strand(io);
    const auto same = strand;
    CHECK(strand_of(strand) == asio::any_io_executor{same});
    CHECK(strand_of(same) == asio::any_io_executor{same});
    CHECK(strand_of(asio::make_strand(io)) != asio::any_io_executor{same});
}

TEST_CASE("of other executors and contexts a strand is made, a new one each time") {
    asio::io_context io;
    asio::thread_pool pool{1};
    const asio::any_io_executor any = io.get_executor();
    CHECK(is_strand_over(strand_of(io.get_executor()), io.get_executor()));
    CHECK(is_strand_over(strand_of(pool), pool.get_executor()));
    CHECK(is_strand_over(strand_of(pool.get_executor()), pool.get_executor()));
    CHECK(is_strand_over(strand_of(any), any));
    CHECK(strand_of(pool) != strand_of(pool));
}

TEST_CASE("a transport tells where it runs, and takes no context that goes at once") {
    asio::io_context io;
    const auto strand = asio::make_strand(io);
    CHECK(asio_udp_transport{io, "127.0.0.1"}.get_executor() == asio::any_io_executor{io.get_executor()});
    CHECK(asio_udp_transport{strand, "127.0.0.1"}.get_executor() == asio::any_io_executor{strand});
    CHECK(asio_batched_udp_transport{strand, "127.0.0.1"}.get_executor() == asio::any_io_executor{strand});

    static_assert(std::is_constructible_v<asio_udp_transport, asio::thread_pool&, const char*>);
    static_assert(!std::is_constructible_v<asio_udp_transport, asio::thread_pool, const char*>);
    static_assert(!std::is_constructible_v<asio_udp_transport, asio::io_context, const char*>);
    static_assert(!std::is_constructible_v<asio_udp_transport, const asio::io_context&, const char*>);
    static_assert(!std::is_constructible_v<asio_udp_transport, std::string, const char*>);
}

} // namespace
