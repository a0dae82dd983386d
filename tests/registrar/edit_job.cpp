// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registrar/edit_job.hpp>

#include <sipwhere/memory/fixed_memory.hpp>

#include <support/recording_observer.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace {

using namespace sipwhere;
using sipwhere_test::record_of;
using sipwhere_test::recording_observer;
using sipwhere_test::second;
using sipwhere_test::uri;

constexpr aor_view edited_key{"alice", "example.com"};

/// Edits, in second 1000, in a memory for three bindings.
struct editing {
    fixed_request_memory<memory_sizes{.bindings = 3, .record = 400, .gone = 120}> memory{};
    request_memory view = memory.view();

    [[nodiscard]] auto removing(std::optional<uri_view> contact = std::nullopt) const -> edit_job {
        return edit_job::removing(contact, second(1000), {1, 2}, view);
    }
    [[nodiscard]] auto adding(const binding_view& binding) const -> edit_job {
        return edit_job::adding(uri(binding.uri), binding, second(1000), {1, 2}, view);
    }
};

constexpr auto bound_for_edit(std::string_view bound, seconds32 due = 2000) -> binding_view {
    return {.uri = bound, .due = due};
}

auto uris_of_edited(const record_update& made) -> std::string {
    std::string all;
    for (const auto binding : record_view{made.bytes}) all += std::string{binding.uri} + " ";
    return all;
}

/// Returns: the log of what a job reports, "lost" at its end when it says so.
auto reported(const edit_job& job) -> std::string {
    recording_observer observer;
    const bool all = job.report(edited_key, observer);
    return observer.log + (all ? "" : "lost");
}

TEST_CASE("removing takes out what the contact means, and tells it") {
    const editing it;
    auto job = it.removing(uri("sip:a@EXAMPLE.net"));
    const auto made = job.run(record_of({bound_for_edit("sip:a@example.net;x=1"), bound_for_edit("sip:b@example.net"),
                                         bound_for_edit("sip:a@example.net;x=2")})
                                  .view());
    CHECK(made.result == outcome::committed);
    CHECK(uris_of_edited(made) == "sip:b@example.net ");
    CHECK(job.removed() == 2);
    CHECK(reported(job) == "removed sip:a@example.net;x=1\nremoved sip:a@example.net;x=2\n");
}

TEST_CASE("removing without a contact takes out all, static ones too") {
    const editing it;
    auto job = it.removing();
    const auto made =
        job.run(record_of({bound_for_edit("sip:a@192.0.2.1"), bound_for_edit("sip:b@192.0.2.1", never32)}).view());
    CHECK(made.result == outcome::committed);
    CHECK(made.bytes.empty());
    CHECK(job.removed() == 2);
}

TEST_CASE("removing what is not there changes nothing") {
    const editing it;
    auto job = it.removing(uri("sip:x@192.0.2.1"));
    CHECK(job.run(record_of({bound_for_edit("sip:a@192.0.2.1")}).view()).result == outcome::unchanged);
    CHECK(job.removed() == 0);
    CHECK(job.run({}).result == outcome::unchanged);
}

TEST_CASE("what is due is left to expire, so that it is reported as expired") {
    const editing it;
    auto job = it.removing();
    const auto made =
        job.run(record_of({bound_for_edit("sip:due@192.0.2.1", 1000), bound_for_edit("sip:a@192.0.2.1", 1001)}).view());
    CHECK(uris_of_edited(made) == "sip:due@192.0.2.1 ");
    CHECK(job.removed() == 1);
}

TEST_CASE("adding puts a binding last, in the place of those it equals") {
    const editing it;
    auto job = it.adding(bound_for_edit("sip:a@192.0.2.1", never32));
    const auto made = job.run(record_of({bound_for_edit("sip:A@192.0.2.1"), bound_for_edit("sip:a@192.0.2.1;x=1"),
                                         bound_for_edit("sip:b@192.0.2.1")})
                                  .view());
    CHECK(made.result == outcome::committed);
    CHECK(uris_of_edited(made) == "sip:A@192.0.2.1 sip:b@192.0.2.1 sip:a@192.0.2.1 ");
    CHECK(reported(job) == "removed sip:a@192.0.2.1;x=1\ncreated sip:a@192.0.2.1\n");
}

TEST_CASE("an edit keeps the memory of transactions") {
    const editing it;
    auto job = it.removing();
    const auto made =
        job.run(record_of({bound_for_edit("sip:a@192.0.2.1")}, {{.request = 8, .transaction = 7, .since = 9}}).view());
    REQUIRE(record_view{made.bytes}.tag_count() == 1);
    CHECK(record_view{made.bytes}.tag(0).transaction == 7);
}

TEST_CASE("what does not fit into the memory is full, by number and by size") {
    const editing it;
    auto job = it.adding(bound_for_edit("sip:n@192.0.2.1", never32));
    const auto three = record_of(
        {bound_for_edit("sip:a@192.0.2.1"), bound_for_edit("sip:b@192.0.2.1"), bound_for_edit("sip:c@192.0.2.1")});
    CHECK(job.run(three.view()).result == outcome::full);
    const auto two = record_of({bound_for_edit("sip:a@192.0.2.1"), bound_for_edit("sip:b@192.0.2.1")});
    CHECK(job.run(two.view()).result == outcome::committed);
    const std::string long_uri = "sip:" + std::string(400, 'x') + "@192.0.2.1";
    auto too_long = it.adding(bound_for_edit(long_uri, never32));
    CHECK(too_long.run({}).result == outcome::full);
}

TEST_CASE("an edit run again comes to the same, and forgets what it did before") {
    const editing it;
    auto job = it.removing();
    const auto record = record_of({bound_for_edit("sip:a@192.0.2.1")});
    (void)job.run(record_of({bound_for_edit("sip:b@192.0.2.1"), bound_for_edit("sip:c@192.0.2.1")}).view());
    CHECK(job.run(record.view()).result == outcome::committed);
    CHECK(job.removed() == 1);
    CHECK(reported(job) == "removed sip:a@192.0.2.1\n");
}

TEST_CASE("events that do not fit into their room are lost, the first ones are told") {
    const editing it;
    auto job = it.removing();
    const std::string long_uri = "sip:" + std::string(100, 'x') + "@192.0.2.1";
    (void)job.run(
        record_of({bound_for_edit("sip:a@192.0.2.1"), bound_for_edit(long_uri), bound_for_edit("sip:c@192.0.2.1")})
            .view());
    CHECK(job.removed() == 3);
    CHECK(reported(job) == "removed sip:a@192.0.2.1\nlost");
    (void)job.run(record_of({bound_for_edit("sip:a@192.0.2.1")}).view());
    CHECK(reported(job) == "removed sip:a@192.0.2.1\n");
}

} // namespace
