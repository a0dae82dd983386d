// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/registrar/registration_job.hpp>

#include <sipwhere/memory/fixed_memory.hpp>
#include <sipwhere/server/request_fields.hpp>

#include <support/recording_observer.hpp>
#include <support/reply.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace sipwhere;
using sipwhere_test::asking;
using sipwhere_test::parsed_request;
using sipwhere_test::record_of;
using sipwhere_test::recording_observer;
using sipwhere_test::reply;
using sipwhere_test::request;
using sipwhere_test::second;

using job_memory = fixed_request_memory<memory_sizes{.contacts = 4, .bindings = 10, .record = 2048, .gone = 256}>;

/// A job with all that it works on, in second 1000.
class working {
public:
    const asking& asked;
    job_memory memory{};
    request_memory view = memory.view();
    limits rules;
    parsed_request got{request{}};
    request_fields fields = read(got);
    reply_route route{};
    endpoint source{};
    listing_context about{{*got, fields, route, source, 7}};

    explicit working(const asking& to_do, limits wanted = {}) : asked(to_do), rules(wanted) {
        REQUIRE(complete(rules, view));
    }

    [[nodiscard]] auto job() const -> registration_job {
        return {asked.registration, about, rules, second(1000), view};
    }

private:
    [[nodiscard]] static auto read(const parsed_request& from) -> request_fields {
        request_fields made;
        REQUIRE(read_top_via(*from, made.via));
        REQUIRE(!read_request_fields(*from, made));
        return made;
    }
};

auto bound_in_job(std::string_view uri, std::uint32_t cseq = 1, seconds32 due = 2000) -> binding_view {
    return {.uri = uri, .call_id = "call", .cseq = cseq, .due = due, .first = 900, .last = 900};
}

auto answer_of(const registration_job& job) -> reply { return {.text = std::string{job.answer()}}; }

TEST_CASE("a job decides, builds the record and writes the answer, and nothing else is needed") {
    const asking asked{"sip:a@192.0.2.1"};
    const working it{asked};
    auto job = it.job();

    const auto decided = job.run({});

    CHECK(decided.result == outcome::committed);
    CHECK((*record_view{decided.bytes}.begin()).uri == "sip:a@192.0.2.1");
    CHECK(!job.refused());
    CHECK(answer_of(job).uris() == "sip:a@192.0.2.1");
}

TEST_CASE("a job run again on the same record comes to the same") {
    const asking asked{"sip:a@192.0.2.1", "<sip:b@192.0.2.1>;expires=0"};
    const working it{asked};
    const auto record = record_of({bound_in_job("sip:b@192.0.2.1"), bound_in_job("sip:c@192.0.2.1", 1, 999)});
    auto job = it.job();
    const std::string first{job.run(record.view()).bytes};
    const std::string first_answer{job.answer()};

    const auto again = job.run(record.view());

    CHECK(again.result == outcome::committed);
    CHECK(again.bytes == first);
    CHECK(job.answer() == first_answer);
    recording_observer observer;
    CHECK(job.report(observer));
    CHECK(observer.log == "removed sip:b@192.0.2.1\nexpired sip:c@192.0.2.1\ncreated sip:a@192.0.2.1\n");
}

TEST_CASE("of several runs the last counts, whatever the ones before came to") {
    const asking asked{"sip:a@192.0.2.1"};
    const working it{asked};
    auto job = it.job();
    CHECK(job.run(record_of({bound_in_job("sip:a@192.0.2.1", 9)}).view()).result == outcome::refused);
    CHECK(job.refused());
    CHECK(job.run(record_of({bound_in_job("sip:b@192.0.2.1")}).view()).result == outcome::committed);
    CHECK(!job.refused());
    CHECK(answer_of(job).uris() == "sip:b@192.0.2.1 sip:a@192.0.2.1");

    CHECK(job.run(record_of({}, {{.request = 4, .transaction = 2, .cseq = 2, .since = 999}}).view()).result ==
          outcome::unchanged);
    CHECK(answer_of(job).status() == status::ok);
    recording_observer observer;
    CHECK(job.report(observer));
    CHECK(observer.log.empty());

    CHECK(job.run(record_of({bound_in_job("sip:a@192.0.2.1", 9)}).view()).result == outcome::refused);
    CHECK(job.answer().empty());
}

