// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/prefetch.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

namespace prefetch_test {

TEST_CASE("what is prefetched stays as it is, and need not be there") {
    std::string text = "some text";
    sipwhere::prefetch(text.data());
    sipwhere::prefetch(nullptr);
    sipwhere::prefetch(reinterpret_cast<const void*>(std::uintptr_t{1}));

    CHECK(text == "some text");
}

} // namespace prefetch_test
