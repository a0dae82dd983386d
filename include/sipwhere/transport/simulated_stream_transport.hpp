// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/message/framing.hpp>
#include <sipwhere/policy/transport.hpp>
#include <sipwhere/transport/detail/connection_list.hpp>
#include <sipwhere/transport/detail/simulated_wire.hpp>
#include <sipwhere/transport/detail/sip_framing.hpp>
#include <sipwhere/transport/detail/stream_connection.hpp>
#include <sipwhere/transport/simulated_stream.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere {

/// What simulated connections are like, and what their transport may be told.
struct simulated_stream_options {
    std::uint64_t seed = 1;
    std::chrono::milliseconds min_delay{1};
    std::chrono::milliseconds max_delay{1};
    std::size_t window = 65'536; ///< bytes that may be under way to a client, or wait there

    frame_limits frames{};
    std::uint32_t max_connections = 100'000;
    std::size_t max_waiting = 262'144;
    std::chrono::milliseconds message_time{32'000};
    std::chrono::milliseconds idle_time{0};
    std::chrono::milliseconds user_timeout{60'000}; ///< after which either end of a cut connection gives up
};

/// Connections in the time of a simulated network: what a transport over TCP is for real. Its connections are those of
/// `asio_tcp_transport` but for the bytes, so that their limits and times are the same. Uses the heap.
///
/// Delays are drawn from a seed; what is sent by one end arrives in order. Alone or in a `transport_set`.
template <typename Network>
class simulated_stream_transport {
public:
    static constexpr protocol over = protocol::tcp;
    using stream = simulated_stream<simulated_stream_transport>;

    simulated_stream_transport(Network& network, const endpoint& at, const simulated_stream_options& options = {})
        : network_(network), timer_(network.timer()), at_(at), options_(options), random_(options.seed),
          buffered_{std::size_t{1} << 30U, 0}, all_(options.max_connections, 0, {options.seed, at.port}) {
        (void)timer_.listen(receiver_ref{clockwork_});
    }
    simulated_stream_transport(const simulated_stream_transport&) = delete;
    auto operator=(const simulated_stream_transport&) -> simulated_stream_transport& = delete;
    ~simulated_stream_transport() {
        stop();
        timer_.stop();
    }

    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        if (receiver_) return fail(errc::already_started);
        receiver_ = to;
        next_tick_ = network_.now();
        timer_.wake();
        return {};
    }

    /// Closes all connections; nobody is told but their clients.
    void stop() {
        receiver_ = {};
        for (std::size_t i = 0; i < all_.places(); ++i)
            if (const auto one = all_.at(i)) close(*one), all_.remove(one->way());
    }

    void wake() noexcept { timer_.wake(); }

    [[nodiscard]] auto send(const flow& to, std::string_view bytes) -> bool {
        auto* const one = to.over == over ? all_.find(to) : nullptr;
        if (one == nullptr || !receiver_) return false;
        const bool is_written = one->write(bytes, options_.max_waiting);
        if (!is_written) broken_.push_back(to);
        pass_on(one->io().wire());
        if (!is_written) timer_.wake();
        return is_written;
    }

    [[nodiscard]] auto is_own(const endpoint& end) const noexcept -> bool { return end == at_; }

    /// Returns: a new connection from there, which stays where it is as long as the transport. Where nobody listens it
    ///          has ended.
    auto connect(const endpoint& from) -> stream& {
        const auto wire = std::make_shared<detail::simulated_wire>();
        wire->client = from;
        wire->window = options_.window;
        auto& made = streams_.emplace_back(*this, wire);
        made.is_open_ = static_cast<bool>(receiver_) && all_.may_add(from.address);
        if (!made.is_open_) return made;
        all_.add({.remote = from, .local = at_, .over = over}, [&](const flow& way) {
            return std::make_shared<connection>(detail::simulated_byte_io{wire}, detail::sip_framing{options_.frames},
                                                way, buffered_, network_.now());
        });
        return made;
    }

    /// Returns: how many connections there are, as the transport knows.
    [[nodiscard]] auto connections() const noexcept -> std::size_t { return all_.size(); }

private:
    friend stream;
    using connection = detail::stream_connection<detail::simulated_byte_io, detail::sip_framing>;
    using parcel = detail::simulated_parcel;
    using fate = detail::fate;

    /// Is called by the network when something is due.
    struct clockwork {
        simulated_stream_transport& transport;
        void receive(std::span<const datagram>) {}
        auto tick() -> std::chrono::milliseconds { return transport.go_on(); }
    };

    /// Does all that is due. Returns: when to come again.
    auto go_on() -> std::chrono::milliseconds {
        const auto now = network_.now();
        for (std::size_t i = 0; i < streams_.size(); ++i) deliver(streams_[i], now);
        for (std::size_t i = 0; i < all_.places() && receiver_; ++i)
            if (const auto one = all_.at(i)) serve(one, now);
        for (const auto& each : std::exchange(broken_, {}))
            if (auto* const one = all_.find(each)) end(*one);
        if (receiver_ && next_tick_ <= now) {
            const auto receiver = receiver_; // it may stop meanwhile
            next_tick_ = now + std::clamp<std::chrono::milliseconds>(receiver.tick(), least, longest);
        }
        return until_next(now);
    }

    /// Lets what is due arrive at the client, and gives up what was cut for too long.
    void deliver(stream& to, instant now) {
        auto& wire = *to.wire_;
        if (wire.cut_since != never) {
            if (now - wire.cut_since < options_.user_timeout) return;
            wire.is_broken = true;
            to.is_open_ = false;
            return;
        }
        while (wire.client_reads && !wire.to_client.empty() && wire.to_client.front().due <= now) {
            const auto next = std::move(wire.to_client.front());
            wire.to_client.pop_front();
            if (next.kind != parcel::kind_type::bytes) to.is_open_ = false;
            to.heard_ += next.bytes;
            wire.unread -= next.bytes.size();
        }
    }

    /// Lets what is due arrive at the server, which reads, writes what waited, and looks at the time.
    void serve(const std::shared_ptr<connection>& one, instant now) {
        auto& wire = one->io().wire();
        while (wire.cut_since == never && !wire.to_server.empty() && wire.to_server.front().due <= now) {
            const auto next = std::move(wire.to_server.front());
            wire.to_server.pop_front();
            wire.arrived += next.bytes;
            wire.client_has_ended = wire.client_has_ended || next.kind == parcel::kind_type::end;
            wire.is_broken = wire.is_broken || next.kind == parcel::kind_type::reset;
        }
        const bool has_news = !wire.arrived.empty() || wire.client_has_ended || wire.is_broken;
        auto said = has_news ? read(*one, now) : fate::open;
        if (!receiver_ || one->is_closed()) return;
        if (said == fate::open && one->has_waiting()) said = one->flush();
        if (said == fate::leaving) one->leave(now);
        pass_on(wire);
        if (said == fate::closing || one->is_overdue(now, options_.message_time, options_.idle_time)) end(*one);
    }

    [[nodiscard]] auto read(connection& one, instant now) -> fate {
        const auto receiver = receiver_;
        const auto take = [&](std::string_view bytes) {
            const datagram arrived{one.way(), bytes};
            receiver.receive({&arrived, 1});
        };
        auto said = fate::open;
        do said = one.read(buffer_, now, options_.max_waiting, take);
        while (said == fate::open && receiver_ && !one.io().wire().arrived.empty());
        return said;
    }

    /// Closes a connection, and tells that it has ended.
    void end(connection& one) {
        const auto way = one.way();
        close(one);
        all_.remove(way);
        const auto receiver = receiver_;
        if (receiver) receiver.closed(way);
    }
    void close(connection& one) {
        one.close();
        pass_on(one.io().wire());
    }

    /// Sends what the server has written on its way.
    void pass_on(detail::simulated_wire& wire) {
        if (!wire.written.empty()) post(wire.to_client, {.bytes = std::exchange(wire.written, {})});
        if ((wire.server_leaves || wire.server_has_closed) && !std::exchange(wire.end_is_told, true))
            post(wire.to_client, {.kind = parcel::kind_type::end});
    }

    void transmit(detail::simulated_wire& wire, parcel sent) { post(wire.to_server, std::move(sent)); }

    void post(std::deque<parcel>& way, parcel sent) {
        const auto span = static_cast<std::uint64_t>((options_.max_delay - options_.min_delay).count()) + 1;
        const auto delay = options_.min_delay + std::chrono::milliseconds{random_.next() % span};
        sent.due = std::max(network_.now() + delay, way.empty() ? instant{} : way.back().due);
        way.push_back(std::move(sent));
        timer_.wake();
    }

    void cut(detail::simulated_wire& wire) {
        if (wire.cut_since == never) wire.cut_since = network_.now();
        timer_.wake();
    }
    void heal(detail::simulated_wire& wire) {
        wire.cut_since = never;
        timer_.wake();
    }

    /// Returns: how long it is until something is due.
    [[nodiscard]] auto until_next(instant now) const -> std::chrono::milliseconds {
        auto next = receiver_ ? next_tick_ : never;
        for (const auto& each : streams_) {
            const auto& wire = *each.wire_;
            if (wire.cut_since != never) {
                if (!wire.is_broken) next = std::min(next, wire.cut_since + options_.user_timeout);
                continue;
            }
            if (!wire.to_server.empty() && !wire.server_has_closed) next = std::min(next, wire.to_server.front().due);
            if (!wire.to_client.empty() && wire.client_reads) next = std::min(next, wire.to_client.front().due);
        }
        if (all_.size() != 0) next = std::min(next, now + std::chrono::seconds{1}); // a look at who is too slow
        return next == never ? longest : next <= now ? least : std::min(longest, next - now);
    }

    static constexpr std::chrono::milliseconds least{1};
    static constexpr std::chrono::milliseconds longest{3'600'000};

    Network& network_;
    typename Network::host_transport& timer_;
    endpoint at_;
    simulated_stream_options options_;
    xoshiro256 random_;
    receiver_ref receiver_;
    detail::buffered_bytes buffered_;
    detail::connection_list<connection> all_;
    std::deque<stream> streams_; ///< of clients
    std::vector<flow> broken_;
    instant next_tick_ = never;
    clockwork clockwork_{*this};
    std::array<char, 65536> buffer_{};
};

} // namespace sipwhere
