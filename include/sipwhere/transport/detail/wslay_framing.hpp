// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/utf8.hpp>
#include <sipwhere/message/framing.hpp>
#include <sipwhere/transport/detail/byte_io.hpp>
#include <sipwhere/transport/detail/openssl_accept_key.hpp>
#include <sipwhere/transport/detail/websocket_handshake.hpp>
#include <sipwhere/transport/websocket_rules.hpp>

#include <wslay/wslay.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere::detail {

/// Messages within WebSocket, each in one of its own (RFC 7118): first HTTP, which opens the connection, then frames by
/// wslay, which answers pings, checks UTF-8, and closes with the code that is due.
class wslay_framing {
public:
    /// `rules` has to live as long as this.
    wslay_framing(const frame_limits& limits, const websocket_rules& rules)
        : state_(std::make_unique<state>(limits, rules)) {}

    template <typename Sink>
    [[nodiscard]] auto read(std::string_view arrived, Sink& sink) -> fate {
        auto& it = *state_;
        if (it.events == nullptr) return it.open(arrived, sink);
        return it.read(arrived, sink);
    }

    /// Writes a message as text if it is such, or else as binary (RFC 7118 §5).
    template <typename Write>
    [[nodiscard]] auto write(std::string_view message, Write&& out) -> bool {
        auto& it = *state_;
        return it.events != nullptr && it.queue(message) && it.send(out);
    }

    [[nodiscard]] auto served() const noexcept -> std::uint32_t { return state_->served; }
    [[nodiscard]] auto is_within() const noexcept -> bool { return state_->is_within || !state_->opening.empty(); }
    [[nodiscard]] auto kept() const noexcept -> std::size_t { return state_->opening.size() + state_->kept; }

private:
    struct free_events {
        void operator()(wslay_event_context* events) const noexcept { wslay_event_context_free(events); }
    };

    /// Stays where it is, as wslay knows its address.
    struct state {
        state(const frame_limits& limits_to_keep, const websocket_rules& rules_to_keep) noexcept
            : limits(limits_to_keep), rules(rules_to_keep) {}

        const frame_limits limits;
        const websocket_rules& rules;
        std::unique_ptr<wslay_event_context, free_events> events; ///< null until the connection is open
        std::string opening; ///< the beginning of the request
        std::string_view unread; ///< what has arrived
        std::string written; ///< frames
        void* taker = nullptr; ///< a sink, while it reads
        auto (*take)(void* taker, std::string_view message) -> bool = nullptr;
        std::size_t kept = 0; ///< bytes of a message that is not whole
        std::size_t fragments = 0; ///< of that message
        std::uint32_t served = 0;
        bool is_within = false;
        bool is_refused = false; ///< the sink wants no more

        /// Reads the request that opens the connection.
        template <typename Sink>
        [[nodiscard]] auto open(std::string_view arrived, Sink& sink) -> fate {
            opening.append(arrived.substr(0, most_of_websocket_opening + 1));
            const auto end = opening.find("\r\n\r\n");
            if (end == std::string::npos) {
                if (opening.size() <= most_of_websocket_opening) return fate::open;
                return sink.write(refuse_websocket(431)) ? fate::leaving : fate::closing;
            }
            const auto behind = opening.substr(end + 4);
            const auto asked = parse_websocket_opening(std::string_view{opening}.substr(0, end + 4));
            const auto verdict = judge(asked);
            if (verdict.status != 101)
                return sink.write(refuse_websocket(verdict.status, verdict.lines)) ? fate::leaving : fate::closing;
            believe_forwarder(asked.asked.forwarded_for, sink.way().remote.address);
            if (!begin() || !sink.write(accept_websocket(openssl_accept_key(asked.key), verdict.lines)))
                return fate::closing;
            std::string{}.swap(opening); // which gives its memory back
            return behind.empty() ? fate::open : read(behind, sink);
        }

        [[nodiscard]] auto judge(const websocket_opening& opened) const -> websocket_verdict {
            if (opened.status != 101) return {opened.status, {}};
            const auto& origins = rules.origins;
            const auto is_same = [&](const std::string& known) { return ascii::iequals(known, opened.asked.origin); };
            if (!origins.empty() && !opened.asked.origin.empty() &&
                std::none_of(origins.begin(), origins.end(), is_same))
                return {403, {}};
            return rules.accept ? rules.accept(opened.asked) : websocket_verdict{};
        }

        /// Takes the address that a balancer tells for that of the connection.
        void believe_forwarder(std::string_view field, ip_address& remote) const {
            const auto& known = rules.forwarders;
            if (std::find(known.begin(), known.end(), remote) == known.end()) return;
            const auto told = forwarded_address(field, known);
            if (told.family() != address_family::none) remote = told;
        }

