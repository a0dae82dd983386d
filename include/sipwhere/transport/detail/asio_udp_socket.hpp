// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/flow.hpp>
#include <sipwhere/transport/detail/asio_address.hpp>
#include <sipwhere/transport/detail/asio_receive_buffer.hpp>
#include <sipwhere/transport/detail/socket_address.hpp>
#include <sipwhere/transport/detail/udp_message.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/ip/multicast.hpp>
#include <asio/ip/udp.hpp>
#include <asio/ip/v6_only.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace sipwhere::detail {

/// Whether an IPv6 wildcard socket takes IPv4 datagrams as well.
enum class ip_versions : std::uint8_t { one, both };

/// Whether other sockets may have the same address and port.
enum class port_use : std::uint8_t { exclusive, shared };

/// Whether a datagram that is too large for its path goes in fragments.
enum class fragments : std::uint8_t { allowed, never };

/// One datagram, or several of one peer, and where it came from and went to.
struct udp_arrival {
    std::string_view bytes;
    scoped_endpoint remote;
    ip_address local;        ///< what it was sent to
    std::size_t segment = 0; ///< bytes of each datagram but the last, which has no more; 0: there is one
};

/// One datagram and the way it is to go; its `local` is obeyed if the socket has several addresses to choose from.
struct udp_departure {
    std::string_view bytes;
    const sipwhere::flow& flow;
    std::uint32_t scope; ///< interface of a link-local peer
};

/// One UDP socket that tells where each datagram was sent to and can answer from there.
class asio_udp_socket {
public:
    explicit asio_udp_socket(const asio::any_io_executor& executor) : socket_(executor) {}

    [[nodiscard]] auto open(const asio::ip::udp::endpoint& at, ip_versions versions, int receive_buffer, port_use port,
                            fragments rule = fragments::allowed) -> asio::error_code {
        asio::error_code failed;
        socket_.open(at.protocol(), failed);
        if (failed) return failed;
        family_ = at.address().is_v4() ? address_family::ipv4 : address_family::ipv6;
        versions_ = family_ == address_family::ipv6 ? take_versions(versions) : ip_versions::one;
        socket_.non_blocking(true, failed);
        if (!failed) receive_buffer_ = ask_for_receive_buffer(socket_, receive_buffer);
        if (!failed && port == port_use::shared) share_port(failed);
        if (!failed && rule == fragments::never) forbid_fragments(failed);
        if (!failed) socket_.bind(at, failed);
        if (failed) return failed;
        const auto bound = socket_.local_endpoint(failed);
        bound_ = from_asio(bound);
        on_all_ = bound_.address.is_unspecified();
#if !defined(_WIN32)
        if (on_all_) ask_for_packet_info(socket_.native_handle(), family_);
        ask_for_drops(socket_.native_handle());
#endif
        return failed;
    }

    /// Returns: the address and port it is bound to, with the port the system chose for port 0.
    [[nodiscard]] auto bound() const noexcept -> const endpoint& { return bound_; }

    [[nodiscard]] auto receive_buffer() const noexcept -> const udp_receive_buffer& { return receive_buffer_; }

    /// Returns: how many datagrams the system has dropped since this was asked last, as its buffer was full. It tells
    ///          with the next one that it does not drop; several of one peer that came as one count as one.
    [[nodiscard]] auto take_dropped() noexcept -> std::uint32_t {
        return dropped_ - std::exchange(dropped_before_, dropped_);
    }

    /// Returns: whether it is bound to all addresses of this host.
    [[nodiscard]] auto on_all_addresses() const noexcept -> bool { return on_all_; }

    /// Returns: whether datagrams to an address of `family` may arrive here.
    [[nodiscard]] auto takes(address_family family) const noexcept -> bool {
        return family == family_ || (family == address_family::ipv4 && versions_ == ip_versions::both);
    }

    /// Calls `handler(error_code)` when a datagram is waiting.
    template <typename Handler>
    void wait(Handler&& handler) {
        socket_.async_wait(asio::socket_base::wait_read, std::forward<Handler>(handler));
    }

