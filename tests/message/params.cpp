// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/params.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

auto params_of(std::string_view text) -> params_view {
    cursor in{text};
    const auto params = parse_params(in);
    REQUIRE(params);
    return *params;
}

auto params_failure(std::string_view text) -> failure {
    cursor in{text};
    const auto params = parse_params(in);
    REQUIRE_FALSE(params);
    return params.error();
}

TEST_CASE("parameters are read with their values or without (RFC 3261 §25.1 generic-param)") {
    const auto params = params_of(R"(;tag=1;lr;+sip.instance="<urn:uuid:1;,>";host=[2001:db8::1])");
    auto param = params.begin();

    CHECK(param->name == "tag");
    CHECK(param->value == "1");
    CHECK(param->has_value);
    ++param;
    CHECK(param->name == "lr");
    CHECK_FALSE(param->has_value);
    ++param;
    CHECK(param->name == "+sip.instance");
    CHECK(param->value == R"("<urn:uuid:1;,>")");
    ++param;
    CHECK(param->value == "[2001:db8::1]");
    ++param;
    CHECK(param == params.end());
}

TEST_CASE("white space and folds may stand around semicolons and equals signs (R3261-7.3.1-a)") {
    const auto params = params_of(" ;\r\n  newparam =\r\n\t newvalue ;\r\n  secondparam ; q = 0.33  ");

    CHECK(params.find("newparam")->value == "newvalue");
    CHECK_FALSE(params.find("secondparam")->has_value);
    CHECK(params.find("q")->value == "0.33");
    CHECK(params.text().ends_with("0.33"));
}

TEST_CASE("parameter names are found in any case (R3261-7.3.1-d)") {
    const auto params = params_of(";Expires=7;TAG=x");
    CHECK(params.find("expires")->value == "7");
    CHECK(params.find("tag")->value == "x");
    CHECK_FALSE(params.find("expire"));
}

TEST_CASE("parameters end at a comma between values or at the end") {
    for (const std::string_view text : {";a=1 , next;b=2", ";a=1,next", ";a=1  "}) {
        cursor in{text};
        const auto params = parse_params(in);
        REQUIRE(params);
        CHECK(params->text() == ";a=1");
        CHECK((in.at_end() || in.peek() == ','));
    }
    CHECK(params_of("").empty());
    CHECK(params_of("  ").begin() == params_view{}.end());
    CHECK(params_of(",b").empty());
}

TEST_CASE("a malformed parameter is an error, where reading stopped") {
    CHECK(params_failure(";") == failure{errc::bad_params, 1});
    CHECK(params_failure(";a;;b") == failure{errc::bad_params, 3});
    CHECK(params_failure(";a;").code == errc::bad_params);
    CHECK(params_failure(";=1").code == errc::bad_params);
    CHECK(params_failure(";a=").code == errc::bad_params);
    CHECK(params_failure(";a= ;b").code == errc::bad_params);
    CHECK(params_failure(";a=1 b").code == errc::bad_params);
    CHECK(params_failure(";a=\"1\"2").code == errc::bad_params);
    CHECK(params_failure(";a@b").code == errc::bad_params);
    CHECK(params_failure("a=1") == failure{errc::bad_params, 0});
    CHECK(params_failure(";a=\"x").code == errc::bad_quoting);
}

TEST_CASE("a parameter that comes twice is an error, in any case (R3261-7.3.1-e)") {
    CHECK(params_failure(";a=1;b;A=2") == failure{errc::bad_params, 7});
    CHECK(params_failure(";lr;lr").code == errc::bad_params);
    CHECK(params_of(";tag=1;gat=1;tga=1;ta=1").find("ta"));
}

TEST_CASE("a parameter that begins as another one does is no repeat of it, whatever comes between them") {
    for (char first = 'a'; first <= 'z'; ++first)
        for (std::size_t size = 3; size < 64; ++size) {
            const auto between = std::string(size, first);
            CAPTURE(between);
            CHECK(params_of(";ab;" + between + ";a").find("a"));
        }
}

TEST_CASE("a value has so many parameters and no more") {
    std::string text;
    for (std::size_t i = 0; i < max_params; ++i) text += ";p" + std::to_string(i);
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& param : params_of(text)) ++count;
    CHECK(count == max_params);
    CHECK(params_failure(text + ";one-more").code == errc::too_many_params);
}

TEST_CASE("each parameter knows its whole text, from the white space before its semicolon on") {
    std::string joined;
    for (const auto& param : params_of("; a = 1 ;EXPIRES=2;b ; c=\"x;expires=3\"")) {
        joined += param.text;
        if (param.name == "EXPIRES") CHECK(param.text == " ;EXPIRES=2");
    }
    CHECK(joined == "; a = 1 ;EXPIRES=2;b ; c=\"x;expires=3\"");
}

} // namespace
