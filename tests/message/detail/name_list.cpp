// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/detail/name_list.hpp>

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/message/uri_params.hpp>
#include <sipwhere/random/seeded_random.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere;
/// Returns: where the first name begins that came before; 0 if there is none.
auto find_repeat(const uri_params_view& params, escapes written) -> std::size_t {
    detail::name_list names;
    for (const auto& param : params) {
        if (written == escapes::resolved && param.name.find('%') != std::string_view::npos)
            names.add_escaped(param.name);
        else names.add(param.name);
    }
    const auto* const at = names.find_repeat(written);
    return at == nullptr ? 0 : static_cast<std::size_t>(at - params.text().data());
}

/// Returns: where the first name begins that came before, found by holding each against each.
auto found_plainly(const uri_params_view& params) -> std::size_t {
    std::vector<std::string_view> before;
    for (const auto& param : params) {
        for (const auto name : before)
            if (percent_equal(name, param.name, letter_case::ignored))
                return static_cast<std::size_t>(param.name.data() - params.text().data());
        before.push_back(param.name);
    }
    return 0;
}

TEST_CASE("the first name that came before is found, wherever it stands") {
    CHECK(find_repeat(uri_params_view{"a;b;A;b"}, escapes::resolved) == 4);
    CHECK(find_repeat(uri_params_view{"b;a;a;b"}, escapes::resolved) == 4);
    CHECK(find_repeat(uri_params_view{"long-long-1;x;long-long-2;long-long-1"}, escapes::resolved) == 26);
    CHECK(find_repeat(uri_params_view{"long-long;long-long-;long-lon"}, escapes::resolved) == 0);
    CHECK(find_repeat(uri_params_view{"12345678;123456789;12345678"}, escapes::resolved) == 19);
    CHECK(find_repeat(uri_params_view{"a"}, escapes::resolved) == 0);
    CHECK(find_repeat(uri_params_view{"a;a;a;a"}, escapes::resolved) == 2);
}

TEST_CASE("escapes stand for characters in URIs, and for themselves in tokens") {
    CHECK(find_repeat(uri_params_view{"a;%61"}, escapes::resolved) == 2);
    CHECK(find_repeat(uri_params_view{"a;%61"}, escapes::literal) == 0);
    CHECK(find_repeat(uri_params_view{"%4a;%6A"}, escapes::resolved) == 4);
    CHECK(find_repeat(uri_params_view{"1234567%2f;1234567%2F"}, escapes::resolved) == 11);
    CHECK(find_repeat(uri_params_view{"1234567/;1234567%2F"}, escapes::resolved) == 0);
}

TEST_CASE("whatever the names are, the same one is found as by holding each against each") {
    seeded_random random{11};
    std::size_t repeats = 0;
    for (int round = 0; round < 3000; ++round) {
        const auto letters = 1 + random.next() % 3, longest = 1 + random.next() % 20, count = 1 + random.next() % 32;
        std::string text;
        for (std::size_t i = 0; i < count; ++i) {
            if (i != 0) text += ';';
            text += std::string(random.next() % 3 * 8, 'x');
            for (auto size = 1 + random.next() % longest; size > 0; --size) {
                const auto draw = random.next();
                const auto letter = static_cast<unsigned>(draw % letters);
                if (draw % 7 == 1) (text += "%6") += static_cast<char>('1' + letter);
                else text += static_cast<char>((draw % 5 == 0 ? 'A' : 'a') + static_cast<char>(letter));
            }
        }
        const uri_params_view params{text};
        const auto expected = found_plainly(params);
        repeats += expected != 0 ? 1U : 0U;
        if (find_repeat(params, escapes::resolved) != expected) FAIL(text);
    }
    CHECK(repeats > 300);
    CHECK(repeats < 2700);
}

TEST_CASE("names of one character are all told apart by a bit, also when there are many") {
    constexpr std::string_view letters = "!%'*+-.0123456789_`abcdefghijklmnopqrstuvwxyz~$&()/:[]";
    for (const char a : letters)
        for (const char b : letters) {
            detail::name_list names;
            names.add({&a, 1});
            names.add({&b, 1});
            CHECK((names.find_repeat(escapes::literal) == nullptr) == (a != b));
        }
}

} // namespace
