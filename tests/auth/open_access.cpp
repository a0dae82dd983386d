// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/open_access.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <array>

namespace {

using namespace sipwhere;
using sipwhere_test::parsed_request;
using sipwhere_test::request;

TEST_CASE("open access lets everyone register for everyone, and asks for nothing (R3261-10.3-3b, R3261-10.3-4c)") {
    const parsed_request got{request{}.with("From", "<sip:secretary@example.com>;tag=1")};
    const flow from;
    std::array<char, 16> bytes;
    writer fields{bytes};
    const access_request asked{.request = *got, .from = from, .now = {}, .aor = {"boss", "example.com"}};
    CHECK(open_access{}.authorize(asked, fields).is(access_result::kind::granted));
    CHECK(fields.text().empty());
}

} // namespace
