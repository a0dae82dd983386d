// SPDX-License-Identifier: BSL-1.0
#include "wire.hpp"

#include <sipwhere/transport/detail/lwip_address.hpp>

#include <lwip/inet_chksum.h>
#include <lwip/init.h>
#include <lwip/ip.h>
#include <lwip/ip6.h>
#include <lwip/memp.h>
#include <lwip/stats.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

using namespace sipwhere;
using sipwhere_test::udp_packet;

std::uint32_t milliseconds_passed = 0;

constexpr std::size_t ipv4_header = 20, ipv6_header = 40, udp_header = 8;
constexpr char udp_protocol = 17;

void put_16(std::string& out, std::size_t number) {
    out += static_cast<char>(number >> 8U & 0xffU);
    out += static_cast<char>(number & 0xffU);
}

void put_address(std::string& out, const ip_address& address) {
    for (const auto byte : address.bytes()) out += static_cast<char>(byte);
}

auto number_at(std::string_view bytes, std::size_t at) -> unsigned {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    return byte(at) * 256U + byte(at + 1);
}

template <std::size_t Size>
auto bytes_at(std::string_view bytes, std::size_t at) -> std::array<std::uint8_t, Size> {
    std::array<std::uint8_t, Size> made{};
    std::memcpy(made.data(), bytes.data() + at, Size);
    return made;
}

/// Writes the packet as an interface gets it; UDP's checksum is left out.
auto written(const udp_packet& packet) -> std::string {
    const auto length = udp_header + packet.bytes.size();
    std::string raw;
    if (packet.to.address.family() == address_family::ipv4) {
        raw = {0x45, 0};
        put_16(raw, ipv4_header + length);
        raw += {0, 0, 0, 0, static_cast<char>(packet.hops), udp_protocol, 0, 0};
        put_address(raw, packet.from.address);
        put_address(raw, packet.to.address);
        const auto checksum = inet_chksum(raw.data(), ipv4_header);
        std::memcpy(raw.data() + 10, &checksum, sizeof checksum);
    } else {
        raw = {0x60, 0, 0, 0};
        put_16(raw, length);
        raw += {udp_protocol, static_cast<char>(packet.hops)};
        put_address(raw, packet.from.address);
        put_address(raw, packet.to.address);
    }
    put_16(raw, packet.from.port);
    put_16(raw, packet.to.port);
    put_16(raw, length);
    put_16(raw, 0);
    return raw + packet.bytes;
}

auto read_udp(std::string_view udp, udp_packet& into) -> udp_packet {
    into.from.port = static_cast<std::uint16_t>(number_at(udp, 0));
    into.to.port = static_cast<std::uint16_t>(number_at(udp, 2));
    into.bytes = udp.substr(udp_header);
    return into;
}

} // namespace

extern "C" {

auto sys_now() -> u32_t { return milliseconds_passed; }

auto lwip_test_random() -> unsigned {
    static unsigned number = 7;
    return number = number * 1103515245U + 12345U;
}

void lwip_test_failed(const char* what) {
    std::fprintf(stderr, "lwIP: %s\n", what);
    std::abort();
}

} // extern "C"

