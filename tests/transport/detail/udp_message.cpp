// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/udp_message.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>

namespace {

using namespace sipwhere;

TEST_CASE("nobody answers from a group or from no address") {
    const auto unicast = [](std::array<std::uint8_t, 4> bytes) { return detail::unicast_of(bytes); };
    CHECK(unicast({192, 0, 2, 1}) == ip_address::v4({192, 0, 2, 1}));
    CHECK(unicast({239, 255, 77, 77}) == ip_address{});
    CHECK(unicast({0, 0, 0, 0}) == ip_address{});
    CHECK(detail::unicast_of(std::array<std::uint8_t, 16>{0xff, 2}) == ip_address{});
}

TEST_CASE("a control message about something else tells nothing of a packet's way") {
    ::cmsghdr part{};
    part.cmsg_level = SOL_SOCKET;
    part.cmsg_type = SCM_RIGHTS;
    detail::packet_info info;
    detail::read_packet_info(part, nullptr, info);
    CHECK(info.local == ip_address{});
}

} // namespace
