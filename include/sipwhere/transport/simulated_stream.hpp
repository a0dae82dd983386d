// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/detail/simulated_wire.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere {

/// A client's end of a simulated connection: `transport.connect(…)` makes it. Uses the heap.
template <typename Transport>
class simulated_stream {
public:
    simulated_stream(Transport& transport, std::shared_ptr<detail::simulated_wire> wire)
        : transport_(transport), wire_(std::move(wire)) {}
    simulated_stream(const simulated_stream&) = delete;
    auto operator=(const simulated_stream&) -> simulated_stream& = delete;

    /// Returns: its own address and port.
    [[nodiscard]] auto at() const noexcept -> const endpoint& { return wire_->client; }

    /// Returns: whether it has not ended, as far as this end knows.
    [[nodiscard]] auto is_open() const noexcept -> bool { return is_open_; }

    void sends(std::string_view bytes) {
        if (is_open_) transport_.transmit(*wire_, {.due = {}, .kind = parcel::bytes, .bytes = std::string{bytes}});
    }

    /// Returns: all that has come since it was asked last.
    [[nodiscard]] auto take_heard() -> std::string { return std::exchange(heard_, {}); }
    [[nodiscard]] auto heard() const noexcept -> const std::string& { return heard_; }

    /// Leaves what comes unread, so that the server can write no more than a window of it.
    void stop_reading() noexcept { wire_->client_reads = false; }
    void go_on_reading() {
        wire_->client_reads = true;
        transport_.wake();
    }

    /// Ends the connection; the server hears of it.
    void close() { end(parcel::end); }
    /// Breaks the connection; the server hears of it, and what was under way is lost.
    void reset() { end(parcel::reset); }
    /// Is gone without a word, as a phone whose battery is empty: the server finds out when it has waited long enough.
    void vanish() {
        is_open_ = false;
        cut();
    }

    /// Lets nothing through, either way, until it is healed. If that takes too long both ends give up.
    void cut() { transport_.cut(*wire_); }
    void heal() { transport_.heal(*wire_); }

private:
    friend Transport;
    using parcel = detail::simulated_parcel::kind_type;

    void end(parcel how) {
        if (!std::exchange(is_open_, false)) return;
        if (how == parcel::reset) wire_->to_server.clear();
        transport_.transmit(*wire_, {.due = {}, .kind = how, .bytes = {}});
    }

    Transport& transport_;
    std::shared_ptr<detail::simulated_wire> wire_;
    std::string heard_;
    bool is_open_ = true;
};

} // namespace sipwhere
