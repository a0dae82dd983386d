// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/socket_address.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <tuple>

namespace {

using namespace sipwhere;
using detail::from_socket_address;
using detail::to_socket_address;

constexpr std::array<std::uint8_t, 16> plain{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr std::array<std::uint8_t, 16> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1};
constexpr endpoint v4{ip_address::v4({192, 0, 2, 1}), 5060};
constexpr endpoint v6{ip_address::v6(plain), 5061};

TEST_CASE("an IPv4 address is mapped for an IPv6 socket, an IPv6 one stays") {
    CHECK(detail::mapped_bytes(v4.address) == mapped);
    CHECK(detail::mapped_bytes(v6.address) == plain);
}

TEST_CASE("a socket address has the family, the bytes and the size that the system expects") {
    const auto short_one = to_socket_address(v4, address_family::ipv4, 7);
    ::sockaddr_in raw_v4;
    std::memcpy(&raw_v4, short_one.bytes.data(), sizeof raw_v4);
    CHECK(short_one.size == sizeof raw_v4);
    CHECK(raw_v4.sin_family == AF_INET);
    CHECK(raw_v4.sin_port == htons(5060));
    CHECK(raw_v4.sin_addr.s_addr == htonl(0xc0000201));

    for (const auto& [end, bytes, scope] : {std::tuple{v4, mapped, 0U}, std::tuple{v6, plain, 7U}}) {
        const auto long_one = to_socket_address(end, address_family::ipv6, 7);
        ::sockaddr_in6 raw_v6;
        std::memcpy(&raw_v6, long_one.bytes.data(), sizeof raw_v6);
        CHECK(long_one.size == sizeof raw_v6);
        CHECK(raw_v6.sin6_family == AF_INET6);
        CHECK(raw_v6.sin6_port == htons(end.port));
        CHECK(std::memcmp(&raw_v6.sin6_addr, bytes.data(), bytes.size()) == 0);
        CHECK(raw_v6.sin6_scope_id == scope);
    }
}

TEST_CASE("an endpoint goes to the system and back, a mapped one as IPv4, a link-local one with its interface") {
    CHECK(from_socket_address(to_socket_address(v4, address_family::ipv4, 0)).end == v4);
    CHECK(from_socket_address(to_socket_address(v4, address_family::ipv6, 0)).end == v4);
    const auto scoped = from_socket_address(to_socket_address(v6, address_family::ipv6, 7));
    CHECK(scoped.end == v6);
    CHECK(scoped.scope == 7);
    detail::socket_address other{};
    other.bytes[0] = AF_UNIX;
    CHECK(from_socket_address(other).end == endpoint{});
}

} // namespace
