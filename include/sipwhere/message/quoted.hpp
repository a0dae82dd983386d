// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/writer.hpp>

#include <cstddef>
#include <string_view>

namespace sipwhere {

/// Returns: whether `value` is a quoted string rather than a token.
[[nodiscard]] constexpr auto is_quoted(std::string_view value) noexcept -> bool {
    return value.size() >= 2 && value.front() == '"' && value.back() == '"';
}

/// Walks over the content of a value, be it quoted or not: quotes left out, each `\x` as `x`.
///
/// Spec: RFC 3261 §25.1, quoted-string.
class unquoted_reader {
public:
    constexpr explicit unquoted_reader(std::string_view value) noexcept
        : text_(is_quoted(value) ? value.substr(1, value.size() - 2) : value), escapes_(is_quoted(value)) {}

    [[nodiscard]] constexpr auto at_end() const noexcept -> bool { return position_ >= text_.size(); }

    constexpr auto next() noexcept -> char {
        if (escapes_ && text_[position_] == '\\' && position_ + 1 < text_.size()) ++position_;
        return text_[position_++];
    }

private:
    std::string_view text_;
    std::size_t position_ = 0;
    bool escapes_;
};

/// Returns: whether two values have the same content, each quoted or not; case matters.
[[nodiscard]] constexpr auto unquoted_equal(std::string_view a, std::string_view b) noexcept -> bool {
    unquoted_reader left{a};
    unquoted_reader right{b};
    while (!left.at_end() && !right.at_end())
        if (left.next() != right.next()) return false;
    return left.at_end() && right.at_end();
}

/// Writes the content of a value.
constexpr void write_unquoted(writer& out, std::string_view value) noexcept {
    for (unquoted_reader in{value}; !in.at_end();) out.put(in.next());
}

/// Writes `content` as a quoted string, escaping what must be.
constexpr void write_quoted(writer& out, std::string_view content) noexcept {
    out.put('"');
    for (const char c : content) {
        if (c == '"' || c == '\\') out.put('\\');
        out.put(c == '\r' || c == '\n' ? ' ' : c);
    }
    out.put('"');
}

} // namespace sipwhere
