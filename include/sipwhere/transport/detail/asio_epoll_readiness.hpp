// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/detail/asio_epoll_socket.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/error.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <sys/epoll.h>
#include <unistd.h>

namespace sipwhere::detail {

/// Tells a session when its connections can be read or written, by an epoll of its own, for which Asio waits as one: so
/// an idle connection costs Asio nothing, and a message no call of the system but a read and a write.
///
/// `Session` has `on_ready(self, connection, can_read, can_write)`, and `at(place)`, null where none is.
template <typename Session, typename Connection>
class asio_epoll_readiness {
    using shared = std::shared_ptr<Session>;
    using shared_connection = std::shared_ptr<Connection>;

public:
    explicit asio_epoll_readiness(const asio::any_io_executor& executor) : epoll_(executor) {
        const auto made = ::epoll_create1(EPOLL_CLOEXEC);
        asio::error_code failed;
        if (made >= 0) epoll_.assign(made, failed);
        if (failed) (void)::close(made);
    }

    [[nodiscard]] auto is_open() const noexcept -> bool { return epoll_.is_open(); }

    /// Begins to tell `self`, whose part this is.
    void start(const shared& self) {
        epoll_.async_wait(asio::posix::stream_descriptor::wait_read, [this, self](const asio::error_code& failed) {
            if (failed || !is_open()) return;
            tell(self);
            if (is_open()) start(self);
        });
    }
    void close() noexcept {
        asio::error_code ignored;
        epoll_.close(ignored);
    }

    /// Says what a connection waits for, from now on.
    ///
    /// Returns: whether it can be waited for.
    auto watch(const shared&, const shared_connection& one, bool reads, bool writes) noexcept -> bool {
        auto& plain = one->io().plain();
        const auto wanted = (reads ? std::uint32_t{EPOLLIN} : 0U) | (writes ? std::uint32_t{EPOLLOUT} : 0U);
        if (wanted == plain.watched) return true;
        const auto what = plain.watched == 0 ? EPOLL_CTL_ADD : wanted == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
        ::epoll_event event{};
        event.events = plain.watched = wanted;
        event.data.u32 = one->way().connection - 1;
        return ::epoll_ctl(epoll_.native_handle(), what, plain.native_handle(), &event) == 0;
    }

    /// Is told that a connection is about to be closed: as long as somebody else has its socket too, as a process that
    /// was forked off, epoll would go on to tell of it.
    void forget(Connection& one) noexcept {
        auto& plain = one.io().plain();
        if (plain.watched == 0) return;
        plain.watched = 0;
        (void)::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, plain.native_handle(), nullptr);
    }

private:
    static constexpr std::size_t at_once = 64;

    /// Tells of those that are ready, some of them, so that others than connections have their turn.
    void tell(const shared& self) {
        std::array<::epoll_event, at_once> ready;
        const auto count = ::epoll_wait(epoll_.native_handle(), ready.data(), at_once, 0);
        for (int i = 0; i < count && is_open(); ++i) {
            const auto& event = ready[static_cast<std::size_t>(i)];
            const shared_connection one = self->at(event.data.u32); // which may have ended by one before
            constexpr auto readable = std::uint32_t{EPOLLIN | EPOLLERR | EPOLLHUP}; // a read tells that it is broken
            if (one) Session::on_ready(self, one, (event.events & readable) != 0, (event.events & EPOLLOUT) != 0);
        }
    }

    asio::posix::stream_descriptor epoll_;
};

} // namespace sipwhere::detail
