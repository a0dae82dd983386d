// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/method.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string_view>

namespace {

using namespace sipwhere;

TEST_CASE("each method is known by its name") {
    for (std::uint8_t i = 0; i < static_cast<std::uint8_t>(method::unknown); ++i) {
        const auto what = static_cast<method>(i);
        CHECK_FALSE(text_of(what).empty());
        CHECK(parse_method(text_of(what)) == what);
    }
    CHECK(parse_method("REGISTER") == method::register_);
}

TEST_CASE("methods are told apart by case, and %HH is no escape in them (RFC 3261 §7.1, RFC 4475 §3.1.1.5)") {
    for (const std::string_view text : {"register", "Register", "REGISTERS", "REGISTE", "RE%47IST%45R", ""})
        CHECK(parse_method(text) == method::unknown);
    CHECK(text_of(method::unknown).empty());
}

} // namespace
