// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/status.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;

TEST_CASE("a status has the code and the phrase of its RFC") {
    CHECK(code_of(status::ok) == 200);
    CHECK(reason_phrase(status::ok) == "OK");
    CHECK(code_of(status::interval_too_brief) == 423);
    CHECK(reason_phrase(status::interval_too_brief) == "Interval Too Brief");
    CHECK(reason_phrase(status::first_hop_lacks_outbound_support) == "First Hop Lacks Outbound Support");
    CHECK(code_of(status::not_acceptable_anywhere) == 606);
}

TEST_CASE("the first and the last code have their phrases") {
    static_assert(reason_phrase(status::trying) == "Trying");
    static_assert(reason_phrase(status::not_acceptable_anywhere) == "Not Acceptable");
    CHECK(reason_phrase(status::does_not_exist_anywhere) == "Does Not Exist Anywhere");
}

TEST_CASE("a code without a name has no phrase") {
    CHECK(reason_phrase(status{299}).empty());
    CHECK(code_of(status{299}) == 299);
}

} // namespace
