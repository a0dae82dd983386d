// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/access.hpp>
#include <sipwhere/policy/clock.hpp>
#include <sipwhere/policy/observer.hpp>
#include <sipwhere/policy/random.hpp>
#include <sipwhere/policy/storage.hpp>
#include <sipwhere/policy/transport.hpp>

#include <concepts>
#include <type_traits>

namespace sipwhere {

namespace detail {

/// A class can be asked for a member by its name alone, whatever its signature: derived from, beside a type that has
/// such a member too, the name is ambiguous.
template <typename T, typename Named>
class beside : public T, public Named {
protected:
    ~beside(); // no object is ever made, which compilers want to know of a class with virtual functions
};
template <typename T>
concept can_be_derived_from = std::is_class_v<T> && !std::is_final_v<T>;

struct next_member {
    int next;
};
struct authorize_member {
    int authorize;
};
struct on_member {
    int on;
};
template <typename T>
concept one_next = requires { &T::next; };
template <typename T>
concept one_authorize = requires { &T::authorize; };
template <typename T>
concept one_on = requires { &T::on; };

/// Returns: whether there is a member `next`. A final class is asked for one that has no overload or can be called.
template <typename T>
consteval auto names_next() -> bool {
    if constexpr (can_be_derived_from<T>) return !one_next<beside<T, next_member>>;
    else return one_next<T> || requires(T& it) { it.next(); };
}

/// Returns: whether there is a member `authorize`; of a final class as above.
template <typename T>
consteval auto names_authorize() -> bool {
    if constexpr (can_be_derived_from<T>) return !one_authorize<beside<T, authorize_member>>;
    else
        return one_authorize<T> || requires(T& it, access_request& asked) { it.authorize(asked); } ||
               requires(T& it, access_request& asked, writer& fields) { it.authorize(asked, fields); };
}

/// Returns: whether there is a member `on`; of a final class as above.
template <typename T>
consteval auto names_on() -> bool {
    if constexpr (can_be_derived_from<T>) return !one_on<beside<T, on_member>>;
    else
        return one_on<T> || requires(T& it, binding_event& event) { it.on(event); } ||
               requires(T& it, rejection_event& event) { it.on(event); } ||
               requires(T& it, traffic_event& event) { it.on(event); };
}

template <typename T, typename Tag>
concept is_tagged = requires { requires std::same_as<typename T::policy, Tag>; };

} // namespace detail

/// What a type passed to a registrar is meant to be: told by its name, so that one with a wrong signature is not taken
/// for something else and left out, but named by the compiler. A type may be of several kinds.
template <typename T>
struct is_access
    : std::bool_constant<access_policy<T> || detail::is_tagged<T, access_tag> || detail::names_authorize<T>()> {};
template <typename T>
struct is_observer
    : std::bool_constant<observer_policy<T> || detail::is_tagged<T, observer_tag> || detail::names_on<T>()> {};
/// `next` is a name that another policy may have for something else.
template <typename T>
struct is_random : std::bool_constant<random_policy<T> || detail::is_tagged<T, random_tag> ||
                                      (detail::names_next<T>() && !is_access<T>::value && !is_observer<T>::value)> {};

/// The first type of a list that is of a kind, or else a default.
template <template <typename> typename IsKind, typename Default, typename... Given>
struct pick_policy {
    using type = Default;
};
template <template <typename> typename IsKind, typename Default, typename First, typename... Others>
struct pick_policy<IsKind, Default, First, Others...>
    : std::conditional_t<IsKind<First>::value, std::type_identity<First>, pick_policy<IsKind, Default, Others...>> {};

/// Asked once, where a registrar is made: of the defaults `fwd.hpp` knows only the names.
template <typename T>
concept is_complete_policy = requires { sizeof(T); };

/// Says in one sentence what the first unfit policy lacks. As a base class that comes before any other which uses the
/// policies, it is the first that the compiler reads.
template <typename Clock, typename Storage, typename Transport, typename Random, typename Access, typename Observer>
struct explained_policies {
    static_assert(explain_clock<Clock>());
    static_assert(explain_storage<Storage>());
    static_assert(explain_transport<Transport>());
    static_assert(is_complete_policy<Random> && is_complete_policy<Observer>,
                  "include sipwhere/sipwhere.hpp, or the headers of the policies that are left to their defaults");
    static_assert(explain_random<Random>());
    static_assert(explain_access<Access>());
    static_assert(explain_observer<Observer>());
    static_assert(!Storage::persistent || Clock::survives_restart,
                  "a persistent storage needs a clock that survives a restart");
};

} // namespace sipwhere
