// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/record/transaction_tag.hpp>

#include <doctest/doctest.h>

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

} // namespace transaction_tag_test
