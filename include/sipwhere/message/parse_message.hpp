// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/decimal.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/base/token_map.hpp>
#include <sipwhere/message/header_line.hpp>
#include <sipwhere/message/header_name.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/message/start_line.hpp>
#include <sipwhere/message/usual_field.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sipwhere {

/// The largest message that is read: the largest datagram (RFC 3261 §18.1.1).
inline constexpr std::size_t max_message = 65535;

/// The most header fields that are read.
inline constexpr std::size_t max_headers = 256;

/// Returns: whether a datagram is no message but keeps a NAT binding open: empty, or line ends and NULs alone.
/// Spec:    RFC 5626 §3.5.1; NULs are what some phones send instead.
[[nodiscard]] constexpr auto is_keep_alive(std::string_view bytes) noexcept -> bool {
    for (const char c : bytes)
        if (c != '\r' && c != '\n' && c != '\0') return false;
    return true;
}

namespace detail {

/// Fills a `message_view` step by step.
class message_reader {
public:
    /// `map` is that of the bytes, or none where characters are looked at one by one.
    constexpr message_reader(std::string_view bytes, message_view& out, const token_map* map) noexcept
        : out_(out), map_(map) {
        out_.bytes_ = bytes;
    }

    constexpr auto read() noexcept -> result<void> {
        if (const auto start = read_start_line(); !start) return start;
        read_headers();
        read_content_length();
        return {};
    }

    static void keep(message_view& out, const token_map& map) noexcept { out.map_ = &map; }

private:
    static constexpr auto at_end = ~std::size_t{0};

    struct place {
        std::size_t position; ///< of the next field
        std::size_t fields;   ///< before it
    };

    /// Never where code is to be small, so that none of what needs a map is left in it.
    [[nodiscard]] constexpr auto has_map() const noexcept -> bool { return SIPWHERE_SMALL == 0 && map_ != nullptr; }

    constexpr auto read_start_line() noexcept -> result<void> {
        if (has_map()) out_.headers_ = fast_request_line(out_.bytes_, *map_, out_.request_);
        if (out_.headers_ != 0) {
            out_.is_request_ = true;
            return {};
        }
        out_.request_ = {};
        const auto line = find_line_end(out_.bytes_, 0);
        out_.headers_ = line.next;
        const auto text = slice(out_.bytes_, 0, line.end);
        if (has_sip_prefix(text)) {
            const auto status = parse_status_line(text);
            if (!status || line.has_bare_cr) return fail(errc::bad_start_line);
            out_.status_ = *status;
            return {};
        }
        if (const auto request = full_request_line(text, out_.request_); !request) return request;
        out_.is_request_ = true;
        if (!out_.request_.well_formed || line.has_bare_cr) note(errc::bad_start_line, 0);
        return {};
    }

    constexpr void read_headers() noexcept {
        place at{out_.headers_, 0};
        bool skip_usual = false;
        for (; at.position != at_end; ++at.fields) {
            if (has_map() && !std::exchange(skip_usual, false)) {
                const auto before = at.fields;
                at = read_usual_fields(at);
                skip_usual = at.fields == before; // as the next one is likely to be written in another way, too
            }
            const bool ends = slice(out_.bytes_, at.position, out_.bytes_.size()).starts_with("\r\n");
            at.position = ends                      ? stop_at(at.position + 2)
                          : at.fields < max_headers ? read_any_field(at.position)
                                                    : read_last_line(at.position);
        }
    }

    /// Reads fields until one comes that is written in another way.
    [[nodiscard]] auto read_usual_fields(place at) noexcept -> place {
        const auto bytes = out_.bytes_;
        const auto& map = *map_;
        auto left = std::min<std::size_t>(max_headers - at.fields, message_view::max_rows - out_.row_count_);
        for (at.fields += left; left > 0; --left) {
            const auto field = fast_field(bytes, at.position, map);
            if (field.end == 0) break;
            if (field.name != header_name::other) put_row(field.name, field.value, field.end - field.value);
            at.position = field.end + 2;
        }
        at.fields -= left;
        return at;
    }

    /// Returns: where the next field begins, or `at_end`.
    constexpr auto read_any_field(std::size_t position) noexcept -> std::size_t {
        const auto line = read_field(out_.bytes_, position);
        if (line.is_end) return end_at(position, line.next);
        const auto name = find_header(line.name);
        const bool well_formed = name != header_name::other || ascii::is_token(line.name);
        if (!well_formed || line.has_bare_cr) note(errc::bad_header_line, position);
        if (name == header_name::other) return line.next;
        out_.is_flat_ = out_.is_flat_ && line.is_plain;
        const auto offset = static_cast<std::size_t>(line.value.data() - out_.bytes_.data());
        if (out_.row_count_ == message_view::max_rows) return stop(position);
        put_row(name, offset, line.value.size());
        return line.next;
    }

