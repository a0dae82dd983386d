// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/detail/asio_udp_session.hpp>

#include <asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere {

struct asio_udp_options {
    int receive_buffer = 0;              ///< bytes the kernel may keep for each socket; 0 leaves it to the system
    std::size_t largest_datagram = 65535; ///< longer ones are dropped; 16 of these are allocated
};

/// UDP over Asio, on one address or several.
///
/// One thread runs the `io_context`, which outlives this object, and calls both. Nothing is bound before `listen`. On a
/// wildcard address it answers from the address that was asked; `::` takes IPv4 as well, unless an IPv4 listener has
/// the same port.
class asio_udp_transport {
public:
    /// `address` is an IPv4 or IPv6 address, with or without brackets; port 0 lets the system choose.
    asio_udp_transport(asio::io_context& io, std::string_view address, std::uint16_t port = 5060,
                       asio_udp_options options = {})
        : io_(io), options_(options) {
        add(address, port);
    }
    asio_udp_transport(const asio_udp_transport&) = delete;
    auto operator=(const asio_udp_transport&) -> asio_udp_transport& = delete;
    ~asio_udp_transport() { stop(); }

    /// Adds a listener for the next `listen`.
    void add(std::string_view address, std::uint16_t port = 5060) {
        if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
        listeners_.push_back({std::string{address}, port});
    }

    /// Opens all sockets, or none.
    ///
    /// Errors: bad_address, address_in_use, address_unavailable, permission_denied, transport_failed;
    ///         `failed_at` then names the listener. already_started between `listen` and `stop`.
    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        if (session_) return fail(errc::already_started);
        failed_ = listeners_.size();
        const auto made = std::make_shared<detail::asio_udp_session>(io_, to, options_.largest_datagram);
        for (std::size_t i = 0; i < listeners_.size(); ++i) {
            if (const auto opened = open(*made, listeners_[i]); !opened) {
                failed_ = i;
                return opened;
            }
        }
        session_ = made;
        detail::asio_udp_session::start(session_);
        return {};
    }

    /// Closes the sockets; nothing is called back afterwards.
    void stop() noexcept {
        if (const auto session = std::exchange(session_, nullptr)) session->close();
    }

    /// Returns: whether the system took the datagram.
    [[nodiscard]] auto send(const flow& way, std::string_view bytes) -> bool {
        return session_ && session_->send(way, bytes);
    }

    [[nodiscard]] auto is_own(const endpoint& end) const noexcept -> bool { return session_ && session_->is_own(end); }

    /// Returns: what the listeners are bound to, in the order they were added; empty unless it listens.
    [[nodiscard]] auto endpoints() const noexcept -> std::span<const endpoint> {
        if (!session_) return {};
        return session_->endpoints();
    }

    /// Returns: the listener that the last `listen` could not open, such as "0.0.0.0:5060"; empty if it opened all.
    [[nodiscard]] auto failed_at() const -> std::string {
        if (failed_ >= listeners_.size()) return {};
        const auto& [address, port] = listeners_[failed_];
        const bool brackets = address.find(':') != std::string::npos;
        return (brackets ? "[" + address + "]" : address) + ":" + std::to_string(port);
    }

private:
    struct listener {
        std::string address;
        std::uint16_t port;
    };

    [[nodiscard]] auto open(detail::asio_udp_session& session, const listener& at) -> result<void> {
        asio::error_code failed;
        auto address = asio::ip::make_address(at.address, failed);
        if (failed) return fail(errc::bad_address);
        if (address.is_v6() && address.to_v6().is_v4_mapped())
            address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
        auto& socket = session.sockets().emplace_back(io_);
        failed = socket.open({address, at.port}, versions_for(address, at.port), options_.receive_buffer);
        if (failed) return fail(detail::errc_of(failed));
        return {};
    }

    [[nodiscard]] auto versions_for(const asio::ip::address& address, std::uint16_t port) const -> detail::ip_versions {
        const bool taken = std::ranges::any_of(listeners_, [&](const listener& other) {
            return other.port == port && other.address.find(':') == std::string::npos;
        });
        return address.is_unspecified() && !taken ? detail::ip_versions::both : detail::ip_versions::one;
    }

    asio::io_context& io_;
    asio_udp_options options_;
    std::vector<listener> listeners_;
    std::size_t failed_ = 0;
    std::shared_ptr<detail::asio_udp_session> session_;
};

static_assert(transport_policy<asio_udp_transport>);

} // namespace sipwhere
