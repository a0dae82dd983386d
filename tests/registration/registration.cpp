// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/registration.hpp>

#include <sipwhere/server/request_fields.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <string>

namespace {

using namespace sipwhere;
using sipwhere_test::alice_registers;
using sipwhere_test::at;
using sipwhere_test::host;
using sipwhere_test::parsed_request;
using sipwhere_test::request;

/// Returns: an address-of-record in its canonical form, as "user domain".
auto canonical(std::string_view user, std::string_view domain, bool ignore_case = false) -> std::string {
    std::array<char, 64> bytes;
    const auto made = canonical_aor(user, host(domain), ignore_case, bytes);
    REQUIRE(made);
    return std::string{made->user} + " " + std::string{made->domain};
}

TEST_CASE("the key of a record is the unescaped user and the domain in lower case (R3261-10.3-5d)") {
    CHECK(canonical("alice", "EXAMPLE.com.") == "alice example.com");
    CHECK(canonical("%61lice%40home", "example.com") == "alice@home example.com");
    CHECK(canonical("a%00b", "example.com") == std::string{"a\0b example.com", 15});
    CHECK(canonical("Alice", "example.com") == "Alice example.com");
    CHECK(canonical("alice;x=1", "example.com") == "alice;x=1 example.com");
}

TEST_CASE("the user's letters may be taken for one, escaped or not, if the program wants so") {
    CHECK(canonical("ALICE", "example.com", true) == "alice example.com");
    CHECK(canonical("%41LICE", "example.com", true) == "alice example.com");
}

TEST_CASE("an address as domain has one spelling (R3261-19.1.1-a)") {
    CHECK(canonical("a", "192.0.2.001") == "a 192.0.2.1");
    CHECK(canonical("a", "[2001:DB8:0:0::1]") == "a 2001:db8::1");
    CHECK(canonical("a", "[::ffff:192.0.2.1]") == "a 192.0.2.1");
}

TEST_CASE("a key fits into its capacity or is too long, to the byte") {
    std::array<char, 16> bytes;
    CHECK(canonical_aor("alice", host("example.com"), false, bytes)); // 5 + 11
    const auto made = canonical_aor("alicia", host("example.com"), false, bytes);
    REQUIRE(!made);
    CHECK(made.error().code == errc::too_long);
    CHECK(!canonical_aor("a", host("192.0.2.1"), false, std::span{bytes}.first(9)));
    CHECK(canonical_aor("a", host("192.0.2.1"), false, std::span{bytes}.first(10)));
}

/// Reads a REGISTER to sip:example.com, which came to 192.0.2.100.
struct reading {
    settings config{.domains = {"example.com", "example.net"}};
    heap_request_memory memory{};
    registration asked{};
    std::optional<parsed_request> kept{}; ///< what `asked` shows of
    flow from{.remote = at("192.0.2.1"), .local = at("192.0.2.100")};

    reading() {
        const auto view = memory.view();
        REQUIRE(complete(config.limits, view));
    }

