// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/framing.hpp>
#include <sipwhere/transport/detail/byte_io.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sipwhere::detail {

/// Messages as they are in a stream, each as long as its Content-Length says; it keeps the beginning of one.
///
/// A framing has `read(arrived, sink)`, which calls `sink.take(message)` for each message and `sink.write(bytes)` for
/// what it has to say itself, both of which return false when the connection is to end; `write(message, out)`; and it
/// tells how many messages have come, whether another has begun, and how many bytes it keeps.
/// Spec: RFC 3261 §18.3; RFC 5626 §4.4.1.
class sip_framing {
public:
    explicit sip_framing(const frame_limits& limits) noexcept : cutter_(limits) {}

    /// Takes what has arrived, behind what was kept of what arrived before; that is never moved but once.
    template <typename Sink>
    [[nodiscard]] auto read(std::string_view arrived, Sink& sink) -> fate {
        std::size_t served = 0;
        if (kept_.empty()) {
            const auto said = cut_and_pong(arrived, served, sink);
            if (said == fate::open && served < arrived.size()) kept_ = arrived.substr(served);
            return said;
        }
        kept_.append(arrived);
        const auto said = cut_and_pong(kept_, served, sink);
        if (served == kept_.size()) std::string{}.swap(kept_); // which gives its memory back
        else kept_.erase(0, served);
        return said;
    }

    template <typename Write>
    [[nodiscard]] auto write(std::string_view message, Write&& out) -> bool {
        return out(message);
    }

    [[nodiscard]] auto served() const noexcept -> std::uint32_t { return served_; }
    [[nodiscard]] auto is_within() const noexcept -> bool { return cutter_.is_within(); }
    [[nodiscard]] auto kept() const noexcept -> std::size_t {
        return kept_.capacity() < sizeof kept_ ? 0 : kept_.capacity(); // the shortest take no memory beside it
    }

private:
    /// The same as `cut`, with the answers to all pings at once, so that many of them take one call of the system.
    template <typename Sink>
    [[nodiscard]] auto cut_and_pong(std::string_view bytes, std::size_t& served, Sink& sink) -> fate {
        std::string pongs;
        const auto said = cut(bytes, served, sink, pongs);
        if (pongs.empty() || said == fate::closing) return said;
        return sink.write(pongs) ? said : fate::closing;
    }

    /// Takes whole messages off the beginning of some bytes; `served` becomes their size.
    template <typename Sink>
    [[nodiscard]] auto cut(std::string_view bytes, std::size_t& served, Sink& sink, std::string& pongs) -> fate {
        for (;;) {
            const auto rest = bytes.substr(served);
            const auto found = cutter_.next(rest);
            served += found.size;
            switch (found.kind) {
            case frame_kind::more: return fate::open;
            case frame_kind::too_long: return fate::leaving;
            case frame_kind::blank: break;
            case frame_kind::ping:
                ++served_;
                pongs += "\r\n";
                break;
            case frame_kind::message:
            case frame_kind::unlimited:
                ++served_;
                if (!sink.take(rest.substr(0, found.size))) return fate::closing;
                if (found.kind == frame_kind::unlimited) return fate::leaving;
                break;
            }
        }
    }

    content_length_framing cutter_;
    std::string kept_;
    std::uint32_t served_ = 0;
};

} // namespace sipwhere::detail
