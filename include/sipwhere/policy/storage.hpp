// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/function_ref.hpp>
#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/binding.hpp>
#include <sipwhere/model/instant.hpp>
#include <sipwhere/model/outcome.hpp>
#include <sipwhere/policy/memory.hpp>
#include <sipwhere/policy/ticket.hpp>
#include <sipwhere/record/record_view.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

namespace sipwhere {

/// What a store runs on a record to learn how to change it. It may be run again on a fresher record.
using record_job = function_ref<record_update(record_view)>;

/// Is shown the live bindings of one record.
using bindings_visitor = function_ref<void(const live_bindings&)>;

/// Is handed each binding that has expired, before its bytes go, and how many are left in its record. What it calls may
/// leave out the last argument.
class binding_sink {
public:
    template <typename Callable>
        requires(!std::same_as<std::remove_cvref_t<Callable>, binding_sink> &&
                 (std::invocable<Callable&, const aor_view&, const binding_view&, std::size_t> ||
                  std::invocable<Callable&, const aor_view&, const binding_view&>))
    constexpr binding_sink(Callable&& callable) noexcept
        : object_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
          call_([](void* object, const aor_view& key, const binding_view& gone, std::size_t left) {
              auto& taker = *static_cast<std::remove_reference_t<Callable>*>(object);
              if constexpr (std::invocable<Callable&, const aor_view&, const binding_view&>) taker(key, gone);
              else taker(key, gone, left);
          }) {}