    auto operator()(const parsed_request& got) -> std::optional<refusal> {
        request_fields fields;
        REQUIRE(!read_request_fields(*got, fields));
        return read_registration(*got, fields, from, config, host("example.com"), memory.view(), asked);
    }
    auto operator()(const request& asked_for) -> std::optional<refusal> { return (*this)(kept.emplace(asked_for)); }
};

auto to(std::string_view value) -> request { return request{}.with("To", value); }

TEST_CASE("all that a REGISTER asks for is read once") {
    reading it;
    const parsed_request got{alice_registers("<sip:a@192.0.2.1>;q=0.5, <sip:b@192.0.2.1>;expires=60")
                                 .also("m", "sip:c@192.0.2.1")
                                 .with("Expires", "90")
                                 .with("To", "<sip:alice@example.com>;tag=1")
                                 .with("CSeq", "17 REGISTER")};
    CHECK(it(got) == std::nullopt);
    CHECK(it.asked.aor == aor_view{"alice", "example.com"});
    CHECK(it.asked.call_id == "alice-call@192.0.2.1");
    CHECK(it.asked.cseq == 17);
    CHECK(it.asked.has_to_tag);
    CHECK(it.asked.expires == 90u);
    CHECK(it.asked.source->remote == at("192.0.2.1"));
    CHECK(!it.asked.removes_all);
    CHECK(!it.asked.is_query());
    REQUIRE(it.asked.contacts.size() == 3);
    CHECK(it.asked.contacts[0].uri.text == "sip:a@192.0.2.1");
    CHECK(it.asked.contacts[0].q == 500);
    CHECK(it.asked.contacts[1].expires == 60);
    CHECK(it.asked.contacts[2].uri.text == "sip:c@192.0.2.1");
}

TEST_CASE("a REGISTER without Contact is a query, with an Expires too (R3261-10.3-6a)") {
    reading it;
    CHECK(it(request{}) == std::nullopt);
    CHECK(it.asked.is_query());
    CHECK(!it.asked.expires);
    CHECK(it(request{}.with("Expires", "0")) == std::nullopt);
    CHECK(it.asked.is_query());
}

TEST_CASE("the address-of-record is that of To, without port, password, parameters and headers (R3261-10.3-5c)") {
    reading it;
    for (const auto* value :
         {"sip:alice@example.com", "<sip:alice@example.com:5060;user=phone>", "Alice <sips:alice@EXAMPLE.COM>",
          "<sip:alice:secret@example.com>;tag=1", "<sip:alice@example.com;transport=udp?Subject=x>"}) {
        CHECK(it(to(value)) == std::nullopt);
        CHECK(it.asked.aor == aor_view{"alice", "example.com"});
    }
}

TEST_CASE("a To that names nobody here is refused") {
    reading it;
    CHECK(it(to("<sip:example.com>")) == refusal{status::not_found, "To Has No User"});
    CHECK(it(to("<tel:+12015550123>")) == refusal{status::bad_request, "To Is Not a SIP URI"});
    CHECK(it(to("<sip:alice@>")) == refusal{status::bad_request, "Malformed To"});
    CHECK(it(to("<sip:alice@example.org>")) == refusal{status::not_found, {}});
}

TEST_CASE("To may name another of the served domains, unless they have to agree (R3261-10.3-5b)") {
    reading it;
    CHECK(it(to("<sip:alice@example.net>")) == std::nullopt);
    CHECK(it.asked.aor.domain == "example.net");
    it.config.strict_domain = true;
    CHECK(it(to("<sip:alice@example.net>"))->code == status::not_found);
    CHECK(it(to("<sip:alice@Example.COM.>")) == std::nullopt);
    CHECK(it(to("<sip:alice@192.0.2.100>")) == std::nullopt);
    CHECK(it.asked.aor.domain == "example.com");
}

TEST_CASE("an address-of-record longer than the cap is 403, to the byte") {
    reading it;
    it.config.limits.max_aor_bytes = std::string_view{"aliceexample.com"}.size();
    CHECK(it(to("<sip:alice@example.com>")) == std::nullopt);
    CHECK(it(to("<sip:alicia@example.com>")) == refusal{status::forbidden, "Address-of-Record Too Long"});
}

TEST_CASE("* stands alone and needs Expires 0 (R3261-10.3-6b, R3261-10.3-6c, R3261-10.3-6d)") {
    reading it;
    constexpr refusal needs_zero{status::bad_request, "Contact * Needs Expires 0"};
    constexpr refusal with_others{status::bad_request, "Contact * With Others"};
    const auto star = alice_registers("*");
    CHECK(it(star.with("Expires", "0")) == std::nullopt);
    CHECK(it.asked.removes_all);
    CHECK(it.asked.contacts.empty());
    CHECK(!it.asked.is_query());
    CHECK(it(star.with("Expires", "00")) == std::nullopt);
    CHECK(it(star) == needs_zero);
    CHECK(it(star.with("Expires", "1")) == needs_zero);
    CHECK(it(star.with("Expires", "zero")) == needs_zero);
    CHECK(it(star.with("Expires", "0").also("Contact", "<sip:a@192.0.2.1>")) == with_others);
    CHECK(it(alice_registers("<sip:a@192.0.2.1>").also("m", "*").with("Expires", "0")) == with_others);
    CHECK(it(star.with("Expires", "0").also("Contact", "*")) == with_others);
    for (const auto* row : {"*, <sip:a@192.0.2.1>", "<sip:a@192.0.2.1>, *", "*;expires=0", "**"})
        CHECK(it(alice_registers(row).with("Expires", "0"))->code == status::bad_request);
}

TEST_CASE("a malformed Expires reads as an hour, a huge one as the largest there is (R3261-10.2-d, R3261-10.2-e)") {
    reading it;
    for (const auto& [text, seconds] : {std::pair{"", 3600u},
                                        {"soon", 3600u},
                                        {"-1", 3600u},
                                        {"60 ", 60u},
                                        {"6 0", 3600u},
                                        {"60.5", 3600u},
                                        {"4294967295", 0xffffffffu},
                                        {"4294967296", 0xffffffffu},
                                        {"99999999999999999999", 0xffffffffu}}) {
        CHECK(it(alice_registers("sip:a@192.0.2.1").with("Expires", text)) == std::nullopt);
        CHECK(it.asked.expires == seconds);
    }
}

TEST_CASE("a Contact that can't be read is 400, wherever it stands (R3261-25-b)") {
    reading it;
    constexpr refusal malformed{status::bad_request, "Malformed Contact"};
    for (const auto* row : {"", "<sip:a@192.0.2.1", "<>", "sip:", "<sip:a@192.0.2.1>;;x", "<sip:a@192.0.2.1>;x=1;X=2",
                            "<sip:a@192.0.2.1>,", "<sip:a@192.0.2.1>,,<sip:b@192.0.2.1>", "<sip:a@192.0.2.1> x"}) {
        CAPTURE(row);
        CHECK(it(alice_registers(row)) == malformed);
    }
    CHECK(it(alice_registers("<sip:a@192.0.2.1>").also("Contact", "<")) == malformed);
    constexpr refusal bad_q{status::bad_request, "Malformed Contact q"};
    for (const auto* q : {"1.001", "2", "0.1234", "-1", "\"1\"", "x"})
        CHECK(it(alice_registers("<sip:a@192.0.2.1>;q=" + std::string{q})) == bad_q);
    CHECK(it(alice_registers("<sip:a@192.0.2.1>;q")) == bad_q);
}

TEST_CASE("a contact of sips needs sips in the Request-URI, the other contacts and Path (R5630-5.3-a)") {
    reading it;
    constexpr refusal unsafe{status::bad_request, "SIPS Contact Needs SIPS Throughout"};
    const auto sips = request{"REGISTER", "sips:example.com"}.with("Contact", "<sips:a@192.0.2.1>");
    CHECK(it(sips) == std::nullopt);
    CHECK(it(sips.also("Contact", "<sips:b@192.0.2.1>").with("Path", "<sips:p.example.com;lr>")) == std::nullopt);
    CHECK(it(alice_registers("<sips:a@192.0.2.1>")) == unsafe);
    CHECK(it(sips.also("Contact", "<sip:b@192.0.2.1>")) == unsafe);
    CHECK(it(sips.with("Contact", "<sip:b@192.0.2.1>, <sips:a@192.0.2.1>")) == unsafe);
    CHECK(it(sips.also("Contact", "<tel:+12015550123>")) == unsafe);
    CHECK(it(sips.with("Path", "<sips:p.example.com;lr>, <sip:q.example.com;lr>")) == unsafe);
    CHECK(it(sips.with("Path", "<sips:p.example.com;lr>").also("Path", "<sip:q.example.com;lr>")) == unsafe);
    CHECK(it(sips.with("Path", "unreadable")) == unsafe);
}

TEST_CASE("contacts of sip may be bound at the request of sips, and From and To don't matter (R5630-5.3-a)") {
    reading it;
    const auto sips = request{"REGISTER", "sips:example.com"};
    CHECK(it(sips.with("Contact", "<sip:a@192.0.2.1>").with("Path", "<sip:p.example.com;lr>")) == std::nullopt);
    CHECK(it(sips.with("Contact", "*").with("Expires", "0")) == std::nullopt);
    CHECK(it(sips.with("Contact", "<sips:a@192.0.2.1>").with("To", "<sip:alice@example.com>")) == std::nullopt);
}

TEST_CASE("contacts of one request are counted over all its rows, up to the cap") {
    reading it;
    it.config.limits.max_request_contacts = 2;
    const auto two = alice_registers("<sip:a@192.0.2.1>").also("Contact", "<sip:b@192.0.2.1>");
    constexpr refusal too_many_contacts{status::forbidden, "Too Many Contacts in Request"};
    CHECK(it(two) == std::nullopt);
    CHECK(it.asked.contacts.size() == 2);
    CHECK(it(two.also("Contact", "<sip:c@192.0.2.1>")) == too_many_contacts);
    CHECK(it(alice_registers("<sip:a@192.0.2.1>, <sip:b@192.0.2.1>, <sip:c@192.0.2.1>")) == too_many_contacts);
}

TEST_CASE("parameters and headers of all Contact URIs are counted, since comparing them takes time") {
    reading it;
    it.config.limits.max_uri_fields = 4;
    constexpr refusal too_many_params{status::forbidden, "Too Many URI Parameters"};
    CHECK(it(alice_registers("<sip:a@192.0.2.1;x=1;y=2?z=3&w=4>;p;q=1;r;s;t")) == std::nullopt);
    CHECK(it(alice_registers("<sip:a@192.0.2.1;x=1;y=2;v?z=3&w=4>")) == too_many_params);
    CHECK(it(alice_registers("<sip:a@192.0.2.1;x=1;y=2>, <sip:b@192.0.2.1;z;w>")) == std::nullopt);
    CHECK(it(alice_registers("<sip:a@192.0.2.1;x=1;y=2>, <sip:b@192.0.2.1;z;w;v>")) == too_many_params);
}

TEST_CASE("parameters of all Contact values are counted, apart from those of their URIs") {
    reading it;
    it.config.limits.max_contact_params = 4;
    constexpr refusal too_many_params{status::forbidden, "Too Many Contact Parameters"};
    CHECK(it(alice_registers("<sip:a@192.0.2.1;x=1;y=2?z=3&w=4>;p;q=1;r;s")) == std::nullopt);
    CHECK(it(alice_registers("<sip:a@192.0.2.1>;p;q=1;r;s;t")) == too_many_params);
    CHECK(it(alice_registers("<sip:a@192.0.2.1>;p;q=1, <sip:b@192.0.2.1>;r;s")) == std::nullopt);
    CHECK(it(alice_registers("<sip:a@192.0.2.1>;p;q=1, <sip:b@192.0.2.1>;r;s;t")) == too_many_params);
}

} // namespace
