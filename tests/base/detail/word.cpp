// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/detail/word.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace {

using namespace sipwhere::detail;

TEST_CASE_TEMPLATE("a part of a word is its bytes and zeros", Word, std::uint32_t, std::uint64_t) {
    const std::string bytes = "\x81\x02\xf3\x04\x05\x96\x07\x08";
    CHECK(load_word<std::uint32_t>(bytes.data()) == 0x04f30281U);
    for (std::size_t size = 1; size <= sizeof(Word); ++size) {
        Word expected = 0;
        for (std::size_t i = size; i-- > 0;)
            expected = static_cast<Word>(expected << 8 | static_cast<unsigned char>(bytes[i]));
        CHECK(load_part<Word>(bytes.data(), size) == expected);
    }
}

TEST_CASE("bytes are the same only if each of them is") {
    for (std::size_t size = 0; size <= 40; ++size) {
        const std::string a(size, 'x');
        const auto exact = std::make_unique<char[]>(size); // the address sanitizer watches its ends
        a.copy(exact.get(), size);
        CHECK(same_bytes(a.data(), exact.get(), size));
        for (std::size_t at = 0; at < size; ++at) {
            auto b = a;
            b[at] = 'y';
            CHECK_FALSE(same_bytes(a.data(), b.data(), size));
        }
    }
}

} // namespace
