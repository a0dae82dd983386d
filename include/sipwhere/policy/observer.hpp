// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/event.hpp>

namespace sipwhere {

namespace detail {

template <typename T, typename Event>
concept observes = requires(T& observer, const Event& event) { observer.on(event); };

} // namespace detail

/// Is told what happened.
///
/// 1. A binding event comes only after its change has been committed, in the order of commits.
/// 2. The views of an event hold until `on` returns.
/// 3. `on` does not call back into the registrar.
template <typename T>
concept observer_policy =
    detail::observes<T, binding_event> && detail::observes<T, rejection_event> && detail::observes<T, traffic_event>;

/// `using policy = observer_tag;` says that a type is meant to be an observer, where its members alone do not.
struct observer_tag {};

/// Says in one sentence what a type lacks to be an observer.
template <typename T>
[[nodiscard]] consteval auto explain_observer() -> bool {
    static_assert(detail::observes<T, binding_event>, "observer policy needs: on(const binding_event&)");
    static_assert(detail::observes<T, rejection_event>, "observer policy needs: on(const rejection_event&)");
    static_assert(detail::observes<T, traffic_event>, "observer policy needs: on(const traffic_event&)");
    return observer_policy<T>;
}

} // namespace sipwhere
