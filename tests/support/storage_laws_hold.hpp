// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/testing/storage_laws.hpp>

#include <doctest/doctest.h>

#include <string>

namespace sipwhere_test {

/// Lets the case fail for each law of a storage that is not kept.
template <typename Make>
void check_laws(Make make, const sipwhere::testing::storage_law_effort& effort = {}) {
    CHECK(sipwhere::testing::check_storage_laws(
              make,
              [](const sipwhere::testing::breach& found) {
                  const auto law = std::string{found.law};
                  const auto where = std::string{found.where};
                  INFO(where, ", seed ", found.seed);
                  FAIL_CHECK(law);
              },
              effort) == 0);
}

} // namespace sipwhere_test
