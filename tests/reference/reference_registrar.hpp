// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <reference/vocabulary.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sipwhere_test::reference {

/// A registrar written a second time, as plainly as can be, from RFC 3261 §10.3 and the design's own words: the library
/// has to agree with it on every answer and every binding.
class registrar {
public:
    explicit registrar(rules chosen) : rules_(std::move(chosen)) {}

    /// Serves the request that arrived as number `number`.
    auto serve(const asked_register& asked, const std::string& source, std::uint64_t now_ms, std::size_t number)
        -> answer {
        if (asked.form != 0) return {asked.form};
        if (asked.star && (!asked.contacts.empty() || asked.expires != 0u)) return {400};
        const auto sips = std::ranges::count_if(asked.contacts, &is_sips);
        if (sips != 0 && (!asked.is_sips || std::ranges::ssize(asked.contacts) != sips)) return {400}; // RFC 5630 §5.3
        const auto first = answers_.find({asked.transaction, source});
        if (first != answers_.end() && first->second.second + 32'000 > now_ms)
            return {200, {}, false, first->second.first};
        auto made = decide(asked, records_[asked.aor], now_ms);
        if (made.changes && rules_.remembers_answers) answers_[{asked.transaction, source}] = {number, now_ms};
        return made;
    }

    /// Returns: the live bindings of an address-of-record.
    auto bindings(const std::pair<std::string, std::string>& aor, std::uint64_t now_ms) const -> std::vector<binding> {
        const auto found = records_.find(aor);
        return found == records_.end() ? std::vector<binding>{} : live(found->second, now_ms);
    }

    /// Drops what it knows of an address-of-record.
    void forget(const std::pair<std::string, std::string>& aor) { records_.erase(aor); }

    /// Returns: every address-of-record with a live binding.
    auto aors(std::uint64_t now_ms) const -> std::vector<std::pair<std::string, std::string>> {
        std::vector<std::pair<std::string, std::string>> made;
        for (const auto& [aor, kept] : records_)
            if (!live(kept, now_ms).empty()) made.push_back(aor);
        return made;
    }

private:
    struct transaction {
        std::string branch, sent_by, from_tag, call_id;
        std::uint32_t cseq = 0;
        std::uint64_t at = 0; ///< second
        bool covers_older = false; ///< those of its Call-ID up to its CSeq may have been forgotten

        auto is_newer(const transaction& than) const -> bool { return call_id == than.call_id && cseq >= than.cseq; }
    };
    struct record {
        std::vector<binding> bindings;
        std::vector<transaction> transactions; ///< committed ones, the oldest first
    };

    static auto live(const record& from, std::uint64_t now_ms) -> std::vector<binding> {
        std::vector<binding> made;
        for (const auto& each : from.bindings)
            if (each.due * 1000 > now_ms) made.push_back(each);
        return made;
    }

    static auto show(const record& from, std::uint64_t now_ms) -> answer {
        answer made{200};
        for (auto& each : live(from, now_ms)) {
            const auto left = each.due - (now_ms + 999) / 1000;
            made.contacts.emplace_back(each, std::max<std::uint64_t>(left, 1));
        }
        return made;
    }

    static auto is_sips(const asked_contact& contact) -> bool { return contact.uri.starts_with("sips:"); }

    auto decide(const asked_register& asked, record& kept, std::uint64_t now_ms) const -> answer {
        const auto now = now_ms / 1000;
        std::erase_if(kept.transactions, [&](const auto& each) { return each.at + 32 < now; });
        bool merged = false, late = false;
        for (const auto& each : kept.transactions) {
            late = late || (each.covers_older && each.call_id == asked.call_id && each.cseq >= asked.cseq);
            if (each.from_tag != asked.from_tag || each.call_id != asked.call_id || each.cseq != asked.cseq) continue;
            if (each.branch == asked.branch && each.sent_by == asked.sent_by) return show(kept, now_ms);
            merged = true;
        }
        if (merged && !asked.has_to_tag) return {482};
        if (!asked.star && asked.contacts.empty()) return show(kept, now_ms);

        auto next = record{live(kept, now_ms), kept.transactions};
        if (const int refused = change(asked, next.bindings, now_ms, late); refused != 0) return {refused};
        next.transactions.push_back({asked.branch, asked.sent_by, asked.from_tag, asked.call_id, asked.cseq, now});
        while (next.transactions.size() > 2 * rules_.max_contacts) forget_one(next, kept.bindings);
        kept = std::move(next);
        auto made = show(kept, now_ms);
        made.changes = true;
        return made;
    }

    /// Forgets a transaction, never the last: the first for which a later one of its Call-ID can stand; else the first
    /// with a binding that is as it wrote it; else the first.
    static void forget_one(record& from, const std::vector<binding>& old) {
        auto& all = from.transactions;
        const auto last = all.end() - 1;
        for (auto each = all.begin(); each != last; ++each) {
            const auto newer = std::find_if(all.rbegin(), std::make_reverse_iterator(each + 1),
                                            [&](const auto& other) { return other.is_newer(*each); });
            if (newer == std::make_reverse_iterator(each + 1)) continue;
            newer->covers_older = true;
            all.erase(each);
            return;
        }
        const auto victim = std::find_if(all.begin(), last, [&](const auto& each) {
            return !each.covers_older && std::ranges::any_of(from.bindings, [&](const auto& left) {
                return left.cseq == each.cseq && left.last == each.at && std::ranges::count(old, left) != 0;
            });
        });
        all.erase(victim == last ? all.begin() : victim);
    }

    auto is_stale(const binding& old, const asked_register& asked, std::uint64_t now) const -> bool {
        const bool is_late = old.call_id == asked.call_id && asked.cseq <= old.cseq;
        return is_late && !(rules_.takes_stale_after_32s && now > old.last + 32);
    }

    /// Returns: the bindings that a contact means: the very same, or else all that are equal.
    auto meant(const std::string& uri, const std::vector<binding>& old) const -> std::vector<std::size_t> {
        std::vector<std::size_t> made;
        for (std::size_t i = 0; i < old.size(); ++i)
            if (old[i].uri == uri) return {i};
        for (std::size_t i = 0; i < old.size(); ++i)
            if (rules_.same_uri(uri, old[i].uri)) made.push_back(i);
        return made;
    }

    /// Returns: 0, or the status of the refusal; `old` counts only if it is 0.
    auto change(const asked_register& asked, std::vector<binding>& old, std::uint64_t now_ms, bool late) const -> int {
        const auto& contacts = asked.contacts;
        std::vector<std::uint32_t> granted;
        for (const auto& each : contacts) {
            const auto wanted = each.expires ? *each.expires : asked.expires.value_or(rules_.default_expires);
            if (wanted > 0 && wanted < 3600 && wanted < rules_.min_expires) return 423;
            granted.push_back(std::min(wanted, rules_.max_expires));
        }
        if (late) return 500;
        std::vector<bool> named(old.size(), asked.star);
        for (const auto& each : contacts)
            for (const auto index : meant(each.uri, old)) named[index] = true;
        for (std::size_t i = 0; i < old.size(); ++i)
            if (named[i] && is_stale(old[i], asked, now_ms / 1000)) return 500;

        // Each contact that stays takes the place of the first binding it means that is still to be had.
        std::vector<std::optional<binding>> places(old.size());
        std::vector<binding> added;
        for (std::size_t i = 0; i < contacts.size(); ++i) {
            if (granted[i] == 0 || is_overruled(contacts, i)) continue;
            const auto& [uri, params, ignored] = contacts[i];
            if (uri.size() + params.size() + asked.call_id.size() > rules_.max_contact_bytes) return 403;
            const binding made{
                uri, params, asked.call_id, asked.cseq, (now_ms + granted[i] * 1000ULL + 999) / 1000, now_ms / 1000};
            const auto wanted = meant(uri, old);
            const auto place = std::ranges::find_if(wanted, [&](auto index) { return !places[index]; });
            if (place == wanted.end()) added.push_back(made);
            else places[*place] = made;
        }
        for (std::size_t i = 0; i < old.size(); ++i)
            if (!named[i]) places[i] = old[i];
        if (!added.empty() && !make_room(places, named, added.size())) return 403;

        std::vector<binding> next;
        for (auto& each : places)
            if (each) next.push_back(std::move(*each));
        next.insert(next.end(), added.begin(), added.end());
        old = std::move(next);
        return 0;
    }

    /// Returns: whether a later contact of the request is equal.
    auto is_overruled(const std::vector<asked_contact>& contacts, std::size_t index) const -> bool {
        for (auto later = index + 1; later < contacts.size(); ++later)
            if (rules_.same_uri(contacts[index].uri, contacts[later].uri)) return true;
        return false;
    }

    auto make_room(std::vector<std::optional<binding>>& places, const std::vector<bool>& named, std::size_t added) const
        -> bool {
        const auto kept = [&] {
            return static_cast<std::size_t>(
                std::ranges::count_if(places, [](const auto& each) { return each.has_value(); }));
        };
        while (kept() + added > rules_.max_contacts) {
            std::optional<std::size_t> oldest;
            for (std::size_t i = 0; i < places.size(); ++i)
                if (!named[i] && places[i] && (!oldest || places[i]->last < places[*oldest]->last)) oldest = i;
            if (rules_.full == when_full::refuse || !oldest) return false;
            for (std::size_t i = 0; i < places.size(); ++i)
                if (i == *oldest || (rules_.full == when_full::replace_all && !named[i])) places[i].reset();
        }
        return true;
    }

    rules rules_;
    std::map<std::pair<std::string, std::string>, record> records_;
    std::map<std::pair<std::string, std::string>, std::pair<std::size_t, std::uint64_t>> answers_; ///< number and time
};

} // namespace sipwhere_test::reference