        [[nodiscard]] auto begin() -> bool {
            static constexpr wslay_event_callbacks callbacks{
                .recv_callback = &on_read,
                .send_callback = &on_write,
                .genmask_callback = nullptr,
                .on_frame_recv_start_callback = &on_frame,
                .on_frame_recv_chunk_callback = nullptr,
                .on_frame_recv_end_callback = nullptr,
                .on_msg_recv_callback = &on_message,
            };
            wslay_event_context_ptr made = nullptr;
            if (wslay_event_context_server_init(&made, &callbacks, this) != 0) return false;
            events.reset(made);
            wslay_event_config_set_max_recv_msg_length(made, limits.max_message);
            ++served; // the request that opened it
            return true;
        }

        template <typename Sink>
        [[nodiscard]] auto read(std::string_view arrived, Sink& sink) -> fate {
            unread = arrived;
            taker = &sink;
            take = [](void* to, std::string_view message) { return static_cast<Sink*>(to)->take(message); };
            const auto said = wslay_event_recv(events.get());
            taker = nullptr;
            if (is_refused) return fate::closing;
            if (said != 0) return close_by_hand(said, sink);
            if (!send([&sink](std::string_view bytes) { return sink.write(bytes); })) return fate::closing;
            return wslay_event_want_read(events.get()) != 0 ? fate::open : fate::leaving;
        }

        /// Closes a connection on which wslay has given up without a word: at what is no frame.
        template <typename Sink>
        [[nodiscard]] static auto close_by_hand(int why, Sink& sink) -> fate {
            constexpr std::string_view protocol_error = "\x88\x02\x03\xea", internal_error = "\x88\x02\x03\xf3";
            return sink.write(why == WSLAY_ERR_NOMEM ? internal_error : protocol_error) ? fate::leaving : fate::closing;
        }

        [[nodiscard]] auto queue(std::string_view message) -> bool {
            const std::uint8_t kind = is_utf8(message) ? WSLAY_TEXT_FRAME : WSLAY_BINARY_FRAME;
            const wslay_event_msg made{.opcode = kind,
                                       .msg = reinterpret_cast<const std::uint8_t*>(message.data()),
                                       .msg_length = message.size()};
            return wslay_event_queue_msg(events.get(), &made) == 0;
        }

        /// Writes the frames that are queued, all at once.
        template <typename Write>
        [[nodiscard]] auto send(Write&& out) -> bool {
            if (wslay_event_want_write(events.get()) == 0) return true;
            if (wslay_event_send(events.get()) != 0) return false;
            const auto frames = std::exchange(written, {});
            return frames.empty() || out(frames);
        }

        /// Takes a whole message: SIP, or line ends that keep the connection alive (RFC 7118 §6, RFC 5626 §4.4.1).
        void receive(std::string_view message) {
            ++served;
            if (message.find_first_not_of("\r\n") != std::string_view::npos) {
                is_refused = !take(taker, message);
            } else if (message.starts_with("\r\n\r\n")) {
                (void)queue("\r\n");
            }
        }

        static auto of(void* user) noexcept -> state& { return *static_cast<state*>(user); }

        static auto on_read(wslay_event_context_ptr events, std::uint8_t* into, std::size_t size, int, void* user)
            -> ssize_t {
            auto& it = of(user);
            if (it.unread.empty() || it.is_refused) {
                wslay_event_set_error(events, WSLAY_ERR_WOULDBLOCK);
                return -1;
            }
            const auto taken = std::min(size, it.unread.size());
            std::memcpy(into, it.unread.data(), taken);
            it.unread.remove_prefix(taken);
            return static_cast<ssize_t>(taken);
        }

        static auto on_write(wslay_event_context_ptr, const std::uint8_t* bytes, std::size_t size, int, void* user)
            -> ssize_t {
            of(user).written.append(reinterpret_cast<const char*>(bytes), size);
            return static_cast<ssize_t>(size);
        }

        /// Counts what wslay keeps of a message: its fragments, with what each takes beside its bytes.
        static void on_frame(wslay_event_context_ptr, const wslay_event_on_frame_recv_start_arg* frame, void* user) {
            constexpr std::size_t beside = 128, most_fragments = 1024;
            auto& it = of(user);
            if ((frame->opcode & 8U) != 0) return; // a ping within a message, or between two
            it.is_within = true;
            it.kept += std::min<std::uint64_t>(frame->payload_length, it.limits.max_message) + beside;
            if (++it.fragments > most_fragments) it.is_refused = true;
        }

        static void on_message(wslay_event_context_ptr, const wslay_event_on_msg_recv_arg* message, void* user) {
            auto& it = of(user);
            const bool is_data = message->opcode == WSLAY_TEXT_FRAME || message->opcode == WSLAY_BINARY_FRAME;
            if (!is_data) return;
            it.kept = it.fragments = 0;
            it.is_within = false;
            if (!it.is_refused) it.receive({reinterpret_cast<const char*>(message->msg), message->msg_length});
        }
    };

    std::unique_ptr<state> state_;
};

} // namespace sipwhere::detail
