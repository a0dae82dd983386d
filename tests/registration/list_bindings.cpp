// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/list_bindings.hpp>

#include <support/reply.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace list_bindings_test {

using namespace sipwhere;
using sipwhere_test::at;
using sipwhere_test::parsed_request;
using sipwhere_test::record_of;
using sipwhere_test::reply;
using sipwhere_test::request;
using sipwhere_test::second;

/// Lists the live bindings of a record at 1000.5 s.
struct listing_them {
    std::string_view date{};
    std::string_view fields{};
    std::size_t room = 4096;

    /// Returns: the 200; nothing when it says that it does not fit.
    auto operator()(const owned_record& record, listing rule = listing::whole) const -> reply {
        const parsed_request got{request{}};
        request_fields of_request;
        REQUIRE(read_top_via(*got, of_request.via));
        REQUIRE(!read_request_fields(*got, of_request));
        const reply_route route{};
        const listing_context about{{*got, of_request, route, at("192.0.2.1"), 0x1234}, date, fields};
        const live_bindings live{record.view(), second(1000) + std::chrono::milliseconds{500}};
        std::vector<char> bytes(room);
        writer out{bytes};
        if (!list_bindings(out, about, live, limits{.max_expires = std::chrono::seconds{77}}, rule)) return {};
        return {.text = std::string{out.text()}};
    }
};

TEST_CASE("a 200 lists live bindings, with their parameters as given and the time that is left") {
    const auto record = record_of({{.uri = "sip:a@192.0.2.1", .params = ";q=0.5", .due = 1061},
                                   {.uri = "sip:gone@192.0.2.1", .due = 1000},
                                   {.uri = "sip:last@192.0.2.1", .due = 1001},
                                   {.uri = "sip:fixed@192.0.2.1", .due = never32},
                                   {.uri = "sip:b@192.0.2.1", .due = 1003}});
    const auto told = listing_them{.date = "Sun, 09 Sep 2001 01:46:40 GMT"}(record);
    CHECK(told.status() == status::ok);
    CHECK(told.rows("Contact") ==
          std::vector<std::string>{"<sip:a@192.0.2.1>;q=0.5;expires=60", "<sip:last@192.0.2.1>;expires=1",
                                   "<sip:fixed@192.0.2.1>;expires=77", "<sip:b@192.0.2.1>;expires=2"});
    CHECK(told.field("Date") == "Sun, 09 Sep 2001 01:46:40 GMT");
    CHECK(!listing_them{}(record).has("Date"));
}

TEST_CASE("a fold in a parameter is written as a space, so that it can end no line") {
    const auto record = record_of({{.uri = "sip:a@192.0.2.1", .params = ";x=\"1\r\n 2\"", .due = 2000}});
    CHECK(listing_them{}(record).rows("Contact")[0] == "<sip:a@192.0.2.1>;x=\"1 2\";expires=999");
}

TEST_CASE("the header lines of an access policy come before the bindings, as they are") {
    const auto told = listing_them{.fields = "Authentication-Info: nextnonce=\"n\"\r\n"}(
        record_of({{.uri = "sip:a@192.0.2.1", .due = 2000}}));
    CHECK(told.field("Authentication-Info") == "nextnonce=\"n\"");
    CHECK(told.uris() == "sip:a@192.0.2.1");
    CHECK(told.text.find("Authentication-Info") < told.text.find("Contact"));
}

TEST_CASE("a list that does not fit says so, to the byte") {
    const auto record = record_of({{.uri = "sip:a@192.0.2.1", .due = 2000}});
    listing_them it;
    const auto size = it(record).text.size();
    it.room = size;
    CHECK(it(record).text.size() == size);
    it.room = size - 1;
    CHECK(!it(record).was_sent());
}

TEST_CASE("as many bindings as fit are listed, whole ones and the end after them") {
    const auto record = record_of({{.uri = "sip:a@192.0.2.1", .due = 2000},
                                   {.uri = "sip:b@192.0.2.1", .due = 2000},
                                   {.uri = "sip:c@192.0.2.1", .due = 2000}});
    const auto whole = listing_them{}(record, listing::as_many_as_fit);
    CHECK(whole.uris() == "sip:a@192.0.2.1 sip:b@192.0.2.1 sip:c@192.0.2.1");
    std::vector<std::string> seen;
    listing_them it;
    for (it.room = whole.text.size() + 64; it.room > 0; --it.room) {
        const auto told = it(record, listing::as_many_as_fit);
        if (!told.was_sent()) break;
        CHECK(told.text.ends_with("Content-Length: 0\r\n\r\n"));
        if (seen.empty() || seen.back() != told.uris()) seen.push_back(told.uris());
    }
    CHECK(seen == std::vector<std::string>{"sip:a@192.0.2.1 sip:b@192.0.2.1 sip:c@192.0.2.1",
                                           "sip:a@192.0.2.1 sip:b@192.0.2.1", "sip:a@192.0.2.1", ""});
}

} // namespace list_bindings_test
