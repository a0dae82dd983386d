// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/fwd.hpp>
#include <sipwhere/policy/policy_kind.hpp>
#include <sipwhere/registrar/registration_handler.hpp>
#include <sipwhere/server/basic_server.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <span>

namespace sipwhere {

/// A SIP registrar (RFC 3261 §10.3) and its location service: a server with one handler.
///
/// It borrows its policies, which must outlive it, and stays where it is made, since the transport knows its address.
/// One thread at a time may use it.
///
/// The way of a request:
///
///     bytes -> transport -> receive
///     1  message/parse_message       one pass, views only                            or dropped, counted, named
///     2  server/exchange             fields, route back, keys, each read once        400, 505
///        server/response_ring        answered before? the same bytes again           RFC 3261 §17.2.2, §17.2.3
///     3  server/inspect              method, Request-URI, Require, body              405, 501, 416, 404, 420, 415
///     4  registrar/registration_handler
///        Access.authenticate         who asks                                        401, 403
///        registration/registration   what it asks for                                400, 403, 404
///        Access.authorize            may this user touch this address-of-record      403
///        Storage.update              runs a job on the record, and makes its result true, whole
///           registration/plan        what becomes of each binding                    403, 423, 482, 500
///           registration/apply       the new record
///           registration/list_bindings   the 200
///     5  exchange.answer -> transport.send
///     6  observer.on                 only what was committed
template <typename Clock, typename Storage, typename Transport, typename Random, typename Access, typename Observer>
class basic_registrar : explained_policies<Clock, Storage, Transport, Random, Access, Observer>,
                        public registration_handler<Clock, Storage, Access, Observer> {
    using handler = registration_handler<Clock, Storage, Access, Observer>;
    using server = basic_server<typename Storage::memory, Clock, Transport, Random, Observer, std::tuple<handler&>>;

public:
    /// The random, access and observer policies follow in any order; one without state may be left out.
    ///
    /// Which is which is told by a member `next`, `authorize` or `on`. A final class that overloads it may say so,
    /// with `using policy = observer_tag` (or `access_tag`, `random_tag`), to be told what its overloads lack.
    template <typename... Others>
    basic_registrar(const settings& config, Clock& clock, Storage& storage, Transport& transport,
                    Others&... others) noexcept
        : handler(config, clock, storage, hold_policy<Access>(others...), hold_policy<Observer>(others...)),
          server_(handler::config_, clock, transport, hold_policy<Random>(others...), handler::observer_,
                  std::tuple<handler&>{*this}) {
        static_assert(((is_random<Others>::value || is_access<Others>::value || is_observer<Others>::value) && ...),
                      "each further argument has to be a random, an access or an observer policy");
        static_assert(
            ((std::same_as<Others, Random> || std::same_as<Others, Access> || std::same_as<Others, Observer>)&&...),
            "a registrar takes one random, one access and one observer policy; tee_observer makes one of several");
    }

    /// Checks the settings, draws the secrets and begins to listen.
    ///
    /// Errors: contradicting_limits, capacity_exceeded, left_out, bad_domain; already_started; what the transport says.
    [[nodiscard]] auto start() -> result<void> { return server_.start(); }

    /// Says why `start` failed, in a sentence that names the setting: "max_expires 20 s is below min_expires 30 s".
    [[nodiscard]] auto explain(errc why) const noexcept -> explanation { return server_.explain(why); }

    /// Stops listening; the bindings stay.
    void stop() { server_.stop(); }

    /// Serves what a transport received; the clock is read once.
    void receive(std::span<const datagram> arrived) { server_.receive(arrived); }

    /// Serves one message, and answers everything that has to be answered.
    auto receive(const datagram& arrived) -> verdict { return server_.receive(arrived); }

    /// Is told by a transport that a connection has ended: the bindings go that can be reached by it alone.
    void closed(const flow& lost) { server_.closed(lost); }

    /// Does what a transport's loop asks for from time to time.
    ///
    /// Returns: how long to wait before the next tick, a second at most.
    auto tick() -> std::chrono::milliseconds { return server_.tick(); }

private:
    server server_;
};

template <typename Clock, typename Storage, typename Transport, typename... Others>
basic_registrar(const settings&, Clock&, Storage&, Transport&, Others&...)
    -> basic_registrar<Clock, Storage, Transport, typename pick_policy<is_random, os_random, Others...>::type,
                       typename pick_policy<is_access, open_access, Others...>::type,
                       typename pick_policy<is_observer, null_observer, Others...>::type>;

} // namespace sipwhere
