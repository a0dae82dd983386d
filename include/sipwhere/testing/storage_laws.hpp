// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/storage.hpp>
#include <sipwhere/testing/detail/storage_walk.hpp>
#include <sipwhere/testing/law.hpp>
#include <sipwhere/testing/rerunning_storage.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere::testing {

/// How much `check_storage_laws` does.
struct storage_law_effort {
    std::uint32_t walks = 4;    ///< random walks, each with its own seed
    std::uint32_t steps = 2000; ///< of each walk
    std::uint32_t keys = 40;    ///< addresses-of-record of each walk
    std::uint32_t fill = 2000;  ///< records put in to see the store full; one that still takes more is not full
    std::uint64_t seed = 1;     ///< of the first walk
    bool secret_may_order = false; ///< a secret may show in the order of records, as that of a sharded_storage does
};

namespace detail {

inline constexpr aor_view alice{"alice", "example.com"};
inline constexpr aor_view bob{"bob", "example.com"};
inline constexpr instant some_time{1'000'500};

inline void check_unknown(storage_ref store, judge& verdicts) {
    verdicts.tries("an address-of-record that was never stored");
    bool ran = false, was_empty = false;
    const auto result = store.update(alice, [&](record_view record) {
        ran = true;
        was_empty = record.bytes().empty() && record.size() == 0 && record.tag_count() == 0;
        return record_update{outcome::unchanged, {}};
    });
    verdicts.expects(ran && was_empty, "an unknown record is shown to the job as an empty one");
    verdicts.expects(result == outcome::unchanged, "a job that changes nothing is obeyed");
    verdicts.expects(shown(store, alice, some_time).empty(), "read shows nothing of an unknown record");
    verdicts.expects(put(store, alice, {}) == outcome::committed, "taking away a record that is not there succeeds");
    verdicts.expects(scanned(store, some_time).empty(), "a record is inserted only on commit");
    verdicts.expects(store.expire(some_time, 1, [](const auto&, const auto&) {}) == never,
                     "expire says never when nothing is armed");
}

inline void check_refusals(storage_ref store, judge& verdicts) {
    const auto before = packed({binding_until(2000)});
    const auto other = packed({binding_until(3000, "sip:other@192.0.2.2"), binding_until(4000)});
    put(store, alice, before);
    for (const auto result : {outcome::refused, outcome::unchanged, outcome::full, outcome::failed}) {
        verdicts.tries("a job that does not want to commit");
        for (const auto& key : {alice, bob}) {
            const auto said = store.update(key, [&](record_view) { return record_update{result, other}; });
            verdicts.expects(said == result, "what the job decides without commit is what update says");
        }
        verdicts.expects(kept(store, alice) == before, "a job that does not commit changes nothing");
        verdicts.expects(scanned(store, some_time).size() == 1, "a record is inserted only on commit");
    }
}

inline void check_replacing(storage_ref store, judge& verdicts) {
    verdicts.tries("records of many sizes, one in the place of another");
    const std::string wide(500, 'w');
    for (const std::size_t count : {1U, 4U, 2U, 0U, 3U, 1U}) {
        std::vector<binding_view> bindings(count, binding_until(2000, wide));
        const auto record = packed({}, bindings);
        if (put(store, alice, record) != outcome::committed) continue;
        verdicts.expects(kept(store, alice) == record, "a later job is shown the last commit");
        verdicts.expects(shown(store, alice, some_time) == live_part(record, some_time),
                         "a later read shows the last commit");
    }
    verdicts.tries("a job that gives back a part of the record it was shown");
    const auto two = packed({binding_until(2000), binding_until(3000, "sip:other@192.0.2.2")});
    put(store, alice, two);
    store.update(alice, [](record_view record) { return record_update{outcome::committed, record.bytes()}; });
    verdicts.expects(kept(store, alice) == two, "the bytes of the old record may be the new one's");
}

inline void check_keys(storage_ref store, judge& verdicts) {
    using namespace std::string_view_literals;
    const std::string longest(150, 'u');
    const auto longer = longest + "u";
    const std::array keys{aor_view{"", "example.com"},
                          aor_view{"a", "bc"},
                          aor_view{"ab", "c"},
                          aor_view{"a@b", "c"},
                          aor_view{"a", "b@c"},
                          aor_view{"", "a"},
                          aor_view{"a", ""},
                          aor_view{"\0"sv, "c"},
                          aor_view{"\0\0"sv, "c"},
                          aor_view{"a\0b"sv, "c"},
                          aor_view{"a", "c"},
                          aor_view{"A", "c"},
                          aor_view{"\xff\xfe\x80", "c"},
                          aor_view{"%61", "c"},
                          aor_view{"a\r\n", "c"},
                          aor_view{longest, "example.com"},
                          aor_view{longer, "example.com"}};
    verdicts.tries("keys that are easily mistaken for one another");
    std::vector<std::string> records;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto uri = "sip:" + std::to_string(i);
        const auto record = packed({binding_until(5000, uri)});
        verdicts.expects(kept(store, keys[i]).empty(), "each key has a record of its own");
        records.push_back(put(store, keys[i], record) == outcome::committed ? record : std::string{});
    }
    auto found = scanned(store, some_time);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        verdicts.expects(kept(store, keys[i]) == records[i], "each key has a record of its own");
        const bool was_shown = std::find(found.begin(), found.end(), keys[i]) != found.end();
        verdicts.expects(was_shown != records[i].empty(), "scan shows each key as it was given");
    }
    for (const auto& gone : expire_all(store, to_instant(5000)))
        verdicts.expects(std::find(keys.begin(), keys.end(), gone.key.view()) != keys.end(),
                         "expire hands over each key as it was given");
}

