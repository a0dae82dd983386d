// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/udp_outbox.hpp>

#include <support/skip.hpp>

#include <doctest/doctest.h>

#if defined(__linux__)
#include <arpa/inet.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere;

/// A UDP socket of IPv4 on the loopback interface.
class loopback_socket {
public:
    loopback_socket() : handle_(::socket(AF_INET, SOCK_DGRAM, 0)) {
        ::sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(handle_, reinterpret_cast<const ::sockaddr*>(&at), sizeof at) == 0);
    }
    loopback_socket(const loopback_socket&) = delete;
    auto operator=(const loopback_socket&) -> loopback_socket& = delete;
    ~loopback_socket() { ::close(handle_); }

    [[nodiscard]] auto handle() const -> int { return handle_; }

    [[nodiscard]] auto way_to(const loopback_socket& other) const -> detail::udp_way {
        detail::udp_way made{.socket = handle_, .family = address_family::ipv4};
        made.remote_size = sizeof(::sockaddr_in);
        REQUIRE(::getsockname(other.handle_, reinterpret_cast<::sockaddr*>(made.remote.data()), &made.remote_size) ==
                0);
        return made;
    }

    /// Returns: all that has arrived.
    [[nodiscard]] auto received() const -> std::vector<std::string> {
        std::vector<std::string> made;
        std::array<char, 65536> bytes;
        for (;;) {
            const auto size = ::recv(handle_, bytes.data(), bytes.size(), MSG_DONTWAIT);
            if (size < 0) return made;
            made.emplace_back(bytes.data(), static_cast<std::size_t>(size));
        }
    }

private:
    int handle_;
};

constexpr std::array<std::string_view, 5> texts{"one", "two", "six", "be", "seven"};

/// Sends all texts together and sees that they arrive.
void check_texts_arrive(detail::udp_outbox& outbox, const loopback_socket& from) {
    const loopback_socket to;
    for (const auto text : texts) outbox.put(from.way_to(to), text);
    CHECK(to.received().empty());
    outbox.flush();
    CHECK(to.received() == std::vector<std::string>{texts.begin(), texts.end()});
}

TEST_CASE("an outbox sends what it was given, once, when it is told to") {
    for (const bool in_segments : {true, false}) {
        const loopback_socket from;
        detail::udp_outbox outbox{8, in_segments};
        check_texts_arrive(outbox, from);
        check_texts_arrive(outbox, from);
        outbox.flush();
    }
}

#if defined(UDP_SEGMENT) && defined(UDP_GRO)
TEST_CASE("a run for one peer travels as one message, its last datagram may be shorter") {
    const loopback_socket from, to;
    const int on = 1; // makes the kernel hand over uncut what it would cut for others
    if (::setsockopt(to.handle(), IPPROTO_UDP, UDP_GRO, &on, sizeof on) != 0)
        return sipwhere_test::skip("the kernel knows no segments");
    detail::udp_outbox outbox{8, true};
    for (const auto text : texts) outbox.put(from.way_to(to), text);

    outbox.flush();

    CHECK(to.received() == std::vector<std::string>{"onetwosixbe", "seven"});
}
#endif

TEST_CASE("what the kernel refuses to cut into segments goes one by one, and later ones do at once") {
    const loopback_socket from;
    const int on = 1; // Linux cuts nothing apart for a socket that sends without checksums
    REQUIRE(::setsockopt(from.handle(), SOL_SOCKET, SO_NO_CHECK, &on, sizeof on) == 0);
    detail::udp_outbox outbox{8, true};

    check_texts_arrive(outbox, from);

    CHECK(outbox.segment_limit() < 3);
    check_texts_arrive(outbox, from);
}

TEST_CASE("a datagram that can't be sent holds up none behind it, nor the segments") {
    const loopback_socket from, to;
    auto nowhere = from.way_to(to);
    nowhere.remote_size = 1;
    detail::udp_outbox outbox{8, true};
    outbox.put(from.way_to(to), "a");
    outbox.put(nowhere, "b");
    outbox.put(nowhere, "c");
    outbox.put(from.way_to(to), "d");

    outbox.flush();

    CHECK(to.received() == std::vector<std::string>{"a", "d"});
    const loopback_socket other;
    detail::udp_outbox untouched{8, true};
    untouched.put(from.way_to(other), "a");
    untouched.flush();
    CHECK(outbox.segment_limit() == untouched.segment_limit());
}

TEST_CASE("an outbox that is full makes room") {
    const loopback_socket from, to;
    detail::udp_outbox outbox{2, true};
    for (const auto text : texts) outbox.put(from.way_to(to), text);
    CHECK(to.received().size() == 4);
    outbox.flush();
    CHECK(to.received().size() == 1);
}

TEST_CASE("a run for one peer is no more than UDP carries and the kernel cuts") {
    const loopback_socket from, to;
    const int room = 1 << 20;
    REQUIRE(::setsockopt(to.handle(), SOL_SOCKET, SO_RCVBUF, &room, sizeof room) == 0);
    detail::udp_outbox outbox{100, true};
    const std::string longest(detail::udp_outbox::longest, 'x');
    for (int i = 0; i < 40; ++i) outbox.put(from.way_to(to), longest);
    for (int i = 0; i < 60; ++i) outbox.put(from.way_to(to), "x");
    outbox.flush();
    for (int i = 0; i < 100; ++i) outbox.put(from.way_to(to), "y");
    outbox.flush();

    CHECK(to.received().size() == 200);
    CHECK((outbox.segment_limit() == detail::udp_outbox::longest || outbox.segment_limit() == 0));
}

} // namespace
#endif
