// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/testing/storage_laws.hpp>

#include <sipwhere/policy/archetypes.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Each storage here keeps all laws but one or a few, and the check has to find out which.
namespace storage_laws_test {

using namespace sipwhere;
using sound = archetype_storage;

/// Returns: the laws that a storage is said not to keep.
template <typename Storage>
[[nodiscard]] auto broken_by() -> std::set<std::string> {
    std::set<std::string> laws;
    const auto breaches = testing::check_storage_laws([] { return Storage{}; },
                                                      [&](const testing::breach& found) { laws.emplace(found.law); },
                                                      {.walks = 1, .steps = 300, .fill = 100});
    CHECK((breaches == 0) == laws.empty());
    return laws;
}

template <typename Storage>
[[nodiscard]] auto breaks(const char* law) -> bool {
    return broken_by<Storage>().count(law) == 1;
}

/// A sound storage with room for few records.
struct small : sound {
    auto update(const aor_view& key, record_job job) -> outcome {
        return sound::update(key, [&](record_view record) {
            const auto decided = job(record);
            const bool is_new = decided.result == outcome::committed && record.bytes().empty();
            return is_new && held() >= 30 && !decided.bytes.empty() ? sipwhere::record_update{outcome::full, {}}
                                                                    : decided;
        });
    }
    [[nodiscard]] auto held() const -> unsigned {
        unsigned count = 0;
        (void)scan({}, 100, {}, [&](const aor_view&, const live_bindings&) { ++count; });
        return count;
    }
};

TEST_CASE("a sound storage breaks no law, whether it can be full or not") {
    CHECK(broken_by<sound>().empty());
    CHECK(broken_by<small>().empty());
}

/// What goes wrong when the key is not the pair that it is.
template <aor (*Change)(const aor_view&)>
struct misled : sound {
    auto update(const aor_view& key, record_job job) -> outcome { return sound::update(Change(key).view(), job); }
    void read(const aor_view& key, instant now, bindings_visitor visit) const {
        sound::read(Change(key).view(), now, visit);
    }
};

auto joined(const aor_view& key) -> aor {
    aor made;
    made.user = std::string{key.user} + "@" + std::string{key.domain};
    return made;
}
auto cut_at_nul(const aor_view& key) -> aor { return aor{{key.user.substr(0, key.user.find('\0')), key.domain}}; }
auto cut_short(const aor_view& key) -> aor { return aor{{key.user.substr(0, 64), key.domain}}; }
auto in_lower_case(const aor_view& key) -> aor {
    aor made{key};
    for (auto& c : made.user) c = ascii::lower(c);
    return made;
}

TEST_CASE("a key is a pair of texts of any bytes and any length") {
    CHECK(breaks<misled<joined>>("scan shows each key as it was given"));
    CHECK(breaks<misled<joined>>("each key has a record of its own"));
    CHECK(breaks<misled<cut_at_nul>>("each key has a record of its own"));
    CHECK(breaks<misled<cut_short>>("each key has a record of its own"));
    CHECK(breaks<misled<in_lower_case>>("each key has a record of its own"));
}

struct obeys_no_refusal : sound {
    auto update(const aor_view& key, record_job job) -> outcome {
        return sound::update(key, [&](record_view record) {
            return record_update{outcome::committed, job(record).bytes};
        });
    }
};
struct hides_refusals : sound {
    auto update(const aor_view& key, record_job job) -> outcome {
        return sound::update(key, job) == outcome::unchanged ? outcome::unchanged : outcome::committed;
    }
};
struct inserts_at_once : sound {
    auto update(const aor_view& key, record_job job) -> outcome {
        const auto blank = testing::detail::packed({testing::detail::binding_until(never32)});
        sound::update(key, [&](record_view record) {
            return record.bytes().empty() ? record_update{outcome::committed, blank} : record_update{};
        });
        return sound::update(key, job);
    }
};
struct runs_the_job_on_nothing : sound {
    auto update(const aor_view& key, record_job job) -> outcome {
        return sound::update(key, [&](record_view) { return job({}); });
    }
};
struct keeps_what_is_removed : sound {
    auto update(const aor_view& key, record_job job) -> outcome {
        const auto result = sound::update(key, [&](record_view record) {
            const auto wanted = job(record);
            return wanted.bytes.empty() && wanted.result == outcome::committed ? record_update{} : wanted;
        });
        return result == outcome::unchanged ? outcome::committed : result;
    }
};

TEST_CASE("an update does all that its job decided, or nothing") {
    CHECK(breaks<obeys_no_refusal>("a job that does not commit changes nothing"));
    CHECK(breaks<hides_refusals>("what the job decides without commit is what update says"));
    CHECK(breaks<inserts_at_once>("a record is inserted only on commit"));
    CHECK(breaks<inserts_at_once>("an unknown record is shown to the job as an empty one"));
    CHECK(breaks<runs_the_job_on_nothing>("a later job is shown the last commit"));
    CHECK(breaks<keeps_what_is_removed>("a record whose job left nothing is gone"));
}

template <int Milliseconds>
struct reads_at_another_time : sound {
    void read(const aor_view& key, instant now, bindings_visitor visit) const {
        sound::read(key, now + std::chrono::milliseconds{Milliseconds}, visit);
    }
};
struct reads_twice : sound {
    void read(const aor_view& key, instant now, bindings_visitor visit) const {
        sound::read(key, now, visit);
        sound::read(key, now, visit);
    }
};

TEST_CASE("read shows what is live, once") {
    CHECK(breaks<reads_at_another_time<1>>("read shows live bindings, and only them"));
    CHECK(breaks<reads_at_another_time<-1>>("read shows live bindings, and only them"));
    CHECK(breaks<reads_twice>("read calls its visitor once for a record that has live bindings"));
}

template <int Milliseconds>
struct expires_at_another_time : sound {
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        return sound::expire(now + std::chrono::milliseconds{Milliseconds}, at_most, sink);
    }
};
struct expires_static_bindings : sound {
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        return sound::expire(now > instant{1'000'000'000} ? never : now, at_most, sink);
    }
};
struct expires_twice : sound {
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        return sound::expire(now, at_most, [&](const aor_view& key, const binding_view& gone, std::size_t left) {
            sink(key, gone, left);
            sink(key, gone, left);
        });
    }
};
struct expires_silently : sound {
    auto expire(instant now, unsigned at_most, binding_sink) -> instant {
        return sound::expire(now, at_most, [](const aor_view&, const binding_view&) {});
    }
};
struct mixes_up_what_expires : sound {
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        return sound::expire(now, at_most, [&](const aor_view& key, binding_view gone, std::size_t left) {
            std::swap(gone.params, gone.call_id);
            sink(key, gone, left);
        });
    }
};
struct counts_what_expires_as_left : sound {
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        return sound::expire(now, at_most, [&](const aor_view& key, const binding_view& gone, std::size_t left) {
            sink(key, gone, left + 1);
        });
    }
};
struct expires_without_bound : sound {
    auto expire(instant now, unsigned, binding_sink sink) -> instant { return sound::expire(now, 1'000'000, sink); }
};
struct comes_too_late : sound {
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        return std::max(sound::expire(now, at_most, sink), instant{now.milliseconds + 1000});
    }
};
struct comes_for_nothing : sound {
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        return std::min(sound::expire(now, at_most, sink), instant{now.milliseconds + 1000});
    }
};
struct counts_in_31_bits : sound {
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        return sound::expire(std::min(now, to_instant(0x7fff'ffff)), at_most, sink);
    }
};
TEST_CASE("expire hands over all that is due, each once, in small steps") {
    CHECK(breaks<expires_at_another_time<1>>("nothing expires before it is due"));
    CHECK(breaks<expires_at_another_time<-1>>("a binding expires in the moment it is due"));
    CHECK(breaks<expires_static_bindings>("a static binding never expires"));
    CHECK(breaks<expires_twice>("a binding expires in the moment it is due"));
    CHECK(breaks<counts_what_expires_as_left>("expire tells how many bindings a record has left"));
    CHECK(breaks<expires_silently>("as many timers are armed as bindings"));
    CHECK(breaks<mixes_up_what_expires>("expire hands over each binding once, with its key, as it was committed"));
    CHECK(breaks<expires_without_bound>("expire stops after at_most bindings"));
    CHECK(breaks<comes_too_late>("expire asks to come again at once while work is left"));
    CHECK(breaks<comes_for_nothing>("expire says never when nothing is armed"));
    CHECK(breaks<comes_for_nothing>("expire says never when only static bindings are left"));
    CHECK(breaks<counts_in_31_bits>("no leap makes a binding stay"));
}

template <int Seconds>
struct forgets_tags_at_another_time : sound {
    auto update(const aor_view& key, record_job job) -> outcome {
        return sound::update(key, [&](record_view record) {
            const auto wanted = job(record);
            const record_view made{wanted.bytes};
            if (wanted.result != outcome::committed || made.tag_count() == 0) return wanted;
            std::vector<transaction_tag> tags;
            std::vector<binding_view> bindings;
            for (std::size_t i = 0; i < made.tag_count(); ++i) {
                tags.push_back(made.tag(i));
                tags.back().since += static_cast<seconds32>(Seconds);
            }
            for (const auto binding : made) bindings.push_back(binding);
            bytes_ = testing::detail::packed(tags, bindings);
            return record_update{outcome::committed, bytes_};
        });
    }

private:
    std::string bytes_;
};

TEST_CASE("a record without bindings remembers its transactions for 32 s") {
    CHECK(breaks<forgets_tags_at_another_time<-1>>("transactions are remembered for 32 s"));
    CHECK(breaks<forgets_tags_at_another_time<1>>("transactions are forgotten after 32 s"));
}

struct scans_twice : sound {
    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        (void)sound::scan(from, at_most, now, visit);
        return sound::scan(from, at_most, now, visit);
    }
};
struct scans_by_position : sound {
    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        std::uint64_t position = 0;
        const auto first = static_cast<std::uint64_t>(from);
        (void)sound::scan({}, 1'000'000, now, [&](const aor_view& key, const live_bindings& live) {
            if (position++ >= first && position <= first + at_most) visit(key, live);
        });
        return position > first + at_most ? scan_position{first + at_most} : scan_position{};
    }
};
struct scans_one_more : sound {
    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        return sound::scan(from, at_most + 1, now, visit);
    }
};
struct scans_at_another_time : sound {
    auto scan(scan_position from, unsigned at_most, instant, record_visitor visit) const -> scan_position {
        return sound::scan(from, at_most, {}, visit);
    }
};
struct scans_for_ever : sound {
    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        const auto next = sound::scan(from, at_most, now, visit);
        return next == scan_position{} ? scan_position{1'000'000} : next;
    }
};