TEST_CASE("a query and a repeat want no change") {
    const auto record =
        record_of({bound_in_job("sip:a@192.0.2.1", 9)}, {{.request = 4, .transaction = 2, .cseq = 2, .since = 999}});
    for (const bool query : {true, false}) {
        const asking asked = query ? asking{} : asking{"sip:b@192.0.2.1"};
        const working it{asked};
        auto job = it.job();
        const auto decided = job.run(record.view());
        CHECK(decided.result == outcome::unchanged);
        CHECK(decided.bytes.empty());
        CHECK(answer_of(job).uris() == "sip:a@192.0.2.1");
    }
}

TEST_CASE("the last binding gone, the record still remembers the transaction") {
    const asking asked{"<sip:a@192.0.2.1>;expires=0"};
    const working it{asked};
    auto job = it.job();
    const record_view made{job.run(record_of({bound_in_job("sip:a@192.0.2.1")}).view()).bytes};
    CHECK(made.size() == 0);
    CHECK(made.tag_count() == 1);
    CHECK(answer_of(job).contacts().empty());
}

TEST_CASE("an answer that would be too large is refused before anything changes") {
    const asking asked{"sip:a@192.0.2.1"};
    const auto record = record_of({bound_in_job("sip:b@192.0.2.1")});
    const working roomy{asked};
    auto whole = roomy.job();
    (void)whole.run(record.view());
    const auto size = whole.answer().size();

    const working exact{asked, {.max_answer_bytes = size}};
    CHECK(exact.job().run(record.view()).result == outcome::committed);
    const working tight{asked, {.max_answer_bytes = size - 1}};
    auto job = tight.job();
    CHECK(job.run(record.view()).result == outcome::refused);
    CHECK(job.refused() == refusal{status::forbidden, "Answer Would Be Too Large"});
}

TEST_CASE("a refresh that would make the answer too large is refused as well") {
    const asking asked{"<sip:a@192.0.2.1>;long=parameter-that-was-not-there-before"};
    const auto record = record_of({bound_in_job("sip:a@192.0.2.1")});
    const working roomy{asked};
    auto whole = roomy.job();
    (void)whole.run(record.view());
    const working tight{asked, {.max_answer_bytes = whole.answer().size() - 1}};
    CHECK(tight.job().run(record.view()).result == outcome::refused);
}

TEST_CASE("a removal passes with as many bindings in its answer as fit, and so does its repeat") {
    const auto record =
        record_of({bound_in_job("sip:a@192.0.2.1"), bound_in_job("sip:b@192.0.2.1"), bound_in_job("sip:c@192.0.2.1")});
    const asking nothing;
    const working roomy{nothing};
    auto whole = roomy.job();
    (void)whole.run(record.view());

    const asking removal{"<sip:a@192.0.2.1>;expires=0"};
    const working tight{removal, {.max_answer_bytes = whole.answer().size() - 70}};
    auto job = tight.job();
    const std::string left{job.run(record.view()).bytes};
    CHECK(!job.refused());
    CHECK(record_view{left}.size() == 2);
    CHECK(answer_of(job).status() == status::ok);
    CHECK(answer_of(job).contacts().size() < 2);

    CHECK(job.run(record_view{left}).result == outcome::unchanged);
    CHECK(answer_of(job).status() == status::ok);
}

