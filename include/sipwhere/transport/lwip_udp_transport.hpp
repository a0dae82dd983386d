// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/detail/lwip_address.hpp>

#include <lwip/ip.h>
#include <lwip/memp.h>
#include <lwip/netif.h>
#include <lwip/opt.h>
#include <lwip/pbuf.h>
#include <lwip/timeouts.h>
#include <lwip/udp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// UDP over lwIP's raw API, IPv4 and IPv6 as lwIP was built. It has no heap; lwIP takes all memory from its own pools.
///
/// All calls come from the thread that runs lwIP: the main loop with NO_SYS, else the tcpip thread, or one that holds
/// its core lock. It ticks in `sys_check_timeouts`, which NO_SYS leaves to the main loop. An answer leaves by the
/// interface its request came by, whose number (`netif_get_index`) is the `listener` of a flow, and from the address it
/// came to. Neither `receive` nor `tick` may end the transport's life; `stop` may be called from both.
///
/// lwipopts.h: LWIP_UDP and LWIP_TIMERS; MEMP_NUM_UDP_PCB and MEMP_NUM_SYS_TIMEOUT each one more than others need;
///             MEM_SIZE that holds an answer, PBUF_POOL_SIZE that holds a request; IP_REASSEMBLY and IP_FRAG,
///             LWIP_IPV6_REASS and LWIP_IPV6_FRAG, for datagrams that are longer than a frame; LWIP_IGMP or
///             LWIP_IPV6_MLD, and a membership, to be reached as a group.
/// Cost:       LargestDatagram bytes and some 60 more. A datagram is read where it lies if that is one pbuf, else
///             copied once; an answer is copied once. `is_own` and `send` walk through the interfaces.
template <std::size_t LargestDatagram = 1500>
class lwip_udp_transport {
    static_assert(LWIP_UDP, "sipwhere needs LWIP_UDP in lwipopts.h");
    static_assert(LWIP_TIMERS, "sipwhere needs LWIP_TIMERS in lwipopts.h");
    static_assert(LargestDatagram > 0 && LargestDatagram <= 65535);

public:
    /// Will listen on all addresses, IPv4 and IPv6; port 0 lets lwIP choose.
    explicit lwip_udp_transport(std::uint16_t port = 5060) noexcept : port_(port) {}

    /// Will listen on one address, or with `0.0.0.0` or `::` on all of one family. lwIP does not ask whether the
    /// address is this host's, so an interface may get it later.
    explicit lwip_udp_transport(const ip_address& address, std::uint16_t port = 5060) noexcept
        : address_(address), port_(port) {}

    lwip_udp_transport(const lwip_udp_transport&) = delete;
    auto operator=(const lwip_udp_transport&) -> lwip_udp_transport& = delete;
    ~lwip_udp_transport() { stop(); }

    /// Errors: address_in_use; address_unavailable if lwIP was built without the address's family; transport_failed if
    ///         lwIP has no udp_pcb or timeout left. already_started between `listen` and `stop`.
    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        if (pcb_ != nullptr) return fail(errc::already_started);
        if (!has_timeout_left()) return fail(errc::transport_failed);
        if (const auto opened = open(); !opened) return opened;
        receiver_ = to;
        ++run_;
        udp_recv(pcb_, on_datagram, this);
        sys_timeout(0, on_timeout, this);
        return {};
    }

    void stop() noexcept {
        if (pcb_ == nullptr) return;
        sys_untimeout(on_timeout, this);
        udp_remove(pcb_);
        pcb_ = nullptr;
        receiver_ = {};
    }

    /// Returns: whether lwIP took the datagram; false without a route, or without memory for it. One that waits for the
    ///          link address of its peer counts as taken.
    [[nodiscard]] auto send(const flow& flow, std::string_view bytes) -> bool {
        constexpr std::size_t most = 65507; // of UDP over IPv4
        ip_addr_t to;
        const bool possible = pcb_ != nullptr && flow.over == protocol::udp && bytes.size() <= most;
        if (!possible || !detail::to_lwip(flow.remote.address, to)) return false;
        auto* const by = interface_for(flow, to);
        if (by == nullptr) return false;
        const auto size = static_cast<u16_t>(bytes.size());
        auto* const copy = pbuf_alloc(PBUF_TRANSPORT, size, PBUF_RAM);
        if (copy == nullptr) return false;
        const bool taken = pbuf_take(copy, bytes.data(), size) == ERR_OK && send(copy, flow, to, *by);
        pbuf_free(copy);
        return taken;
    }

    [[nodiscard]] auto is_own(const endpoint& end) const noexcept -> bool {
        if (pcb_ == nullptr || end.port != pcb_->local_port || end.address.family() == address_family::none)
            return false;
        if (address_.family() != address_family::none && address_.family() != end.address.family()) return false;
        if (end.address == address_ || end.address.is_unspecified()) return true;
        return address_.is_unspecified() && is_local(end.address);
    }

    /// Returns: what it is bound to, of family none if that is all addresses; port 0 unless it listens.
    [[nodiscard]] auto bound() const noexcept -> endpoint {
        if (pcb_ == nullptr) return {address_, 0};
        return {address_, pcb_->local_port};
    }

    /// Returns: how many datagrams were dropped because they were longer than LargestDatagram; it wraps around.
    [[nodiscard]] auto too_long() const noexcept -> std::uint32_t { return too_long_; }