TEST_CASE("scan shows each record once, a few at a time, and comes to an end") {
    CHECK(breaks<scans_twice>("scan shows at most as many records as it may"));
    CHECK(breaks<scans_by_position>("scan shows once each record that is there during the whole walk"));
    CHECK(breaks<scans_one_more>("scan shows at most as many records as it may"));
    CHECK(breaks<scans_at_another_time>("scan shows the live bindings of a record"));
    CHECK(breaks<scans_for_ever>("scan comes to an end"));
}

struct forgets_all_when_full : small {
    auto update(const aor_view& key, record_job job) -> outcome {
        const auto result = small::update(key, job);
        const auto nothing = [](record_view) { return record_update{outcome::committed, {}}; };
        if (result == outcome::full) sound::update({"0", "example.com"}, nothing);
        return result;
    }
};
struct takes_half_when_full : small {
    auto update(const aor_view& key, record_job job) -> outcome {
        const auto result = small::update(key, job);
        return result == outcome::full ? sound::update(key, job), result : result;
    }
};
struct takes_no_refresh_when_full : small {
    auto update(const aor_view& key, record_job job) -> outcome {
        return small::update(key, [&](record_view record) {
            const auto wanted = job(record);
            const bool shuts = wanted.result == outcome::committed && held() >= 30;
            return shuts ? record_update{outcome::full, {}} : wanted;
        });
    }
};
struct stays_full : small {
    auto update(const aor_view& key, record_job job) -> outcome {
        return small::update(key, [&](record_view record) {
            const auto wanted = job(record);
            was_full_ = was_full_ || held() >= 30;
            const bool shuts = was_full_ && record.bytes().empty() && wanted.result == outcome::committed;
            return shuts && !wanted.bytes.empty() ? record_update{outcome::full, {}} : wanted;
        });
    }

private:
    bool was_full_ = false;
};

