// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

/// UDP over poll(2), for IPv4. Whoever owns the loop calls `run_once` in it.
class poll_transport {
public:
    poll_transport(const sipwhere::ipv4_bytes& address, std::uint16_t port)
        : own_{sipwhere::ip_address::v4(address), port} {}
    ~poll_transport() { stop(); }
    poll_transport(const poll_transport&) = delete;
    auto operator=(const poll_transport&) -> poll_transport& = delete;

    auto listen(sipwhere::receiver_ref to) -> sipwhere::result<void> {
        socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        auto address = system_address(own_);
        socklen_t size = sizeof address;
        if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            stop();
            return sipwhere::fail(sipwhere::errc::address_in_use);
        }
        own_.port = ntohs(address.sin_port); // which the system has chosen if it was 0
        receiver_ = to;
        return {};
    }
    void stop() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }
    auto send(const sipwhere::flow& to, std::string_view bytes) -> bool {
        const auto address = system_address(to.remote);
        const auto sent = ::sendto(socket_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&address),
                                   sizeof address);
        return sent == static_cast<ssize_t>(bytes.size());
    }
    auto is_own(const sipwhere::endpoint& end) const -> bool { return end == own_; }
    auto own() const -> const sipwhere::endpoint& { return own_; }

    /// Waits for a message, but no longer than until the next tick, and serves what has come.
    void run_once() {
        const auto wait = receiver_.tick();
        pollfd ready{socket_, POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(wait.count())) <= 0) return;
        sockaddr_in from{};
        socklen_t size = sizeof from;
        const auto got =
            ::recvfrom(socket_, bytes_.data(), bytes_.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
        if (got < 0) return;
        sipwhere::ipv4_bytes address;
        std::memcpy(address.data(), &from.sin_addr, address.size());
        const sipwhere::datagram arrived{
            {.remote = {sipwhere::ip_address::v4(address), ntohs(from.sin_port)}, .local = own_},
            {bytes_.data(), static_cast<std::size_t>(got)}};
        receiver_.receive({&arrived, 1});
    }

private:
    static auto system_address(const sipwhere::endpoint& end) -> sockaddr_in {
        sockaddr_in made{};
        made.sin_family = AF_INET;
        made.sin_port = htons(end.port);
        if (end.address.bytes().size() == sizeof made.sin_addr)
            std::memcpy(&made.sin_addr, end.address.bytes().data(), sizeof made.sin_addr);
        return made;
    }

    sipwhere::endpoint own_;
    sipwhere::receiver_ref receiver_;
    int socket_ = -1;
    std::array<char, 65536> bytes_;
};
static_assert(sipwhere::transport_policy<poll_transport>);
