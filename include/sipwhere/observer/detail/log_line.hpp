// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/writer.hpp>
#include <sipwhere/model/endpoint.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere::detail {

/// One line of a log, built in place. What strangers wrote can't end the line, close its quotes or fill it up.
class log_line {
public:
    constexpr explicit log_line(std::string_view kind) noexcept : out_(bytes_) { out_.put(kind); }
    log_line(const log_line&) = delete;
    auto operator=(const log_line&) -> log_line& = delete;

    [[nodiscard]] constexpr auto text() const noexcept -> std::string_view { return out_.text(); }

    /// Adds ` name=` and one of our own words.
    constexpr auto word(std::string_view name, std::string_view value) noexcept -> log_line& {
        put_name(name);
        out_.put(value);
        return *this;
    }
    constexpr auto number(std::string_view name, std::uint32_t value) noexcept -> log_line& {
        put_name(name);
        out_.put_number(value);
        return *this;
    }
    /// Adds ` name=192.0.2.1:5060`, or `-` for an empty address.
    constexpr auto end(std::string_view name, const endpoint& value) noexcept -> log_line& {
        put_name(name);
        if (value.address.family() == address_family::none) out_.put('-');
        else write_endpoint(out_, value);
        return *this;
    }
    /// Adds ` name=` and the word of a stranger.
    constexpr auto untrusted_word(std::string_view name, std::string_view value) noexcept -> log_line& {
        put_name(name);
        put_tamed(value, 32, [](char c) { return ascii::is(c, ascii::set::token) && c != '%'; });
        return *this;
    }
    /// Adds ` name="…"` and the text of a stranger; with a second one, with an at sign between them.
    constexpr auto untrusted_text(std::string_view name, std::string_view value,
                                  std::string_view after_at = {}) noexcept -> log_line& {
        const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
        put_name(name);
        out_.put('"');
        put_tamed(value, 160, is_plain);
        if (!after_at.empty()) out_.put('@');
        put_tamed(after_at, 160, is_plain);
        out_.put('"');
        return *this;
    }

private:
    constexpr void put_name(std::string_view name) noexcept { out_.put(' ').put(name).put('='); }

    /// Writes what is plain as it is and all else as \xHH, until that fills `most` bytes; then come three dots.
    template <typename IsPlain>
    constexpr void put_tamed(std::string_view value, std::size_t most, IsPlain is_plain) noexcept {
        const auto limit = out_.size() + most;
        for (const char c : value) {
            if (out_.size() + 4 > limit) {
                out_.put("...");
                return;
            }
            if (is_plain(c)) {
                out_.put(c);
                continue;
            }
            const auto byte = static_cast<unsigned char>(c);
            out_.put("\\x").put("0123456789abcdef"[byte >> 4]).put("0123456789abcdef"[byte & 15]);
        }
    }

    std::array<char, 1024> bytes_{};
    writer out_;
};

} // namespace sipwhere::detail
