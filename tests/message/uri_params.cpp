// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/uri_params.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

TEST_CASE("URI parameters are found with their escapes resolved (RFC 4475 §3.1.1.3)") {
    const auto params = parse_uri_params("transport=udp;%6C%72;n%61me=v%61lue%25%34%31;ob");
    REQUIRE(params);
    CHECK(params->find("TRANSPORT")->value == "udp");
    CHECK(params->find("lr"));
    CHECK_FALSE(params->find("lr")->has_value);
    CHECK(params->find("name")->value == "v%61lue%25%34%31");
    CHECK(params->find("ob"));
    CHECK_FALSE(params->find("o"));
}

TEST_CASE("URI parameters keep what the grammar allows in them (RFC 3261 §25.1 paramchar)") {
    const auto params = parse_uri_params("a=[]/:&+$-_.!~*'();[x]/y");
    REQUIRE(params);
    CHECK(params->find("a")->value == "[]/:&+$-_.!~*'()");
    CHECK(params->find("[x]/y"));
}

TEST_CASE("a malformed URI parameter is an error") {
    for (const std::string_view text :
         {"", ";", "a;", ";a", "a;;b", "=1", "a=", "a=b=c", "a=1,2", "a b", "a=%4", "%=1", "a=\"x\"", "a=\xc3\xa4"})
        CHECK(parse_uri_params(text).error().code == errc::bad_params);
}

TEST_CASE("a URI parameter that comes twice is an error, escaped or not (RFC 3261 §19.1.1)") {
    CHECK(parse_uri_params("lr;transport=udp;LR").error() == failure{errc::bad_params, 17});
    CHECK(parse_uri_params("lr;%6cr").error().code == errc::bad_params);
}

TEST_CASE("URI headers are read in order, and a name may come again") {
    const auto headers = parse_uri_headers("Route=%3Csip:a%3E&Route=b&subject=");
    REQUIRE(headers);
    auto header = headers->begin();
    CHECK(header->value == "%3Csip:a%3E");
    ++header;
    CHECK(header->name == "Route");
    CHECK(header->value == "b");
    ++header;
    CHECK(header->has_value);
    CHECK(header->value.empty());
    ++header;
    CHECK(header == headers->end());
}

TEST_CASE("a malformed URI header is an error") {
    for (const std::string_view text : {"", "&", "a", "a=1&", "&a=1", "a=1&&b=2", "=1", "a=1;2", "a=<b>", "a=%zz"})
        CHECK(parse_uri_headers(text).error().code == errc::bad_params);
}

TEST_CASE("a URI has so many parameters or headers and no more") {
    std::string params = "p0";
    std::string headers = "h0=";
    for (std::size_t i = 1; i < max_params; ++i) {
        params += ";p" + std::to_string(i);
        headers += "&h" + std::to_string(i) + '=';
    }
    CHECK(parse_uri_params(params));
    CHECK(parse_uri_headers(headers));
    CHECK(parse_uri_params(params + ";x").error().code == errc::too_many_params);
    CHECK(parse_uri_headers(headers + "&x=").error().code == errc::too_many_params);
}

} // namespace
