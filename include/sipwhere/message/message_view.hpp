// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/config.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/marked_text.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/base/token_map.hpp>
#include <sipwhere/message/comma_list.hpp>
#include <sipwhere/message/header_line.hpp>
#include <sipwhere/message/header_name.hpp>
#include <sipwhere/message/method.hpp>
#include <sipwhere/message/start_line.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace sipwhere {

namespace detail {

class message_reader;

/// Where the value of a known header field lies in the datagram, and which row of the same name follows.
struct header_row {
    std::uint16_t begin;
    std::uint16_t size;
    std::uint8_t next;
};

inline constexpr std::uint8_t no_row = 0xff;

} // namespace detail

/// A SIP message taken apart into its start line, header rows and body: views into a datagram that must
/// outlive it. Values are cut out but not judged; typed readers such as `parse_via` do that when needed.
///
/// Filled by `parse_message`; before that it is an empty response.
class message_view {
public:
    /// The most rows of known headers that are remembered.
    static constexpr std::size_t max_rows = 128;

    class row_iterator {
    public:
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;

        constexpr row_iterator() noexcept = default;
        constexpr row_iterator(const message_view& message, std::uint8_t row) noexcept
            : message_(&message), row_(row) {}

        [[nodiscard]] constexpr auto operator*() const noexcept -> std::string_view {
            return message_->text_of_row(row_);
        }
        constexpr auto operator++() noexcept -> row_iterator& {
            row_ = message_->rows_[row_].next;
            return *this;
        }
        constexpr auto operator++(int) noexcept -> row_iterator {
            const auto before = *this;
            ++*this;
            return before;
        }
        [[nodiscard]] friend constexpr auto operator==(const row_iterator& i, std::default_sentinel_t) noexcept
            -> bool {
            return i.row_ == detail::no_row;
        }

    private:
        const message_view* message_ = nullptr;
        std::uint8_t row_ = detail::no_row;
    };

    /// The values of the rows of one name, in the order of the message; each may hold several, separated by commas.
    class row_range {
    public:
        constexpr explicit row_range(row_iterator begin) noexcept : begin_(begin) {}
        [[nodiscard]] constexpr auto begin() const noexcept -> row_iterator { return begin_; }
        [[nodiscard]] constexpr auto end() const noexcept -> std::default_sentinel_t { return {}; }

    private:
        row_iterator begin_;
    };

    /// The array of rows is left as it is: only rows that were read are looked at.
    constexpr message_view() noexcept {
        first_.fill(detail::no_row);
        last_.fill(detail::no_row);
    }

    [[nodiscard]] constexpr auto is_request() const noexcept -> bool { return is_request_; }
    [[nodiscard]] constexpr auto method() const noexcept -> sipwhere::method { return request_.method; }
    [[nodiscard]] constexpr auto method_text() const noexcept -> std::string_view { return request_.method_text; }
    [[nodiscard]] constexpr auto request_uri() const noexcept -> std::string_view { return request_.uri; }
    [[nodiscard]] constexpr auto version_is_2_0() const noexcept -> bool {
        return is_version_2_0(is_request_ ? request_.version : status_.version);
    }
    /// Returns: the code of a response, 0 for a request.
    [[nodiscard]] constexpr auto status_code() const noexcept -> unsigned { return status_.code; }
    [[nodiscard]] constexpr auto reason() const noexcept -> std::string_view { return status_.reason; }

    /// Returns: the message without what a datagram may hold before or behind it.
    [[nodiscard]] constexpr auto bytes() const noexcept -> std::string_view { return bytes_; }
    [[nodiscard]] constexpr auto body() const noexcept -> std::string_view {
        return slice(bytes_, body_, bytes_.size());
    }

    /// Returns: the first thing wrong with the start line or a header line; such a request deserves a 400.
    [[nodiscard]] constexpr auto defect() const noexcept -> std::optional<failure> {
        return has_defect_ ? std::optional{defect_} : std::nullopt;
    }

    /// Returns: false when Content-Length is malformed, repeated or larger than the body that came (§18.3).
    [[nodiscard]] constexpr auto content_length_ok() const noexcept -> bool { return content_length_ok_; }

