// SPDX-License-Identifier: BSL-1.0
#include <support/skip.hpp>

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>

namespace {

int skipped_cases = 0;

} // namespace

void sipwhere_test::skip(std::string_view reason) {
    ++skipped_cases;
    std::printf("skipped: %.*s\n", static_cast<int>(reason.size()), reason.data());
}

/// Runs the cases, and says at the end how many of those that doctest counts as passed were skipped.
auto main(int argc, char** argv) -> int {
    const int status = doctest::Context(argc, argv).run();
    std::printf("sipwhere skipped: %d\n", skipped_cases);
    return status;
}
