// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/server/exchange.hpp>
#include <sipwhere/server/method_set.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace sipwhere {

namespace detail {

template <typename T>
concept has_handle = requires(T& handler, exchange& request) {
    { handler.handle(request) } -> std::same_as<verdict>;
};

} // namespace detail

/// Whether a type says which methods it serves.
template <typename T>
concept has_methods = requires {
    { T::methods } -> std::convertible_to<method_set>;
};

/// Serves requests of some methods, behind a server that has read and inspected them.
///
/// 1. `methods` names them; the server's Allow is the union of those of all handlers.
/// 2. `handle` answers the request through its exchange, once, and returns what that says; or it leaves the request to
///    the next handler with `not_mine`, and then has done nothing.
/// 3. Optional: `attach(server_core&)` is called when the server is made, `prepare() -> result<void>` when it starts,
///    `tick() -> std::chrono::milliseconds` as often as it asks for, `prefetch(std::span<const datagram>)` before a
///    batch and with an empty one behind it, `closed(const flow&)` when a connection went.
template <typename T>
concept request_handler = has_methods<T> && detail::has_handle<T>;

/// Says in one sentence what a type lacks to be a handler.
template <typename T>
[[nodiscard]] consteval auto explain_handler() -> bool {
    static_assert(has_methods<T>, "a handler needs: static constexpr method_set methods");
    static_assert(detail::has_handle<T>, "a handler needs: handle(exchange&) -> verdict");
    return request_handler<T>;
}

/// A handler made of a function, see `on`.
template <method Method, typename Function>
class function_handler {
public:
    static constexpr method_set methods{Method};

    constexpr explicit function_handler(Function function) : function_(std::move(function)) {}

    auto handle(exchange& request) -> verdict { return function_(request); }

private:
    Function function_;
};

/// Returns: a handler that has a function answer the requests of one method: `on<method::invite>([](exchange& call) {
///          return call.answer(status::busy_here); })`.
template <method Method, typename Function>
    requires std::is_invocable_r_v<verdict, Function&, exchange&>
[[nodiscard]] constexpr auto on(Function function) -> function_handler<Method, Function> {
    return function_handler<Method, Function>{std::move(function)};
}

} // namespace sipwhere