inline void check_liveness(storage_ref store, judge& verdicts) {
    verdicts.tries("a record with bindings that are due, live and static");
    const auto record = packed({binding_until(1000), binding_until(never32), binding_until(2000)});
    put(store, alice, record);
    for (const std::uint64_t at : {999'999U, 1'000'000U, 1'999'999U, 2'000'000U}) {
        unsigned visits = 0;
        store.read(alice, {at}, [&](const live_bindings&) { ++visits; });
        verdicts.expects(visits == 1, "read calls its visitor once for a record that has live bindings");
        verdicts.expects(shown(store, alice, {at}) == live_part(record, {at}),
                         "read shows live bindings, and only them");
    }
    verdicts.expects(kept(store, alice) == record, "a job is shown bindings that are due, until they have expired");
}

inline void check_expiry(storage_ref store, judge& verdicts) {
    verdicts.tries("bindings that become due one after another");
    put(store, alice, packed({binding_until(1003), binding_until(never32), binding_until(1005)}));
    put(store, bob, packed({binding_until(1004)}));
    const auto gone_by = [&](std::uint64_t at) { return expire_all(store, {at}); };

    verdicts.expects(gone_by(1'002'999).empty(), "nothing expires before it is due");
    const auto first = gone_by(1'003'000);
    verdicts.expects(first.size() == 1 && first[0].key == alice && first[0].due == 1003,
                     "a binding expires in the moment it is due");
    verdicts.expects(gone_by(1'003'999).empty(), "a binding expires once");
    const auto second = gone_by(1'004'000);
    verdicts.expects(second.size() == 1 && second[0].key == bob, "each record expires in its own time");
    verdicts.expects(scanned(store, {1'004'000}).size() == 1, "a record goes when nothing is left of it");
    verdicts.expects(gone_by(2'000'000).size() == 1, "the other bindings of a record stay armed");
    verdicts.expects(gone_by(never.milliseconds / 2).empty(), "a static binding never expires");
    verdicts.expects(shown(store, alice, {2'000'000}) == packed(binding_until(never32)), "a static binding stays");
    verdicts.expects(store.expire({2'000'000}, 1, [](const auto&, const auto&) {}) == never,
                     "expire says never when only static bindings are left");
}

inline void check_rearming(storage_ref store, judge& verdicts) {
    verdicts.tries("a binding that is refreshed");
    for (const seconds32 due : {1003U, 1100U, 1050U, 90000U}) put(store, alice, packed({binding_until(due)}));
    put(store, bob, packed({binding_until(1003)}));
    put(store, bob, {});
    verdicts.expects(expire_all(store, {89'999'999}).empty(),
                     "a refreshed or removed binding does not expire in its old time");
    verdicts.expects(expire_all(store, {90'000'000}).size() == 1, "a refreshed binding expires in its new time");
}

inline void check_bound(storage_ref store, judge& verdicts) {
    verdicts.tries("many bindings that are due at once");
    std::size_t count = 0;
    for (; count < 20; ++count) {
        const auto user = std::to_string(count);
        if (put(store, {user, "example.com"}, packed({binding_until(1001)})) != outcome::committed) break;
    }
    std::size_t gone = 0;
    for (unsigned calls = 0; calls < 1000 && gone < count; ++calls) {
        unsigned handed = 0;
        const auto next = store.expire({1'001'000}, 3, [&](const auto&, const auto&) { ++handed; });
        gone += handed;
        verdicts.expects(handed <= 3, "expire stops after at_most bindings");
        verdicts.expects(gone == count || next <= instant{1'001'000},
                         "expire asks to come again at once while work is left");
    }
    verdicts.expects(gone == count, "expire gets through to the end, a few at a time");
}

inline void check_memory_of_transactions(storage_ref store, judge& verdicts) {
    verdicts.tries("a record without bindings that remembers transactions");
    const std::array tags{transaction_tag{.transaction = 7, .since = 900},
                          transaction_tag{.transaction = 9, .since = 1000}};
    put(store, alice, packed(tags, {}));
    verdicts.expects(expire_all(store, to_instant(1000 + transaction_tag::lifetime)).empty(), "a tag is no binding");
    verdicts.expects(record_view{kept(store, alice)}.tag_count() > 0, "transactions are remembered for 32 s");
    expire_all(store, to_instant(1000 + transaction_tag::lifetime + 1));
    verdicts.expects(kept(store, alice).empty(), "transactions are forgotten after 32 s");
    verdicts.expects(scanned(store, some_time).empty(), "a record goes when nothing is left of it");
}

inline void check_leaps(storage_ref store, judge& verdicts) {
    verdicts.tries("a clock that leaps far ahead");
    constexpr seconds32 year = 31'536'000;
    constexpr std::array<seconds32, 6> dues{40 * year, 40 * year + 1,   41 * year,
                                            80 * year, 80 * year + 300, never32 - 1};
    for (const auto due : dues) put(store, {std::to_string(due), "d"}, packed({binding_until(due)}));
    for (const auto due : dues) {
        const bool was_kept = !kept(store, {std::to_string(due), "d"}).empty();
        const instant before{std::uint64_t{due} * 1000 - 1};
        verdicts.expects(expire_all(store, before, 1).empty(), "no leap makes a binding expire early");
        verdicts.expects(expire_all(store, to_instant(due), 1).size() == (was_kept ? 1 : 0),
                         "no leap makes a binding stay");
    }
}

inline void check_scan(storage_ref store, judge& verdicts) {
    verdicts.tries("a walk over records that come and go meanwhile");
    const auto record = packed({binding_until(5000)});
    const auto key = [](std::size_t number, std::string_view domain) { return aor{{std::to_string(number), domain}}; };
    std::size_t count = 0;
    while (count < 16 && put(store, key(count, "stays").view(), record) == outcome::committed &&
           put(store, key(count, "goes").view(), record) == outcome::committed)
        ++count;
    std::vector<aor> seen;
    scan_position from{};
    unsigned calls = 0;
    do {
        unsigned at_once = 0;
        from = store.scan(from, 2, some_time, [&](const aor_view& found, const live_bindings& live) {
            ++at_once;
            seen.emplace_back(found);
            verdicts.expects(live.now() == some_time && !live.empty(), "scan shows the live bindings of a record");
        });
        verdicts.expects(at_once <= 2, "scan shows at most as many records as it may");
        put(store, key(calls * 5 % 16, "goes").view(), {});
        if (calls < 50) put(store, key(calls, "comes").view(), record);
    } while (from != scan_position{} && ++calls < patience);
    verdicts.expects(from == scan_position{}, "scan comes to an end");
    for (std::size_t i = 0; i < count; ++i)
        verdicts.expects(std::count(seen.begin(), seen.end(), key(i, "stays")) == 1,
                         "scan shows once each record that is there during the whole walk");
}

inline void check_full(storage_ref store, judge& verdicts, std::uint32_t most) {
    verdicts.tries("a store that is filled until it is full");
    const auto key = [](std::uint32_t number) { return aor{{std::to_string(number), "example.com"}}; };
    const auto record = [](std::uint32_t number) {
        return packed({binding_until(5000, "sip:" + std::to_string(number) + "@192.0.2.1")});
    };
    std::uint32_t count = 0;
    while (count < most && put(store, key(count).view(), record(count)) == outcome::committed) ++count;
    if (count < most) {
        verdicts.expects(put(store, key(count).view(), record(count)) == outcome::full, "a full store says so");
        verdicts.expects(kept(store, key(count).view()).empty(), "a full store takes in nothing");
    }
    bool intact = true;
    for (std::uint32_t i = 0; i < count; ++i) intact = intact && kept(store, key(i).view()) == record(i);
    verdicts.expects(intact, "a full store keeps all it has");
    verdicts.expects(scanned(store, some_time, 100).size() == count, "a full store shows all it has");
    if (count == 0) return;
    verdicts.expects(put(store, key(0).view(), record(0)) == outcome::committed, "a full store still takes a refresh");
    verdicts.expects(put(store, key(0).view(), {}) == outcome::committed, "a full store still takes a removal");
    verdicts.expects(put(store, key(0).view(), record(0)) == outcome::committed, "what was removed leaves capacity");
    verdicts.expects(expire_all(store, to_instant(5000), 1000).size() == count, "as many timers are armed as bindings");
    verdicts.expects(put(store, key(count).view(), record(count)) == outcome::committed,
                     "what has expired leaves capacity");
}

/// Returns: all that can be seen of a storage under a seed of its hash.
[[nodiscard]] inline auto behaviour_under(storage_ref store, hash_key secret) -> std::vector<aor> {
    store.seed(secret);
    for (seconds32 i = 0; i < 12; ++i)
        put(store, {std::to_string(i), "example.com"}, packed({binding_until(1001 + i % 5)}));
    put(store, {"3", "example.com"}, {});
    auto seen = scanned(store, some_time);
    for (const auto& gone : expire_all(store, to_instant(1003), 2)) seen.push_back(gone.key);
    return seen;
}

inline void check_secrets(storage_ref one, storage_ref other, judge& verdicts, bool may_order) {
    verdicts.tries("a new secret for a store that holds records");
    const auto record = packed({binding_until(5000)});
    put(one, alice, record);
    one.seed({5, 6});
    verdicts.expects(kept(one, alice) == record, "a store that gets a new secret finds what it holds");
    put(one, alice, {});
    verdicts.tries("the same work under two secrets");
    auto seen = behaviour_under(one, {1, 2});
    auto seen_of_other = behaviour_under(other, {3, 4});
    if (may_order) {
        std::sort(seen.begin(), seen.end());
        std::sort(seen_of_other.begin(), seen_of_other.end());
    }
    verdicts.expects(seen == seen_of_other, "the secret of a hash never shows");
}

inline void check_walk(storage_ref store, judge& verdicts, const storage_law_effort& effort, std::uint64_t seed) {
    storage_walk walk{store, verdicts, seed, effort.keys};
    for (std::uint32_t i = 0; i < effort.steps; ++i) walk.step();
    walk.finish();
}

} // namespace detail