    /// Returns: true only if no header field holds a fold or another control character.
    [[nodiscard]] constexpr auto is_flat() const noexcept -> bool { return is_flat_; }

    [[nodiscard]] constexpr auto rows(header_name name) const noexcept -> row_range {
        return row_range{row_iterator{*this, first_[index_of(name)]}};
    }
    [[nodiscard]] constexpr auto has(header_name name) const noexcept -> bool {
        return first_[index_of(name)] != detail::no_row;
    }
    [[nodiscard]] constexpr auto count(header_name name) const noexcept -> std::size_t {
        std::size_t rows = 0;
        for (auto row = first_[index_of(name)]; row != detail::no_row; row = rows_[row].next) ++rows;
        return rows;
    }

    /// Returns: whether there is more than one row of this name.
    [[nodiscard]] constexpr auto repeats(header_name name) const noexcept -> bool {
        return first_[index_of(name)] != last_[index_of(name)];
    }

    /// Returns: a cursor over `text`, a piece of this message; quicker than one that knows the piece alone.
    [[nodiscard]] constexpr auto open(std::string_view text) const noexcept -> cursor {
        return text.empty() ? cursor{text} : cursor{text, bytes_};
    }

    /// Returns: the same with the map of its marks; without one where the message has none, or not of this piece.
    [[nodiscard]] auto marked(std::string_view text) const noexcept -> marked_text {
        return map_ == nullptr || text.empty() ? marked_text{} : marked_text{text, bytes_, *map_};
    }

    /// Returns: the value of the first row of this name, empty when there is none.
    [[nodiscard]] SIPWHERE_INLINE constexpr auto value(header_name name) const noexcept -> std::string_view {
        const auto row = first_[index_of(name)];
        return row == detail::no_row ? std::string_view{} : text_of_row(row);
    }

    /// Returns: how many rows are remembered.
    [[nodiscard]] constexpr auto row_count() const noexcept -> std::size_t { return row_count_; }

    /// Returns: the value of the n-th row of this name, counted from 0; empty when there are fewer.
    [[nodiscard]] constexpr auto row(header_name name, std::size_t n) const noexcept -> std::string_view {
        for (const auto text : rows(name))
            if (n-- == 0) return text;
        return {};
    }

    /// Calls `visit(std::string_view)` with each value of all rows of this name, in order.
    template <typename Visitor>
    constexpr void for_each_value(header_name name, Visitor&& visit) const {
        for (const auto row : rows(name))
            for (const auto value : comma_list{row}) visit(value);
    }

    /// Looks for a field of any name, in any case.
    ///
    /// Returns: the value of the first one.
    /// Cost:    reads the header section again; known headers have `value`.
    [[nodiscard]] constexpr auto find_other(std::string_view name) const noexcept -> std::optional<std::string_view> {
        for (std::size_t position = headers_; position < body_ && !name.empty();) {
            const auto line = read_field(bytes_, position);
            if (ascii::iequals(line.name, name)) return line.value;
            position = line.next;
        }
        return std::nullopt;
    }

private:
    friend class detail::message_reader;

    [[nodiscard]] static constexpr auto index_of(header_name name) noexcept -> std::size_t {
        return static_cast<std::size_t>(name);
    }
    [[nodiscard]] constexpr auto text_of_row(std::uint8_t row) const noexcept -> std::string_view {
        return {bytes_.data() + rows_[row].begin, rows_[row].size};
    }

    std::string_view bytes_{};
    const token_map* map_ = nullptr; ///< of these bytes, or of as many as there were before a body was cut off
    request_line request_{};
    status_line status_{};
    std::size_t headers_ = 0; ///< where the first header line begins
    std::size_t body_ = 0;
    failure defect_{};
    bool has_defect_ = false;
    bool is_request_ = false;
    bool content_length_ok_ = true;
    bool is_flat_ = true;
    std::uint8_t row_count_ = 0;
    std::array<std::uint8_t, header_count + 1> first_; ///< by header name; `other` never has rows
    std::array<std::uint8_t, header_count + 1> last_;
    std::array<detail::header_row, max_rows> rows_;
};

} // namespace sipwhere
