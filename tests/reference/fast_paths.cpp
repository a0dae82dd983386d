// SPDX-License-Identifier: BSL-1.0
//
// Each fast path beside the full one, over the same bytes: what phones send, what is nearly that, and what is not.
#include <reference/description.hpp>
#include <reference/exact_copy.hpp>
#include <reference/hostile_texts.hpp>
#include <reference/near_texts.hpp>
#include <reference/seeds.hpp>
#include <reference/small_twin.hpp>

#include <sipwhere/message/start_line.hpp>
#include <sipwhere/message/usual_field.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::description;
using sipwhere_test::exact_copy;
using sipwhere_test::near_texts;
using sipwhere_test::reading;
using sipwhere_test::rounds;
namespace small_twin = sipwhere_test::small_twin;

void check_one(const std::string& text) {
    const exact_copy copy{text};
    const auto read = description::of(copy.view(), reading::of_message);
    if (read == description::of(copy.view(), reading::of_copies) && read == small_twin::describe(copy.view())) return;
    CAPTURE(text);
    CHECK(read == description::of(copy.view(), reading::of_copies));
    CHECK(read == small_twin::describe(copy.view()));
}

TEST_CASE(
    "a message is read alike by the fast code and by the small one, with a message behind each value or nothing") {
    near_texts texts{1};
    for (auto round = rounds(3000); round > 0; --round) {
        const auto text = texts.message();
        check_one(text);
        check_one(texts.spoilt(text));
        check_one(texts.spoilt(texts.spoilt(text)));
        if (round % 10 == 0) check_one(texts.crowded());
    }
}

TEST_CASE("so are datagrams full of one thing") {
    std::size_t number = 0;
    for (const auto& hostile : sipwhere_test::hostile_texts())
        if (++number % (4 * 3000 / rounds(3000)) == 0) check_one(hostile.bytes);
}

TEST_CASE("a registrar answers alike and holds the same bindings") {
    near_texts texts{2};
    std::size_t ok = 0, refused = 0, dropped = 0;
    for (auto round = rounds(40); round > 0; --round) {
        std::vector<std::string> datagrams;
        for (int i = 0; i < 50; ++i) {
            datagrams.push_back(texts.message());
            datagrams.push_back(texts.spoilt(datagrams.back()));
            if (i % 10 == 9) datagrams.push_back(datagrams[texts.below(datagrams.size())]);
        }
        const auto answers = sipwhere_test::answers_to(datagrams);
        REQUIRE(answers == small_twin::answers_to(datagrams));
        for (std::size_t i = 0; i < datagrams.size(); ++i)
            ++(answers[i].empty() ? dropped : answers[i].starts_with("SIP/2.0 200") ? ok : refused);
    }
    const auto least = rounds(40) * 5; // of 105, so that the texts are what they are said to be
    CHECK(ok > least);
    CHECK(refused > least);
    CHECK(dropped > least / 5);
}

/// Returns: whether the field at `begin` was read fast.
auto check_field(std::string_view text, std::size_t begin, const token_map& map) -> bool {
    const auto fast = detail::fast_field(text, begin, map);
    if (fast.end == 0) return false;
    const auto full = read_field(text, begin);
    const bool same = !full.is_end && find_header(full.name) == fast.name &&
                      full.value == slice(text, fast.value, fast.end) && full.next == fast.end + 2 &&
                      !full.has_bare_cr && (full.is_plain || fast.name == header_name::other) &&
                      (fast.name != header_name::other || ascii::is_token(full.name));
    if (same) return true;
    CAPTURE(text);
    CAPTURE(begin);
    CHECK(same);
    return true;
}

TEST_CASE("a field that is read fast is read by read_field just so") {
    near_texts texts{3};
    std::size_t fast = 0, all = 0;
    for (auto round = rounds(3000); round > 0; --round) {
        const auto text = texts.message();
        for (const exact_copy copy{round % 2 == 0 ? text : texts.spoilt(text)}; auto line : {true, false}) {
            token_map map;
            map.make(copy.view());
            for (std::size_t begin = 0; begin < copy.view().size(); ++begin) {
                if (line && begin > 0 && copy.view()[begin - 1] != '\n') continue;
                const bool is_fast = check_field(copy.view(), begin, map);
                fast += line && is_fast ? 1 : 0;
                all += line ? 1 : 0;
            }
        }
    }
    CHECK(fast > all / 4);
}

