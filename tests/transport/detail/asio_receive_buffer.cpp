// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/asio_receive_buffer.hpp>

#include <doctest/doctest.h>

#include <asio/error.hpp>

#include <algorithm>
#include <vector>

namespace {

using namespace sipwhere;

/// A socket of a system with a limit: it keeps to it, or refuses what is more.
struct limited_socket {
    using usual_size = asio::socket_base::receive_buffer_size;

    int size = 200'000;
    int limit = 400'000;
    bool may_force = false;
    bool refuses_more = false;
    std::vector<int> usual{}; ///< what was asked for in the way that everyone may
    std::vector<int> forced{};

    template <typename Option>
    void set_option(const Option& wanted, asio::error_code& failed) {
        const bool is_usual = std::same_as<Option, usual_size>;
        (is_usual ? usual : forced).push_back(wanted.value());
        failed = {};
        if (!is_usual && !may_force) failed = asio::error::no_permission;
        if (is_usual && refuses_more && wanted.value() > limit) failed = asio::error::no_buffer_space;
        if (!failed) size = is_usual ? std::min(wanted.value(), limit) : wanted.value();
    }
    template <typename Option>
    void get_option(Option& into, asio::error_code&) const {
        into = Option{size};
    }
};

#if defined(SO_RCVBUFFORCE)
TEST_CASE("a receive buffer is had beyond the system's limit where that is allowed") {
    limited_socket socket{.may_force = true};
    const auto got = detail::ask_for_receive_buffer(socket, 4'000'000);
    CHECK(got.asked == 4'000'000);
    CHECK(got.granted == 4'000'000);
    CHECK(socket.usual.empty());
}
#endif

TEST_CASE("a receive buffer is as large as the system's limit where no more is allowed") {
    limited_socket socket;
    const auto got = detail::ask_for_receive_buffer(socket, 4'000'000);
    CHECK(got.asked == 4'000'000);
    CHECK(got.granted == 400'000);
    CHECK(socket.usual == std::vector{4'000'000});
}

TEST_CASE("a system that refuses what is beyond its limit is asked for less, but not for less than it gives unasked") {
    limited_socket socket{.refuses_more = true};
    CHECK(detail::ask_for_receive_buffer(socket, 1'000'000).granted == 250'000);
    CHECK(socket.usual == std::vector{1'000'000, 500'000, 250'000});

    limited_socket small{.size = 300'000, .refuses_more = true};
    CHECK(detail::ask_for_receive_buffer(small, 1'000'000).granted == 300'000);
    CHECK(small.usual == std::vector{1'000'000, 500'000});
}

TEST_CASE("a receive buffer may be asked to be small, or left to the system") {
    limited_socket small;
    CHECK(detail::ask_for_receive_buffer(small, 5'000).granted == 5'000);

    limited_socket untouched;
    const auto got = detail::ask_for_receive_buffer(untouched, 0);
    CHECK(got.asked == 0);
    CHECK(got.granted == 200'000);
    CHECK(untouched.usual.empty());
    CHECK(untouched.forced.empty());
}

} // namespace