namespace sipwhere_test {

lwip_stack::lwip_stack() {
    static const bool ready = [] {
        lwip_init();
        return true;
    }();
    CHECK(ready);
    before_ = used();
}

lwip_stack::~lwip_stack() {
    run_for(1); // what was on its way to a transport that has gone is given back
    const bool all_back = used() == before_;
    CHECK_MESSAGE(all_back, "lwIP has got all its memory back");
}

auto lwip_stack::used() -> use {
    const auto of = [](memp_t pool) { return std::size_t{lwip_stats.memp[pool]->used}; };
    return {lwip_stats.mem.used, of(MEMP_PBUF_POOL), of(MEMP_UDP_PCB), of(MEMP_SYS_TIMEOUT)};
}

void lwip_stack::run_for(unsigned milliseconds) {
    for (unsigned i = 0; i < milliseconds; ++i) {
        ++milliseconds_passed;
        netif_poll_all();
        sys_check_timeouts();
    }
}

void lwip_stack::skip(std::chrono::milliseconds time) {
    milliseconds_passed += static_cast<std::uint32_t>(time.count());
}

wire::wire(const ip_address& address) {
    const auto prepare = [](netif* made) -> err_t {
        made->name[0] = 't';
        made->name[1] = 'w';
        made->mtu = 1500;
        made->flags |= NETIF_FLAG_BROADCAST;
#if LWIP_IPV4
        made->output = [](netif* on, pbuf* leaving, const ip4_addr_t*) -> err_t {
            static_cast<wire*>(on->state)->keep(*leaving);
            return ERR_OK;
        };
#endif
#if LWIP_IGMP
        made->flags |= NETIF_FLAG_IGMP;
#endif
#if LWIP_IPV6
        made->output_ip6 = [](netif* on, pbuf* leaving, const ip6_addr_t* to) -> err_t {
            CHECK_FALSE(ip6_addr_lacks_zone(to, IP6_UNKNOWN)); // which Ethernet would not take
            static_cast<wire*>(on->state)->keep(*leaving);
            return ERR_OK;
        };
#endif
        return ERR_OK;
    };
#if LWIP_IPV4
    ip4_addr_t mask, none{};
    IP4_ADDR(&mask, 255, 255, 255, 0);
    ip_addr_t at{};
    const bool v4 = address.family() == address_family::ipv4 && detail::to_lwip(address, at);
    netif_add(&nic_, v4 ? ip_2_ip4(&at) : &none, v4 ? &mask : &none, &none, this, prepare, ip_input);
#else
    netif_add(&nic_, this, prepare, ip_input);
#endif
    netif_set_up(&nic_);
    netif_set_link_up(&nic_);
    if (address.family() == address_family::ipv6) also(address);
}

wire::~wire() { netif_remove(&nic_); }

void wire::also([[maybe_unused]] const ip_address& address) {
#if LWIP_IPV6
    ip_addr_t at{};
    REQUIRE(detail::to_lwip(address, at));
    s8_t place = 0;
    REQUIRE(netif_add_ip6_address(&nic_, ip_2_ip6(&at), &place) == ERR_OK);
    netif_ip6_addr_set_state(&nic_, place, IP6_ADDR_PREFERRED);
#endif
}

void wire::deliver(const udp_packet& arriving) {
    const auto raw = written(arriving);
    const auto size = static_cast<u16_t>(raw.size());
    auto* const made = pbuf_alloc(PBUF_RAW, size, PBUF_POOL);
    REQUIRE(made != nullptr);
    pbuf_take(made, raw.data(), size);
    nic_.input(made, &nic_);
}

void wire::deliver(const udp_packet& arriving, const std::vector<std::size_t>& sizes) {
    std::string raw = written(arriving);
    pbuf* all = nullptr;
    for (std::size_t i = 0; i <= sizes.size(); ++i) {
        const auto size = static_cast<u16_t>(i < sizes.size() ? std::min(sizes[i], raw.size()) : raw.size());
        auto* const made = pbuf_alloc(PBUF_RAW, size, PBUF_RAM);
        REQUIRE(made != nullptr);
        pbuf_take(made, raw.data(), size);
        raw.erase(0, size);
        if (all == nullptr) all = made;
        else pbuf_cat(all, made);
    }
    nic_.input(all, &nic_);
}

void wire::keep(const pbuf& leaving) {
    std::string raw(leaving.tot_len, '\0');
    pbuf_copy_partial(&leaving, raw.data(), leaving.tot_len, 0);
    udp_packet packet;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(raw[at]); };
    if (byte(0) == 0x45 && raw[9] == udp_protocol) {
        packet.from.address = ip_address::v4(bytes_at<4>(raw, 12));
        packet.to.address = ip_address::v4(bytes_at<4>(raw, 16));
        packet.hops = byte(8);
        sent.push_back(read_udp(std::string_view{raw}.substr(ipv4_header), packet));
    } else if (byte(0) >> 4U == 6 && raw[6] == udp_protocol) {
        packet.from.address = ip_address::v6(bytes_at<16>(raw, 8));
        packet.to.address = ip_address::v6(bytes_at<16>(raw, 24));
        packet.hops = byte(7);
        sent.push_back(read_udp(std::string_view{raw}.substr(ipv6_header), packet));
    }
}

} // namespace sipwhere_test
