// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/access.hpp>
#include <sipwhere/policy/observer.hpp>
#include <sipwhere/policy/random.hpp>

#include <concepts>
#include <memory>
#include <type_traits>

namespace sipwhere::detail {

/// Borrows a policy; one without any state is held instead, so that nobody has to keep it alive.
template <typename Policy>
class policy_holder {
public:
    explicit policy_holder(Policy& policy) noexcept : policy_(std::addressof(policy)) {}

    [[nodiscard]] auto get() noexcept -> Policy& { return *policy_; }

private:
    Policy* policy_;
};

template <typename Policy>
    requires(std::is_empty_v<Policy> && std::default_initializable<Policy>)
class policy_holder<Policy> {
public:
    policy_holder() noexcept = default;
    explicit policy_holder(Policy&) noexcept {}
    policy_holder(const policy_holder&) noexcept {} // one without state is like any other, copyable or not

    [[nodiscard]] auto get() noexcept -> Policy& { return policy_; }

private:
    [[no_unique_address]] Policy policy_;
};

template <typename T>
struct is_random : std::bool_constant<random_policy<T>> {};
template <typename T>
struct is_access : std::bool_constant<access_policy<T>> {};
template <typename T>
struct is_observer : std::bool_constant<observer_policy<T>> {};

/// The first type of a list that is of a kind, or else a default.
template <template <typename> typename IsKind, typename Default, typename... Given>
struct pick {
    using type = Default;
};
template <template <typename> typename IsKind, typename Default, typename First, typename... Others>
struct pick<IsKind, Default, First, Others...>
    : std::conditional_t<IsKind<First>::value, std::type_identity<First>, pick<IsKind, Default, Others...>> {};

/// Returns: a holder of the one argument that is a `Policy`, or of a new one when none is.
template <typename Policy>
[[nodiscard]] auto hold() noexcept -> policy_holder<Policy> {
    static_assert(std::default_initializable<policy_holder<Policy>>,
                  "a policy with state has to be passed to the registrar's constructor");
    return policy_holder<Policy>{};
}
template <typename Policy, typename First, typename... Others>
[[nodiscard]] auto hold(First& first, Others&... others) noexcept -> policy_holder<Policy> {
    if constexpr (std::same_as<Policy, First>) return policy_holder<Policy>{first};
    else return hold<Policy>(others...);
}

} // namespace sipwhere::detail
