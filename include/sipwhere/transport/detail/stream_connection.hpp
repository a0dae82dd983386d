// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/instant.hpp>
#include <sipwhere/transport/detail/byte_io.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere::detail {

/// Bytes that all connections of a transport hold together, and how many these may be.
struct buffered_bytes {
    std::size_t most = 0;
    std::size_t now = 0;
};

/// One connection: bytes in and out by `ByteIo`, messages by `Framing`. One that is idle holds no buffer.
template <typename ByteIo, typename Framing>
class stream_connection {
public:
    stream_connection(ByteIo io, Framing cutter, const flow& way, buffered_bytes& all, instant now)
        : io_(std::move(io)), framing_(std::move(cutter)), way_(way), all_(all), begun_(now), heard_(now) {}
    stream_connection(const stream_connection&) = delete;
    auto operator=(const stream_connection&) -> stream_connection& = delete;
    ~stream_connection() { all_.now -= counted_; }

    [[nodiscard]] auto way() const noexcept -> const flow& { return way_; }
    [[nodiscard]] auto io() noexcept -> ByteIo& { return io_; }

    /// Reads what has come, up to the size of `buffer`, which all connections share, and calls `take(bytes)` for each
    /// message. What that is shown holds until it returns, and it may close this connection.
    template <typename Take>
    [[nodiscard]] auto read(std::span<char> buffer, instant now, std::size_t max_waiting, Take&& take) -> fate {
        std::size_t size = 0;
        const auto result = io_.read(buffer, size);
        if (size != 0) heard_ = now;
        if (is_leaving_ || size == 0) return result == io_result::closed ? fate::closing : fate::open;
        sink<Take> to{*this, take, max_waiting};
        const auto served = framing_.served();
        const bool was_within = framing_.is_within();
        const auto said = framing_.read({buffer.data(), size}, to);
        if (is_closed_) return fate::closing;
        if (framing_.served() != served || (served != 0 && !was_within)) begun_ = now;
        if (said == fate::closing || result == io_result::closed || !count()) return fate::closing;
        return said;
    }

    /// Writes a message, or keeps what can't be written now, no more than `most` bytes in all.
    ///
    /// Returns: whether it could be written or kept; if not, the connection is of no more use.
    [[nodiscard]] auto write(std::string_view message, std::size_t most) -> bool {
        if (is_leaving_) return false;
        return framing_.write(message, [&](std::string_view bytes) { return put(bytes, most); });
    }

    /// Writes what was kept.
    [[nodiscard]] auto flush() -> fate {
        std::size_t size = 0;
        const auto result = io_.write(std::string_view{waiting_}.substr(written_), size);
        written_ += size;
        if (written_ == waiting_.size()) {
            std::string{}.swap(waiting_); // which gives its memory back
            written_ = 0;
            (void)count();
            if (is_leaving_) io_.leave();
        }
        return result == io_result::closed ? fate::closing : fate::open;
    }
    [[nodiscard]] auto has_waiting() const noexcept -> bool { return !waiting_.empty(); }

    /// Says that nothing more will be written, and lets the other end read what was.
    void leave(instant now) noexcept {
        is_leaving_ = true;
        begun_ = now;
        if (waiting_.empty()) io_.leave();
    }
    [[nodiscard]] auto is_leaving() const noexcept -> bool { return is_leaving_; }

    /// Returns: whether the connection takes longer than it may: for what has begun, or until its first message; after
    ///          it was left, for reading; or that it has been silent for longer than it may, if `idle` is not 0.
    [[nodiscard]] auto is_overdue(instant now, std::chrono::milliseconds for_message,
                                  std::chrono::milliseconds idle) const noexcept -> bool {
        constexpr std::chrono::milliseconds to_leave{2000};
        if (is_leaving_) return now - begun_ > to_leave;
        if ((framing_.served() == 0 || framing_.is_within()) && now - begun_ > for_message) return true;
        return idle.count() != 0 && now - heard_ > idle;
    }

    void close() noexcept {
        is_closed_ = true;
        io_.close();
    }
    [[nodiscard]] auto is_closed() const noexcept -> bool { return is_closed_; }

    bool is_unready = false; ///< it counts as one within its handshake
    bool reads_later = false; ///< when it has written

private:
    template <typename Take>
    struct sink {
        stream_connection& to;
        Take& taker;
        std::size_t max_waiting;

        [[nodiscard]] auto take(std::string_view message) -> bool {
            taker(message);
            return !to.is_closed_;
        }
        [[nodiscard]] auto write(std::string_view bytes) -> bool { return to.put(bytes, max_waiting); }
        [[nodiscard]] auto way() -> flow& { return to.way_; }
    };

    [[nodiscard]] auto put(std::string_view bytes, std::size_t most) -> bool {
        if (waiting_.empty()) {
            std::size_t size = 0;
            if (io_.write(bytes, size) == io_result::closed) return false;
            bytes.remove_prefix(size);
        }
        if (bytes.empty()) return true;
        if (waiting_.size() - written_ + bytes.size() > most) return false;
        if (written_ > waiting_.size() / 2) waiting_.erase(0, std::exchange(written_, 0));
        waiting_.append(bytes);
        return count();
    }

    /// Counts what it holds. Returns: false when that is too much for all together.
    [[nodiscard]] auto count() noexcept -> bool {
        const auto held = framing_.kept() + waiting_.size();
        const bool is_more = held > counted_;
        all_.now = all_.now - counted_ + held;
        counted_ = held;
        return !is_more || all_.now <= all_.most;
    }

    ByteIo io_;
    Framing framing_;
    flow way_;
    buffered_bytes& all_;
    std::size_t counted_ = 0; ///< of these
    std::string waiting_; ///< answers, of which `written_` bytes are on their way
    std::size_t written_ = 0;
    instant begun_; ///< when the message that is not whole began, or the connection
    instant heard_;
    bool is_leaving_ = false;
    bool is_closed_ = false;
};

} // namespace sipwhere::detail
