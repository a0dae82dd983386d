// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/policy/policy_kind.hpp>
#include <sipwhere/server/handler.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sipwhere {

/// The handlers of a server, in their order; what only some of them have is called of those.
template <typename... Handlers>
class handler_list {
    static_assert((explain_handler<Handlers>() && ...));

    template <typename Handler>
    static constexpr bool waits = requires { requires Handler::may_wait; };

public:
    /// The methods of all.
    static constexpr method_set methods = (method_set{} | ... | Handlers::methods);

    /// Whether any of them may let a request wait for a policy.
    static constexpr bool may_wait = (waits<Handlers> || ...);

    /// While handlers have been shown a batch; they forget it when this goes.
    class shown_batch {
    public:
        shown_batch(handler_list& to, std::span<const datagram> batch) : to_(batch.empty() ? nullptr : &to) {
            if (to_ != nullptr) to_->prefetch(batch);
        }
        shown_batch(const shown_batch&) = delete;
        auto operator=(const shown_batch&) -> shown_batch& = delete;
        ~shown_batch() {
            if (to_ != nullptr) to_->prefetch({});
        }

    private:
        handler_list* to_;
    };

    explicit handler_list(std::tuple<Handlers&...> handlers) noexcept : handlers_(handlers) {}

    /// Calls `visit(integral_constant, handler)` for each handler, until one call returns true.
    template <typename Visit>
    void until(Visit&& visit) {
        visit_each(visit, std::index_sequence_for<Handlers...>{});
    }

    /// Calls `visit(handler)` for one of them.
    template <typename Visit>
    void with(std::size_t number, Visit&& visit) {
        until([&](auto index, auto& handler) {
            if (index == number) visit(handler);
            return index == number;
        });
    }

    void attach(server_core& server) noexcept {
        each([&server](auto& handler) {
            if constexpr (requires { handler.attach(server); }) handler.attach(server);
        });
    }

    /// Returns: the first failure.
    [[nodiscard]] auto prepare() -> result<void> {
        result<void> ready;
        until([&ready](auto, auto& handler) {
            if constexpr (requires {
                              { handler.prepare() } -> std::same_as<result<void>>;
                          })
                ready = handler.prepare();
            return !ready;
        });
        return ready;
    }

    /// Returns: the soonest time that any asks for, `longest` at most.
    auto tick(std::chrono::milliseconds longest) -> std::chrono::milliseconds {
        each([&longest](auto& handler) {
            if constexpr (requires {
                              { handler.tick() } -> std::same_as<std::chrono::milliseconds>;
                          })
                longest = std::min(longest, handler.tick());
        });
        return longest;
    }

    /// Shows handlers a batch that they will be asked to serve while the result lives.
    [[nodiscard]] auto show(std::span<const datagram> batch) -> shown_batch { return {*this, batch}; }

    void closed(const flow& lost) {
        each([&lost](auto& handler) {
            if constexpr (requires { handler.closed(lost); }) handler.closed(lost);
        });
    }

    void abandon(const completion_queue& queue) {
        each([&queue](auto& handler) {
            if constexpr (requires { handler.abandon(queue); }) handler.abandon(queue);
        });
    }

private:
    void prefetch(std::span<const datagram> some) {
        each([some](auto& handler) {
            if constexpr (requires { handler.prefetch(some); }) handler.prefetch(some);
        });
    }

    template <typename Visit>
    void each(Visit&& visit) {
        until([&visit](auto, auto& handler) {
            visit(handler);
            return false;
        });
    }
    template <typename Visit, std::size_t... Indices>
    void visit_each(Visit& visit, std::index_sequence<Indices...>) {
        (void)(visit(std::integral_constant<std::size_t, Indices>{}, std::get<Indices>(handlers_)) || ...);
    }

    std::tuple<Handlers&...> handlers_;
};

/// `next` is a name that a handler may have for something else.
template <typename T>
struct is_random_of_server : std::bool_constant<is_random<T>::value && !has_methods<T>> {};

namespace detail {

template <typename T>
auto handler_or_nothing(T& given) noexcept {
    if constexpr (is_random_of_server<T>::value || is_observer<T>::value) return std::tuple<>{};
    else return std::tuple<T&>{given};
}

} // namespace detail

/// Returns: those of some arguments that are no random and no observer policy.
template <typename... Given>
auto handlers_among(Given&... given) noexcept {
    return std::tuple_cat(detail::handler_or_nothing(given)...);
}

/// The memory that the first handler asks for that asks for any, as one over a storage does.
template <typename...>
struct memory_for {
    using type = heap_memory;
};
template <typename Handler, typename... Others>
    requires requires { typename Handler::memory; }
struct memory_for<Handler, Others...> {
    using type = typename Handler::memory;
};
template <typename Handler, typename Second, typename... Others>
    requires(!requires { typename Handler::memory; })
struct memory_for<Handler, Second, Others...> : memory_for<Second, Others...> {};

} // namespace sipwhere
