// SPDX-License-Identifier: BSL-1.0
//
// The network of the example for boards, frame by frame, on this host.
#include "ethernet_transport.hpp"

#include <sipwhere/clock/manual_clock.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace ethernet_transport_test {

using namespace sipwhere;
using frame = std::vector<std::uint8_t>;

constexpr net::mac_address board_mac{2, 0, 0, 0, 0, 1}, phone_mac{2, 0, 0, 0, 0, 2};
constexpr net::udp::end board_end{{192, 0, 2, 1}, 5060}, phone_end{{192, 0, 2, 7}, 5070};

/// A controller whose frames a test puts in and takes out.
struct bench_controller {
    std::vector<frame> arriving, sent;

    auto start() -> bool { return true; }
    auto address() const -> const net::mac_address& { return board_mac; }
    auto has_frame() -> bool { return !arriving.empty(); }
    auto receive(std::span<std::uint32_t> room) -> net::bytes_view {
        const auto taken = arriving.front();
        arriving.erase(arriving.begin());
        if (taken.empty() || taken.size() > room.size_bytes()) return {};
        std::memcpy(room.data(), taken.data(), taken.size());
        return {reinterpret_cast<const std::uint8_t*>(room.data()), taken.size()};
    }
    auto send(net::bytes_view begin, net::bytes_view rest) -> bool {
        sent.emplace_back(begin.begin(), begin.end());
        sent.back().insert(sent.back().end(), rest.begin(), rest.end());
        return true;
    }
};

struct board {
    bench_controller controller{};
    manual_clock clock{};
    ethernet_transport<bench_controller, manual_clock> transport{controller, clock, board_end};
    std::vector<std::string> heard{};
    std::vector<flow> ways{};

    board() {
        REQUIRE(transport.listen(receiver_ref{*this}));
        controller.sent.clear();
    }
    void receive(std::span<const datagram> arrived) {
        for (const auto& one : arrived) {
            heard.emplace_back(one.bytes);
            ways.push_back(one.from);
        }
    }
    auto tick() -> std::chrono::milliseconds { return std::chrono::seconds{1}; }

    void hears(const frame& arriving) {
        controller.arriving.push_back(arriving);
        CHECK(transport.poll());
    }
};

