// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/answer.hpp>

#include <sipwhere/server/request_fields.hpp>

#include <support/reply.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere;
using sipwhere_test::at;
using sipwhere_test::parsed_request;
using sipwhere_test::reply;
using sipwhere_test::request;

constexpr std::string_view allowed = "REGISTER, INVITE";

/// Answers a request from 192.0.2.1:40000 with room for so many bytes.
struct answering {
    std::string_view server{};
    bool add_received = false;
    bool add_rport = false;
    std::size_t room = 4096;

    /// Returns: what `write(out, about)` wrote; nothing when it says that it does not fit.
    template <typename Write>
    auto operator()(const request& asked, Write&& write) const -> reply {
        const parsed_request got{asked};
        request_fields fields;
        REQUIRE(read_top_via(*got, fields.via));
        (void)read_request_fields(*got, fields);
        const reply_route route{.add_received = add_received, .add_rport = add_rport};
        const answer_context about{*got, fields, route, at("192.0.2.1", 40000), 0x1234, server, allowed};
        std::vector<char> bytes(room);
        writer out{bytes};
        if (!write(out, about)) return {};
        return {.text = std::string{out.text()}};
    }
};

constexpr auto refuses(const refusal& why, std::string_view fields = {}) {
    return [=](writer& out, const answer_context& about) { return write_short_answer(out, about, why, fields); };
}

/// Returns: whether an answer's head has no more bytes than were reckoned with.
auto is_within_bound(std::string_view text, status code, std::string_view server) -> bool {
    const parsed_request got{text};
    request_fields fields;
    (void)read_top_via(*got, fields.via);
    (void)read_request_fields(*got, fields);
    const auto longest = ip_address::v6(
        {0x20, 0x01, 0x0d, 0xb8, 0x11, 0x11, 0x22, 0x22, 0x33, 0x33, 0x44, 0x44, 0x55, 0x55, 0x66, 0x66});
    const reply_route route{.add_received = true, .add_rport = true};
    const answer_context about{*got, fields, route, {longest, 65535}, ~std::uint64_t{0}, server, allowed};
    std::vector<char> bytes(8192);
    writer out{bytes};
    detail::write_head(out, about, code, {});
    REQUIRE(out.fits());
    return out.size() <= detail::most_bytes_of_head(about, {});
}

TEST_CASE("a head is never longer than was reckoned, as nobody looks when it is written") {
    const std::string start = "REGISTER sip:h SIP/2.0\r\n";
    const std::string fields = "f:<sip:a@h>\r\nt:<sip:a@h>\r\ni:a\r\nCSeq:1 REGISTER\r\n";
    std::string vias;
    for (int i = 0; i < 100; ++i) vias += "v:x\r\n";
    for (const auto& text : {start + "v:SIP/2.0/UDP h\r\n" + fields + "\r\n", start + vias + fields + "\r\n",
                             start + "v:SIP/2.0/UDP h;rport\r\n" + vias + "\r\n", start + "\r\n"})
        for (unsigned code = 100; code < 700; ++code)
            for (const std::string_view server : {"", "a server"})
                REQUIRE(is_within_bound(text, static_cast<status>(code), server));
}

TEST_CASE("an answer repeats Via, From, To, Call-ID and CSeq, and ends without a body (R3261-20.14-a)") {
    const auto told = answering{}(request{}, refuses({status::forbidden, {}}));
    CHECK(told.text == "SIP/2.0 403 Forbidden\r\n"
                       "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\n"
                       "From: <sip:alice@example.com>;tag=a1\r\n"
                       "To: <sip:alice@example.com>;tag=0000000000001234\r\n"
                       "Call-ID: alice-call@192.0.2.1\r\n"
                       "CSeq: 1 REGISTER\r\n"
                       "Content-Length: 0\r\n\r\n");
}

TEST_CASE("a To that has a tag stays as it is (R3261-8.2.6.2-e)") {
    const auto to = [](const char* value) {
        return answering{}(request{}.with("To", value), refuses({status::forbidden, {}})).rows("To").at(0);
    };
    CHECK(to("<sip:a@h>;tag=theirs") == "<sip:a@h>;tag=theirs");
    CHECK(to("<sip:a@h>;TAG=x") == "<sip:a@h>;TAG=x");
    CHECK(to("<sip:a@h;tag=uri>") == "<sip:a@h;tag=uri>;tag=0000000000001234");
    CHECK(to("\";tag=x\" <sip:a@h>") == "\";tag=x\" <sip:a@h>;tag=0000000000001234");
}

