// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/options.hpp>
#include <support/register_text.hpp>
#include <support/udp_client.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

namespace sipwhere_bench {

/// So many clients of one server, each with a socket, so a port, of its own.
class udp_peers {
public:
    explicit udp_peers(const options& given) : ready_(::epoll_create1(0)) {
        if (ready_ < 0) die_of_errno("epoll_create1");
        const auto count = given.number("--peers", 1U);
        if (count == 0) die("there have to be peers");
        for (std::uint32_t i = 0; i < count; ++i) {
            auto& one = clients_.emplace_back(given.number<std::uint16_t>("--port", 5060));
            ::epoll_event event{};
            event.events = EPOLLIN;
            event.data.u32 = i;
            if (::epoll_ctl(ready_, EPOLL_CTL_ADD, one.handle(), &event) != 0) die_of_errno("epoll_ctl");
        }
    }
    udp_peers(const udp_peers&) = delete;
    auto operator=(const udp_peers&) -> udp_peers& = delete;
    ~udp_peers() { ::close(ready_); }

    [[nodiscard]] auto size() const -> std::uint32_t { return static_cast<std::uint32_t>(clients_.size()); }
    [[nodiscard]] auto operator[](std::size_t peer) -> udp_client& { return clients_[peer]; }

    /// Returns: the REGISTER of each, as its Via names its port; all are of one size, which is set for all.
    [[nodiscard]] auto texts(ask what) -> std::vector<register_text> {
        std::vector<register_text> made;
        for (auto& one : clients_) one.set_size(made.emplace_back(what, one.port()).size());
        for (const auto& text : made)
            if (text.size() != made.front().size()) die("the ports have to be of five digits");
        return made;
    }

    /// Calls `take(bytes)` for what is waiting at some of them, without waiting for more.
    ///
    /// Returns: how many datagrams there were.
    template <typename Take>
    auto receive(Take&& take) -> std::size_t {
        if (clients_.size() == 1) return clients_.front().receive(take);
        std::array<::epoll_event, 64> events;
        const int count = ::epoll_wait(ready_, events.data(), static_cast<int>(events.size()), 0);
        std::size_t taken = 0;
        for (int i = 0; i < count; ++i) taken += clients_[events[static_cast<std::size_t>(i)].data.u32].receive(take);
        return taken;
    }

private:
    int ready_;
    std::deque<udp_client> clients_;
};

} // namespace sipwhere_bench
