// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/config/limits.hpp>

#include <sipwhere/memory/fixed_memory.hpp>
#include <sipwhere/memory/heap_memory.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;

/// The memory against which these limits are held.
using small_memory = fixed_request_memory<memory_sizes{
    .contacts = 3, .bindings = 5, .record = 700, .gone = 100, .answer = 900, .aor = 40, .responses = 2}>;

auto completed(limits wanted, const request_memory& memory) -> result<limits> {
    if (const auto holds = complete(wanted, memory); !holds) return holds.error();
    return wanted;
}

auto checked_by_small(const limits& wanted) -> result<limits> {
    small_memory memory;
    return completed(wanted, memory.view());
}

/// Limits that the small memory can hold; all sizes are left to it.
constexpr limits all_it_can_hold{.max_contacts = 0, .max_contact_bytes = 0};

/// Returns: why limits are refused; `code` is not_sip when they are not.
auto why_refused(const limits& wanted) -> errc {
    const auto made = checked_by_small(wanted);
    return made ? errc::not_sip : made.error().code;
}

TEST_CASE("every size of 0 becomes what the memory can hold") {
    const auto made = checked_by_small(all_it_can_hold);

    REQUIRE(made);
    CHECK(made->max_contacts == 5);
    CHECK(made->max_request_contacts == 3);
    CHECK(made->max_contact_bytes == 700);
    CHECK(made->max_aor_bytes == 40);
    CHECK(made->max_answer_bytes == 900);
}

TEST_CASE("any number of parameters is one that no request reaches") {
    auto wanted = all_it_can_hold;
    CHECK(checked_by_small(wanted)->max_uri_fields == 32);
    CHECK(checked_by_small(wanted)->max_call_id_bytes == 256);
    wanted.max_call_id_bytes = 0;
    CHECK(checked_by_small(wanted)->max_call_id_bytes > 1'000'000);
    wanted.max_uri_fields = 0;
    CHECK(checked_by_small(wanted)->max_uri_fields > 1'000'000);
    CHECK(checked_by_small(wanted)->max_contact_params == 48);
    wanted.max_contact_params = 0;
    CHECK(checked_by_small(wanted)->max_contact_params > 1'000'000);
}

TEST_CASE("as many contacts may be alike as can be told apart, and no more") {
    auto wanted = all_it_can_hold;
    wanted.max_alike = 0;
    CHECK(checked_by_small(wanted)->max_alike == 31);
    wanted.max_alike = 31;
    CHECK(checked_by_small(wanted));
    wanted.max_alike = 32;
    CHECK(checked_by_small(wanted).error().code == errc::capacity_exceeded);
    CHECK(limits{}.max_alike == 16);
}

TEST_CASE("contacts of one request are no more than can be read, compared and decided about") {
    heap_request_memory memory;
    auto view = memory.view();
    const auto check = [&](std::size_t most) {
        limits wanted;
        CHECK(complete(wanted, view));
        CHECK(wanted.max_request_contacts == most);
        wanted.max_request_contacts = most + 1;
        CHECK(complete(wanted, view).error().code == errc::capacity_exceeded);
    };
    SUBCASE("compared") { view.compared = view.compared.first(3); }
    SUBCASE("decided about") { view.contact_changes = view.contact_changes.first(3); }
    SUBCASE("read") { view.contacts = view.contacts.first(3); }
    check(3);
}

TEST_CASE("sizes may lower what the memory can hold, up to all of it") {
    for (const std::size_t less : {0u, 1u}) {
        const auto made = checked_by_small({.max_contacts = 5 - less,
                                            .max_request_contacts = 3 - less,
                                            .max_contact_bytes = 700 - less,
                                            .max_aor_bytes = 40 - less,
                                            .max_answer_bytes = 900 - less});
        REQUIRE(made);
        CHECK(made->max_contacts == 5 - less);
        CHECK(made->max_request_contacts == 3 - less);
        CHECK(made->max_contact_bytes == 700 - less);
        CHECK(made->max_aor_bytes == 40 - less);
        CHECK(made->max_answer_bytes == 900 - less);
    }
}