    /// Takes one datagram that is waiting, without blocking.
    [[nodiscard]] auto receive(std::span<char> into, udp_arrival& got) -> arrival {
#if defined(_WIN32)
        asio::error_code failed;
        asio::ip::udp::endpoint remote;
        const auto size = socket_.receive_from(asio::buffer(into.data(), into.size()), remote, 0, failed);
        if (failed) return failed == asio::error::would_block ? arrival::none : arrival::discarded;
        const auto scope = remote.address().is_v6() ? remote.address().to_v6().scope_id() : 0;
        got = {{into.data(), size}, {from_asio(remote), static_cast<std::uint32_t>(scope)}, bound_.address};
#else
        socket_address remote;
        message_frame frame;
        auto message = incoming(frame, into, remote);
        const auto size = ::recvmsg(handle(), &message, MSG_DONTWAIT);
        if (size < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? arrival::none : arrival::discarded;
        if ((message.msg_flags & MSG_TRUNC) != 0) return arrival::discarded;
        got = arrived({into.data(), static_cast<std::size_t>(size)}, from_socket_address(remote), message);
#endif
        return arrival::datagram;
    }

#if !defined(_WIN32)
    /// Returns: what the system told with a message.
    [[nodiscard]] auto arrived(std::string_view bytes, const scoped_endpoint& remote, ::msghdr& message)
        -> udp_arrival {
        if (message.msg_controllen == 0) return {bytes, remote, bound_.address};
        const auto notes = notes_of(message);
        if (notes.dropped != 0) dropped_ = notes.dropped;
        const auto& local = notes.packet.local;
        return {bytes, remote, local.family() == address_family::none ? bound_.address : local, notes.segment};
    }
#endif

    /// Sends one datagram without blocking.
    ///
    /// Returns: whether the system took it.
    [[nodiscard]] auto send(const udp_departure& out) -> bool {
        const auto& remote = out.flow.remote;
        if (!takes(remote.address.family())) return false;
        if (remote.address.is_multicast() && !set_hops(out.flow.multicast_ttl)) return false;
#if defined(_WIN32)
        asio::error_code failed;
        const auto to = to_asio(remote, family_, out.scope);
        socket_.send_to(asio::buffer(out.bytes.data(), out.bytes.size()), to, 0, failed);
        return !failed;
#else
        return send_message(route_of(out), out.bytes);
#endif
    }

#if !defined(_WIN32)
    [[nodiscard]] auto handle() -> int { return socket_.native_handle(); }

    /// Returns: how the kernel is told where a datagram goes; this socket takes its family.
    [[nodiscard]] auto route_of(const udp_departure& out) -> udp_route {
        const auto& remote = out.flow.remote;
        const auto& local = out.flow.local.address;
        udp_route made{handle(), family_, to_socket_address(remote, family_, out.scope), {{}, out.scope}};
        const bool may_choose = on_all_ && local.family() == remote.address.family();
        if (may_choose) made.source.local = local;
        return made;
    }
#endif

    void close() noexcept {
        asio::error_code ignored;
        socket_.close(ignored);
    }

private:
    /// Returns: what the system let us have; some never let one socket take both.
    [[nodiscard]] auto take_versions(ip_versions wanted) -> ip_versions {
        asio::error_code failed;
        socket_.set_option(asio::ip::v6_only{wanted == ip_versions::one}, failed);
        return failed ? ip_versions::one : wanted;
    }

    void share_port(asio::error_code& failed) {
#if defined(SO_REUSEPORT)
        using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>; // Asio has no public one
        socket_.set_option(reuse_port{true}, failed);
#else
        failed = asio::error::operation_not_supported;
#endif
    }

    void forbid_fragments(asio::error_code& failed) {
#if defined(IP_PMTUDISC_DO) && defined(IPV6_PMTUDISC_DO)
        using of_ipv4 = asio::detail::socket_option::integer<IPPROTO_IP, IP_MTU_DISCOVER>;
        using of_ipv6 = asio::detail::socket_option::integer<IPPROTO_IPV6, IPV6_MTU_DISCOVER>;
        if (family_ == address_family::ipv6) socket_.set_option(of_ipv6{IPV6_PMTUDISC_DO}, failed);
        if (!failed && (family_ == address_family::ipv4 || versions_ == ip_versions::both))
            socket_.set_option(of_ipv4{IP_PMTUDISC_DO}, failed);
#else
        failed = asio::error::operation_not_supported;
#endif
    }

    [[nodiscard]] auto set_hops(std::uint8_t hops) -> bool {
        const int wanted = hops == 0 ? 1 : hops;
        if (wanted == hops_) return true;
        asio::error_code failed;
        socket_.set_option(asio::ip::multicast::hops{wanted}, failed);
        if (!failed) hops_ = wanted;
        return !failed;
    }

    asio::ip::udp::socket socket_;
    endpoint bound_;
    bool on_all_ = false; ///< addresses of this host
    address_family family_ = address_family::none;
    ip_versions versions_ = ip_versions::one;
    int hops_ = 1; ///< the default of every system
    udp_receive_buffer receive_buffer_;
    std::uint32_t dropped_ = 0; ///< by the system, as far as it has told; wraps around
    std::uint32_t dropped_before_ = 0; ///< what of them was asked for
};

} // namespace sipwhere::detail
