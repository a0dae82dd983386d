// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/decimal.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/message/header_line.hpp>
#include <sipwhere/message/header_name.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/message/start_line.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

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
    constexpr message_reader(std::string_view bytes, message_view& out) noexcept : out_(out) { out_.bytes_ = bytes; }

    constexpr auto read() noexcept -> result<void> {
        const auto line = find_line_end(out_.bytes_, 0);
        if (const auto start = read_start_line(line); !start) return start;
        out_.headers_ = line.next;
        read_headers();
        read_content_length();
        return {};
    }

private:
    static constexpr auto at_end = ~std::size_t{0};

    constexpr auto read_start_line(const line_end& line) noexcept -> result<void> {
        const auto text = out_.bytes_.substr(0, line.end);
        if (has_sip_prefix(text)) {
            const auto status = parse_status_line(text);
            if (!status || line.has_bare_cr) return fail(errc::bad_start_line);
            out_.status_ = *status;
            return {};
        }
        const auto request = parse_request_line(text);
        if (!request) return request.error();
        out_.is_request_ = true;
        out_.request_ = *request;
        if (!request->well_formed || line.has_bare_cr) note(errc::bad_start_line, 0);
        return {};
    }

    constexpr void read_headers() noexcept {
        auto position = out_.headers_;
        for (std::size_t count = 0; position != at_end; ++count) {
            const bool too_many = count == max_headers && !read_field(out_.bytes_, position).is_end;
            if (too_many) position = stop(position);
            else position = std::is_constant_evaluated() ? read_any_field(position) : read_next_field(position);
        }
    }

    /// Returns: where the next field begins, or `at_end`.
    [[gnu::always_inline]] auto read_next_field(std::size_t position) noexcept -> std::size_t {
        const auto bytes = out_.bytes_;
        const auto field = find_usual_field(bytes, position);
        if (field.name_size == 0) return read_any_field(position);
        const auto known = find_header(slice(bytes, position, position + field.name_size));
        if (known == header_name::other) return read_any_field(position);
        return add_row(known, field.value, field.end - field.value) ? field.end + 2 : stop(position);
    }

    [[gnu::noinline]] constexpr auto read_any_field(std::size_t position) noexcept -> std::size_t {
        const auto line = read_field(out_.bytes_, position);
        if (line.is_end) {
            out_.body_ = line.next;
            return at_end;
        }
        const auto name = find_header(line.name);
        const bool well_formed = name != header_name::other || ascii::is_token(line.name);
        if (!well_formed || line.has_bare_cr) note(errc::bad_header_line, position);
        if (name == header_name::other) return line.next;
        out_.is_flat_ = out_.is_flat_ && find_control_or<>(line.value, 0) == line.value.size();
        const auto offset = static_cast<std::size_t>(line.value.data() - out_.bytes_.data());
        return add_row(name, offset, line.value.size()) ? line.next : stop(position);
    }

    /// Gives up on the rest of the header section, so that there is no body either.
    constexpr auto stop(std::size_t position) noexcept -> std::size_t {
        note(errc::too_many_headers, position);
        out_.body_ = out_.bytes_.size();
        return at_end;
    }

    constexpr auto add_row(header_name name, std::size_t begin, std::size_t size) noexcept -> bool {
        const auto row = out_.row_count_;
        if (row == message_view::max_rows) return false;
        const auto index = message_view::index_of(name);
        if (out_.last_[index] == no_row) out_.first_[index] = row;
        else out_.rows_[out_.last_[index]].next = row;
        out_.last_[index] = row;
        out_.rows_[row] = {static_cast<std::uint16_t>(begin), static_cast<std::uint16_t>(size), no_row};
        ++out_.row_count_;
        return true;
    }

    constexpr void read_content_length() noexcept {
        const auto room = out_.bytes_.size() - out_.body_;
        if (!out_.has(header_name::content_length)) return;
        const auto length = parse_decimal(out_.value(header_name::content_length));
        if (!length || *length > room || out_.count(header_name::content_length) > 1) {
            out_.content_length_ok_ = false;
            return;
        }
        out_.bytes_ = out_.bytes_.substr(0, out_.body_ + *length);
    }

    constexpr void note(errc code, std::size_t at) noexcept {
        if (out_.has_defect_) return;
        out_.has_defect_ = true;
        out_.defect_ = fail(code, at);
    }

    message_view& out_;
};

} // namespace detail

/// Takes a datagram apart. What is wrong but can still be answered is left in `out` as its defect.
///
/// Returns: nothing; `out` holds views into `bytes`.
/// Errors:  not_sip, bad_start_line for a response, too_long: drop the datagram.
/// Cost:    one pass over the header section, no allocation; at most `max_headers` lines.
/// Spec:    RFC 3261 §7, §18.3.
[[nodiscard]] constexpr auto parse_message(std::string_view bytes, message_view& out) noexcept -> result<void> {
    if (bytes.size() > max_message) return fail(errc::too_long);
    std::size_t begin = 0;
    while (begin < bytes.size() && (bytes[begin] == '\r' || bytes[begin] == '\n')) ++begin;
    if (begin == bytes.size()) return fail(errc::not_sip);
    std::construct_at(&out);
    return detail::message_reader{slice(bytes, begin, bytes.size()), out}.read();
}

} // namespace sipwhere
