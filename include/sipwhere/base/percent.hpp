// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>

#include <cstddef>
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

/// Returns: whether `text` holds only characters of `allowed` and well-formed `%HH`.
[[nodiscard]] constexpr auto is_escaped_text(std::string_view text, ascii::set allowed) noexcept -> bool {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (ascii::is(text[i], allowed) && text[i] != '%') continue;
        if (text[i] != '%' || i + 2 >= text.size()) return false;
        if (!ascii::is(text[i + 1], ascii::set::hex) || !ascii::is(text[i + 2], ascii::set::hex)) return false;
        i += 2;
    }
    return true;
}

} // namespace sipwhere
