// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/detail/byte_block.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>

namespace {

using namespace sipwhere;
using namespace sipwhere::detail;

constexpr std::size_t longest = 40;

/// Returns: where the first of some characters stands, character by character.
template <typename Is>
auto first_where(const std::string& text, std::size_t size, Is&& is) -> std::size_t {
    std::size_t at = 0;
    while (at < size && !is(text[at])) ++at;
    return at;
}

/// Asks one question of texts of each length and with each character at each place in them and behind them.
template <typename Block, typename Question, typename Is>
void check_against_each_character(Question question, Is is) {
    for (std::size_t size = 0; size <= longest; ++size) {
        for (std::size_t at = 0; at < size + Block::size; ++at) {
            for (int c = 0; c < 256; c += size % 8 == at % 8 ? 1 : 37) {
                std::string text(longest + Block::size, 'a');
                text[at] = static_cast<char>(c);
                const auto expected = first_where(text, size, is);
                const auto found = find_in_blocks<Block>(text.data(), size, question);
                const auto looking_ahead = find_in_blocks<Block>(text.data(), size, text.size(), question);
                if (found == expected && looking_ahead == expected) continue;
                CAPTURE(size);
                CAPTURE(at);
                CAPTURE(c);
                CHECK(found == expected);
                CHECK(looking_ahead == expected);
            }
        }
    }
}

TEST_CASE_TEMPLATE("a block finds control characters and others", Block, word_block, byte_block) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
    check_against_each_character<Block>([](const Block& block) { return block.controls(); }, is_control);
    check_against_each_character<Block>([](const Block& block) { return block.controls() | block.equal(':'); },
                                        [&](char c) { return is_control(c) || c == ':'; });
    check_against_each_character<Block>([](const Block& block) { return block.equal('\r') | block.equal('\x7f'); },
                                        [](char c) { return c == '\r' || c == '\x7f'; });
}

#if defined(__SSSE3__)
TEST_CASE("a block of x86 knows each set of characters") {
    const auto check = [](auto sets) {
        constexpr auto wanted = decltype(sets)::value;
        check_against_each_character<sse_block>([](const sse_block& block) { return block.template outside<wanted>(); },
                                                [](char c) { return !ascii::is(c, wanted); });
    };
    check(std::integral_constant<ascii::set, ascii::set::token>{});
    check(std::integral_constant<ascii::set, ascii::set::host>{});
    check(std::integral_constant<ascii::set, ascii::set::user>{});
    check(std::integral_constant<ascii::set, ascii::set::gvalue>{});
    check(std::integral_constant<ascii::set, ascii::set::unreserved | ascii::set::reserved>{});
}
#endif

TEST_CASE("no byte outside of a text is looked at") {
    for (std::size_t size = 0; size <= longest; ++size) {
        const auto text = std::make_unique<char[]>(size); // the address sanitizer watches its ends
        std::fill_n(text.get(), size, 'a');
        const auto question = [](const auto& block) { return block.equal('b'); };
        CHECK(find_in_blocks<byte_block>(text.get(), size, question) == size);
        CHECK(find_in_blocks<byte_block>(text.get(), size, size, question) == size);
    }
}

} // namespace