    constexpr void operator()(const aor_view& key, const binding_view& gone, std::size_t left) const {
        call_(object_, key, gone, left);
    }

private:
    void* object_;
    void (*call_)(void*, const aor_view&, const binding_view&, std::size_t);
};

/// Is shown one record after another.
using record_visitor = function_ref<void(const aor_view&, const live_bindings&)>;

/// What a store that may wait knows of a record.
enum class reading : std::uint8_t {
    found, ///< it was shown
    nothing, ///< there is no such record
    pending, ///< not known now; a ticket is resumed when it is
    failed, ///< the back end failed
};

/// Where a walk over all records goes on; the value-initialised one is the beginning and the end.
enum class scan_position : std::uint64_t {};

namespace detail {

template <typename T>
concept has_memory = memory_policy<typename T::memory>;

template <typename T>
concept has_update = requires(T& store, const aor_view& key, record_job job) {
    { store.update(key, job) } -> std::same_as<outcome>;
};

template <typename T>
concept has_waiting_update = requires(T& store, const aor_view& key, record_job job, ticket waits) {
    { store.update(key, job, waits) } -> std::same_as<outcome>;
};

template <typename T>
concept has_waiting_read =
    requires(const T& store, const aor_view& key, instant now, bindings_visitor visit, ticket waits) {
        { store.read(key, now, visit, waits) } -> std::same_as<reading>;
    };

template <typename T>
concept has_read =
    requires(const T& store, const aor_view& key, instant now, bindings_visitor visit) { store.read(key, now, visit); };

template <typename T>
concept has_expire = requires(T& store, instant now, unsigned at_most, binding_sink sink) {
    { store.expire(now, at_most, sink) } -> std::same_as<instant>;
};

template <typename T>
concept has_scan = requires(const T& store, scan_position from, unsigned at_most, instant now, record_visitor visit) {
    { store.scan(from, at_most, now, visit) } -> std::same_as<scan_position>;
};

template <typename T>
concept has_persistent = requires {
    { T::persistent } -> std::convertible_to<bool>;
};

} // namespace detail

/// Whether a storage hashes its keys.
template <typename T>
concept has_seed = requires(T& store, hash_key key) { store.seed(key); };

/// Whether a storage lets its callers hash a key, so that it need not be hashed twice.
template <typename T>
concept has_hash = requires(T& store, const T& same, const aor_view& key, std::uint64_t hash, record_job job,
                            instant now, bindings_visitor visit) {
    { same.hash_of(key) } -> std::same_as<std::uint64_t>;
    { store.update(key, hash, job) } -> std::same_as<outcome>;
    same.read(key, hash, now, visit);
};

/// Whether calls of a storage may wait for memory.
template <typename T>
concept has_prefetch = has_hash<T> && requires(const T& store, std::span<const std::uint64_t> hashes) {
    store.prefetch(hashes);
    { store.gains_by_prefetch() } -> std::same_as<bool>;
};

/// Whether a storage has to be opened before it is used, as one that keeps a file.
template <typename T>
concept has_open = requires(T& store, instant now) {
    { store.open(now) } -> std::same_as<result<void>>;
};

/// Keeps the bindings of each address-of-record.
///
/// 1. `update` runs the job on the record of `key` (empty for an unknown one) and stores all that it decided or
///    nothing (RFC 3261 §10.3 step 7); the job must not call the store. A record is inserted only on commit.
/// 2. `read` after a committed `update` shows it; it shows live bindings only, and calls its visitor at most once.
/// 3. A store may run the job again, on a fresher record; the last run counts.
/// 4. A view handed to a job, sink or visitor holds until that call returns.
/// 5. `expire` drops bindings that are due, hands each to the sink before its bytes go, with the number of bindings
///    that the record then has, stops after about `at_most` of them, and returns when to come again: not after `now`
///    if work is left, `never` if nothing is armed.
/// 6. `scan` shows up to `at_most` records and returns where to go on, the value-initialised position at the end; a
///    record that is there during the whole walk is shown, one that comes or goes meanwhile may be.
/// 7. A store that hashes its keys offers `seed(hash_key)`; each registrar calls it once, when it starts. A store that
///    holds records by then, of another registrar or added before, goes on finding them.
/// 8. `read`, `expire` and `scan` look at no clock: all time comes in `now`.
/// 9. A record without bindings, which only remembers transactions, may go sooner when the capacity is used up and one
///    with bindings comes.
/// 10. A store may offer `hash_of(key)`, and `update` and `read` that take that number behind the key. Who calls these
///     has it from `hash_of` of this store, for this very key, since the store was last seeded. Stores of one type that
///     were seeded with the same key, or none, hash alike.
/// 11. One that does, and whose calls wait for memory, may offer `prefetch(span<const std::uint64_t>)`, which begins to
///     load what the next calls with keys of these hashes read, and `gains_by_prefetch()`, which says whether the store
///     is large enough for this to pay. They may be hashes of keys that it has not. It has no other effect, and need
///     not be called.
/// 12. A store may offer `open(now)`, which reads what it has kept; each registrar calls it when it starts, after
///     `seed`. It does nothing when it has succeeded before; until then all calls fail.
template <typename T>
concept storage_policy = detail::has_memory<T> && detail::has_persistent<T> &&
                         (detail::has_update<T> || detail::has_waiting_update<T>)&&(
                             detail::has_read<T> || detail::has_waiting_read<T>)&&detail::has_expire<T> &&
                         detail::has_scan<T>;

/// A storage that may answer later, as one that writes to a disk or asks another machine.
///
/// It takes a ticket as the last argument of `update` and `read`; one of nothing never waits.
/// 1. `update` may return `pending` in two ways. It has not run the job, as it does not know the record now: then it
///    resumes the ticket when it does, and `update` is called again, with an equal ticket that takes its place. Or the
///    job has run, to `committed`: then it says by `done` what became of the update, or, when the record has changed
///    meanwhile, resumes the ticket to have the job run again.
/// 2. The job runs only before `update` returns.
/// 3. Updates of one record take place in the order in which `update` was first called with their tickets. Until one
///    is done, `read` shows the record as it was.
/// 4. `read` says `pending` for what it does not know now, never `nothing`.
/// 5. Each ticket that was told `pending` is resumed or done once, within seconds; `resume` or `done` that return
///    false mean that nobody waits any more.
/// 6. `expire` leaves a record alone while what was said about its update has not been heard (`ticket::is_heard`), so
///    that events come in the order of commits.
/// 7. `abandon(queue)` makes it forget all tickets of a queue; what they asked to be written may be written or not.
template <typename T>
concept waiting_storage = storage_policy<T> && detail::has_waiting_update<T> && detail::has_waiting_read<T> &&
                          requires(T& store, const completion_queue& queue) {
                              requires T::may_wait;
                              store.abandon(queue);
                          };

/// Says in one sentence what a type lacks to be a storage.
template <typename T>
[[nodiscard]] consteval auto explain_storage() -> bool {
    static_assert(detail::has_memory<T>,
                  "storage policy needs: using memory = heap_memory, fixed_memory<> or one of your own like them");
    static_assert(detail::has_persistent<T>, "storage policy needs: static constexpr bool persistent");
    static_assert(detail::has_update<T> || detail::has_waiting_update<T>,
                  "storage policy needs: update(const aor_view&, record_job) -> outcome");
    static_assert(detail::has_read<T> || detail::has_waiting_read<T>,
                  "storage policy needs: read(const aor_view&, instant, bindings_visitor) const");
    static_assert(detail::has_expire<T>, "storage policy needs: expire(instant, unsigned, binding_sink) -> instant");
    static_assert(detail::has_scan<T>, "storage policy needs: scan(scan_position, unsigned, instant, record_visitor) "
                                       "const -> scan_position");
    static_assert(
        has_open<T> || !requires(T& store, instant now) { store.open(now); },
        "storage policy needs: open(instant) -> result<void>, if it has to be opened");
    return storage_policy<T>;
}

} // namespace sipwhere
