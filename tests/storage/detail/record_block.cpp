// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/detail/record_block.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace record_block_test {

using sipwhere::aor_view;
using sipwhere::detail::record_block;

/// A block that ends with its bytes, so that a sanitizer sees what goes beyond.
struct made_block {
    std::vector<char> bytes;
    record_block block;

    made_block(const aor_view& key, std::string_view record, std::size_t unused)
        : bytes(record_block::size_for(key, record.size()) + unused, '?'), block(bytes.data(), bytes.size()) {
        block.write_key(0x8000'0007, key);
        block.write_record(record);
    }
    [[nodiscard]] auto record() const -> std::string_view { return block.record().bytes(); }
};

void check_round_trip(const aor_view& key, std::string_view record, std::size_t unused = 0) {
    const made_block made{key, record, unused};
    CHECK(made.block.owner() == 0x8000'0007);
    CHECK(made.block.key() == key);
    CHECK(made.record() == record);
}

TEST_CASE("a block takes 8 bytes beside key and record") {
    CHECK(record_block::size_for({"alice", "example.com"}, 100) == 8 + 16 + 100);
}

TEST_CASE("a key, a record and their owner come back as they were, whatever their sizes") {
    check_round_trip({"alice", "example.com"}, "a record", 3);
    check_round_trip({}, "", 7);
    for (const std::size_t size : {254U, 255U, 256U, 65'535U}) {
        CAPTURE(size);
        const std::string long_text(size, 'x');
        check_round_trip({long_text, "d"}, "a record");
        check_round_trip({"u", long_text}, "a record", 2047);
        check_round_trip({long_text, long_text}, long_text);
    }
}

TEST_CASE("a record is exchanged by a shorter one, by a longer one and by a part of itself") {
    const made_block made{{"alice", "example.com"}, "0123456789", 4};
    made.block.write_record("abc");
    CHECK(made.record() == "abc");
    made.block.write_record("0123456789abcd");
    CHECK(made.record() == "0123456789abcd");
    made.block.write_record(made.record().substr(4));
    CHECK(made.record() == "456789abcd");
    CHECK(made.block.key() == aor_view{"alice", "example.com"});
    CHECK(made.block.bytes().data() + 10 + 4 == made.bytes.data() + made.bytes.size());
}

} // namespace record_block_test
