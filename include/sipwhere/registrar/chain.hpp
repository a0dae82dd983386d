// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/result.hpp>
#include <sipwhere/policy/transport.hpp>
#include <sipwhere/server/verdict.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <span>
#include <tuple>

namespace sipwhere {

/// Several handlers behind one transport: each datagram goes to the first that takes it.
///
/// The first handler is a registrar. The others offer `offer(const datagram&) -> verdict`; those that have
/// `tick() -> std::chrono::milliseconds` or `prepare() -> result<void>` are asked for these as well. What none takes is
/// answered by the registrar as it would have done alone, so that nothing stays unanswered.
template <typename Transport, typename Registrar, typename... Handlers>
class chain {
    static_assert(explain_transport<Transport>());

public:
    /// Borrows all; they must outlive the chain.
    chain(Transport& transport, Registrar& registrar, Handlers&... handlers) noexcept
        : transport_(transport), registrar_(registrar), handlers_(handlers...) {}

    chain(const chain&) = delete;
    auto operator=(const chain&) -> chain& = delete;
    ~chain() { stop(); }

    /// Prepares each handler and begins to listen.
    ///
    /// Errors: what a handler or the transport says; already_started.
    [[nodiscard]] auto start() -> result<void> {
        if (listens_) return fail(errc::already_started);
        auto ready = registrar_.prepare();
        const auto prepare = [&ready](auto& handler) {
            if constexpr (requires {
                              { handler.prepare() } -> std::same_as<result<void>>;
                          })
                if (ready) ready = handler.prepare();
        };
        std::apply([&](auto&... handler) { (prepare(handler), ...); }, handlers_);
        if (!ready) return ready;
        ready = transport_.listen(receiver_ref{*this});
        listens_ = static_cast<bool>(ready);
        return ready;
    }

    void stop() {
        if (listens_) transport_.stop();
        listens_ = false;
    }

    /// Offers each datagram to one handler after another.
    void receive(std::span<const datagram> arrived) {
        for (const auto& one : arrived) receive(one);
    }

    /// Returns: what the handler that took it made of it.
    auto receive(const datagram& arrived) -> verdict {
        verdict taken = registrar_.offer(arrived);
        const auto offer = [&](auto& handler) {
            if (taken.what == verdict::kind::not_mine) taken = handler.offer(arrived);
        };
        std::apply([&](auto&... handler) { (offer(handler), ...); }, handlers_);
        return taken.what == verdict::kind::not_mine ? registrar_.receive(arrived) : taken;
    }

    /// Tells the registrar what was lost before it was received.
    void overrun(const flow& at, std::uint32_t count)
        requires requires(Registrar& registrar) { registrar.overrun(at, count); }
    {
        registrar_.overrun(at, count);
    }

    /// Lets time pass for every handler.
    auto tick() -> std::chrono::milliseconds {
        auto next = registrar_.tick();
        const auto tick = [&next](auto& handler) {
            if constexpr (requires {
                              { handler.tick() } -> std::same_as<std::chrono::milliseconds>;
                          })
                next = std::min(next, handler.tick());
        };
        std::apply([&](auto&... handler) { (tick(handler), ...); }, handlers_);
        return next;
    }

private:
    Transport& transport_;
    Registrar& registrar_;
    std::tuple<Handlers&...> handlers_;
    bool listens_ = false;
};

} // namespace sipwhere