/// Checks that a storage keeps the laws of `storage_policy`, whatever test framework is in use.
///
/// `make` returns an empty storage, by value, each time it is called; it holds four bindings at least.
/// `report` is called with each law that is not kept. Uses the heap.
/// Returns: how many breaches there were.
template <typename Make>
auto check_storage_laws(Make&& make, breach_report report, const storage_law_effort& effort = {}) -> unsigned {
    using storage = decltype(make());
    static_assert(explain_storage<storage>());
    judge verdicts{report};
    using law = void (*)(detail::storage_ref, judge&);
    const law laws[]{detail::check_unknown,  detail::check_refusals, detail::check_replacing,
                     detail::check_keys,     detail::check_liveness, detail::check_expiry,
                     detail::check_rearming, detail::check_bound,    detail::check_memory_of_transactions,
                     detail::check_leaps,    detail::check_scan};
    for (const auto check : laws) {
        storage store = make();
        check(detail::storage_ref{store}, verdicts);
    }
    {
        storage store = make();
        detail::check_full(detail::storage_ref{store}, verdicts, effort.fill);
    }
    {
        storage one = make(), other = make();
        detail::check_secrets(detail::storage_ref{one}, detail::storage_ref{other}, verdicts, effort.secret_may_order);
    }
    for (std::uint32_t i = 0; i < effort.walks; ++i) {
        const auto seed = effort.seed + i;
        verdicts.tries("a random walk, compared with a map", seed);
        storage store = make();
        detail::check_walk(detail::storage_ref{store}, verdicts, effort, seed);

        verdicts.tries("a random walk that runs each job twice", seed);
        storage base = make();
        rerunning_storage twice{base};
        detail::check_walk(detail::storage_ref{twice}, verdicts, effort, seed);
    }
    return verdicts.breaches();
}

} // namespace sipwhere::testing