TEST_CASE("a query whose answer is too large is 513 (R3261-21.4.11-a)") {
    const auto record = record_of({bound_in_job("sip:a@192.0.2.1")});
    const asking nothing;
    const working roomy{nothing};
    auto whole = roomy.job();
    (void)whole.run(record.view());
    const working tight{nothing, {.max_answer_bytes = whole.answer().size() - 1}};
    auto job = tight.job();
    CHECK(job.run(record.view()).result == outcome::refused);
    CHECK(job.refused() == refusal{status::message_too_large, "Answer Too Large"});
}

TEST_CASE("a record that would not fit into the memory is refused") {
    const asking asked{"sip:a@192.0.2.1"};
    const working it{asked};
    const std::string long_uri = "sip:" + std::string(1990, 'x') + "@192.0.2.1";
    auto job = it.job();
    CHECK(job.run(record_of({bound_in_job(long_uri)}).view()).result == outcome::refused);
    CHECK(job.refused() == refusal{status::forbidden, "Too Much for One Address-of-Record"});
}

TEST_CASE("whether a full store is any harm: not if no binding comes, goes or changes") {
    const auto harmless = [](const asking& asked, const owned_record& record) {
        const working it{asked};
        auto job = it.job();
        CHECK(job.run(record.view()).result == outcome::committed);
        return job.changes_no_binding();
    };
    const auto record = record_of({bound_in_job("sip:a@192.0.2.1"), bound_in_job("sip:due@192.0.2.1", 1, 1000)});
    CHECK(harmless(asking{"<sip:x@192.0.2.1>;expires=0"}, {}));
    CHECK(harmless(asking{"<sip:x@192.0.2.1>;expires=0"}, record));
    CHECK(!harmless(asking{"<sip:a@192.0.2.1>;expires=0"}, record));
    CHECK(!harmless(asking{"sip:a@192.0.2.1"}, record));
    CHECK(!harmless(asking{"sip:x@192.0.2.1"}, {}));
}

TEST_CASE("a store that was full before it ran the job did harm") {
    const asking asked{"sip:a@192.0.2.1"};
    const working it{asked};
    CHECK(!it.job().changes_no_binding());
}

TEST_CASE("events tell each change, the bindings in their order and the new ones last") {
    const asking asked{"sip:n@192.0.2.1", "sip:b@192.0.2.1", "<sip:c@192.0.2.1>;expires=0"};
    const working it{asked};
    auto job = it.job();
    (void)job.run(record_of({bound_in_job("sip:a@192.0.2.1"), bound_in_job("sip:b@192.0.2.1"),
                             bound_in_job("sip:due@192.0.2.1", 1, 1000), bound_in_job("sip:c@192.0.2.1")})
                      .view());

    recording_observer observer;
    CHECK(job.report(observer));

    CHECK(observer.log == "refreshed sip:b@192.0.2.1\nexpired sip:due@192.0.2.1\nremoved sip:c@192.0.2.1\n"
                          "created sip:n@192.0.2.1\n");
    const auto& refreshed = observer.changes[0].event;
    CHECK(observer.changes[0].user == "alice");
    CHECK(observer.changes[0].domain == "example.com");
    CHECK(refreshed.at == second(1000));
    CHECK(refreshed.binding.cseq == 2);
    CHECK(refreshed.binding.first == 900);
    CHECK(refreshed.binding.due == 1300);
    CHECK(observer.changes[2].event.binding.due == 2000); // as it was
    CHECK(observer.changes[2].call_id == "call");
}

TEST_CASE("events of bindings that went and do not fit into their room are lost, and that is told") {
    const std::string long_uri = "sip:" + std::string(300, 'x') + "@192.0.2.1";
    asking asked;
    asked.registration.removes_all = true;
    const working it{asked};
    auto job = it.job();
    (void)job.run(record_of({bound_in_job("sip:a@192.0.2.1"), bound_in_job(long_uri)}).view());
    recording_observer observer;
    CHECK(!job.report(observer));
    CHECK(observer.log == "removed sip:a@192.0.2.1\n");

    (void)job.run(record_of({bound_in_job("sip:a@192.0.2.1")}).view());
    CHECK(job.report(observer));
}

} // namespace
