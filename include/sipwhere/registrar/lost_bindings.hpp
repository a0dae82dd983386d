// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/binding.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/registrar/connection_table.hpp>
#include <sipwhere/registrar/location_service.hpp>
#include <sipwhere/registrar/registration_work.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace sipwhere {

/// Takes bindings out of the location service when the connection ends by which alone they can be reached (RFC 5626
/// §7): one ordinary update for each address-of-record. What a storage can't do at once is done later.
template <typename Clock, typename Storage, typename Observer>
class lost_bindings : public location_service<Clock, Storage, Observer> {
    using service = location_service<Clock, Storage, Observer>;

protected:
    using service::clock_, service::server_, service::storage_;

public:
    static constexpr bool tracks_connections = Storage::memory::of_connections != 0;

    /// Is told that a connection has ended.
    void closed(const flow& lost) {
        if constexpr (tracks_connections) {
            bound_.lose(lost);
            take_out_some();
        }
    }

    /// Does what a transport's loop asks for from time to time.
    auto tick() -> std::chrono::milliseconds {
        constexpr std::chrono::milliseconds soon{1};
        bool is_behind = false;
        if constexpr (tracks_connections) is_behind = take_out_some();
        const auto next = service::tick();
        return is_behind ? std::min(soon, next) : next;
    }

protected:
    using service::service;
    ~lost_bindings() = default;

    void seed_connections(hash_key key) noexcept { bound_.seed(key); }

    /// Forgets the connections of a run before this one, whose ends nobody has told.
    void forget_connections() noexcept { bound_.forget_connections(); }

    /// Notes that an address-of-record is about to be bound over a connection.
    ///
    /// Returns: false when that can't be noted, as there are too many.
    [[nodiscard]] auto note_connection(const flow& over, const aor_view& key, instant now) -> bool {
        return bound_.add(over, key, [&](const aor_view& older) { return is_bound(older, over, now); });
    }

    /// Keeps that note while the update is in work, which does not show yet.
    void pin_connection(const flow& over, const aor_view& key) noexcept { bound_.pin(over, key); }
    void unpin_connection(const flow& over, const aor_view& key) noexcept { bound_.unpin(over, key); }

    /// Runs an edit that may wait, or runs it again.
    auto run(exchange& place, waiting_edit& edit) -> verdict { return settled(edit, service::run(place, edit)); }

    /// Ends an edit that has waited.
    auto finish(exchange& place, waiting_edit& edit, outcome done) -> verdict {
        return settled(edit, service::finish(place, edit, done));
    }

    /// Is told that an edit waits no more.
    void give_up(waiting_edit& edit) {
        if constexpr (tracks_connections)
            if (edit.lost != 0) {
                --under_way_;
                return try_later(edit.lost);
            }
        edit.done(fail(errc::timed_out));
    }

private:
    static constexpr unsigned at_once = 64; ///< updates, before others have their turn
    static constexpr std::chrono::milliseconds pause{1000}; ///< after an update that has failed
    /// Updates that may wait for a storage at a time, so that those who come back find a place as well.
    static constexpr std::size_t most_under_way = std::max<std::size_t>(1, Storage::memory::parked / 4);

    [[nodiscard]] auto is_bound(const aor_view& key, const flow& over, instant now) const -> bool {
        bool found = false;
        const auto look = [&](const live_bindings& live) {
            for (const auto binding : live)
                found = found || (binding.of_flow && is_same_connection(binding.source, over));
        };
        if constexpr (waiting_storage<Storage>) {
            const auto known = storage_.read(key, now, look, ticket{});
            return found || known == reading::pending || known == reading::failed;
        } else {
            storage_.read(key, now, look);
            return found;
        }
    }

    /// Removes the bindings of some addresses-of-record.
    ///
    /// Returns: whether there are more that could be removed at once.
    auto take_out_some() -> bool {
        if (server_->is_busy()) return bound_.has_lost();
        if (bound_.has_lost() && clock_.now() < not_before_) return false;
        for (unsigned i = 0; i < at_once; ++i) {
            if (under_way_ >= most_under_way) return false;
            const auto next = bound_.take_lost();
            if (next == 0 || !take_out(next)) return false;
        }
        return bound_.has_lost();
    }

    /// Removes the bindings of one address-of-record, or begins to.
    ///
    /// Returns: false when the storage can't do it now; then the note is put back.
    [[nodiscard]] auto take_out(std::uint32_t lost) -> bool {
        if constexpr (waiting_storage<Storage>) {
            const auto working = server_->begin_work();
            auto* const place = service::begin_losing(bound_.aor_of(lost), bound_.flow_of(lost), lost);
            if (place == nullptr) return try_later(lost), false;
            ++under_way_;
            const auto said = run(*place, *place->template work<waiting_registration>().edit);
            server_->settle_edit(*place, said);
            return said.kind != handling::dropped;
        } else {
            const auto now = clock_.now();
            auto job = edit_job::losing(bound_.flow_of(lost), now, server_->memory());
            if (!service::edit(bound_.aor_of(lost), job, now)) return try_later(lost), false;
            bound_.forget(lost);
            return true;
        }
    }

    /// Keeps the note of an update that can't be made now.
    void try_later(std::uint32_t lost) {
        bound_.put_back(lost);
        not_before_ = clock_.now() + pause;
    }

    /// Forgets the note of an edit that is done, or keeps it for another try.
    auto settled(const waiting_edit& edit, const verdict& said) -> verdict {
        if constexpr (tracks_connections) {
            if (edit.lost == 0 || said.kind == handling::parked) return said;
            --under_way_;
            if (said.kind == handling::answered) bound_.forget(edit.lost);
            else try_later(edit.lost);
        }
        return said;
    }

    std::size_t under_way_ = 0; ///< updates that wait for the storage
    instant not_before_{};      ///< when to try again

    struct no_table {};
    [[no_unique_address]] std::conditional_t<tracks_connections, connection_table<typename Storage::memory>, no_table>
        bound_;
};

} // namespace sipwhere