TEST_CASE("a size the memory can't hold is refused, each of them") {
    auto wanted = all_it_can_hold;
    SUBCASE("contacts") { wanted.max_contacts = 6; }
    SUBCASE("contacts of one request") { wanted.max_request_contacts = 4; }
    SUBCASE("bytes of a contact") { wanted.max_contact_bytes = 701; }
    SUBCASE("bytes of an address-of-record") { wanted.max_aor_bytes = 41; }
    SUBCASE("bytes of an answer") { wanted.max_answer_bytes = 901; }
    CHECK(why_refused(wanted) == errc::capacity_exceeded);
}

TEST_CASE("the contacts of a request need room for their decisions as well") {
    small_memory memory;
    auto view = memory.view();
    view.contact_changes = view.contact_changes.first(2);

    const auto made = completed(all_it_can_hold, view);

    REQUIRE(made);
    CHECK(made->max_request_contacts == 2);
}

TEST_CASE("a memory without room for anything is refused") {
    small_memory memory;
    auto view = memory.view();
    view.answer = {};
    const auto made = completed(all_it_can_hold, view);
    REQUIRE(!made);
    CHECK(made.error().code == errc::capacity_exceeded);
}

TEST_CASE("intervals that contradict each other are refused") {
    auto wanted = all_it_can_hold;
    SUBCASE("a shortest above the longest") { wanted.min_expires = 301s; }
    SUBCASE("no longest") {
        wanted.min_expires = 0s;
        wanted.max_expires = 0s;
    }
    SUBCASE("a default below the shortest") { wanted.default_expires = 29s; }
    SUBCASE("a default above the longest") { wanted.default_expires = 301s; }
    CHECK(why_refused(wanted) == errc::contradicting_limits);
}

TEST_CASE("intervals that just do not contradict each other are taken") {
    auto wanted = all_it_can_hold;
    SUBCASE("shortest and longest alike") { wanted.min_expires = 300s; }
    SUBCASE("no shortest") { wanted.min_expires = 0s; }
    SUBCASE("a longest of one second") {
        wanted.min_expires = 0s;
        wanted.max_expires = 1s;
    }
    SUBCASE("the shortest as default") { wanted.default_expires = 30s; }
    SUBCASE("the longest as default") { wanted.default_expires = 300s; }
    SUBCASE("no wait after a 503") { wanted.retry_after = 0s; }
    CHECK(checked_by_small(wanted));
}

TEST_CASE("an interval that is negative or needs more than 32 bits is refused, each of them") {
    constexpr auto too_long = std::chrono::seconds{0xffffffff};
    auto wanted = all_it_can_hold;
    SUBCASE("negative shortest") { wanted.min_expires = -1s; }
    SUBCASE("negative longest") {
        wanted.min_expires = -2s;
        wanted.max_expires = -1s;
    }
    SUBCASE("negative default") { wanted.default_expires = -1s; }
    SUBCASE("negative wait") { wanted.retry_after = -1s; }
    SUBCASE("shortest") {
        wanted.min_expires = too_long;
        wanted.max_expires = too_long;
    }
    SUBCASE("longest") { wanted.max_expires = too_long; }
    SUBCASE("default") { wanted.default_expires = too_long; }
    SUBCASE("wait") { wanted.retry_after = too_long; }
    CHECK(why_refused(wanted) == errc::contradicting_limits);
}

TEST_CASE("the longest interval there is takes 2**32-2 seconds") {
    auto wanted = all_it_can_hold;
    wanted.max_expires = std::chrono::seconds{0xfffffffe};
    wanted.retry_after = wanted.max_expires;
    CHECK(checked_by_small(wanted));
}

TEST_CASE("the default interval is the longest, unless it was set") {
    CHECK(limits{}.granted_by_default() == 300s);
    CHECK(limits{.default_expires = 90s}.granted_by_default() == 90s);
}

TEST_CASE("a large memory takes a usual number of contacts of one request, and more if that is asked for") {
    heap_request_memory memory;
    limits wanted;
    REQUIRE(complete(wanted, memory.view()));
    CHECK(wanted.max_request_contacts == usual_request_contacts);
    wanted.max_request_contacts = 64;
    CHECK(complete(wanted, memory.view()));
    CHECK(wanted.max_request_contacts == 64);
    wanted.max_request_contacts = 65;
    CHECK(complete(wanted, memory.view()).error().code == errc::capacity_exceeded);
}

} // namespace
