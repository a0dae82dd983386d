// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../board/lan9118.hpp"

#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

/// The Ethernet controller as the one interface of lwIP.
class lan9118_interface {
public:
    explicit lan9118_interface(board::lan9118& controller) noexcept : controller_(controller) {}

    /// Starts lwIP and the controller, and announces the address.
    ///
    /// Returns: false when the controller does not work.
    [[nodiscard]] auto start(const ip4_addr_t& address, const ip4_addr_t& netmask, const ip4_addr_t& gateway) -> bool {
        if (!controller_.start()) return false;
        lwip_init();
        netif_add(&nic_, &address, &netmask, &gateway, this, prepare, ethernet_input);
        netif_set_default(&nic_);
        netif_set_link_up(&nic_);
        netif_set_up(&nic_);
        return true;
    }

    /// Lets lwIP do what is due, and hands it the next frame.
    ///
    /// Returns: false when nothing has arrived.
    auto poll() -> bool {
        sys_check_timeouts();
        if (!controller_.has_frame()) return false;
        const auto frame = controller_.receive(room_);
        const auto size = static_cast<u16_t>(frame.size());
        auto* const copy = size == 0 ? nullptr : pbuf_alloc(PBUF_RAW, size, PBUF_POOL);
        if (copy == nullptr) return true; // damaged, or no memory: whoever sent it repeats it
        pbuf_take(copy, frame.data(), size);
        if (nic_.input(copy, &nic_) != ERR_OK) pbuf_free(copy);
        return true;
    }

private:
    static auto prepare(netif* nic) -> err_t {
        const auto& address = static_cast<lan9118_interface*>(nic->state)->controller_.address();
        nic->name[0] = 'e';
        nic->name[1] = 'n';
        nic->mtu = 1500;
        nic->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
        nic->hwaddr_len = ETH_HWADDR_LEN;
        std::ranges::copy(address, nic->hwaddr);
        nic->output = etharp_output;
        nic->linkoutput = [](netif* by, pbuf* frame) {
            return static_cast<lan9118_interface*>(by->state)->send(*frame);
        };
        return ERR_OK;
    }

    /// Sends a frame from where it lies if it is in one piece, as answers are.
    [[nodiscard]] auto send(const pbuf& frame) noexcept -> err_t {
        if (frame.next == nullptr) return sent({static_cast<const std::uint8_t*>(frame.payload), frame.len});
        const auto room = std::as_writable_bytes(std::span{room_}); // what was received there is with lwIP by now
        if (frame.tot_len > room.size()) return ERR_BUF;
        pbuf_copy_partial(&frame, room.data(), frame.tot_len, 0);
        return sent({reinterpret_cast<const std::uint8_t*>(room.data()), frame.tot_len});
    }

    [[nodiscard]] auto sent(net::bytes_view frame) noexcept -> err_t {
        return controller_.send(frame, {}) ? ERR_OK : ERR_MEM;
    }

    static constexpr std::size_t longest_frame = 1518; ///< with its checksum

    board::lan9118& controller_;
    netif nic_{};
    std::array<std::uint32_t, (longest_frame + 3) / 4> room_{};
};
