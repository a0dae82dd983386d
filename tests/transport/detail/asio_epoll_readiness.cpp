// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/asio_tcp_readiness.hpp>

#if defined(ASIO_HAS_EPOLL) // elsewhere Asio waits, which the tests of the transports show

#include <sipwhere/model/flow.hpp>
#include <sipwhere/transport/asio_tcp_transport.hpp>

#include <support/stream_client.hpp>
#include <support/stream_receiver.hpp>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace asio_epoll_readiness_test {

using namespace sipwhere;

/// One end of a connection, and the other.
struct connection {
    std::uint32_t number;
    asio::ip::tcp::socket client;
    detail::asio_epoll_socket socket;

    [[nodiscard]] auto io() noexcept -> connection& { return *this; }
    [[nodiscard]] auto plain() noexcept -> detail::asio_epoll_socket& { return socket; }
    [[nodiscard]] auto way() const noexcept -> flow { return {.connection = number}; }
};

struct told {
    std::uint32_t number;
    bool can_read;
    bool can_write;
    auto operator==(const told&) const -> bool = default;
};

struct session {
    asio::io_context& io;
    detail::asio_epoll_readiness<session, connection> readiness{io.get_executor()};
    std::vector<std::shared_ptr<connection>> all{};
    std::vector<told> heard{};
    std::function<void()> on_told = [] {};

    [[nodiscard]] auto at(std::size_t place) const -> std::shared_ptr<connection> {
        return place < all.size() ? all[place] : nullptr;
    }
    static void on_ready(const std::shared_ptr<session>& self, const std::shared_ptr<connection>& one, bool can_read,
                         bool can_write) {
        self->heard.push_back({one->number, can_read, can_write});
        self->on_told();
    }
};

struct world {
    asio::io_context io;
    asio::ip::tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    std::shared_ptr<session> one = std::make_shared<session>(session{.io = io});

    world() {
        REQUIRE(one->readiness.is_open());
        one->readiness.start(one);
    }
    ~world() { one->readiness.close(); }

    auto connects() -> connection& {
        asio::ip::tcp::socket client{io};
        client.connect(acceptor.local_endpoint());
        auto accepted = acceptor.accept();
        accepted.non_blocking(true);
        one->all.push_back(
            std::make_shared<connection>(connection{static_cast<std::uint32_t>(one->all.size() + 1), std::move(client),
                                                    detail::asio_epoll_socket{std::move(accepted)}}));
        return *one->all.back();
    }
    [[nodiscard]] auto watch(std::size_t place, bool reads, bool writes) -> bool {
        return one->readiness.watch(one, one->all[place], reads, writes);
    }
    void sends(std::size_t place) { one->all[place]->client.send(asio::buffer("x", 1)); }
    /// Makes connections that wait to be read, and can be.
    void makes_readable(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            connects();
            REQUIRE(watch(i, true, false));
            sends(i);
        }
    }
    void poll() {
        io.restart();
        io.poll();
    }
};

TEST_CASE("a connection is told of for what it waits, as long as that is so") {
    world some;
    auto& first = some.connects();
    REQUIRE(some.watch(0, true, false));
    some.poll();
    CHECK(some.one->heard.empty());
    some.sends(0);
    std::size_t size = 0;
    std::array<char, 8> bytes{};
    some.one->on_told = [&] {
        if (some.one->heard.size() == 2) REQUIRE(first.socket.read(bytes, size) == detail::io_result::moved);
    };
    some.poll();
    CHECK(some.one->heard == std::vector<told>{{1, true, false}, {1, true, false}});
    CHECK(size == 1);

    some.one->heard.clear();
    some.one->on_told = [&] { REQUIRE(some.watch(0, false, false)); };
    REQUIRE(some.watch(0, true, true));
    some.poll();
    CHECK(some.one->heard == std::vector<told>{{1, false, true}});
    some.sends(0);
    some.poll();
    CHECK(some.one->heard.size() == 1);
    REQUIRE(some.watch(0, true, false));
    some.poll();
    CHECK(some.one->heard.back() == told{1, true, false});
}

TEST_CASE("a connection that breaks can be read and written, and both say so") {
    world some;
    auto& first = some.connects();
    REQUIRE(some.watch(0, false, true));
    some.one->on_told = [&] { some.one->readiness.forget(first); };
    first.client.set_option(asio::socket_base::linger{true, 0});
    first.client.close();
    some.poll();
    REQUIRE(some.one->heard == std::vector<told>{{1, true, true}});
    std::size_t size = 0;
    std::array<char, 8> bytes{};
    CHECK(first.socket.read(bytes, size) == detail::io_result::closed);
    CHECK(first.socket.write("x", size) == detail::io_result::closed);
    CHECK(size == 0);
}

TEST_CASE("of very many that are ready some are told of at a time, and others have their turn between") {
    world some;
    some.makes_readable(150);
    std::vector<std::size_t> when;
    some.one->on_told = [&] {
        REQUIRE(some.watch(some.one->heard.back().number - 1, false, false));
        if (some.one->heard.size() % 64 == 1) asio::post(some.io, [&] { when.push_back(some.one->heard.size()); });
    };
    some.poll();
    CHECK(some.one->heard.size() == 150);
    CHECK(when == std::vector<std::size_t>{64, 128, 150});
}

TEST_CASE("who has ended by what one before did is not told of, and nobody behind the end of all") {
    world some;
    some.makes_readable(4);
    some.one->on_told = [&] {
        if (some.one->heard.size() == 1) {
            REQUIRE(some.one->heard[0].number == 1);
            some.one->readiness.forget(*some.one->all[1]);
            some.one->all[1] = nullptr;
        } else {
            some.one->readiness.close();
        }
    };
    some.poll();
    CHECK(some.one->heard == std::vector<told>{{1, true, false}, {3, true, false}});
}

TEST_CASE("a connection that was forgotten is not told of, though somebody else has its socket too") {
    world some;
    auto& first = some.connects();
    REQUIRE(some.watch(0, true, false));
    const auto copy = ::dup(first.socket.native_handle());
    REQUIRE(copy >= 0);
    some.one->readiness.forget(first);
    first.socket.close();
    some.sends(0);
    some.io.restart();
    CHECK(some.io.poll() == 0);
    CHECK(some.one->heard.empty());
    (void)::close(copy);
}

TEST_CASE("without a descriptor for it no transport of connections can listen") {
    asio::io_context io;
    sipwhere_test::stream_receiver nobody;
    asio_tcp_transport transport{io, "127.0.0.1", 0};
    REQUIRE(transport.listen(receiver_ref{nobody})); // so that sanitizers have seen all types, which takes descriptors
    transport.stop();
    io.poll();
    ::rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const auto next = ::dup(0);
    REQUIRE(next >= 0);
    (void)::close(next);
    auto none = before;
    none.rlim_cur = static_cast<::rlim_t>(next);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    const auto listening = transport.listen(receiver_ref{nobody});
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    REQUIRE_FALSE(listening);
    CHECK(listening.error().code == errc::transport_failed);
    CHECK(transport.listen(receiver_ref{nobody}));
}

} // namespace asio_epoll_readiness_test

#endif
