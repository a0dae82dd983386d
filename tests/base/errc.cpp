// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/errc.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>

namespace {

using namespace sipwhere;

TEST_CASE("each error has a sentence of its own, without a full stop") {
    constexpr auto unknown = message(errc{0xff});
    std::size_t count = 1;
    for (; message(errc{static_cast<std::uint8_t>(count)}) != unknown; ++count) {
        const auto sentence = message(errc{static_cast<std::uint8_t>(count)});
        CHECK_FALSE(sentence.empty());
        CHECK_FALSE(sentence.ends_with('.'));
        for (std::size_t other = 1; other < count; ++other)
            CHECK(sentence != message(errc{static_cast<std::uint8_t>(other)}));
    }
    CHECK(count > static_cast<std::size_t>(errc::already_started));
}

} // namespace
