// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/cursor.hpp>
#include <sipwhere/config/settings.hpp>
#include <sipwhere/policy/clock.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/registrar/registration_work.hpp>
#include <sipwhere/registration/lookup.hpp>
#include <sipwhere/registration/registration.hpp>
#include <sipwhere/server/exchange.hpp>
#include <sipwhere/server/policy_holder.hpp>
#include <sipwhere/server/server_core.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace sipwhere {

/// What a program may ask of a registrar and do to it: the location service behind the protocol.
///
/// An address-of-record is given as a URI, `sip:bob@example.com`. An access policy may query while it is asked; an edit
/// within a callback of the registrar is `errc::busy`.
template <typename Clock, typename Storage, typename Observer>
class location_service {
public:
    location_service(const location_service&) = delete;
    auto operator=(const location_service&) -> location_service& = delete;

    /// Shows the live bindings of an address-of-record, by descending q.
    ///
    /// `visit` takes a `const binding_view&`, whose views hold until it returns, and, if it wants to, the `instant` of
    /// the query; it must not call the registrar.
    /// Returns: how many there are.
    /// Errors:  bad_uri; bad_domain for one that is not served; too_long; over a storage that may answer later not_yet,
    ///          for what it does not know now, and storage_failed.
    template <typename Visit>
    auto query(std::string_view aor, Visit&& visit) const -> result<std::size_t> {
        aor_bytes bytes;
        const auto key = key_of(aor, bytes);
        if (!key) return key.error();
        const auto now = clock_.now();
        std::size_t found = 0;
        const auto show = [&](const live_bindings& live) {
            found = for_each_by_preference(live, [&](const binding_view& binding) {
                if constexpr (std::is_invocable_v<Visit&, const binding_view&, instant>) visit(binding, now);
                else visit(binding);
            });
        };
        if constexpr (waiting_storage<Storage>) {
            const auto known = storage_.read(*key, now, show, ticket{});
            if (known == reading::pending) return fail(errc::not_yet);
            if (known == reading::failed) return fail(errc::storage_failed);
        } else {
            storage_.read(*key, now, show);
        }
        return found;
    }

    /// Removes every binding of an address-of-record, static ones too.
    ///
    /// Returns: how many there were.
    /// Errors:  as `query`; no_room when the store failed; busy within a callback.
    auto remove(std::string_view aor) -> result<std::size_t>
        requires(!waiting_storage<Storage>)
    {
        return remove_meant(aor, std::nullopt);
    }

    /// Removes the bindings that a contact URI means (RFC 3261 §19.1.4).
    auto remove(std::string_view aor, std::string_view contact) -> result<std::size_t>
        requires(!waiting_storage<Storage>)
    {
        const auto uri = parse_uri(contact);
        if (!uri) return uri.error();
        return remove_meant(aor, *uri);
    }

    /// Adds a binding that never expires and that no REGISTER changes.
    ///
    /// `contact` is a Contact value: `sip:gate@192.0.2.9` or `<sip:gate@192.0.2.9>;q=0.5`. Add after `start()`, which
    /// gives the storage its secret.
    /// Errors:  as `query`; bad_contact; no_room; busy within a callback.
    auto add(std::string_view aor, std::string_view contact) -> result<void>
        requires(!waiting_storage<Storage>)
    {
        aor_bytes bytes;
        const auto key = key_of(aor, bytes);
        if (!key) return key.error();
        const auto parsed = read_static_contact(contact);
        if (!parsed) return parsed.error();
        if (server_->is_busy()) return fail(errc::busy);
        const auto now = clock_.now();
        auto job = adding(*parsed, now, server_->memory());
        return edit(*key, job, now);
    }

