// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/token_map.hpp>
#include <sipwhere/base/xoshiro.hpp>

#include <reference/exact_copy.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using sipwhere_test::exact_copy;

/// A text of all bytes, in which plain ones come in runs of some length.
auto bytes_of(std::size_t size, std::uint64_t seed) -> std::string {
    xoshiro256 random{seed};
    std::string made(size, 'a');
    for (auto left = random.next() % (size / 4 + 1); left > 0; --left)
        made[static_cast<std::size_t>(random.next() % size)] = static_cast<char>(random.next() % 256);
    return made;
}

TEST_CASE("a plain character belongs to tokens, users and parameters alike") {
    for (int c = 0; c < 256; ++c) {
        constexpr std::string_view marks = "-_.!~*'+";
        const auto byte = static_cast<char>(c);
        const bool is_alphanumeric = ascii::is(byte, ascii::set::digit | ascii::set::alpha);
        CHECK(ascii::is_plain(byte) == (is_alphanumeric || (c != 0 && marks.find(byte) != marks.npos)));
    }
}

TEST_CASE("a map tells of each position where the next control character and the next mark are") {
    for (std::size_t size = 1; size < 400; size += size < 200 ? 1 : 17) {
        const exact_copy text{bytes_of(size, size)};
        token_map map;
        map.make(text.view());
        REQUIRE(map.size() == size);
        auto control = size, mark = size;
        for (auto at = size; at-- > 0;) {
            if (static_cast<unsigned char>(text.view()[at]) < ' ') control = at;
            if (!ascii::is_plain(text.view()[at])) mark = at;
            REQUIRE(map.next_control(at) == control);
            REQUIRE(map.next_mark(at) == mark);
        }
        CHECK(map.next_control(size) == size);
        CHECK(map.next_mark(size) == size);
    }
}

TEST_CASE("a map ends where it is full") {
    for (const auto size : {token_map::most_bytes - 1, token_map::most_bytes, token_map::most_bytes + 1}) {
        const exact_copy text{std::string(size, 'a') + '\n'};
        token_map map;
        map.make(text.view());
        CHECK(map.size() == std::min(size + 1, token_map::most_bytes));
        CHECK(map.next_mark(0) == std::min(size, token_map::most_bytes));
        CHECK(map.next_control(map.size()) == map.size());
    }
    token_map empty;
    empty.make({});
    CHECK(empty.next_mark(0) == 0);
}

#if defined(__x86_64__) && __STDC_HOSTED__ && SIPWHERE_SMALL == 0
constexpr std::size_t blocks = 7;
using words = std::array<std::uint64_t, blocks>;
using marker = void (*)(const char*, std::size_t, std::uint64_t*, std::uint64_t*) noexcept;

/// Compares what a processor of some kind would mark with what every one does.
void check_marker(marker wide) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const exact_copy text{bytes_of(blocks * detail::marked_block, seed)};
        words controls{}, marks{}, wide_controls{}, wide_marks{};
        detail::mark_by_words(text.view().data(), blocks, controls.data(), marks.data());
        wide(text.view().data(), blocks, wide_controls.data(), wide_marks.data());
        REQUIRE(controls == wide_controls);
        REQUIRE(marks == wide_marks);
    }
}

TEST_CASE("every processor marks the same") {
    if (__builtin_cpu_supports("ssse3")) check_marker(detail::mark_with_ssse3);
    if (__builtin_cpu_supports("avx2")) check_marker(detail::mark_with_avx2);
}
#endif

} // namespace
