// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>

namespace sipwhere {

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

/// Returns: a holder of the one argument that is a `Policy`, or of a new one when none is.
template <typename Policy>
[[nodiscard]] auto hold_policy() noexcept -> policy_holder<Policy> {
    static_assert(std::default_initializable<policy_holder<Policy>>,
                  "a policy with state has to be passed to the registrar's constructor");
    return policy_holder<Policy>{};
}
template <typename Policy, typename First, typename... Others>
[[nodiscard]] auto hold_policy(First& first, Others&... others) noexcept -> policy_holder<Policy> {
    if constexpr (std::same_as<Policy, First>) return policy_holder<Policy>{first};
    else return hold_policy<Policy>(others...);
}

} // namespace sipwhere