    /// The same edits over a storage that may answer later: `done` is called once, perhaps before they return, with how
    /// many bindings were taken out.
    ///
    /// Errors: at once, and then `done` is not called: those above; busy; too_many_waiting; too_long. Later:
    ///         no_room, storage_failed, timed_out.
    auto remove(std::string_view aor, edit_completion done) -> result<void>
        requires(waiting_storage<Storage>)
    {
        return begin_edit(aor, {}, done, [this](std::string_view, instant now, auto& memory, auto& out) {
            out.emplace(edit_job::removing(std::nullopt, now, server_->key(), memory));
            return result<void>{};
        });
    }
    auto remove(std::string_view aor, std::string_view contact, edit_completion done) -> result<void>
        requires(waiting_storage<Storage>)
    {
        return begin_edit(aor, contact, done,
                          [this](std::string_view text, instant now, auto& memory, auto& out) -> result<void> {
                              const auto uri = parse_uri(text);
                              if (!uri) return uri.error();
                              out.emplace(edit_job::removing(*uri, now, server_->key(), memory));
                              return {};
                          });
    }
    auto add(std::string_view aor, std::string_view contact, edit_completion done) -> result<void>
        requires(waiting_storage<Storage>)
    {
        return begin_edit(aor, contact, done,
                          [this](std::string_view text, instant now, auto& memory, auto& out) -> result<void> {
                              const auto parsed = read_static_contact(text);
                              if (!parsed) return parsed.error();
                              out.emplace(adding(*parsed, now, memory));
                              return {};
                          });
    }

    /// Shows up to `at_most` records; `visit` takes a `const aor_view&` and a `const live_bindings&`.
    ///
    /// Returns: where to go on, the value-initialised position at the end.
    template <typename Visit>
    auto for_each(scan_position from, unsigned at_most, Visit&& visit) const -> scan_position {
        return storage_.scan(from, at_most, clock_.now(), visit);
    }

    /// Lets a bounded number of bindings expire that are due, and reports them.
    ///
    /// Returns: when to come again; not after now if more are due already.
    auto expire() -> instant {
        constexpr unsigned at_most = 256; // less than half a millisecond, even when no record is in a cache
        const auto now = clock_.now();
        const auto working = server_->begin_work();
        return storage_.expire(now, at_most, [&](const aor_view& key, const binding_view& binding, std::size_t left) {
            observer_.get().on(binding_event{change::expired, key, binding, now, false, left == 0});
        });
    }

    /// Does what a transport's loop asks for from time to time.
    ///
    /// Returns: how long to wait before the next tick, a second at most.
    auto tick() -> std::chrono::milliseconds {
        constexpr std::chrono::milliseconds soon{1};
        constexpr std::chrono::milliseconds longest{1000};
        const auto next = expire();
        const auto now = clock_.now();
        if (next <= now) return soon;
        return next == never ? longest : std::min(longest, next - now);
    }

protected:
    location_service(const settings& config, Clock& clock, Storage& storage, policy_holder<Observer> observer) noexcept
        : config_(config), clock_(clock), storage_(storage), observer_(observer) {}
    ~location_service() = default;

    /// Runs an edit that may wait, or runs it again.
    auto run(exchange& place, waiting_edit& edit) -> verdict {
        bool has_run = false;
        const auto done = storage_.update(
            edit.key,
            [&](record_view record) {
                has_run = true;
                return edit.job.run(record);
            },
            place.ticket());
        if (done == outcome::pending) return has_run ? place.hold() : place.park();
        return finish(place, edit, done);
    }

    /// Ends an edit that has waited.
    auto finish(exchange& place, waiting_edit& edit, outcome done) -> verdict {
        const auto told = report(edit.key, edit.job, done, place.now());
        if (edit.done.call != nullptr)
            edit.done(told ? result<std::size_t>{edit.job.removed()} : result<std::size_t>{told.error()});
        return {told ? handling::answered : handling::dropped, {}};
    }

    settings config_;
    Clock& clock_;
    Storage& storage_;
    [[no_unique_address]] policy_holder<Observer> observer_;
    server_core* server_ = nullptr; ///< whose memory edits take

    /// Makes a place for an edit that takes out the bindings that go with a connection.
    ///
    /// Returns: null when it can't wait.
    [[nodiscard]] auto begin_losing(const aor_view& key, const flow& over, std::uint32_t lost) -> exchange* {
        auto* const place = server_->begin_edit(static_cast<const void*>(this));
        if (place == nullptr || !place->ticket()) return nullptr;
        auto& memory = place->memory();
        SIPWHERE_ASSERT(key.user.size() + key.domain.size() <= memory.bytes.size());
        const auto end = std::copy(key.user.begin(), key.user.end(), memory.bytes.begin());
        std::copy(key.domain.begin(), key.domain.end(), end);
        const aor_view copy{{memory.bytes.data(), key.user.size()},
                            {memory.bytes.data() + key.user.size(), key.domain.size()}};
        place->template work<waiting_registration>().edit.emplace(
            waiting_edit{copy, edit_job::losing(over, place->now(), memory), {}, lost});
        return place;
    }

