// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/server/handler.hpp>

#include <sipwhere/memory/heap_memory.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace handler_test {

using namespace sipwhere;

struct without_methods {
    auto handle(exchange&) -> verdict { return {}; }
};
struct without_handle {
    static constexpr method_set methods{method::invite};
};
struct with_other_result {
    static constexpr method_set methods{method::invite};
    auto handle(exchange&) -> bool { return true; }
};
struct with_other_methods {
    static constexpr int methods = 1;
    auto handle(exchange&) -> verdict { return {}; }
};
struct least_handler {
    static constexpr method_set methods{};
    auto handle(exchange&) -> verdict { return {}; }
};
static_assert(request_handler<least_handler>);
static_assert(!request_handler<without_methods>);
static_assert(!request_handler<without_handle>);
static_assert(!request_handler<with_other_result>);
static_assert(!request_handler<with_other_methods>);

/// Whether a handler can be made of a function.
template <typename Function>
concept makes_handler = requires(Function function) { on<method::invite>(function); };

TEST_CASE("a function that takes an exchange and returns what became of it makes a handler of one method") {
    auto refuses = on<method::invite>([](exchange&) { return verdict{handling::answered, status::busy_here}; });
    static_assert(request_handler<decltype(refuses)>);
    CHECK(decltype(refuses)::methods.has(method::invite));
    CHECK(!decltype(refuses)::methods.has(method::register_));

    struct nothing {};
    const auto no_verdict = [](exchange&) { return nothing{}; };
    const auto no_exchange = [] { return verdict{}; };
    static_assert(!makes_handler<decltype(no_verdict)>);
    static_assert(!makes_handler<decltype(no_exchange)>);
}

/// A server that sends nowhere.
struct silent_server : server_core {
    silent_server(const settings& config, const answer_memory& answers, const server_functions& functions)
        : server_core(config, answers, functions, this) {}
};

TEST_CASE("a handler made of a function calls it with the exchange, and keeps its state") {
    const settings config;
    const server_functions functions{.send = [](void*, const flow&, std::string_view) { return true; },
                                     .random = [](void*) { return std::uint64_t{0}; }};
    silent_server server{config, {}, functions};
    heap_request_memory memory;
    auto view = memory.view();
    const datagram arrived{.from = {.listener = 3}, .bytes = {}};
    exchange request{arrived, {}, view, server};

    auto counts = on<method::invite>([calls = 0U](exchange& asked) mutable {
        CHECK(asked.from().listener == 3);
        return ++calls == 2 ? verdict{handling::answered, status::ok} : asked.not_mine();
    });
    CHECK(counts.handle(request).kind == handling::not_mine);
    CHECK(counts.handle(request) == verdict{handling::answered, status::ok});
}

} // namespace handler_test
