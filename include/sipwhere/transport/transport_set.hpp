// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/result.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/policy/transport.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sipwhere {

namespace detail {

template <typename T>
concept says_over = std::same_as<std::remove_cv_t<decltype(T::over)>, protocol>;

template <typename T>
concept has_executor = requires(const T& transport) { transport.get_executor() == transport.get_executor(); };

template <typename T>
concept says_where_it_failed = requires(const T& transport) {
    { transport.failed_at() } -> std::convertible_to<std::string>;
};

} // namespace detail

/// Makes one transport of several, each for another protocol: `transport_set set{udp, tcp}`. It borrows them; they must
/// outlive it, and nobody else listens on them.
///
/// An answer leaves by the one that its request came by. The first one's loop ticks and is woken. All run on one
/// executor, as those of Asio do that are made with the same io_context or strand.
template <typename... Transports>
class transport_set {
    static_assert(sizeof...(Transports) > 0);
    static_assert((explain_transport<Transports>() && ...));
    static_assert((detail::says_over<Transports> && ...), "a transport of a set needs: static constexpr protocol over");

    static_assert(
        [] {
            std::uint32_t seen = 0;
            unsigned different = 0;
            for (const auto over : {Transports::over...}) {
                different += (seen >> static_cast<unsigned>(over) & 1U) == 0 ? 1 : 0;
                seen |= 1U << static_cast<unsigned>(over);
            }
            return different == sizeof...(Transports);
        }(),
        "the transports of a set are for different protocols; add() gives each as many listeners as you like");

public:
    static constexpr bool counts_overruns = (sipwhere::counts_overruns<Transports> || ...);

    explicit transport_set(Transports&... transports) noexcept : transports_(transports...) {}
    transport_set(const transport_set&) = delete;
    auto operator=(const transport_set&) -> transport_set& = delete;
    ~transport_set() { stop(); }

    /// Lets all of them listen, or none.
    ///
    /// Errors: what the first one says that can't; `failed_at` then says what that says. different_executors.
    [[nodiscard]] auto listen(receiver_ref to) -> result<void> {
        if (!share_executor()) return fail(errc::different_executors);
        receiver_ = to;
        std::size_t listening = 0;
        result<void> made;
        each([&](auto index, auto& one) {
            made = index == 0 ? one.listen(to) : one.listen(receiver_ref{beside_});
            listening += made ? 1 : 0;
            return static_cast<bool>(made);
        });
        failed_ = made ? sizeof...(Transports) : listening;
        if (made) return made;
        each([&](auto index, auto& one) {
            if (index < listening) one.stop();
            return index + 1 < listening;
        });
        return made;
    }

    void stop() noexcept {
        each([](auto, auto& one) {
            one.stop();
            return true;
        });
    }

    /// Has the first one call `tick` soon. Any thread may call this.
    void wake() noexcept
        requires has_wake<std::tuple_element_t<0, std::tuple<Transports...>>>
    {
        std::get<0>(transports_).wake();
    }

    [[nodiscard]] auto send(const flow& flow, std::string_view bytes) -> bool {
        bool sent = false;
        each([&](auto, auto& one) {
            if (std::remove_reference_t<decltype(one)>::over != flow.over) return true;
            sent = one.send(flow, bytes);
            return false;
        });
        return sent;
    }

    [[nodiscard]] auto is_own(const endpoint& end) const noexcept -> bool {
        return std::apply([&](const auto&... all) { return (all.is_own(end) || ...); }, transports_);
    }

    /// Returns: the domains for which the client of a connection has shown a certificate, as its transport knows them.
    [[nodiscard]] auto peer_domains(const flow& of) const -> std::string_view
        requires(has_peer_domains<Transports> || ...)
    {
        std::string_view found;
        const auto ask = [&](const auto& one) {
            if constexpr (has_peer_domains<std::remove_cvref_t<decltype(one)>>)
                if (one.over == of.over) found = one.peer_domains(of);
        };
        std::apply([&](const auto&... all) { (ask(all), ...); }, transports_);
        return found;
    }

    /// Returns: where it runs, if its transports have an executor.
    [[nodiscard]] auto get_executor() const noexcept
        requires(detail::has_executor<Transports> && ...)
    {
        return std::get<0>(transports_).get_executor();
    }

    /// Returns: what the transport says that could not listen; empty if all could.
    [[nodiscard]] auto failed_at() const -> std::string {
        std::string said;
        std::size_t index = 0;
        const auto ask = [&](const auto& one) {
            if constexpr (detail::says_where_it_failed<std::remove_cvref_t<decltype(one)>>)
                if (index == failed_) said = one.failed_at();
            ++index;
        };
        std::apply([&](const auto&... all) { (ask(all), ...); }, transports_);
        return said;
    }

private:
    /// Passes on what the others receive; the first one ticks for all.
    struct beside {
        transport_set& set;

        void receive(std::span<const datagram> arrived) { set.receiver_.receive(arrived); }
        void closed(const flow& lost) { set.receiver_.closed(lost); }
        void overrun(const flow& at, std::uint32_t count) { set.receiver_.overrun(at, count); }
        auto tick() -> std::chrono::milliseconds { return std::chrono::hours{1}; }
    };

    /// Calls `visit(index, transport)` for one after another, until it returns false.
    template <typename Visit>
    void each(Visit&& visit) {
        visit_each(visit, std::index_sequence_for<Transports...>{});
    }
    template <typename Visit, std::size_t... Indices>
    void visit_each(Visit& visit, std::index_sequence<Indices...>) {
        (void)(visit(std::integral_constant<std::size_t, Indices>{}, std::get<Indices>(transports_)) && ...);
    }

    [[nodiscard]] auto share_executor() const -> bool {
        if constexpr ((detail::has_executor<Transports> && ...)) {
            const auto first = std::get<0>(transports_).get_executor();
            return std::apply([&](const auto&... all) { return ((all.get_executor() == first) && ...); }, transports_);
        }
        return true;
    }

    std::tuple<Transports&...> transports_;
    receiver_ref receiver_;
    beside beside_{*this};
    std::size_t failed_ = sizeof...(Transports);
};

} // namespace sipwhere
