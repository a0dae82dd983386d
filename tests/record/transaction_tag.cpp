// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/record/transaction_tag.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <initializer_list>

namespace transaction_tag_test {

using namespace sipwhere;

TEST_CASE("a transaction is remembered for 64*T1 and the rest of that second (RFC 3261 §17.2.2, timer J)") {
    const transaction_tag tag{.since = 1000};

    CHECK(tag.due() == 1032);
    CHECK(tag.is_live({1'000'000}));
    CHECK(tag.is_live({1'032'000}));
    CHECK(tag.is_live({1'032'999}));
    CHECK_FALSE(tag.is_live({1'033'000}));
}

TEST_CASE("what is noted in a tag's bytes changes nothing else of it, and a tag is newer by Call-ID and CSeq alone") {
    const transaction_tag own{.call_id = 7, .cseq = 5};
    for (const auto call_id : std::initializer_list<std::uint16_t>{7, 8, 0x107})
        for (const std::uint32_t cseq : {0U, 4U, 5U, 6U, 0x105U, 0xffff'ffffU})
            for (const bool covers : {false, true}) {
                CAPTURE(call_id);
                CAPTURE(cseq);
                transaction_tag tag{
                    .call_id = call_id, .request = 0xffff, .transaction = 0x3fff'ffff, .cseq = cseq, .since = 1000};
                std::array<char, transaction_tag::packed_size> bytes{}, wanted{};
                tag.write(bytes.data());
                transaction_tag::note_newer(bytes.data(), own);
                if (covers) transaction_tag::note_covers_older(bytes.data());
                tag.has_newer = call_id == own.call_id && cseq <= own.cseq ? 1 : 0;
                tag.covers_older = covers ? 1 : 0;
                tag.write(wanted.data());
                CHECK(bytes == wanted);
            }
}

} // namespace transaction_tag_test
