// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/instant.hpp>
#include <sipwhere/policy/transport.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace sipwhere {

/// One address and port in a simulated network: a transport for whom lives there. `network.host(…)` makes it.
template <typename Network>
class simulated_host {
public:
    static constexpr protocol over = protocol::udp;

    simulated_host(Network& network, const endpoint& at, std::uint32_t number)
        : network_(network), at_(at), outside_(at), number_(number) {}
    simulated_host(const simulated_host&) = delete;
    auto operator=(const simulated_host&) -> simulated_host& = delete;

    /// Returns: its own address and port, behind a NAT the inner ones.
    [[nodiscard]] auto at() const noexcept -> const endpoint& { return at_; }

    /// Returns: the address and port that others see.
    [[nodiscard]] auto seen_as() const noexcept -> const endpoint& { return outside_; }

    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        if (receiver_) return fail(errc::already_started);
        if (denied_) return fail(*denied_);
        receiver_ = to;
        network_.schedule_tick(*this, std::chrono::milliseconds{0});
        return {};
    }

    void stop() noexcept {
        receiver_ = {};
        network_.end_wake(*this);
    }

    /// Has `tick` called at the present instant, once for all calls before it, as soon as the network goes on; does
    /// nothing unless it listens. Any thread may call this, also while the network runs.
    void wake() noexcept {
        wakes_.store(1, std::memory_order_release);
        network_.wakes_.store(1, std::memory_order_release);
    }

    [[nodiscard]] auto send(const flow& flow, std::string_view bytes) -> bool {
        constexpr std::size_t most = 65507; // of UDP over IPv4
        if (!receiver_ || jammed_ || bytes.size() > most) return false;
        network_.transmit(*this, flow.remote, bytes);
        return true;
    }

    [[nodiscard]] auto is_own(const endpoint& end) const noexcept -> bool { return end == at_; }

    /// Makes `listen` fail, as when the port is taken.
    void deny_listen(errc why) noexcept { denied_ = why; }
    void allow_listen() noexcept { denied_.reset(); }

    /// Makes `send` say that it could not send, as a socket does whose buffer is full.
    void jam() noexcept { jammed_ = true; }
    void unjam() noexcept { jammed_ = false; }

private:
    friend Network;

    Network& network_;
    endpoint at_;
    endpoint outside_;
    std::uint32_t number_;
    std::uint32_t ticks_ = 0; ///< number of the tick that comes next, so that an old one is known as such
    std::atomic<std::uint32_t> wakes_ = 0; ///< that the network does not know yet; a word, which any machine can swap
    bool is_wake_due_ = false; ///< the tick that comes next is that of a wake
    receiver_ref receiver_; ///< empty unless it listens
    std::optional<errc> denied_;
    bool jammed_ = false;
    std::map<endpoint, instant> latest_; ///< arrival at each peer, to keep the order
};

} // namespace sipwhere