TEST_CASE("a Request-Line that is read fast is read by full_request_line just so") {
    near_texts texts{4};
    std::size_t fast = 0;
    for (auto round = rounds(20'000); round > 0; --round) {
        const auto text = texts.message().substr(0, 100);
        for (const auto& one : {text, texts.spoilt(text.substr(0, 50)) + text.substr(50)}) {
            const exact_copy tried{one};
            token_map map;
            map.make(tried.view());
            request_line quick, slow;
            const auto next = detail::fast_request_line(tried.view(), map, quick);
            if (next == 0) continue;
            ++fast;
            const auto line = find_line_end(tried.view(), 0);
            const auto read = detail::full_request_line(slice(tried.view(), 0, line.end), slow);
            const bool same = line.next == next && line.is_plain && read && slow.well_formed && quick.well_formed &&
                              slow.method == quick.method && slow.method_text == quick.method_text &&
                              slow.uri == quick.uri && slow.version == quick.version;
            CAPTURE(tried.view());
            if (!same) CHECK(same);
        }
    }
    CHECK(fast > rounds(20'000) / 4);
}

TEST_CASE("a line end is found where a look at each character finds it") {
    near_texts texts{5};
    for (auto round = rounds(300); round > 0; --round) {
        const exact_copy copy{texts.spoilt(texts.message())};
        const auto text = copy.view();
        for (std::size_t from = 0; from <= text.size(); ++from) {
            line_end wanted{.has_bare_cr = false};
            auto at = from;
            for (; at < text.size() && text[at] != '\n'; ++at) {
                if (text[at] != '\r') continue;
                if (at + 1 == text.size() || text[at + 1] == '\n') break;
                wanted.has_bare_cr = true;
            }
            const bool has_cr = at < text.size() && text[at] == '\r';
            const auto next = at + (has_cr ? 1 : 0) < text.size() ? at + (has_cr ? 2 : 1) : text.size();
            const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
            const auto line = slice(text, from, at);
            const bool is_plain = has_cr && at + 1 < text.size() && std::none_of(line.begin(), line.end(), is_control);
            const auto found = find_line_end(text, from);
            const bool same = found.end == at && found.next == next && found.has_bare_cr == wanted.has_bare_cr &&
                              found.is_plain == is_plain;
            CAPTURE(text);
            CAPTURE(from);
            if (!same) CHECK(same);
        }
    }
}

/// Asks the fast scans and a loop for one character after the other.
template <ascii::set Sets>
void check_run(std::string_view text, std::size_t from, std::size_t size) {
    const auto* const at = text.data() + from;
    const auto wanted = detail::step_over(at, size, Sets);
    CHECK(run_of<Sets>(at, size, size) == wanted);
    CHECK(run_of<Sets>(at, size, text.size() - from) == wanted);
}
template <char... Wanted>
void check_first(std::string_view text, std::size_t from, std::size_t size) {
    const auto piece = slice(text, from, from + size);
    const auto found = std::find_if(piece.begin(), piece.end(), [](char c) { return (... || (c == Wanted)); });
    const auto wanted = static_cast<std::size_t>(found - piece.begin());
    CHECK(find_first<Wanted...>(piece.data(), size, size) == wanted);
    CHECK(find_first<Wanted...>(piece.data(), size, text.size() - from) == wanted);
    CHECK(find_any<Wanted...>(text, from) >= from + wanted);
}

TEST_CASE("runs and characters are found where a look at each character finds them, whatever stands behind") {
    using ascii::set;
    near_texts texts{6};
    for (auto round = rounds(6000); round > 0; --round) {
        const exact_copy copy{texts.spoilt(texts.spoilt(texts.message()))};
        const auto text = copy.view();
        const auto from = texts.below(text.size() + 1);
        const auto size = texts.below(std::min<std::size_t>(text.size() - from, 50) + 1);
        check_run<set::token>(text, from, size);
        check_run<set::user>(text, from, size);
        check_run<set::gvalue>(text, from, size);
        check_run<set::host>(text, from, size);
        check_run<set::digit>(text, from, size);
        check_run<set::param>(text, from, size);
        check_run<set::unreserved | set::reserved>(text, from, size);
        check_first<'@'>(text, from, size);
        check_first<'>'>(text, from, size);
        check_first<'"'>(text, from, size);
        check_first<' '>(text, from, size);
        check_first<':', '\r', '\n'>(text, from, size);
    }
}

TEST_CASE("texts are compared as byte for byte, with and without their case") {
    near_texts texts{7};
    using namespace std::string_view_literals;
    constexpr auto letters = "aAzZ@[`{mM5\x00\x20\x80\xc1\xe1"sv;
    for (auto round = rounds(60'000); round > 0; --round) {
        std::string a(texts.below(40), 'a');
        for (char& c : a) c = letters[texts.below(letters.size())];
        auto b = a;
        for (auto changes = texts.below(3); changes > 0 && !b.empty(); --changes) {
            char& c = b[texts.below(b.size())];
            c = texts.below(2) == 0 ? static_cast<char>(c ^ 0x20) : letters[texts.below(letters.size())];
        }
        if (texts.below(10) == 0) b.resize(texts.below(41));
        const exact_copy left{a}, right{b};
        const bool same = detail::same_text(left.view(), right.view()) == (a == b);
        const auto lower = [](std::string text) {
            for (char& c : text)
                if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
            return text;
        };
        const bool same_lower = ascii::iequals(left.view(), right.view()) == (lower(a) == lower(b));
        CAPTURE(a);
        CAPTURE(b);
        if (!same) CHECK(same);
        if (!same_lower) CHECK(same_lower);
    }
}

} // namespace
