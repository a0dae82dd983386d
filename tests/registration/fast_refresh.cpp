// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/registration/fast_refresh.hpp>

#include <reference/seeds.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;
using namespace std::chrono_literals;
using sipwhere_test::asking;
using sipwhere_test::at;
using sipwhere_test::rounds;
using sipwhere_test::second;

/// What became of a REGISTER: the new record and the decision, as one text.
struct result_of_request {
    std::string record;
    std::string decision;

    friend auto operator==(const result_of_request&, const result_of_request&) -> bool = default;
};

auto written(record_view record, const decision& decided) -> result_of_request {
    result_of_request made{.record = std::string{record.bytes()}, .decision = {}};
    for (const auto& each : decided.bindings)
        made.decision += "b" + std::to_string(static_cast<int>(each.kind)) + "." + std::to_string(each.contact);
    for (const auto& each : decided.contacts)
        made.decision += "c" + std::to_string(static_cast<int>(each.kind)) + "." + std::to_string(each.binding) + "." +
                         std::to_string(each.granted);
    return made;
}

class world_of_one {
public:
    limits rules{};
    instant now = second(1000);

    /// Registers in full. Returns: nothing when it is refused.
    auto in_full(const asking& asked, std::string_view record) -> std::optional<result_of_request> {
        decision decided;
        if (plan(asked.registration, record_view{record}, rules, now, memory_, decided)) return std::nullopt;
        const auto made = apply(asked.registration, record_view{record}, decided, rules, now, memory_.record);
        if (!decided.is_update || !made) return std::nullopt;
        return written(*made, decided);
    }

    /// Registers fast. Returns: nothing when it is left to the full way.
    auto fast(const asking& asked, std::string_view record) -> std::optional<result_of_request> {
        decision decided;
        const auto made = fast_refresh(asked.registration, record_view{record}, rules, now, memory_, decided);
        if (!made) return std::nullopt;
        CHECK(decided.is_update);
        return written(*made, decided);
    }

private:
    heap_request_memory parts_;
    request_memory memory_ = parts_.view();
};

constexpr std::string_view usual = "<sip:a@192.0.2.1:5060;transport=udp>;expires=60;q=0.5;+sip.instance=\"<urn:x>\"";

TEST_CASE("a refresh that changes nothing but numbers is fast, and like any other") {
    world_of_one one;
    asking first{usual};
    const auto before = one.in_full(first, {});
    REQUIRE(before);
    one.now = one.now + 50s;
    asking again{usual};
    again.registration.cseq = 3;
    again.registration.keys = {.response = 5, .transaction = 6, .to_tag = 7, .request = 8};
    const auto made = one.fast(again, before->record);
    REQUIRE(made);
    CHECK(*made == one.in_full(again, before->record));
    const auto binding = *record_view{made->record}.begin();
    CHECK(binding.cseq == 3);
    CHECK(binding.first == 1000);
    CHECK(binding.last == 1050);
    CHECK(binding.due == 1110);
}

TEST_CASE("whatever is refreshed fast is refreshed in full just so") {
    xoshiro256 random{4711};
    const auto below = [&random](std::size_t limit) { return static_cast<std::size_t>(random.next() % limit); };
    const auto is_odd = [&below] { return below(12) == 0; };
    constexpr std::string_view others[] = {
        "<sip:a@192.0.2.1:5060;transport=udp>;q=0.5;expires=60;+sip.instance=\"<urn:x>\"",
        "<sip:a@192.0.2.1:5060;transport=udp>;expires=90;q=0.5;+sip.instance=\"<urn:x>\"",
        "<sip:a@192.0.2.1:5060;transport=udp>;expires=0;q=0.5;+sip.instance=\"<urn:x>\"",
        "<sip:a@192.0.2.1:5060;transport=udp>;expires=5;q=0.5;+sip.instance=\"<urn:x>\"",
        "<sip:a@192.0.2.1:5060;transport=udp>;expires=60;q=0.6;+sip.instance=\"<urn:x>\"",
        "<sip:a@192.0.2.1:5060;transport=udp>;expires=60;q=0.5;+sip.instance=\"<urn:y>\"",
        "<sip:a@192.0.2.1:5060;transport=udp>",
        "<sip:a@192.0.2.1:5060;transport=UDP>;expires=60;q=0.5;+sip.instance=\"<urn:x>\"",
        "<sip:b@192.0.2.1:5060;transport=udp>;expires=60;q=0.5;+sip.instance=\"<urn:x>\""};
    std::size_t fast = 0, all = 0;
    for (auto round = rounds(20'000); round > 0; --round) {
        world_of_one one;
        const auto contact = [&] { return is_odd() ? others[below(std::size(others))] : usual; };
        std::string record;
        std::uint32_t cseq = 1;
        const flow elsewhere{.remote = at("192.0.2.7", 40000), .local = at("192.0.2.100"), .connection = 7};
        for (auto requests = 2 + below(4); requests > 0; --requests) {
            const auto first = contact();
            std::optional<asking> asked;
            if (is_odd()) asked.emplace({first, contact()});
            else if (is_odd()) asked.emplace();
            else asked.emplace({first});
            auto& wanted = asked->registration;
            cseq += is_odd() ? 0 : 1;
            wanted.cseq = cseq;
            if (is_odd()) wanted.call_id = "another";
            if (is_odd()) wanted.source = &elsewhere;
            if (is_odd()) wanted.user_agent = "phone";
            if (is_odd()) wanted.expires = 70;
            if (is_odd()) one.rules.max_contacts = 1 + below(2);
            if (is_odd()) one.rules.max_contact_bytes = 40 + below(100);
            if (is_odd()) one.rules.max_call_id_bytes = below(8);
            if (is_odd()) one.rules.stale_cseq = stale_cseq::refuse;
            const auto number = static_cast<std::uint32_t>(random.next());
            wanted.keys = {.response = number, .transaction = number, .to_tag = number, .request = number};
            ++all;
            const auto quick = one.fast(*asked, record);
            const auto full = one.in_full(*asked, record);
            if (quick) {
                ++fast;
                REQUIRE(full);
                REQUIRE(*quick == *full);
            }
            if (full) record = full->record;
            one.now = one.now + std::chrono::milliseconds{below(is_odd() ? 90'000 : below(3) == 0 ? 9'000 : 58'000)};
        }
    }
    CHECK(fast > all / 20); // so that it was looked at
    CHECK(fast < all * 3 / 4);
}

} // namespace
