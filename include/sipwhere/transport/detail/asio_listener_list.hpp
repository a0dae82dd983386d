// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <asio/ip/address.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere::detail {

/// The addresses that a transport is to listen on, as a user gave them.
class asio_listener_list {
public:
    struct listener {
        std::string address; ///< without brackets
        std::uint16_t port;
    };

    void add(std::string_view address, std::uint16_t port) {
        if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
        all_.push_back({std::string{address}, port});
    }

    [[nodiscard]] auto size() const noexcept -> std::size_t { return all_.size(); }
    [[nodiscard]] auto operator[](std::size_t index) const noexcept -> const listener& { return all_[index]; }

    /// Returns: what a listener is called, such as "[::1]:5060"; empty if there is no such.
    [[nodiscard]] auto name_of(std::size_t index) const -> std::string {
        if (index >= all_.size()) return {};
        const auto& [address, port] = all_[index];
        return (is_v6(address) ? "[" + address + "]" : address) + ":" + std::to_string(port);
    }

    /// Returns: whether a socket of IPv6 is to take IPv4 as well: at the wildcard, if no IPv4 listener has its port.
    [[nodiscard]] auto takes_both(const asio::ip::address& address, std::uint16_t port) const -> bool {
        return address.is_unspecified() && std::ranges::none_of(all_, [port](const listener& other) {
                   return other.port == port && !is_v6(other.address);
               });
    }

private:
    [[nodiscard]] static auto is_v6(const std::string& address) noexcept -> bool {
        return address.find(':') != std::string::npos;
    }

    std::vector<listener> all_;
};

} // namespace sipwhere::detail
