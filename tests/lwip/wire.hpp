// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/endpoint.hpp>

#include <lwip/netif.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere_test {

/// A datagram with what its headers say.
struct udp_packet {
    sipwhere::endpoint from;
    sipwhere::endpoint to;
    std::string bytes;
    unsigned hops = 64;

    friend auto operator==(const udp_packet&, const udp_packet&) -> bool = default;
};

/// lwIP while a test runs: at the end it has all memory back that it had at the beginning.
class lwip_stack {
public:
    lwip_stack();
    ~lwip_stack();
    lwip_stack(const lwip_stack&) = delete;
    auto operator=(const lwip_stack&) -> lwip_stack& = delete;

    /// Lets milliseconds pass, one by one, in which lwIP does what is due and loopback datagrams arrive.
    void run_for(unsigned milliseconds);

    /// Lets time pass in which nobody looks.
    void skip(std::chrono::milliseconds time);

private:
    struct use {
        std::size_t heap, pool, pcbs, timeouts;
        friend auto operator==(const use&, const use&) -> bool = default;
    };
    [[nodiscard]] static auto used() -> use;

    use before_;
};

/// An interface of lwIP whose far end is the test.
class wire {
public:
    /// Adds the interface, with an address of a network of 24 or 64 bits, and brings it up.
    explicit wire(const sipwhere::ip_address& address);
    ~wire();
    wire(const wire&) = delete;
    auto operator=(const wire&) -> wire& = delete;

    /// Gives it one more IPv6 address.
    void also(const sipwhere::ip_address& address);

    /// Lets a datagram arrive in pbufs from the pool, as many as it needs.
    void deliver(const udp_packet& arriving);

    /// Lets a datagram arrive in pbufs of these sizes, the rest of it in the last.
    void deliver(const udp_packet& arriving, const std::vector<std::size_t>& sizes);

    [[nodiscard]] auto index() const -> std::uint16_t { return netif_get_index(&nic_); }
    [[nodiscard]] auto nic() -> netif& { return nic_; }

    std::vector<udp_packet> sent; ///< what lwIP sent by this interface

private:
    void keep(const pbuf& leaving);

    netif nic_{};
};

} // namespace sipwhere_test
