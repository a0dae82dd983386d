// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/record/owned_record.hpp>

#include <sipwhere/record/record_builder.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace owned_record_test {

using namespace sipwhere;

TEST_CASE("a record that holds its bytes shows what was packed into them, after these are gone") {
    owned_record kept;
    CHECK(kept.view().size() == 0);
    {
        std::array<char, 200> bytes{};
        record_builder out{bytes};
        out.add(binding_view{.uri = "sip:a@192.0.2.1", .due = 9});
        kept = {std::string{out.finish().bytes()}};
        bytes.fill('x');
    }
    REQUIRE(kept.view().size() == 1);
    CHECK((*kept.view().begin()).uri == "sip:a@192.0.2.1");
}

} // namespace owned_record_test