auto bytes_of(std::string_view text) -> net::bytes_view {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

auto from_phone(std::string_view text, const net::udp::end& from = phone_end) -> frame {
    auto headers = net::udp::make_headers({from, board_end, bytes_of(text)});
    net::write_ethernet_header(headers, board_mac, phone_mac, net::ethernet::type_ipv4);
    frame made(headers.begin(), headers.end());
    made.insert(made.end(), text.begin(), text.end());
    return made;
}

/// Makes the checksum of a changed IPv4 header right again.
void mend(frame& changed) {
    const auto ip = std::span{changed}.subspan(14, 20);
    net::write_16(ip.subspan(10), 0);
    net::write_16(ip.subspan(10), net::internet_checksum{}.add(ip).finish());
}

TEST_CASE("the checksum of the IPv4 header is that of RFC 1071") {
    // An often printed example: its checksum is b861.
    const frame header{0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0, 0, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7};

    CHECK(net::internet_checksum{}.add(header).finish() == 0xb861);
}

TEST_CASE("a datagram arrives with its way, and the answer goes back on it, whatever its size") {
    for (const std::size_t size : {0U, 1U, 2U, 333U, 1472U}) {
        board w;
        const std::string text(size, 'x');
        w.hears(from_phone(text));
        REQUIRE(w.heard == std::vector{text});
        CHECK(w.ways[0].remote == endpoint{ip_address::v4({192, 0, 2, 7}), 5070});
        CHECK(w.ways[0].local == w.transport.at());

        REQUIRE(w.transport.send(w.ways[0], text));
        REQUIRE(w.controller.sent.size() == 1);
        const auto& answer = w.controller.sent[0];
        CHECK(net::read_address<net::mac_address>(answer, 0) == phone_mac);
        CHECK(net::read_address<net::mac_address>(answer, 6) == board_mac);
        const auto read = net::udp::parse(answer);
        REQUIRE(read);
        CHECK(read->from.address == board_end.address);
        CHECK(read->from.port == 5060);
        CHECK(read->to.address == phone_end.address);
        CHECK(read->to.port == 5070);
        CHECK(std::ranges::equal(read->payload, bytes_of(text)));
    }
}

TEST_CASE("frames may be padded") {
    board w;
    auto padded = from_phone("abc");
    padded.resize(60);
    w.hears(padded);

    CHECK(w.heard == std::vector<std::string>{"abc"});
}

TEST_CASE("what is cut off, damaged or a fragment is dropped") {
    board w;
    const auto whole = from_phone("REGISTER");
    for (std::size_t size = 0; size < whole.size(); ++size)
        w.hears({whole.begin(), whole.begin() + static_cast<int>(size)});
    for (std::size_t at = net::ethernet::type; at < whole.size(); ++at) {
        auto damaged = whole;
        damaged[at] ^= 0x10;
        w.hears(damaged);
    }
    for (const auto flags : frame{0x20, 0x01, 0x1f}) {
        auto fragment = whole;
        fragment[20] = flags;
        mend(fragment);
        w.hears(fragment);
    }
    CHECK(w.heard.empty());
}

TEST_CASE("sizes that contradict each other are seen, even where all checksums are right") {
    board w;
    for (const std::size_t total : {0U, 20U, 27U, 60U, 65535U}) {
        auto odd = from_phone("REGISTER");
        net::write_16(std::span{odd}.subspan(16), total);
        mend(odd);
        w.hears(odd);
    }
    for (const std::size_t length : {0U, 7U, 17U, 65535U}) {
        auto odd = from_phone("REGISTER");
        net::write_16(std::span{odd}.subspan(38), length);
        net::write_16(std::span{odd}.subspan(40), 0); // no checksum
        w.hears(odd);
    }
    CHECK(w.heard.empty());
}

TEST_CASE("what is for others, or from nobody, is dropped") {
    board w;
    const auto sends = [&w](const net::udp::end& from, const net::udp::end& to) {
        auto headers = net::udp::make_headers({from, to, {}});
        net::write_ethernet_header(headers, board_mac, phone_mac, net::ethernet::type_ipv4);
        w.hears({headers.begin(), headers.end()});
    };
    sends(phone_end, {{192, 0, 2, 2}, 5060});
    sends(phone_end, {{192, 0, 2, 1}, 5061});
    sends({{0, 0, 0, 0}, 5060}, board_end);
    CHECK(w.heard.empty());

    w.transport.stop();
    w.hears(from_phone("late"));
    CHECK(w.heard.empty());
}

TEST_CASE("who asks for the board's address is told") {
    board w;
    const auto ask = [&w](const net::ipv4_address& wanted) {
        const auto asked = net::arp::tell(net::everyone, wanted, phone_mac, phone_end.address, net::arp::is_request);
        w.hears({asked.begin(), asked.end()});
    };
    ask({192, 0, 2, 9});
    CHECK(w.controller.sent.empty());

    ask(board_end.address);
    REQUIRE(w.controller.sent.size() == 1);
    const auto expected =
        net::arp::tell(phone_mac, phone_end.address, board_mac, board_end.address, net::arp::is_reply);
    CHECK(std::ranges::equal(w.controller.sent[0], expected));
}

TEST_CASE("nothing can be sent to hosts that were not heard from, or not lately") {
    board w;
    const auto way_to = [](std::uint8_t host) { return flow{.remote = {ip_address::v4({192, 0, 2, host}), 5060}}; };
    CHECK_FALSE(w.transport.send(way_to(20), "x"));
    CHECK_FALSE(w.transport.send({.remote = {ip_address::v6({0x20, 1}), 5060}}, "x"));

    for (std::uint8_t host = 20; host < 29; ++host) w.hears(from_phone("x", {{192, 0, 2, host}, 5060}));
    CHECK_FALSE(w.transport.send(way_to(20), "x"));
    CHECK(w.transport.send(way_to(21), "x"));
    CHECK(w.transport.send(way_to(28), "x"));
    CHECK_FALSE(w.transport.send(way_to(28), std::string(1473, 'x')));
}

} // namespace ethernet_transport_test