    auto edit(const aor_view& key, edit_job& job, instant now) -> result<void> {
        const auto working = server_->begin_work();
        return report(key, job, storage_.update(key, [&job](record_view record) { return job.run(record); }), now);
    }

private:
    using aor_bytes = std::array<char, Storage::memory::max_aor>;

    [[nodiscard]] auto key_of(std::string_view aor, std::span<char> bytes) const -> result<aor_view> {
        const auto uri = parse_uri(aor);
        if (!uri) return uri.error();
        if ((uri->kind != uri_scheme::sip && uri->kind != uri_scheme::sips) || !uri->has_user)
            return fail(errc::bad_uri);
        const auto domain = served_domain(config_.served(), uri->host, ip_address{});
        if (!domain) return fail(errc::bad_domain);
        return canonical_aor(uri->user, *domain, config_.case_insensitive_user, bytes);
    }

    [[nodiscard]] static auto read_static_contact(std::string_view contact) -> result<contact_view> {
        cursor text{contact};
        auto parsed = parse_contact(text);
        if (parsed && (!text.at_end() || parsed->has_expires)) return fail(errc::bad_contact, text.position());
        return parsed;
    }

    [[nodiscard]] auto adding(const contact_view& contact, instant now, const request_memory& memory) const
        -> edit_job {
        const auto passed = floor_seconds(now);
        const binding_view made{.uri = contact.uri.text,
                                .params = contact.params.text(),
                                .call_id = {},
                                .path = {},
                                .due = never32,
                                .first = passed,
                                .last = passed,
                                .q = contact.q,
                                .source = {}};
        return edit_job::adding(contact.uri, made, now, server_->key(), memory);
    }

    auto remove_meant(std::string_view aor, std::optional<uri_view> contact) -> result<std::size_t> {
        aor_bytes bytes;
        const auto key = key_of(aor, bytes);
        if (!key) return key.error();
        if (server_->is_busy()) return fail(errc::busy);
        const auto now = clock_.now();
        auto job = edit_job::removing(contact, now, server_->key(), server_->memory());
        if (const auto done = edit(*key, job, now); !done) return done.error();
        return job.removed();
    }

    /// Tells the observer what an edit did.
    auto report(const aor_view& key, const edit_job& job, outcome done, instant now) -> result<void> {
        if (done == outcome::unchanged) return {};
        if (done != outcome::committed) return fail(done == outcome::full ? errc::no_capacity : errc::storage_failed);
        if (!job.report(key, observer_.get())) observer_.get().on(traffic_event{traffic::events_lost, {}, now});
        return {};
    }

    /// Begins an edit that may wait, with copies of its texts in the memory of its place.
    template <typename MakeJob>
    auto begin_edit(std::string_view aor, std::string_view contact, edit_completion done, MakeJob&& make_job)
        -> result<void> {
        if (server_->is_busy()) return fail(errc::busy);
        const auto working = server_->begin_work();
        auto* const place = server_->begin_edit(static_cast<const void*>(this));
        if (place == nullptr || !place->ticket()) return fail(errc::too_many_waiting);
        const auto give_up = [&](const failure& why) {
            server_->settle_edit(*place, {handling::dropped, {}});
            return fail(why.code, why.at);
        };
        auto& memory = place->memory();
        if (contact.size() + aor.size() > memory.bytes.size()) return give_up({errc::too_long});
        std::copy(aor.begin(), aor.end(), memory.bytes.begin());
        std::copy(contact.begin(), contact.end(), memory.bytes.begin() + static_cast<std::ptrdiff_t>(aor.size()));
        const std::string_view texts{memory.bytes.data(), aor.size() + contact.size()};
        const auto key = key_of(texts.substr(0, aor.size()), memory.aor);
        if (!key) return give_up(key.error());
        std::optional<edit_job> job;
        if (const auto made = make_job(texts.substr(aor.size()), place->now(), memory, job); !made)
            return give_up(made.error());
        auto& edit = place->template work<waiting_registration>().edit.emplace(waiting_edit{*key, *job, done});
        server_->settle_edit(*place, run(*place, edit));
        return {};
    }
};

} // namespace sipwhere
