// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/scan.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipwhere {

/// What stands at the beginning of the bytes that a stream has brought.
enum class frame_kind : std::uint8_t {
    more,      ///< the beginning of something: more bytes are needed
    message,   ///< a whole message
    blank,     ///< one end of a line between messages, which is let pass (RFC 3261 §7.5)
    ping,      ///< two of them: to be answered by one (RFC 5626 §4.4.1)
    unlimited, ///< the head of a message that does not say, or says wrongly, how long its body is: nothing can follow
    too_long,  ///< a head or a message that is longer than it may be
};

struct frame {
    frame_kind kind = frame_kind::more;
    std::size_t size = 0; ///< bytes; of the head alone for `unlimited`
};

/// How long the parts of a message in a stream may be, in bytes.
struct frame_limits {
    std::size_t max_head = 16'384;
    std::size_t max_message = 65'535;
};

namespace detail {

/// Reads the digits of a Content-Length.
[[nodiscard]] constexpr auto parse_length(std::string_view text) noexcept -> std::optional<std::size_t> {
    constexpr std::size_t absurd = 1U << 26U; // ten times it fits into 32 bits
    while (!text.empty() && ascii::is_lws(text.front())) text.remove_prefix(1);
    while (!text.empty() && ascii::is_lws(text.back())) text.remove_suffix(1);
    if (text.empty()) return std::nullopt;
    std::size_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = std::min(absurd, value * 10 + static_cast<std::size_t>(c - '0'));
    }
    return value;
}

/// Returns: the value of a header line of Content-Length, in its long or compact form; nothing for another line.
[[nodiscard]] constexpr auto length_field(std::string_view line) noexcept -> std::optional<std::string_view> {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto name = line.substr(0, colon);
    while (!name.empty() && ascii::is_lws(name.back())) name.remove_suffix(1);
    if (!ascii::iequals(name, "Content-Length") && !ascii::iequals(name, "l")) return std::nullopt;
    return line.substr(colon + 1);
}

/// Returns: what the head of a message says about the length of its body; nothing if it does not, says it with
///          something else than a number, or twice and not the same.
[[nodiscard]] constexpr auto body_length(std::string_view head) noexcept -> std::optional<std::size_t> {
    std::optional<std::size_t> found;
    for (auto at = head.find('\n'); at != std::string_view::npos;) {
        const auto begin = at + 1;
        do at = head.find('\n', at + 1);
        while (at != std::string_view::npos && at + 1 < head.size() && (head[at + 1] == ' ' || head[at + 1] == '\t'));
        const auto line = head.substr(begin, at == std::string_view::npos ? at : at - begin);
        const auto value = length_field(line);
        if (!value) continue;
        const auto length = parse_length(*value);
        if (!length || (found && *found != *length)) return std::nullopt;
        found = length;
    }
    return found;
}

} // namespace detail

/// Cuts a stream into messages, by the Content-Length of each.
///
/// Cost: each byte of a head is looked at once, however many pieces it comes in; that of a body is not.
/// Spec: RFC 3261 §7.5, §18.3, §20.14; RFC 5626 §4.4.1.
class content_length_framing {
public:
    constexpr explicit content_length_framing(const frame_limits& limits = {}) noexcept : limits_(limits) {}

    /// Looks at the bytes that have come and have not been taken yet; each time there may be more behind them.
    ///
    /// Once it has said anything but `more`, the bytes of that frame are to be taken away.
    [[nodiscard]] constexpr auto next(std::string_view bytes) noexcept -> frame {
        if (bytes.empty()) return {};
        if (seen_ == 0) {
            if (const auto blank = blank_of(bytes)) return *blank;
        }
        if (whole_ == 0) {
            const auto head = find_head(bytes);
            if (head == 0) {
                seen_ = bytes.size();
                return bytes.size() > limits_.max_head ? done({frame_kind::too_long, bytes.size()}) : frame{};
            }
            if (head > limits_.max_head) return done({frame_kind::too_long, head});
            const auto body = detail::body_length(bytes.substr(0, head));
            if (!body) return done({frame_kind::unlimited, head});
            if (*body > limits_.max_message || head > limits_.max_message - *body)
                return done({frame_kind::too_long, head});
            whole_ = head + *body;
        }
        if (bytes.size() < whole_) return {};
        return done({frame_kind::message, whole_});
    }

    /// Returns: whether a message has begun and is not whole yet.
    [[nodiscard]] constexpr auto is_within() const noexcept -> bool { return seen_ != 0 || whole_ != 0; }

private:
    /// Returns: what ends of lines stand at the beginning, or that more has to come to know.
    [[nodiscard]] static constexpr auto blank_of(std::string_view bytes) noexcept -> std::optional<frame> {
        constexpr std::string_view two = "\r\n\r\n";
        if (bytes.front() == '\n') return frame{frame_kind::blank, 1};
        if (bytes.front() != '\r') return std::nullopt;
        if (bytes.starts_with(two)) return frame{frame_kind::ping, two.size()};
        if (two.starts_with(bytes)) return frame{}; // it may become one
        if (bytes.starts_with("\r\n")) return frame{frame_kind::blank, 2};
        return std::nullopt;
    }

    /// Returns: the size of the head with its empty line; 0 if that has not come yet.
    [[nodiscard]] constexpr auto find_head(std::string_view bytes) const noexcept -> std::size_t {
        for (auto at = bytes.find('\n', seen_ < 2 ? 0 : seen_ - 2); at != std::string_view::npos;
             at = bytes.find('\n', at + 1)) {
            if (at + 1 < bytes.size() && bytes[at + 1] == '\n') return at + 2;
            if (at + 2 < bytes.size() && bytes[at + 1] == '\r' && bytes[at + 2] == '\n') return at + 3;
        }
        return 0;
    }

    constexpr auto done(frame found) noexcept -> frame {
        seen_ = whole_ = 0;
        return found;
    }

    frame_limits limits_;
    std::size_t seen_ = 0; ///< bytes of a head that have been looked at
    std::size_t whole_ = 0; ///< of the message, once its head is there
};

} // namespace sipwhere