    /// Reads what follows as many fields as may be.
    constexpr auto read_last_line(std::size_t position) noexcept -> std::size_t {
        const auto line = read_field(out_.bytes_, position);
        return line.is_end ? end_at(position, line.next) : stop(position);
    }

    /// Ends the header section with an empty line at `position`, or where a message that was cut off ends without one:
    /// then nobody knows whether its last field came whole, or which fields did not come.
    constexpr auto end_at(std::size_t position, std::size_t body) noexcept -> std::size_t {
        if (body == position || out_.bytes_[body - 1] != '\n') {
            out_.has_defect_ = true; // of all defects the one to tell
            out_.defect_ = fail(errc::incomplete, position);
        }
        return stop_at(body);
    }

    constexpr auto stop_at(std::size_t body) noexcept -> std::size_t {
        out_.body_ = body;
        return at_end;
    }

    /// Gives up on the rest of the header section, so that there is no body either.
    constexpr auto stop(std::size_t position) noexcept -> std::size_t {
        note(errc::too_many_headers, position);
        return stop_at(out_.bytes_.size());
    }

    /// It fits.
    constexpr void put_row(header_name name, std::size_t begin, std::size_t size) noexcept {
        auto& out = out_;
        const auto row = out.row_count_;
        const auto index = message_view::index_of(name);
        if (out.last_[index] == no_row) out.first_[index] = row;
        else out.rows_[out.last_[index]].next = row;
        out.last_[index] = row;
        out.rows_[row] = {static_cast<std::uint16_t>(begin), static_cast<std::uint16_t>(size), no_row};
        ++out.row_count_;
    }

    constexpr void read_content_length() noexcept {
        const auto most = out_.bytes_.size() - out_.body_;
        if (!out_.has(header_name::content_length)) return;
        const auto length = parse_decimal(out_.value(header_name::content_length));
        if (!length || *length > most || out_.repeats(header_name::content_length)) {
            out_.content_length_ok_ = false;
            return;
        }
        out_.bytes_ = slice(out_.bytes_, 0, out_.body_ + *length);
    }

    constexpr void note(errc code, std::size_t at) noexcept {
        if (out_.has_defect_) return;
        out_.has_defect_ = true;
        out_.defect_ = fail(code, at);
    }

    message_view& out_;
    const token_map* map_;
};

/// Parses a message whose map, if there is one, is made here.
[[nodiscard]] constexpr auto parse_message(std::string_view bytes, message_view& out, token_map* map) noexcept
    -> result<void> {
    if (bytes.size() > max_message) return fail(errc::too_long);
    std::size_t begin = 0;
    while (begin < bytes.size() && (bytes[begin] == '\r' || bytes[begin] == '\n')) ++begin;
    if (begin == bytes.size()) return fail(errc::not_sip);
    std::construct_at(&out);
    const auto text = slice(bytes, begin, bytes.size());
    if (map != nullptr) map->make(text);
    return message_reader{text, out, map}.read();
}

} // namespace detail

/// Takes a datagram apart. What is wrong but can still be answered is left in `out` as its defect.
///
/// Returns: nothing; `out` holds views into `bytes`.
/// Errors:  not_sip, bad_start_line for a response, too_long: drop the datagram.
/// Cost:    one pass over the header section, no allocation; at most `max_headers` lines.
/// Spec:    RFC 3261 §7, §18.3.
[[nodiscard]] constexpr auto parse_message(std::string_view bytes, message_view& out) noexcept -> result<void> {
    if (detail::looks_at_each()) return detail::parse_message(bytes, out, nullptr);
    token_map map;
    return detail::parse_message(bytes, out, &map);
}

/// Takes a datagram apart, and keeps the map that it makes on the way in `map`, so that those who read the values of
/// fields are quicker. It has to outlive `out`.
[[nodiscard]] inline auto parse_message(std::string_view bytes, message_view& out, token_map& map) noexcept
    -> result<void> {
    if (detail::looks_at_each()) return detail::parse_message(bytes, out, nullptr);
    const auto parsed = detail::parse_message(bytes, out, &map);
    detail::message_reader::keep(out, map);
    return parsed;
}

} // namespace sipwhere