TEST_CASE("the reason of a refusal stands in its first line, else the usual phrase (R3261-21.4.1-a)") {
    CHECK(answering{}(request{}, refuses({status::bad_request, "Missing To"})).reason() == "Missing To");
    CHECK(answering{}(request{}, refuses({status::bad_request, {}})).reason() == "Bad Request");
}

TEST_CASE("received and rport are added to the topmost Via as the route demands (R3581-4-a, R3581-4-b)") {
    const auto via = [](const answering& it) {
        return it(request{}.with("Via", "SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK1").also("Via", "SIP/2.0/UDP b"),
                  refuses({status::forbidden, {}}))
            .rows("Via");
    };
    using rows = std::vector<std::string>;
    CHECK(via({}) == rows{"SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK1", "SIP/2.0/UDP b"});
    CHECK(via({.add_received = true}) ==
          rows{"SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK1;received=192.0.2.1", "SIP/2.0/UDP b"});
    CHECK(via({.add_received = true, .add_rport = true}) ==
          rows{"SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=192.0.2.1;rport=40000", "SIP/2.0/UDP b"});
}

TEST_CASE("a Server field is written when there is one (R3261-20.35-a)") {
    CHECK(!answering{}(request{}, refuses({status::forbidden, {}})).has("Server"));
    CHECK(answering{.server = "sipwhere"}(request{}, refuses({status::forbidden, {}})).field("Server") == "sipwhere");
}

TEST_CASE("405, 501, 415, 423 and 503 say what would be served") {
    const auto told = [](const refusal& why) { return answering{}(request{}, refuses(why)); };
    CHECK(told({status::method_not_allowed, {}}).field("Allow") == allowed);
    CHECK(told({status::not_implemented, {}}).field("Allow") == allowed);
    CHECK(told({status::unsupported_media_type, {}}).field("Accept").empty());
    CHECK(told({status::interval_too_brief, {}, 30}).field("Min-Expires") == "30");
    CHECK(told({status::service_unavailable, {}, 60}).field("Retry-After") == "60");
}

TEST_CASE("no refusal says what belongs to another") {
    const auto fields = [](status code) {
        const auto told = answering{}(request{}.with("Require", "foo"), refuses({code, {}, 30}));
        std::string all;
        for (const auto* name : {"Allow", "Accept", "Min-Expires", "Retry-After", "Unsupported", "Date", "Contact"})
            if (told.has(name)) all += std::string{name} + " ";
        return all;
    };
    CHECK(fields(status::method_not_allowed) == "Allow ");
    CHECK(fields(status::not_implemented) == "Allow ");
    CHECK(fields(status::unsupported_media_type) == "Accept ");
    CHECK(fields(status::bad_extension) == "Unsupported ");
    CHECK(fields(status::interval_too_brief) == "Min-Expires ");
    CHECK(fields(status::service_unavailable) == "Retry-After ");
    CHECK(fields(status::forbidden).empty());
    CHECK(fields(status::server_internal_error).empty());
}

TEST_CASE("420 lists the tags that were required, row by row") {
    const auto told = answering{}(request{}.with("Require", "foo,\r\n bar").also("Require", "").also("Require", "baz"),
                                  refuses({status::bad_extension, {}}));
    CHECK(told.rows("Unsupported") == std::vector<std::string>{"foo, bar", "baz"});
}

TEST_CASE("the fields of an access policy come before the end") {
    const auto told =
        answering{}(request{}, refuses({status::unauthorized, {}}, "WWW-Authenticate: Digest realm=\"x\"\r\n"));
    CHECK(told.field("WWW-Authenticate") == "Digest realm=\"x\"");
    CHECK(told.field("Content-Length") == "0");
}

TEST_CASE("OPTIONS hears what is served (R3261-11.2-b)") {
    const auto told = answering{}(
        request{"OPTIONS"}, [](writer& out, const answer_context& about) { return write_capabilities(out, about); });
    CHECK(told.status() == status::ok);
    CHECK(told.field("Allow") == allowed);
    CHECK(told.field("Accept").empty());
    CHECK(told.field("Accept-Encoding") == "identity");
    CHECK(told.field("Accept-Language") == "en");
    CHECK(told.field("Supported").empty());
    CHECK(told.field("Content-Length") == "0");
}

TEST_CASE("an answer that does not fit says so, to the byte") {
    const auto fits = [](const auto& write) {
        answering it;
        const auto size = it(request{}, write).text.size();
        it.room = size;
        const bool exactly = it(request{}, write).text.size() == size;
        it.room = size - 1;
        return exactly && it(request{}, write).text.empty();
    };
    CHECK(fits(refuses({status::forbidden, {}})));
    CHECK(fits([](writer& out, const answer_context& about) { return write_capabilities(out, about); }));
}

} // namespace
