// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/version.hpp>

#include <doctest/doctest.h>

TEST_CASE("the builds read their version from the header") {
    CHECK(sipwhere::library_version == SIPWHERE_PROJECT_VERSION);
}
