// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/options.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sipwhere_bench {

/// Asks for room for what waits to be read; root gets it, others as much as the system allows.
inline void ask_for_room(int socket, int bytes) {
    if (::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
        (void)::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

[[nodiscard]] inline auto loopback(std::uint16_t port) -> ::sockaddr_in {
    ::sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(port);
    made.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return made;
}

/// A UDP socket on 127.0.0.1 that sends and takes many datagrams in one call.
class udp_client {
public:
    static constexpr std::size_t batch = 64; ///< datagrams of one train, and of one reading

    explicit udp_client(std::uint16_t server) : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
        if (socket_ < 0) die_of_errno("socket");
        const auto here = loopback(0);
        const auto there = loopback(server);
        if (::bind(socket_, reinterpret_cast<const ::sockaddr*>(&here), sizeof here) != 0) die_of_errno("bind");
        if (::connect(socket_, reinterpret_cast<const ::sockaddr*>(&there), sizeof there) != 0) die_of_errno("connect");
        constexpr int megabytes = 1 << 20;
        ask_for_room(socket_, 8 * megabytes);
        for (std::size_t i = 0; i < batch; ++i) {
            pieces_[i] = {room_[i].data(), room_[i].size()};
            arrivals_[i].msg_hdr.msg_iov = &pieces_[i];
            arrivals_[i].msg_hdr.msg_iovlen = 1;
        }
    }
    udp_client(const udp_client&) = delete;
    auto operator=(const udp_client&) -> udp_client& = delete;
    ~udp_client() { ::close(socket_); }

    [[nodiscard]] auto handle() const -> int { return socket_; }

    [[nodiscard]] auto port() const -> std::uint16_t {
        ::sockaddr_in here{};
        ::socklen_t size = sizeof here;
        if (::getsockname(socket_, reinterpret_cast<::sockaddr*>(&here), &size) != 0) die_of_errno("getsockname");
        return ntohs(here.sin_port);
    }

    /// Lets the kernel cut each train of messages into datagrams of this size (GSO), where it can.
    void set_size(std::size_t bytes) {
        const int size = static_cast<int>(bytes);
        cuts_ = ::setsockopt(socket_, SOL_UDP, UDP_SEGMENT, &size, sizeof size) == 0;
    }

    /// Sends messages that are all of the size set.
    void send(std::span<::iovec> messages) {
        const auto each = cuts_ ? batch : 1;
        trains_.clear();
        for (std::size_t at = 0; at < messages.size(); at += each) {
            ::mmsghdr train{};
            train.msg_hdr.msg_iov = &messages[at];
            train.msg_hdr.msg_iovlen = std::min(each, messages.size() - at);
            trains_.push_back(train);
        }
        for (std::size_t sent = 0; sent < trains_.size();) {
            const auto count = static_cast<unsigned>(trains_.size() - sent);
            const int taken = ::sendmmsg(socket_, &trains_[sent], count, 0);
            if (taken < 0) die_of_errno("the server can't be reached");
            sent += static_cast<std::size_t>(taken);
        }
    }

    /// Calls `take(bytes)` for each datagram that is waiting, a batch at most, without waiting for more.
    ///
    /// Returns: how many there were.
    template <typename Take>
    auto receive(Take&& take) -> std::size_t {
        const int count = ::recvmmsg(socket_, arrivals_.data(), batch, MSG_DONTWAIT, nullptr);
        if (count < 0 && errno != EAGAIN && errno != EINTR) die_of_errno("the server can't be reached");
        for (int i = 0; i < count; ++i) {
            const auto at = static_cast<std::size_t>(i);
            take(std::string_view{room_[at].data(), arrivals_[at].msg_len});
        }
        return static_cast<std::size_t>(std::max(count, 0));
    }

private:
    int socket_;
    bool cuts_ = false;
    std::array<std::array<char, 2048>, batch> room_{};
    std::array<::iovec, batch> pieces_{};
    std::array<::mmsghdr, batch> arrivals_{};
    std::vector<::mmsghdr> trains_;
};

} // namespace sipwhere_bench