TEST_CASE("a full store keeps what it has, and has capacity again when something goes") {
    CHECK(breaks<forgets_all_when_full>("a full store keeps all it has"));
    CHECK(breaks<takes_half_when_full>("a full store takes in nothing"));
    CHECK(breaks<takes_no_refresh_when_full>("a full store still takes a refresh"));
    CHECK(breaks<takes_no_refresh_when_full>("a full store still takes a removal"));
    CHECK(breaks<stays_full>("what was removed leaves capacity"));
    CHECK(breaks<stays_full>("what has expired leaves capacity"));
}

struct shows_its_secret : sound {
    void seed(hash_key key) { secret_ = key; }
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        const auto nothing = [](record_view) { return record_update{outcome::committed, {}}; };
        if (secret_.first == 3) sound::update({"5", "example.com"}, nothing);
        return sound::expire(now, at_most, sink);
    }

private:
    hash_key secret_;
};

struct loses_all_with_a_new_secret : sound {
    void seed(hash_key) {
        for (const auto* user : {"alice", "bob"})
            sound::update({user, "example.com"}, [](record_view) { return record_update{outcome::committed, {}}; });
    }
};

TEST_CASE("the secret of a hash never shows, and may come late") {
    CHECK(breaks<shows_its_secret>("the secret of a hash never shows"));
    CHECK(breaks<loses_all_with_a_new_secret>("a store that gets a new secret finds what it holds"));
}

