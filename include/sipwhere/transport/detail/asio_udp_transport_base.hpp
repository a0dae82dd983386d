// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/detail/asio_listener_list.hpp>
#include <sipwhere/transport/detail/asio_strand.hpp>
#include <sipwhere/transport/detail/asio_udp_session.hpp>

#include <asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere::detail {

/// UDP over Asio, whatever moves the datagrams: what `asio_udp_transport` and `asio_batched_udp_transport` share.
template <typename Options, typename Mover>
class asio_udp_transport_base {
public:
    using executor_type = asio::any_io_executor;

    static constexpr bool counts_overruns = true; ///< see transport_policy
    static constexpr protocol over = protocol::udp;

    /// `where` is an execution context or an executor of Asio. `address` is an IPv4 or IPv6 address, with or without
    /// brackets; port 0 lets the system choose.
    template <asio_executor_or_context Where>
    asio_udp_transport_base(Where&& where, std::string_view address, std::uint16_t port = 5060,
                            const Options& options = {})
        : executor_(strand_of(std::forward<Where>(where))), options_(options) {
        add(address, port);
    }
    /// Without a listener it does nothing but tick, until some are added.
    template <asio_executor_or_context Where>
    explicit asio_udp_transport_base(Where&& where, const Options& options = {})
        : executor_(strand_of(std::forward<Where>(where))), options_(options) {}
    asio_udp_transport_base(const asio_udp_transport_base&) = delete;
    auto operator=(const asio_udp_transport_base&) -> asio_udp_transport_base& = delete;
    ~asio_udp_transport_base() { stop(); }

    /// Returns: where it runs and calls its receiver, one handler at a time.
    [[nodiscard]] auto get_executor() const noexcept -> executor_type { return executor_; }

    /// Adds a listener for the next `listen`.
    void add(std::string_view address, std::uint16_t port = 5060) { listeners_.add(address, port); }

    /// Opens all sockets, or none. With several threads the receiver may be called before this returns.
    ///
    /// Errors: bad_address, address_in_use, address_unavailable, permission_denied, transport_failed;
    ///         `failed_at` then names the listener. already_started between `listen` and `stop`.
    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        if (session_) return fail(errc::already_started);
        failed_ = listeners_.size();
        const auto made = std::make_shared<session_type>(executor_, to, options_);
        for (std::size_t i = 0; i < listeners_.size(); ++i) {
            if (const auto opened = open(*made, listeners_[i]); !opened) {
                failed_ = i;
                return opened;
            }
        }
        session_ = made;
        session_type::start(session_, wake_target_);
        return {};
    }

    /// Closes the sockets; nothing is called back afterwards. A callback may call this, too.
    void stop() noexcept {
        wake_target_->session = nullptr;
        if (const auto session = std::exchange(session_, nullptr)) session->close();
    }

    /// Has `tick` called soon, once for all calls before it; does nothing unless it listens. Any thread may call this
    /// at any time. Without memory for a handler the program ends, as Asio could not go on either.
    void wake() noexcept { session_type::wake(executor_, wake_target_); }

    /// Returns: whether the system took the datagram.
    [[nodiscard]] auto send(const flow& flow, std::string_view bytes) -> bool {
        return session_ && session_->send(flow, bytes);
    }

    [[nodiscard]] auto is_own(const endpoint& end) const noexcept -> bool { return session_ && session_->is_own(end); }

    /// Returns: what the listeners are bound to, in the order they were added; empty unless it listens.
    [[nodiscard]] auto endpoints() const noexcept -> std::span<const endpoint> {
        if (!session_) return {};
        return session_->endpoints();
    }

    /// Returns: how much memory the system keeps for what waits at each of them; empty unless it listens.
    [[nodiscard]] auto receive_buffers() const noexcept -> std::span<const udp_receive_buffer> {
        if (!session_) return {};
        return session_->receive_buffers();
    }

    /// Returns: the listener that the last `listen` could not open, such as "0.0.0.0:5060"; empty if it opened all.
    [[nodiscard]] auto failed_at() const -> std::string { return listeners_.name_of(failed_); }

private:
    using session_type = asio_udp_session<Mover>;

    [[nodiscard]] auto open(session_type& session, const asio_listener_list::listener& at) -> result<void> {
        asio::error_code failed;
        auto address = asio::ip::make_address(at.address, failed);
        if (failed) return fail(errc::bad_address);
        if (address.is_v6() && address.to_v6().is_v4_mapped())
            address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
        auto& socket = session.sockets().emplace_back(executor_);
        const auto port = options_.reuse_port ? port_use::shared : port_use::exclusive;
        const auto rule = options_.never_fragment ? fragments::never : fragments::allowed;
        const auto versions = listeners_.takes_both(address, at.port) ? ip_versions::both : ip_versions::one;
        failed = socket.open({address, at.port}, versions, options_.receive_buffer, port, rule);
        if (failed) return fail(errc_of(failed));
        return {};
    }

    asio::any_io_executor executor_;
    Options options_;
    asio_listener_list listeners_;
    std::size_t failed_ = 0;
    std::shared_ptr<session_type> session_; ///< null unless it listens
    const std::shared_ptr<typename session_type::wake_target> wake_target_ =
        std::make_shared<typename session_type::wake_target>();
};

} // namespace sipwhere::detail
