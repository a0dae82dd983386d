// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// One character of a URI component, unescaped once (RFC 3261 §19.1.2).
struct percent_unit {
    char byte = '\0';
    bool escaped = false; ///< it was written as %HH
};

/// Walks over the characters of a URI component, each `%HH` as the one it stands for.
class percent_reader {
public:
    /// `text` must hold well-formed escapes, as `parse_uri` makes sure of.
    constexpr explicit percent_reader(std::string_view text) noexcept : text_(text) {}

    [[nodiscard]] constexpr auto at_end() const noexcept -> bool { return position_ >= text_.size(); }

    constexpr auto next() noexcept -> percent_unit {
        const char c = text_[position_++];
        if (c != '%' || position_ + 1 >= text_.size()) return {c, false};
        const int high = ascii::hex_value(text_[position_]);
        const int low = ascii::hex_value(text_[position_ + 1]);
        if (high < 0 || low < 0) return {c, false};
        position_ += 2;
        return {static_cast<char>(high * 16 + low), true};
    }

private:
    std::string_view text_;
    std::size_t position_ = 0;
};

/// Whether "a" and "A" are two letters or one.
enum class letter_case : std::uint8_t { matters, ignored };

/// Returns: whether two URI components are equal: an escape equals the character it stands for, unless that
///          is reserved and so means something else when bare.
/// Spec:    RFC 3261 §19.1.4.
[[nodiscard]] constexpr auto percent_equal(std::string_view a, std::string_view b, letter_case letters) noexcept
    -> bool {
    if (a == b) return true;
    percent_reader left{a};
    percent_reader right{b};
    while (!left.at_end() && !right.at_end()) {
        const auto x = left.next();
        const auto y = right.next();
        if (x.escaped != y.escaped && ascii::is(x.byte, ascii::set::reserved)) return false;
        if (x.byte == y.byte) continue;
        if (letters == letter_case::matters || ascii::lower(x.byte) != ascii::lower(y.byte)) return false;
    }
    return left.at_end() && right.at_end();
}

/// Returns: whether `text` holds only characters of `allowed` and well-formed `%HH`.
[[nodiscard]] constexpr auto is_escaped_text(std::string_view text, ascii::set allowed) noexcept -> bool {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (ascii::is(text[at], allowed)) continue;
        if (text[at] != '%' || text.size() - at < 3) return false;
        if (!ascii::is(text[at + 1], ascii::set::hex) || !ascii::is(text[at + 2], ascii::set::hex)) return false;
        at += 2;
    }
    return true;
}

} // namespace sipwhere
