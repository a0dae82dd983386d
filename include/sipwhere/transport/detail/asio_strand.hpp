// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/execution/executor.hpp>
#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/strand.hpp>

#include <concepts>
#include <type_traits>

namespace sipwhere::detail {

/// An executor of Asio that knows its execution context, such as a strand or that of an io_context or a thread_pool.
template <typename T>
concept asio_executor = asio::execution::is_executor<T>::value && std::convertible_to<T, asio::any_io_executor>;

/// An execution context of Asio, such as an io_context or a thread_pool.
template <typename T>
concept asio_context = std::derived_from<T, asio::execution_context> && requires(T& context) {
    { context.get_executor() } -> asio_executor;
};

/// What `strand_of` takes, as the type of a forwarding reference: an executor, or a context that stays.
template <typename T>
concept asio_executor_or_context = asio_executor<std::remove_cvref_t<T>> ||
                                   (std::is_lvalue_reference_v<T> && asio_context<std::remove_reference_t<T>>);

/// Whether a type is a strand, so runs one handler at a time as it is.
template <typename T>
inline constexpr bool is_strand = false;
template <typename Inner>
inline constexpr bool is_strand<asio::strand<Inner>> = true;

/// Returns: an executor that runs one handler at a time. Of an io_context it is its own, as one thread is to run it;
///          a strand is taken as it is; of all others it is a new strand.
template <asio_executor_or_context Where>
[[nodiscard]] auto strand_of(Where&& where) -> asio::any_io_executor {
    using type = std::remove_cvref_t<Where>;
    if constexpr (std::derived_from<type, asio::io_context>) return where.get_executor();
    else if constexpr (is_strand<type>) return where;
    else if constexpr (asio_context<type>) return asio::make_strand(where.get_executor());
    else return asio::make_strand(where);
}

} // namespace sipwhere::detail
