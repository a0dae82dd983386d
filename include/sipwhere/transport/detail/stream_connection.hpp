// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/framing.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/transport/asio_stream_options.hpp>
#include <sipwhere/transport/detail/tcp_socket.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere::detail {

/// One connection: bytes in and out by `ByteIo`, messages by `Framing`. One that is idle holds no buffer.
template <typename ByteIo, typename Framing>
class stream_connection {
public:
    using clock = std::chrono::steady_clock;

    /// What becomes of a connection behind what it has read or written.
    enum class fate : std::uint8_t { open, closing };

    stream_connection(ByteIo io, const flow& way, const asio_stream_options& options)
        : io_(std::move(io)), way_(way), framing_(options.frames), begun_(clock::now()) {}

    [[nodiscard]] auto way() const noexcept -> const flow& { return way_; }
    [[nodiscard]] auto io() noexcept -> ByteIo& { return io_; }

    /// Reads what has come, a bounded number of bytes, and calls `take(bytes)` for each message.
    ///
    /// `room` is shared by all connections. What `take` is shown holds until it returns, and it may close this
    /// connection.
    template <typename Take>
    [[nodiscard]] auto read(std::span<char> room, Take&& take) -> fate {
        std::size_t size = 0;
        const auto result = io_.read(room, size);
        heard_ = clock::now();
        if (size != 0 && serve({room.data(), size}, take) == fate::closing) return fate::closing;
        return result == io_result::closed ? fate::closing : fate::open;
    }

    /// Writes, or keeps what there is no room for; no more than `most` bytes.
    ///
    /// Returns: whether it could be written or kept.
    [[nodiscard]] auto write(std::string_view bytes, std::size_t most) -> bool {
        if (waiting_.empty()) {
            std::size_t size = 0;
            if (io_.write(bytes, size) == io_result::closed) return false;
            bytes.remove_prefix(size);
        }
        if (bytes.size() > most - std::min(most, waiting_.size() - written_)) return false;
        waiting_.append(bytes);
        return true;
    }

    /// Writes what was kept.
    [[nodiscard]] auto flush() -> fate {
        std::size_t size = 0;
        const auto result = io_.write(std::string_view{waiting_}.substr(written_), size);
        written_ += size;
        if (written_ == waiting_.size()) {
            waiting_ = {};
            written_ = 0;
        }
        return result == io_result::closed ? fate::closing : fate::open;
    }
    [[nodiscard]] auto has_waiting() const noexcept -> bool { return !waiting_.empty(); }

    /// Returns: when the message that has begun, or that has never come, has to be whole; nothing between messages.
    [[nodiscard]] auto waits_since() const noexcept -> const clock::time_point& { return begun_; }
    [[nodiscard]] auto is_within() const noexcept -> bool { return !has_served_ || !partial_.empty(); }
    [[nodiscard]] auto heard_at() const noexcept -> const clock::time_point& { return heard_; }

    void close() noexcept {
        is_closed_ = true;
        io_.close();
    }
    [[nodiscard]] auto is_closed() const noexcept -> bool { return is_closed_; }

    bool is_waiting_to_write = false; ///< a handler is on its way

private:
    /// Serves what has arrived, behind what was left of what arrived before; that is never moved but once.
    template <typename Take>
    [[nodiscard]] auto serve(std::string_view arrived, Take& take) -> fate {
        std::size_t served = 0;
        if (partial_.empty()) {
            const auto said = cut(arrived, served, take);
            if (said == fate::open && served < arrived.size()) {
                partial_ = arrived.substr(served);
                begun_ = heard_;
            }
            return said;
        }
        partial_.append(arrived);
        const auto said = cut(partial_, served, take);
        if (served == partial_.size()) partial_ = {};
        else partial_.erase(0, served);
        if (served != 0) begun_ = heard_;
        return said;
    }

    /// Takes whole messages off the beginning of some bytes; `served` becomes their size.
    template <typename Take>
    [[nodiscard]] auto cut(std::string_view bytes, std::size_t& served, Take& take) -> fate {
        for (;;) {
            const auto rest = bytes.substr(served);
            const auto found = framing_.next(rest);
            served += found.size;
            switch (found.kind) {
            case frame_kind::more: return fate::open;
            case frame_kind::too_long: return fate::closing;
            case frame_kind::blank: break;
            case frame_kind::ping:
                if (!write("\r\n", ping_room)) return fate::closing;
                has_served_ = true;
                break;
            case frame_kind::message:
            case frame_kind::unlimited:
                has_served_ = true;
                take(rest.substr(0, found.size));
                if (is_closed_ || found.kind == frame_kind::unlimited) return fate::closing;
                break;
            }
        }
    }

    static constexpr std::size_t ping_room = 4096; ///< bytes of answers to pings that may wait

    ByteIo io_;
    flow way_;
    Framing framing_;
    std::string partial_; ///< the beginning of a message
    std::string waiting_; ///< answers, of which `written_` bytes are on their way
    std::size_t written_ = 0;
    clock::time_point begun_; ///< when the message that is not whole began
    clock::time_point heard_ = begun_;
    bool has_served_ = false;
    bool is_closed_ = false;
};

} // namespace sipwhere::detail
