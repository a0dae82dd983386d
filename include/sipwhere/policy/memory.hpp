// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/memory/answer_memory.hpp>
#include <sipwhere/memory/request_memory.hpp>

#include <concepts>
#include <cstddef>

namespace sipwhere {

/// The working memory of a server and its requests, such as `heap_memory` or `fixed_memory<>`.
///
/// 1. `request` is the memory of one request: `view()` gives its parts, which stay where they are.
/// 2. `answers` is what one server keeps of its answers; `view()` gives its parts.
/// 3. `max_aor` is the most bytes of an address-of-record that a call of the API names.
/// 4. Without `has_budgets` there is no code to limit answers, without `has_all_settings` none for the settings that
///    `needs_all_settings` names.
/// 5. `parked` requests may wait for a policy at a time; `pool<T>` makes one object more than that.
/// 6. `of_connections` bindings may go with their connection, and connections that have such count too; without any
///    there is no code for it. `connection_pool<T>` makes so many objects, which stay where they are; `aor_text` keeps
///    the text of an address-of-record.
template <typename T>
concept memory_policy = requires(typename T::request& request, typename T::answers& answers) {
    { request.view() } noexcept -> std::same_as<request_memory>;
    { answers.view() } noexcept -> std::same_as<answer_memory>;
    { T::max_aor } -> std::convertible_to<std::size_t>;
    { T::has_budgets } -> std::convertible_to<bool>;
    { T::has_all_settings } -> std::convertible_to<bool>;
    { T::parked } -> std::convertible_to<std::size_t>;
    typename T::template pool<int>;
    { T::of_connections } -> std::convertible_to<std::size_t>;
    typename T::template connection_pool<int>;
    typename T::aor_text;
};

} // namespace sipwhere
