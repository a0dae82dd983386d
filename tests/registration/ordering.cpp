// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/ordering.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;
using sipwhere_test::second;

/// Bound in second 1000 by CSeq 7 of "call".
constexpr brief_binding bound_by_7{.call_id = "call", .cseq = 7, .last = 1000};

TEST_CASE("the same Call-ID needs a higher CSeq (RFC 3261 §10.3 step 7)") {
    CHECK(is_stale(bound_by_7, "call", 6, stale_cseq::refuse, second(1001)));
    CHECK(is_stale(bound_by_7, "call", 7, stale_cseq::refuse, second(1001)));
    CHECK(!is_stale(bound_by_7, "call", 8, stale_cseq::refuse, second(1001)));
}

TEST_CASE("another Call-ID is never too late, whatever its CSeq") {
    CHECK(!is_stale(bound_by_7, "other", 1, stale_cseq::refuse, second(1001)));
    CHECK(!is_stale(bound_by_7, "CALL", 1, stale_cseq::refuse, second(1001)));
}

TEST_CASE("time heals no late CSeq, unless the user chose so") {
    CHECK(is_stale(bound_by_7, "call", 7, stale_cseq::refuse, second(100'000)));
}

TEST_CASE("with accept_after_32s a late CSeq counts as a reboot once no repeat can be meant") {
    constexpr auto rule = stale_cseq::accept_after_32s;
    CHECK(is_stale(bound_by_7, "call", 1, rule, second(1000)));
    CHECK(is_stale(bound_by_7, "call", 1, rule, second(1032) + std::chrono::milliseconds{999}));
    CHECK(!is_stale(bound_by_7, "call", 1, rule, second(1033)));
}

} // namespace
