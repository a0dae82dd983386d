// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/joined_texts.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string_view>

namespace {

using namespace sipwhere;

constexpr std::array<std::string_view, 4> apart{"one", "", "three", "four"};
constexpr joined_texts<apart.size(), joined_size(apart)> together{apart};

TEST_CASE("joined texts are what they were, one after the other, in the memory of one") {
    static_assert(together.size() == 4 && together[2] == "three");
    for (std::size_t i = 0; i < apart.size(); ++i) CHECK(together[i] == apart[i]);
    CHECK(together[0].data() + 3 == together[2].data());
    CHECK(sizeof together <= 12 + 2 * 5);
}

} // namespace
