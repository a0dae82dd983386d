// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/udp_outbox.hpp>

#include <support/poor_udp_system.hpp>
#include <support/skip.hpp>

#include <doctest/doctest.h>

#if defined(__linux__)
#include <arpa/inet.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::poor_udp_system;
using poor_outbox = detail::basic_udp_outbox<poor_udp_system>;

/// A UDP socket of IPv4 on the loopback interface.
class loopback_socket {
public:
    explicit loopback_socket(std::uint32_t address = INADDR_LOOPBACK) : handle_(::socket(AF_INET, SOCK_DGRAM, 0)) {
        ::sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(address);
        REQUIRE(::bind(handle_, reinterpret_cast<const ::sockaddr*>(&at), sizeof at) == 0);
    }
    loopback_socket(const loopback_socket&) = delete;
    auto operator=(const loopback_socket&) -> loopback_socket& = delete;
    ~loopback_socket() { ::close(handle_); }

    [[nodiscard]] auto handle() const -> int { return handle_; }

    [[nodiscard]] auto route_to(const loopback_socket& other) const -> detail::udp_route {
        detail::udp_route made{.socket = handle_, .family = address_family::ipv4};
        auto& [bytes, size] = made.remote;
        REQUIRE(::getsockname(other.handle_, reinterpret_cast<::sockaddr*>(bytes.data()), &size) == 0);
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

/// Puts all of these into an outbox, on one way.
template <typename Outbox, typename Texts>
void put_all(Outbox& outbox, const detail::udp_route& flow, const Texts& all) {
    bool first = true;
    for (const auto& text : all) {
        if (std::exchange(first, false)) outbox.put(flow, text);
        else outbox.put(text);
    }
}

/// Sends all texts together and sees that they arrive.
template <typename Outbox>
void check_texts_arrive(Outbox& outbox, const loopback_socket& from) {
    const loopback_socket to;
    put_all(outbox, from.route_to(to), texts);
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
        return sipwhere_test::skip("the kernel has no GRO");
    detail::udp_outbox outbox{8, true};
    put_all(outbox, from.route_to(to), texts);

    outbox.flush();

    CHECK(to.received() == std::vector<std::string>{"onetwosixbe", "seven"});
}
#endif

#if defined(UDP_SEGMENT)
/// A system that takes every message and notes its bytes, and if it is a GSO batch those of a datagram.
struct noting_udp_system {
    static inline std::vector<std::string> messages;

    [[nodiscard]] static auto now() noexcept -> std::chrono::steady_clock::time_point { return {}; }
    [[nodiscard]] static auto has_gso(int) noexcept -> bool { return true; }
    [[nodiscard]] static auto send_batch(int, std::span<::mmsghdr> batch) noexcept -> int {
        for (auto& [message, sent] : batch) {
            auto& noted = messages.emplace_back(std::to_string(message.msg_iov->iov_len));
            const auto* const control = CMSG_FIRSTHDR(&message);
            if (control == nullptr) continue;
            std::uint16_t segment = 0;
            std::memcpy(&segment, CMSG_DATA(control), sizeof segment);
            noted += " by " + std::to_string(segment);
        }
        return static_cast<int>(batch.size());
    }
    [[nodiscard]] static auto send(int, const ::msghdr&) noexcept -> ::ssize_t { return 0; }
};

using lengths = std::vector<std::size_t>;

/// Returns: the messages that datagrams of these lengths go as, each list of them to another peer.
[[nodiscard]] auto messages_of(const std::vector<lengths>& of_peers) -> std::vector<std::string> {
    noting_udp_system::messages.clear();
    detail::basic_udp_outbox<noting_udp_system> outbox{256, true};
    for (const auto& of_peer : of_peers) {
        std::vector<std::string> all;
        for (const auto length : of_peer) all.emplace_back(length, 'x');
        put_all(outbox, {.socket = 1}, all);
    }
    outbox.flush();
    return noting_udp_system::messages;
}

TEST_CASE("of a run all are equally long but the last, which may be shorter") {
    using messages = std::vector<std::string>;
    CHECK(messages_of({{3, 3, 3, 2, 5}}) == messages{"11 by 3", "5"});
    CHECK(messages_of({{3, 3, 5}}) == messages{"6 by 3", "5"});
    CHECK(messages_of({{3, 2, 2}}) == messages{"5 by 3", "2"});
    CHECK(messages_of({{2, 3, 3}}) == messages{"2", "6 by 3"});
    CHECK(messages_of({{3, 3, 0, 0, 3}}) == messages{"6 by 3", "0", "0", "3"});
    CHECK(messages_of({{3, 3}, {2}, {2}}) == messages{"6 by 3", "2", "2"});
}

TEST_CASE("a run is of 64 datagrams at most, and no longer than UDP carries") {
    using messages = std::vector<std::string>;
    CHECK(messages_of({lengths(100, 1)}) == messages{"64 by 1", "36 by 1"});
    auto and_a_shorter_one = lengths(64, 2);
    and_a_shorter_one.push_back(1);
    CHECK(messages_of({and_a_shorter_one}) == messages{"128 by 2", "1"});
    CHECK(messages_of({lengths(40, 2000)}) == messages{"64000 by 2000", "16000 by 2000"});
}
#endif

TEST_CASE("a GSO batch that the kernel refuses goes one by one, and later ones do at once") {
    const loopback_socket from;
    const int on = 1; // Linux cuts nothing apart for a socket that sends without checksums
    REQUIRE(::setsockopt(from.handle(), SOL_SOCKET, SO_NO_CHECK, &on, sizeof on) == 0);
    detail::udp_outbox outbox{8, true};

    check_texts_arrive(outbox, from);

    const loopback_socket to;
    CHECK(outbox.gso_limit(from.route_to(to).remote) < 3);
    check_texts_arrive(outbox, from);
}

TEST_CASE("a datagram that can't be sent holds up none behind it, nor GSO") {
    const loopback_socket from, to;
    auto nowhere = from.route_to(to);
    nowhere.remote.size = 1;
    detail::udp_outbox outbox{8, true};
    outbox.put(from.route_to(to), "a");
    outbox.put(nowhere, "b");
    outbox.put("c");
    outbox.put(from.route_to(to), "d");

    outbox.flush();

    CHECK(to.received() == std::vector<std::string>{"a", "d"});
    const loopback_socket other;
    detail::udp_outbox untouched{8, true};
    untouched.put(from.route_to(other), "a");
    untouched.flush();
    CHECK(outbox.gso_limit(from.route_to(to).remote) == untouched.gso_limit(from.route_to(to).remote));
}

TEST_CASE("an outbox that is full makes room, and still knows the way") {
    const loopback_socket from, to, other;
    detail::udp_outbox outbox{2, true};
    put_all(outbox, from.route_to(to), texts);
    CHECK(to.received().size() == 4);
    outbox.put(from.route_to(other), "elsewhere");
    outbox.put("there too");
    outbox.flush();
    CHECK(to.received() == std::vector<std::string>{"seven"});
    CHECK(other.received() == std::vector<std::string>{"elsewhere", "there too"});
}

TEST_CASE("a run for one peer is no more than UDP carries and the kernel cuts") {
    const loopback_socket from, to;
    const int room = 1 << 20;
    REQUIRE(::setsockopt(to.handle(), SOL_SOCKET, SO_RCVBUF, &room, sizeof room) == 0);
    detail::udp_outbox outbox{100, true};
    const std::string longest(detail::udp_outbox::longest, 'x');
    put_all(outbox, from.route_to(to), std::vector(40, longest));
    for (int i = 0; i < 60; ++i) outbox.put("x");
    outbox.flush();
    put_all(outbox, from.route_to(to), std::vector<std::string>(100, "y"));
    outbox.flush();

    CHECK(to.received().size() == 200);
    const auto limit = outbox.gso_limit(from.route_to(to).remote);
    CHECK((limit == detail::udp_outbox::longest || limit == 0));
}

/// Returns: what arrives of texts of one length and one of another, each told apart.
[[nodiscard]] auto arrivals_of_runs(poor_outbox& outbox) -> std::vector<std::string> {
    const loopback_socket from, to, other;
    put_all(outbox, from.route_to(to), std::array{"a1", "a2", "a3", "a4"});
    outbox.put(from.route_to(other), "elsewhere");
    outbox.put(from.route_to(to), "b");
    outbox.flush();
    CHECK(outbox.empty());
    auto made = to.received();
    for (auto& text : other.received()) made.push_back(text);
    return made;
}

/// A destination of which nothing is known.
const auto anyone = detail::to_socket_address({ip_address::v4({192, 0, 2, 1}), 5060}, address_family::ipv4, 0);

const std::vector<std::string> all_of_runs{"a1", "a2", "a3", "a4", "b", "elsewhere"};

TEST_CASE("a system without sendmmsg, or without GSO, gets each datagram by itself") {
    poor_udp_system::state = {};
    poor_outbox outbox{8, true};
    SUBCASE("no sendmmsg") { poor_udp_system::state.has_batches = false; }
    SUBCASE("no GSO, as its options tell") {
        poor_udp_system::state.has_gso = false;
        CHECK(arrivals_of_runs(outbox) == all_of_runs);
        CHECK(outbox.gso_limit(anyone) == 0);
    }
    SUBCASE("no GSO, as it turns out") { poor_udp_system::state.gso_refused = EOPNOTSUPP; }
    SUBCASE("datagrams that are too long for a path") { poor_udp_system::state.gso_refused = EMSGSIZE; }
    CHECK(arrivals_of_runs(outbox) == all_of_runs);
    CHECK(arrivals_of_runs(outbox) == all_of_runs);
}

#if defined(UDP_SEGMENT)
constexpr std::uint32_t here = INADDR_LOOPBACK;

/// Returns: how many calls of the system send four datagrams of one length to a socket of this address. A batch takes
///          one, and so do four datagrams that go in no batch; a batch that is refused takes one more for each.
[[nodiscard]] auto calls_to(poor_outbox& outbox, std::uint32_t address, std::string_view text = "text") -> std::size_t {
    const loopback_socket from, to{address};
    poor_udp_system::state.sends = 0;
    put_all(outbox, from.route_to(to), std::vector(4, text));
    outbox.flush();
    CHECK(to.received() == std::vector<std::string>(4, std::string{text}));
    return poor_udp_system::state.sends;
}

/// Returns: the longest datagram that the outbox sends to this address in a batch.
[[nodiscard]] auto limit_to(const poor_outbox& outbox, std::uint32_t address) -> std::size_t {
    const loopback_socket from, to{address};
    return outbox.gso_limit(from.route_to(to).remote);
}

TEST_CASE("a destination that refuses a GSO batch gets no other for ten minutes, and all others go on") {
    using namespace std::chrono_literals;
    constexpr std::size_t refused_calls = 1 + 4;
    for (const int why : {EMSGSIZE, EINVAL, EIO, EOPNOTSUPP}) {
        const bool too_long = why == EMSGSIZE || why == EINVAL;
        poor_udp_system::state = {.gso_refused = why, .refused_to = here + 1};
        poor_outbox outbox{8, true};
        if (calls_to(outbox, here) != 1) return sipwhere_test::skip("the kernel has no GSO");
        CHECK(calls_to(outbox, here + 1) == refused_calls);

        CHECK(limit_to(outbox, here + 1) == (too_long ? 3 : 0));
        CHECK(limit_to(outbox, here) == poor_outbox::longest);
        CHECK(calls_to(outbox, here + 1) == 1);
        CHECK(calls_to(outbox, here + 1, "xy") == (too_long ? refused_calls : 1)); // shorter ones are tried
        CHECK(limit_to(outbox, here + 1) == (too_long ? 1 : 0));

        poor_udp_system::state.gso_refused = 0;
        poor_udp_system::state.time += 10min - 1ms;
        CHECK(calls_to(outbox, here) == 1);
        CHECK(limit_to(outbox, here + 1) == (too_long ? 1 : 0));
        poor_udp_system::state.time += 1ms;
        CHECK(calls_to(outbox, here + 1) == 1);
        CHECK(limit_to(outbox, here + 1) == poor_outbox::longest);
    }
}

TEST_CASE("a device that cuts no batch is found out by four destinations, and tried again after a minute") {
    using namespace std::chrono_literals;
    poor_udp_system::state = {.gso_refused = EIO};
    poor_outbox outbox{8, true};
    for (std::uint32_t i = 0; i < 3; ++i) {
        (void)calls_to(outbox, here + i);
        if (outbox.gso_limit(anyone) == 0) return sipwhere_test::skip("the kernel has no GSO");
    }
    CHECK(calls_to(outbox, here + 3) == 5);
    CHECK(outbox.gso_limit(anyone) == 0);
    CHECK(calls_to(outbox, here + 4) == 1);

    poor_udp_system::state.time += 1min;
    poor_udp_system::state.gso_refused = 0;
    CHECK(calls_to(outbox, here + 4) == 1);
    CHECK(outbox.gso_limit(anyone) == poor_outbox::longest);
    CHECK(limit_to(outbox, here + 3) == 0);
}
#endif

TEST_CASE("what one call leaves over goes with the next, whatever interrupts them") {
    poor_udp_system::state = {.has_gso = false, .at_once = 2, .interruptions = 3};
    poor_outbox outbox{8, true};
    CHECK(arrivals_of_runs(outbox) == all_of_runs);
    CHECK(poor_udp_system::state.sends == 3 + 3);
}

TEST_CASE("what a full socket does not take is lost, and what comes later is not") {
    for (const int full : {EAGAIN, ENOBUFS}) {
        for (const bool has_batches : {true, false}) {
            poor_udp_system::state = {.has_batches = has_batches, .has_gso = false, .room = 3, .full = full};
            poor_outbox outbox{8, true};
            CHECK(arrivals_of_runs(outbox) == std::vector<std::string>{"a1", "a2", "a3"});
            if (has_batches && full == EAGAIN) CHECK(poor_udp_system::state.sends == 2); // it does not insist
            poor_udp_system::state = {};
            CHECK(arrivals_of_runs(outbox) == all_of_runs);
        }
    }
}

TEST_CASE("a run that a full socket refuses is not tried to its end") {
    const loopback_socket from, to;
    poor_udp_system::state = {.room = 0, .full = ENOBUFS};
    poor_outbox outbox{8, true};
    put_all(outbox, from.route_to(to), std::array{"a1", "a2", "a3", "a4"});
    outbox.flush();
    CHECK(to.received().empty());
    if (outbox.gso_limit(anyone) != 0) CHECK(poor_udp_system::state.sends == 2);
}

TEST_CASE("a run that is too much at once goes one by one, and the next as a run again") {
    poor_udp_system::state = {.gso_refused = ENOBUFS};
    poor_outbox outbox{8, true};
    CHECK(arrivals_of_runs(outbox) == all_of_runs);
    poor_udp_system::state = {};
    CHECK(arrivals_of_runs(outbox) == all_of_runs);
    CHECK(poor_udp_system::state.sends == 1);
    CHECK((outbox.gso_limit(anyone) == poor_outbox::longest || outbox.gso_limit(anyone) == 0));
}

TEST_CASE("the kernel fills a receiver's queue with what it has room for, from the front, once") {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_DGRAM, 0, ends.data()) == 0); // these do not drop what a queue can't hold
    detail::udp_route flow{.socket = ends[0]};
    flow.remote.size = 0;
    detail::udp_outbox outbox{1000, true};
    const auto arrived = [&] {
        std::vector<std::string> made;
        std::array<char, 8> bytes;
        for (;;) {
            const auto size = ::recv(ends[1], bytes.data(), bytes.size(), MSG_DONTWAIT);
            if (size < 0) return made;
            made.emplace_back(bytes.data(), static_cast<std::size_t>(size));
        }
    };
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 1000; ++i) outbox.put(flow, std::to_string(i));
        outbox.flush();

        const auto texts_there = arrived();
        CHECK(texts_there.size() > 0);
        CHECK(texts_there.size() < 1000);
        for (std::size_t i = 0; i < texts_there.size(); ++i) CHECK(texts_there[i] == std::to_string(i));
    }
    for (const int end : ends) ::close(end);
}

} // namespace
#endif
