// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/allowed_methods.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string_view>

namespace allowed_methods_test {

using namespace sipwhere;

TEST_CASE("Allow lists what handlers serve, and behind it what a server answers itself (RFC 3261 §20.5)") {
    CHECK(allowed_methods{{}}.text() == "OPTIONS, CANCEL, ACK");
    CHECK(allowed_methods{{method::register_}}.text() == "REGISTER, OPTIONS, CANCEL, ACK");
    CHECK(allowed_methods{{method::register_, method::options}}.text() == "REGISTER, OPTIONS, CANCEL, ACK");
}

TEST_CASE("Allow names each method once, and has capacity for all") {
    method_set all;
    for (std::size_t i = 0; i < static_cast<std::size_t>(method::unknown); ++i)
        all = all | method_set{static_cast<method>(i)};
    const allowed_methods made{all};
    for (std::size_t i = 0; i < static_cast<std::size_t>(method::unknown); ++i) {
        const auto name = text_of(static_cast<method>(i));
        CAPTURE(name);
        std::size_t times = 0;
        for (auto at = made.text(); !at.empty();) {
            const auto end = at.find(", ");
            times += at.substr(0, end) == name ? 1U : 0U;
            at = end == std::string_view::npos ? std::string_view{} : at.substr(end + 2);
        }
        CHECK(times == 1);
    }
}

} // namespace allowed_methods_test
