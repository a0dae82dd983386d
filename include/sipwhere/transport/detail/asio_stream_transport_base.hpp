// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/asio_stream_options.hpp>
#include <sipwhere/transport/detail/asio_address.hpp>
#include <sipwhere/transport/detail/asio_listener_list.hpp>
#include <sipwhere/transport/detail/asio_strand.hpp>
#include <sipwhere/transport/detail/asio_stream_session.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/ip/address.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere::detail {

/// Connections over Asio, whatever they carry: what the TCP, TLS and WebSocket transports share.
template <typename Kind>
class asio_stream_transport_base {
public:
    using executor_type = asio::any_io_executor;
    static constexpr protocol over = Kind::over;

    /// `where` is an execution context or an executor of Asio. `address` is an IPv4 or IPv6 address, with or without
    /// brackets; port 0 lets the system choose.
    template <asio_executor_or_context Where>
    asio_stream_transport_base(Where&& where, std::string_view address, std::uint16_t port = 5060,
                               typename Kind::options_type options = {})
        : executor_(strand_of(std::forward<Where>(where))), kind_(std::make_shared<Kind>(std::move(options))) {
        add(address, port);
    }
    /// Without a listener it does nothing but tick, until some are added.
    template <asio_executor_or_context Where>
    explicit asio_stream_transport_base(Where&& where, typename Kind::options_type options = {})
        : executor_(strand_of(std::forward<Where>(where))), kind_(std::make_shared<Kind>(std::move(options))) {}
    asio_stream_transport_base(const asio_stream_transport_base&) = delete;
    auto operator=(const asio_stream_transport_base&) -> asio_stream_transport_base& = delete;
    ~asio_stream_transport_base() { stop(); }

    /// Returns: where it runs and calls its receiver, one handler at a time.
    [[nodiscard]] auto get_executor() const noexcept -> executor_type { return executor_; }

    /// Adds a listener for the next `listen`.
    void add(std::string_view address, std::uint16_t port = 5060) { listeners_.add(address, port); }

    /// Opens all listeners, or none. With several threads the receiver may be called before this returns.
    ///
    /// Errors: bad_address, address_in_use, address_unavailable, permission_denied, transport_failed, and `failed_at`
    ///         names the listener; bad_certificate, and `failed_at` says why; already_started between `listen` and
    ///         `stop`.
    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        if (session_) return fail(errc::already_started);
        failed_ = listeners_.size();
        if (listeners_.size() != 0)
            if (const auto ready = kind_->prepare(); !ready) return ready;
        const auto made = std::make_shared<session_type>(executor_, to, kind_);
        if (!made->can_wait()) return fail(errc::transport_failed);
        for (std::size_t i = 0; i < listeners_.size(); ++i) {
            asio::error_code failed;
            const auto address = asio::ip::make_address(listeners_[i].address, failed);
            failed_ = i;
            if (failed) return fail(errc::bad_address);
            if (const auto why = made->acceptors().open({address, listeners_[i].port},
                                                        listeners_.takes_both(address, listeners_[i].port)))
                return fail(errc_of(why));
        }
        failed_ = listeners_.size();
        session_ = made;
        session_type::start(session_, wake_target_);
        return {};
    }

    /// Closes the listeners and all connections; nothing is called back afterwards. A callback may call this, too.
    void stop() noexcept {
        wake_target_->session = nullptr;
        if (const auto session = std::exchange(session_, nullptr)) session->close();
    }

    /// Has `tick` called soon, once for all calls before it; does nothing unless it listens. Any thread may call this.
    void wake() noexcept { session_type::wake(executor_, wake_target_); }

    /// Returns: whether the connection of a flow is there and takes the message.
    [[nodiscard]] auto send(const flow& flow, std::string_view bytes) -> bool {
        return session_ && session_->send(flow, bytes);
    }

    /// Returns: false: answers go over connections that others opened.
    [[nodiscard]] auto is_own(const endpoint&) const noexcept -> bool { return false; }

    /// Returns: what the listeners are bound to, in the order they were added; empty unless it listens.
    [[nodiscard]] auto endpoints() const noexcept -> std::span<const endpoint> {
        if (!session_) return {};
        return session_->acceptors().endpoints();
    }

    /// Returns: how many connections there are.
    [[nodiscard]] auto connections() const noexcept -> std::size_t { return session_ ? session_->connections() : 0; }

    /// Returns: the listener that the last `listen` could not open, such as "0.0.0.0:5060"; empty if it opened all.
    [[nodiscard]] auto failed_at() const -> std::string {
        return failed_ < listeners_.size() ? listeners_.name_of(failed_) : kind_->fault();
    }

protected:
    using session_type = asio_stream_session<Kind>;

    [[nodiscard]] auto kind() const noexcept -> Kind& { return *kind_; }
    [[nodiscard]] auto session() const noexcept -> const std::shared_ptr<session_type>& { return session_; }

private:
    asio::any_io_executor executor_;
    std::shared_ptr<Kind> kind_;
    asio_listener_list listeners_;
    std::size_t failed_ = 0;
    std::shared_ptr<session_type> session_; ///< null unless it listens
    const std::shared_ptr<typename session_type::wake_target> wake_target_ =
        std::make_shared<typename session_type::wake_target>();
};

} // namespace sipwhere::detail