TEST_CASE("a storage that may show its secret in the order of records may show it in nothing else") {
    const auto ignore = [](const testing::breach&) {};
    const auto make = [] { return shows_its_secret{}; };
    CHECK(testing::check_storage_laws(make, ignore, {.walks = 0, .fill = 10, .secret_may_order = true}) == 1);
}

/// Its mistake needs many steps to show: the fifth record that shrinks loses all bindings but one.
struct slips_at_last : sound {
    auto update(const aor_view& key, record_job job) -> outcome {
        return sound::update(key, [&](record_view record) {
            auto wanted = job(record);
            const record_view made{wanted.bytes};
            if (wanted.result != outcome::committed || made.size() < 2 || made.size() >= record.size()) return wanted;
            if (++shrunk_ != 5) return wanted;
            bytes_ = testing::detail::packed({*made.begin()});
            return record_update{outcome::committed, bytes_};
        });
    }

private:
    std::string bytes_;
    unsigned shrunk_ = 0;
};

TEST_CASE("a random walk finds what no single law provokes, and names its seed") {
    CHECK(breaks<slips_at_last>("a job is shown the record that was committed last"));
    std::uint64_t seed = 0;
    testing::check_storage_laws([] { return slips_at_last{}; },
                                [&](const testing::breach& found) { seed = found.seed; },
                                {.walks = 1, .steps = 1000, .seed = 77});
    CHECK(seed == 77);
}

} // namespace storage_laws_test