private:
    static void on_datagram(void* self, udp_pcb*, pbuf* arrived, const ip_addr_t* from, u16_t port) {
        static_cast<lwip_udp_transport*>(self)->take(*arrived, {detail::from_lwip(*from), port});
        pbuf_free(arrived);
    }

    static void on_timeout(void* self) { static_cast<lwip_udp_transport*>(self)->tick(); }

    /// Returns: whether `sys_timeout` can work, which does not tell.
    [[nodiscard]] static auto has_timeout_left() noexcept -> bool {
        auto* const probe = memp_malloc(MEMP_SYS_TIMEOUT);
        if (probe != nullptr) memp_free(MEMP_SYS_TIMEOUT, probe);
        return probe != nullptr;
    }

    [[nodiscard]] auto open() noexcept -> result<void> {
        ip_addr_t at;
        if (address_.family() == address_family::none) ip_addr_copy(at, *IP_ANY_TYPE);
        else if (!detail::to_lwip(address_, at)) return fail(errc::address_unavailable);
        auto* const made = udp_new_ip_type(IP_GET_TYPE(&at));
        if (made == nullptr) return fail(errc::transport_failed);
        if (const auto bound = udp_bind(made, &at, port_); bound != ERR_OK) {
            udp_remove(made);
            return fail(bound == ERR_USE ? errc::address_in_use : errc::transport_failed);
        }
        pcb_ = made;
        return {};
    }

    void take(const pbuf& arrived, const endpoint& from) {
        if (arrived.tot_len > LargestDatagram) {
            ++too_long_;
            return;
        }
        datagram got;
        got.from.remote = from;
        got.from.local = {arrived_at(), pcb_->local_port};
        got.from.listener = netif_get_index(ip_current_input_netif());
        const void* const bytes = pbuf_get_contiguous(&arrived, buffer_.data(), buffer_.size(), arrived.tot_len, 0);
        if (bytes != nullptr) got.bytes = {static_cast<const char*>(bytes), arrived.tot_len};
        receiver_.receive({&got, 1});
    }

    /// Returns: the address that lwIP's current datagram came to; if that is a group or all, one of the interface's.
    [[nodiscard]] static auto arrived_at() noexcept -> ip_address {
        const auto* at = ip_current_dest_addr();
        auto* const on = ip_current_netif();
        if (ip_addr_ismulticast(at) || ip_addr_isbroadcast(at, on))
            at = ip_netif_get_local_ip(on, ip_current_src_addr());
        return at == nullptr ? ip_address{} : detail::from_lwip(*at);
    }

    void tick() {
        const auto run = run_;
        const auto asked = receiver_.tick();
        using namespace std::chrono_literals;
        const auto delay = std::clamp<std::chrono::milliseconds>(asked, 1ms, 1h);
        if (pcb_ != nullptr && run == run_) sys_timeout(static_cast<u32_t>(delay.count()), on_timeout, this);
    }

    /// Returns: the interface of a flow while it is up; of a way that names none, the one that lwIP routes to.
    [[nodiscard]] auto interface_for(const flow& flow, const ip_addr_t& to) const noexcept -> netif* {
        if (flow.listener == NETIF_NO_INDEX) return ip_route(&pcb_->local_ip, &to);
        if (flow.listener > UINT8_MAX) return nullptr;
        auto* const found = netif_get_by_index(static_cast<u8_t>(flow.listener));
        return found != nullptr && netif_is_up(found) && netif_is_link_up(found) ? found : nullptr;
    }

    [[nodiscard]] auto send(pbuf* copy, const flow& flow, const ip_addr_t& to, netif& by) noexcept -> bool {
        set_hops(flow);
        const auto& local = flow.local.address;
        if (local.is_unspecified() || local.family() != flow.remote.address.family())
            return udp_sendto_if(pcb_, copy, &to, flow.remote.port, &by) == ERR_OK;
        ip_addr_t from;
        if (!is_local(local) || !detail::to_lwip(local, from)) return false;
        return udp_sendto_if_src(pcb_, copy, &to, flow.remote.port, &by, &from) == ERR_OK;
    }

    void set_hops(const flow& flow) noexcept {
        const bool to_group = flow.remote.address.is_multicast();
        const auto hops = flow.multicast_ttl == 0 ? u8_t{1} : flow.multicast_ttl;
#if LWIP_MULTICAST_TX_OPTIONS
        if (to_group) udp_set_multicast_ttl(pcb_, hops);
#else
        pcb_->ttl = to_group ? hops : UDP_TTL;
#endif
    }

    [[nodiscard]] static auto is_local(const ip_address& address) noexcept -> bool {
        const bool loopback = address.family() == address_family::ipv4 && address.bytes()[0] == 127;
        return loopback || detail::is_of_an_interface(address);
    }

    ip_address address_; ///< of family none: all
    std::uint16_t port_;
    std::uint16_t run_ = 0; ///< how often it began to listen, so that an old tick is known as such
    std::uint32_t too_long_ = 0;
    udp_pcb* pcb_ = nullptr;
    receiver_ref receiver_; ///< empty unless it listens
    std::array<char, LargestDatagram> buffer_{}; ///< of a datagram that came in pieces
};

static_assert(transport_policy<lwip_udp_transport<>>);

} // namespace sipwhere
