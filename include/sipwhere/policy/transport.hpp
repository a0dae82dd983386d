// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/result.hpp>
#include <sipwhere/policy/receiver.hpp>

#include <concepts>
#include <string_view>

namespace sipwhere {

namespace detail {

template <typename T>
concept has_listen = requires(T& transport, receiver_ref to) {
    { transport.listen(to) } -> std::same_as<result<void>>;
};

template <typename T>
concept has_stop = requires(T& transport) { transport.stop(); };

template <typename T>
concept has_send = requires(T& transport, const flow& flow, std::string_view bytes) {
    { transport.send(flow, bytes) } -> std::same_as<bool>;
};

template <typename T>
concept has_is_own = requires(const T& transport, const endpoint& end) {
    { transport.is_own(end) } -> std::same_as<bool>;
};

} // namespace detail

/// Whether policies may answer later over a transport: any thread may call its `wake`.
template <typename T>
concept has_wake = requires(T& transport) {
    { transport.wake() } noexcept;
};

/// Whether a transport tells its receiver what was lost before it was received.
template <typename T>
concept counts_overruns = T::counts_overruns;

/// Whether a transport knows for which domains a client has shown a certificate (RFC 5922 §7.1): lower-case names,
/// parted by blanks, in a view that holds until the transport runs on.
template <typename T>
concept has_peer_domains = requires(const T& transport, const flow& of) {
    { transport.peer_domains(of) } -> std::same_as<std::string_view>;
};

/// Moves messages, and owns the loop.
///
/// 1. `listen` begins to call the receiver, never from inside `listen`; it may fail, and may be called again then.
/// 2. After `stop` returns nothing is called back; `stop` may be called at any time and again.
/// 3. `send` copies or finishes before it returns, never calls the receiver, and says false when it could not send.
/// 4. It answers from `way.local`, the address the request came to, when that is known.
///    Over a connection it answers by that alone, and says false when it has ended.
/// 5. `is_own` tells whether a datagram sent to this endpoint would come back to one of its own listeners.
/// 6. It calls `tick` once soon after `listen`, and then as often as `tick` asks for.
/// 7. One over connections gives each a number, from 1 on, with an `epoch` that tells it from others that have had its
///    number. When one ends it calls `closed` once with its flow, though never from inside `send`, and not for those
///    that `stop` closes.
/// 8. It may say `static constexpr protocol over`, for a `transport_set`.
///
/// One that can tell how many datagrams were lost before it received them says so, `static constexpr bool
/// counts_overruns = true`, and calls the receiver's `overrun`. One that has `wake() noexcept`, which any thread may
/// call at any time, calls `tick` soon after it; policies that answer later need it.
template <typename T>
concept transport_policy = detail::has_listen<T> && detail::has_stop<T> && detail::has_send<T> && detail::has_is_own<T>;

/// Says in one sentence what a type lacks to be a transport.
template <typename T>
[[nodiscard]] consteval auto explain_transport() -> bool {
    static_assert(detail::has_listen<T>, "transport policy needs: listen(receiver_ref) -> result<void>");
    static_assert(detail::has_stop<T>, "transport policy needs: stop()");
    static_assert(detail::has_send<T>, "transport policy needs: send(const flow&, std::string_view) -> bool");
    static_assert(detail::has_is_own<T>, "transport policy needs: is_own(const endpoint&) const -> bool");
    return transport_policy<T>;
}

} // namespace sipwhere
