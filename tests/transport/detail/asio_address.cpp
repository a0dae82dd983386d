// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/asio_address.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;

TEST_CASE("what kept a socket from opening is told in our words") {
    using detail::errc_of;
    CHECK(errc_of(asio::error::address_in_use) == errc::address_in_use);
    CHECK(errc_of(asio::error::access_denied) == errc::permission_denied);
    CHECK(errc_of(asio::error::no_permission) == errc::permission_denied);
    CHECK(errc_of(asio::error::address_family_not_supported) == errc::address_unavailable);
    CHECK(errc_of({static_cast<int>(std::errc::address_not_available), asio::system_category()}) ==
          errc::address_unavailable);
    CHECK(errc_of(asio::error::no_memory) == errc::transport_failed);
}

TEST_CASE("an endpoint goes to Asio and back, as the socket's family wants it") {
    const endpoint v4{ip_address::v4({192, 0, 2, 7}), 5060};
    const endpoint v6{ip_address::v6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 5061};

    CHECK(detail::to_asio(v4, address_family::ipv4, 0).address().to_string() == "192.0.2.7");
    CHECK(detail::to_asio(v4, address_family::ipv6, 0).address().to_string() == "::ffff:192.0.2.7");
    CHECK(detail::to_asio(v6, address_family::ipv6, 0).address().to_string() == "2001:db8::1");
    CHECK(detail::to_asio(v6, address_family::ipv6, 3).address().to_v6().scope_id() == 3);

    CHECK(detail::from_asio(detail::to_asio(v4, address_family::ipv4, 0)) == v4);
    CHECK(detail::from_asio(detail::to_asio(v4, address_family::ipv6, 0)) == v4);
    CHECK(detail::from_asio(detail::to_asio(v6, address_family::ipv6, 0)) == v6);
}

} // namespace
