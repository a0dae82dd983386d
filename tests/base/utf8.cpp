// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/utf8.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace utf8_test {

using namespace std::string_view_literals;
using sipwhere::is_utf8;

/// Returns: a code point as RFC 3629 §3 writes it, without asking whether it may be written.
[[nodiscard]] auto encoded(std::uint32_t point) -> std::string {
    const auto tail = [point](unsigned shift) { return static_cast<char>(0x80 | (point >> shift & 0x3f)); };
    if (point < 0x80) return {static_cast<char>(point)};
    if (point < 0x800) return {static_cast<char>(0xc0 | point >> 6U), tail(0)};
    if (point < 0x10000) return {static_cast<char>(0xe0 | point >> 12U), tail(6), tail(0)};
    return {static_cast<char>(0xf0 | point >> 18U), tail(12), tail(6), tail(0)};
}

TEST_CASE("each code point but the surrogates is UTF-8, and nothing of it alone") {
    for (std::uint32_t point = 0; point < 0x11'1000; point += point < 0x1'1000 ? 1 : 101) {
        const bool may_be = point < 0x11'0000 && (point < 0xd800 || point > 0xdfff);
        const auto text = "a" + encoded(point);
        REQUIRE(is_utf8(text + "z") == may_be);
        REQUIRE(is_utf8(text) == may_be);
        if (text.size() > 2) REQUIRE_FALSE(is_utf8(text.substr(0, text.size() - 1)));
    }
}

TEST_CASE("what is longer than it has to be, or no beginning or end, is not UTF-8") {
    for (const auto text : {"\xc0\x80"sv, "\xc1\xbf"sv, "\xe0\x80\x80"sv, "\xe0\x9f\xbf"sv, "\xf0\x80\x80\x80"sv,
                            "\xf0\x8f\xbf\xbf"sv, "\x80"sv, "\xbf"sv, "\xff"sv, "\xf5\x80\x80\x80"sv, "\xc3("sv,
                            "\xe2\x82("sv, "\xe2(\xa1"sv, "\xf0\x90\x8c("sv})
        CHECK_FALSE(is_utf8(text));
    CHECK(is_utf8(""));
    CHECK(is_utf8("\0"sv));
}

} // namespace utf8_test
