// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/marked_text.hpp>
#include <sipwhere/message/detail/name_list.hpp>
#include <sipwhere/message/params.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// The parameters of a header value or of a URI, cut out from mark to mark when they are written as nearly all are:
/// few, without white space, and with no two names that might be the same. It may leave any others to `parse_params`
/// and `parse_uri_params`, and never decides that they are wrong.
class fast_params {
public:
    /// Where the parts of a parameter lie, its ";" at `begin`.
    struct place {
        std::uint16_t begin;
        std::uint16_t end_of_name;
        std::uint16_t value; ///< `end_of_name` when there is none
        std::uint16_t end;
    };

    fast_params() noexcept {} // leaves the places as they are: only what was read is looked at

    /// Reads those of a header value, from `at` to the end of the text.
    ///
    /// Returns: whether it could.
    [[nodiscard]] auto read_of_value(const marked_text& in, std::size_t at) noexcept -> bool {
        while (in.has(';', at)) {
            const auto end_of_name = add_name(in, at + 1);
            if (end_of_name == 0) return false;
            auto value = end_of_name, end = end_of_name;
            if (in.has('=', end_of_name)) {
                value = end_of_name + 1;
                end = in.has('"', value) ? in.end_of_quoted(value) : end_of_gvalue(in, value);
                if (end == value) return false;
            }
            put(at, end_of_name, value, end);
            at = end;
        }
        return at == in.end();
    }

    /// Reads those of a URI, from the ";" at `at` to the end of the text.
    ///
    /// Returns: whether it could.
    [[nodiscard]] auto read_of_uri(const marked_text& in, std::size_t at) noexcept -> bool {
        do {
            const auto end_of_name = add_name(in, at + 1);
            if (end_of_name == 0) return false;
            at = end_of_name;
            if (!in.has('=', at)) continue;
            at = in.next(end_of_name + 1);
            if (at == end_of_name + 1) return false;
        } while (in.has(';', at));
        return at == in.end();
    }

    /// Returns: a parameter of a header value, as `parse_params` shows it.
    [[nodiscard]] static auto param(const marked_text& in, const place& of) noexcept -> param_view {
        const bool has_value = of.value != of.end_of_name;
        return {.name = in.text(of.begin + 1U, of.end_of_name),
                .value = has_value ? in.text(of.value, of.end) : std::string_view{},
                .text = in.text(of.begin, of.end),
                .has_value = has_value};
    }

    [[nodiscard]] auto begin() const noexcept -> const place* { return places_.data(); }
    [[nodiscard]] auto end() const noexcept -> const place* { return places_.data() + size_; }

private:
    /// Returns: where a name ends that begins at `begin`; 0 if it is none, or might have come before.
    [[nodiscard]] auto add_name(const marked_text& in, std::size_t begin) noexcept -> std::size_t {
        const auto end = in.next(begin);
        if (end == begin || count_++ == places_.size()) return 0;
        const auto bit = detail::name_list::bit_of(in.text(begin, end));
        if ((seen_ & bit) != 0) return 0;
        seen_ |= bit;
        return end;
    }

    /// Returns: where a value ends that is a token or a host, which may hold brackets and colons.
    [[nodiscard]] static auto end_of_gvalue(const marked_text& in, std::size_t begin) noexcept -> std::size_t {
        auto at = in.next(begin);
        while (in.has(':', at) || in.has('[', at) || in.has(']', at)) at = in.next(at + 1);
        return at;
    }

    void put(std::size_t begin, std::size_t end_of_name, std::size_t value, std::size_t end) noexcept {
        static_assert(token_map::most_bytes <= 0xffff);
        const auto narrow = [](std::size_t at) { return static_cast<std::uint16_t>(at); };
        places_[size_++] = {narrow(begin), narrow(end_of_name), narrow(value), narrow(end)};
    }

    std::uint64_t seen_ = 0;
    std::size_t count_ = 0;
    std::size_t size_ = 0;
    std::array<place, 8> places_;
};

} // namespace sipwhere
