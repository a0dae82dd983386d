// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "net/arp.hpp"
#include "net/neighbours.hpp"
#include "net/udp.hpp"

#include <sipwhere/model/instant.hpp>
#include <sipwhere/policy/transport.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

/// SIP over UDP over IPv4 on an Ethernet controller that is polled: `poll` does what there is to do.
///
/// It sends only to hosts it has heard from lately, which is all that answering takes. The controller puts frames
/// together from two parts, so there is memory for one frame alone: the one that was received.
template <typename Controller, typename Clock>
class ethernet_transport {
public:
    ethernet_transport(Controller& controller, const Clock& clock, const net::udp::end& own) noexcept
        : controller_(controller), clock_(clock), own_(own) {}

    /// Returns: where it is reached.
    [[nodiscard]] auto at() const noexcept -> sipwhere::endpoint { return endpoint_of(own_); }

    /// Errors: already_started; transport_failed when the controller does not work.
    [[nodiscard]] auto listen(sipwhere::receiver_ref to) noexcept -> sipwhere::result<void> {
        if (receiver_) return sipwhere::fail(sipwhere::errc::already_started);
        if (!controller_.start()) return sipwhere::fail(sipwhere::errc::transport_failed);
        if (!controller_.send(net::arp::announcement(controller_.address(), own_.address), {}))
            return sipwhere::fail(sipwhere::errc::transport_failed);
        receiver_ = to;
        next_tick_ = clock_.now();
        return {};
    }

    void stop() noexcept { receiver_ = {}; }

    [[nodiscard]] auto send(const sipwhere::flow& flow, std::string_view bytes) noexcept -> bool {
        const auto to = end_of(flow.remote);
        const auto* const station = neighbours_.station_of(to.address);
        if (!receiver_ || station == nullptr || bytes.size() > net::udp::most) return false;
        const net::bytes_view payload{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
        auto headers = net::udp::make_headers({own_, to, payload});
        net::write_ethernet_header(headers, *station, controller_.address(), net::ethernet::type_ipv4);
        return controller_.send(headers, payload);
    }

    [[nodiscard]] auto is_own(const sipwhere::endpoint& end) const noexcept -> bool { return end == at(); }

    /// Lets the receiver do what is due, and hands it the next datagram.
    ///
    /// Returns: false when nothing has arrived.
    auto poll() -> bool {
        if (receiver_ && clock_.now() >= next_tick_) next_tick_ = clock_.now() + receiver_.tick();
        if (!controller_.has_frame()) return false;
        const auto frame = controller_.receive(room_);
        if (net::arp::asks_for(frame, own_.address)) {
            (void)controller_.send(net::arp::reply(frame, controller_.address(), own_.address), {}); // they ask again
        } else if (const auto found = net::udp::parse(frame)) {
            deliver(frame, *found);
        }
        return true;
    }

private:
    static auto endpoint_of(const net::udp::end& end) noexcept -> sipwhere::endpoint {
        return {sipwhere::ip_address::v4(end.address), end.port};
    }
    /// Returns: an end without an address for one of IPv6.
    static auto end_of(const sipwhere::endpoint& end) noexcept -> net::udp::end {
        const auto bytes = end.address.bytes();
        net::udp::end made{.port = end.port};
        if (bytes.size() == made.address.size()) std::ranges::copy(bytes, made.address.begin());
        return made;
    }

    void deliver(net::bytes_view frame, const net::udp::packet& found) {
        const bool is_for_us = found.to.address == own_.address && found.to.port == own_.port;
        if (!receiver_ || !is_for_us || found.from.address == net::ipv4_address{}) return;
        neighbours_.learn(found.from.address, net::read_address<net::mac_address>(frame, net::ethernet::source));
        const sipwhere::datagram arrived{{.remote = endpoint_of(found.from), .local = at()},
                                         {reinterpret_cast<const char*>(found.payload.data()), found.payload.size()}};
        receiver_.receive({&arrived, 1});
    }

    static constexpr std::size_t checksum_size = 4;

    Controller& controller_;
    const Clock& clock_;
    net::udp::end own_;
    sipwhere::receiver_ref receiver_; ///< empty unless it listens
    sipwhere::instant next_tick_;
    net::neighbours neighbours_;
    std::array<std::uint32_t, (net::ethernet::most + checksum_size + 3) / 4> room_; ///< for a frame, never cleared
};
