// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registration/same_cseq.hpp>

#include <sipwhere/memory/fixed_memory.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace {

using namespace sipwhere;
using namespace sipwhere_test;

/// Returns: whether a request of Call-ID "call" with CSeq 2 finds all it asks for in a record, at second 100.
auto is_done(std::initializer_list<std::string_view> contacts, const owned_record& record) -> bool {
    const asking asked{contacts};
    fixed_request_memory<memory_sizes{}> memory;
    auto rules = limits{.max_contact_bytes = 0};
    REQUIRE(complete(rules, memory.view()));
    decision out;
    const auto view = memory.view();
    return is_done_already(asked.registration, record.view(), rules, second(100), view, out);
}

/// The binding that `<sip:a@192.0.2.1>;expires=60` of that request has bound_by_it at second 90.
constexpr binding_view bound_by_it{
    .uri = "sip:a@192.0.2.1", .call_id = "call", .cseq = 2, .due = 150, .first = 80, .last = 90};

TEST_CASE("a request finds what it has bound_by_it itself, and no other") {
    CHECK(is_done({"<sip:a@192.0.2.1>;expires=60"}, record_of({bound_by_it})));
    auto other = bound_by_it;
    SUBCASE("another lifetime") { other.due = 152; }
    SUBCASE("a shorter lifetime") { other.due = 149; }
    SUBCASE("another Call-ID") { other.call_id = "other"; }
    SUBCASE("a lower CSeq") { other.cseq = 1; }
    SUBCASE("a higher CSeq") { other.cseq = 3; }
    SUBCASE("parameters") { other.params = ";q=0.5"; }
    SUBCASE("an equal URI in other octets") { other.uri = "sip:a@192.0.2.1;x"; }
    SUBCASE("another URI") { other.uri = "sip:b@192.0.2.1"; }
    SUBCASE("none any more") { other.due = 100; }
    CHECK_FALSE(is_done({"<sip:a@192.0.2.1>;expires=60"}, record_of({other})));
}

TEST_CASE("a lifetime may begin within a second, and other bindings do not matter") {
    auto begun = bound_by_it;
    begun.due = 151;
    auto beside = bound_by_it;
    beside.uri = "sip:b@192.0.2.1";
    beside.call_id = "other";
    CHECK(is_done({"<sip:a@192.0.2.1>;expires=60"}, record_of({beside, begun})));
    CHECK_FALSE(is_done({"<sip:a@192.0.2.1>;expires=60", "<sip:b@192.0.2.1>;expires=60"}, record_of({beside, begun})));
}

TEST_CASE("a removal is done when there is nothing to remove") {
    auto beside = bound_by_it;
    beside.uri = "sip:b@192.0.2.1";
    CHECK(is_done({"<sip:a@192.0.2.1>;expires=0"}, record_of({beside})));
    CHECK(is_done({"<sip:a@192.0.2.1>;expires=0"}, record_of({})));
    CHECK_FALSE(is_done({"<sip:a@192.0.2.1>;expires=0"}, record_of({bound_by_it})));
}

} // namespace
