// SPDX-License-Identifier: BSL-1.0
#include <support/asio_peer.hpp>
#include <support/asio_threads.hpp>
#include <support/request.hpp>

#include <sipwhere/sipwhere.hpp>

#include <asio/detail/config.hpp>

#include <doctest/doctest.h>

#if defined(ASIO_HAS_CO_AWAIT) && !defined(__clang__) // version 14 has no coroutines of C++20
#include <asio/awaitable.hpp>
#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <cstddef>

namespace {

using namespace sipwhere;
using sipwhere_test::in_pool;
using sipwhere_test::in_strand;
using registrar_type = registrar<asio_udp_transport>;

/// Edits and asks where the registrar runs, and goes back where it came from.
auto counts(asio_udp_transport& transport, registrar_type& registrar, const char* aor, unsigned rounds)
    -> asio::awaitable<std::size_t> {
    std::size_t sum = 0;
    for (unsigned i = 0; i < rounds; ++i) {
        co_await asio::post(asio::bind_executor(transport.get_executor(), asio::use_awaitable));
        const auto added = registrar.add(aor, "<sip:gate@192.0.2.9>");
        const auto found = registrar.query(aor, [](const binding_view&) {});
        sum += added && found ? *found : 0;
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
    co_return sum;
}

} // namespace

TEST_CASE_TEMPLATE("coroutines change to a transport's executor to ask its registrar", Threads, in_pool, in_strand) {
    constexpr unsigned rounds = 200;
    Threads threads;
    steady_clock clock;
    hash_storage storage;
    asio_udp_transport transport{threads.where(), "127.0.0.1", 0};
    registrar_type registrar{{.domains = {"example.com"}}, clock, storage, transport};
    REQUIRE(registrar.start());
    asio::thread_pool elsewhere{2};

    auto first = asio::co_spawn(elsewhere, counts(transport, registrar, "sip:a@example.com", rounds), asio::use_future);
    auto second =
        asio::co_spawn(elsewhere, counts(transport, registrar, "sip:b@example.com", rounds), asio::use_future);
    auto third = asio::co_spawn(transport.get_executor(), counts(transport, registrar, "sip:c@example.com", rounds),
                                asio::use_future);

    CHECK(first.get() == rounds);
    CHECK(second.get() == rounds);
    CHECK(third.get() == rounds);
    sipwhere_test::call_at(transport, [&] { registrar.stop(); });
    elsewhere.join();
    threads.join();
    CHECK(storage.size() == 3);
}

#endif
