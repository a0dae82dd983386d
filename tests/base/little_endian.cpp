// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/little_endian.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace little_endian_test {

using namespace sipwhere;

TEST_CASE("a number is written with its lowest byte first on every machine, wherever its bytes lie") {
    std::array<char, 11> bytes{};
    store_little_endian(bytes.data() + 1, std::uint16_t{0x0201});
    store_little_endian(bytes.data() + 3, std::uint64_t{0x0a09'0807'0605'0403});
    CHECK(std::string_view{bytes.data(), bytes.size()} == std::string_view{"\0\1\2\3\4\5\6\7\x8\x9\xa", 11});
    store_little_endian(bytes.data() + 1, std::uint32_t{0xffee'ddcc});
    CHECK(std::string_view{bytes.data() + 1, 4} == "\xcc\xdd\xee\xff");
}

TEST_CASE("a number is read from such bytes") {
    constexpr const char* bytes = "\1\2\3\4\5\6\7\x88";
    CHECK(load_little_endian<std::uint8_t>(bytes) == 1);
    CHECK(load_little_endian<std::uint16_t>(bytes + 1) == 0x0302);
    CHECK(load_little_endian<std::uint32_t>(bytes + 3) == 0x0706'0504);
    CHECK(load_little_endian<std::uint64_t>(bytes) == 0x8807'0605'0403'0201);
}

} // namespace little_endian_test
