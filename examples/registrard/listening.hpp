// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <sipwhere/transport/asio_tcp_transport.hpp>
#include <sipwhere/transport/transport_set.hpp>

#if defined(REGISTRARD_WITH_OPENSSL)
#include <sipwhere/transport/asio_tls_transport.hpp>
#endif
#if defined(REGISTRARD_WITH_WSLAY)
#include <sipwhere/transport/asio_websocket_tls_transport.hpp>
#include <sipwhere/transport/asio_websocket_transport.hpp>
#endif

#include <asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What takes long to compile is compiled once, in listening.cpp.
extern template class sipwhere::detail::asio_stream_session<sipwhere::detail::asio_tcp_kind>;
#if defined(REGISTRARD_WITH_OPENSSL)
extern template class sipwhere::detail::asio_stream_session<sipwhere::detail::asio_tls_kind>;
#endif
#if defined(REGISTRARD_WITH_WSLAY)
extern template class sipwhere::detail::asio_stream_session<sipwhere::detail::asio_websocket_kind>;
extern template class sipwhere::detail::asio_stream_session<sipwhere::detail::asio_websocket_tls_kind>;
#endif

namespace registrard {

/// Returns: whether it can serve TLS.
[[nodiscard]] constexpr auto built_with_tls() -> bool {
#if defined(REGISTRARD_WITH_OPENSSL)
    return true;
#else
    return false;
#endif
}

/// Returns: whether it can serve WebSocket, within TLS too.
[[nodiscard]] constexpr auto built_with_websocket() -> bool {
#if defined(REGISTRARD_WITH_WSLAY)
    return true;
#else
    return false;
#endif
}

/// How a protocol is named on the command line.
[[nodiscard]] constexpr auto name_of(sipwhere::protocol over) -> std::string_view {
    switch (over) {
    case sipwhere::protocol::udp: return "udp";
    case sipwhere::protocol::tcp: return "tcp";
    case sipwhere::protocol::tls: return "tls";
    case sipwhere::protocol::ws: return "ws";
    case sipwhere::protocol::wss: return "wss";
    }
    return "";
}

#if defined(REGISTRARD_WITH_OPENSSL)
[[nodiscard]] inline auto tls_options(const connection_options& asked, const sipwhere::asio_stream_options& streams)
    -> sipwhere::asio_tls_options {
    sipwhere::asio_tls_options made{.certificate = {}, .key = {}};
    for (std::size_t i = 0; i < asked.certificates.size(); ++i) {
        if (i == 0) made.certificate = asked.certificates[i], made.key = asked.keys[i];
        else made.others.push_back({asked.certificates[i], asked.keys[i]});
    }
    made.client_ca = asked.client_ca;
    made.require_client_certificate = asked.require_client_certificate;
    made.streams = streams;
    return made;
}
#endif

/// Whether several workers have the same ports, or nobody else may have them.
enum class ports : bool { exclusive, shared };

/// All transports of one worker, as one; those without a listener do nothing.
template <typename Udp, typename UdpOptions>
class listening {
public:
    listening(asio::io_context& io, const options& asked, std::span<const listener> listeners, UdpOptions how,
              ports whose)
        : streams_(asked.connections.streams), udp_(io, with(how, whose)), tcp_(io, with(streams_, whose))
#if defined(REGISTRARD_WITH_OPENSSL)
          ,
          tls_(io, tls_options(asked.connections, streams_))
#endif
#if defined(REGISTRARD_WITH_WSLAY)
          ,
          ws_(io, {rules(asked.connections), streams_}),
          wss_(io, {tls_options(asked.connections, streams_), rules(asked.connections)})
#endif
    {
        for (const auto& wanted : listeners)
            each([&](auto& one) {
                if (one.over == wanted.over) one.add(wanted.address, wanted.port);
            });
    }

    [[nodiscard]] auto set() noexcept -> auto& { return set_; }
    [[nodiscard]] auto set() const noexcept -> const auto& { return set_; }
    [[nodiscard]] auto udp() const noexcept -> const Udp& { return udp_; }

    /// Returns: where it listens, in the order of the protocols.
    [[nodiscard]] auto endpoints() const -> std::vector<std::pair<sipwhere::protocol, sipwhere::endpoint>> {
        std::vector<std::pair<sipwhere::protocol, sipwhere::endpoint>> all;
        const_cast<listening*>(this)->each([&](const auto& one) {
            for (const auto& end : one.endpoints()) all.emplace_back(one.over, end);
        });
        return all;
    }

    /// Returns: whether TLS is served, and no certificate is for a domain.
    [[nodiscard]] auto lacks_certificate(std::string_view domain) -> bool {
        bool lacks = false;
        each([&](auto& one) {
            if constexpr (requires { one.certifies(domain); })
                lacks = lacks || (!one.endpoints().empty() && !one.certifies(domain));
        });
        return lacks;
    }

    /// Reads the certificates again.
    ///
    /// Returns: what is wrong with them; empty when nothing is.
    [[nodiscard]] auto reload() -> std::string {
        std::string why;
        each([&](auto& one) {
            if constexpr (requires { one.reload(); })
                if (!one.endpoints().empty() && !one.reload()) why = one.fault();
        });
        return why;
    }

private:
    template <typename Options>
    [[nodiscard]] static auto with(Options& how, ports whose) -> Options& {
        how.reuse_port = whose == ports::shared;
        return how;
    }

#if defined(REGISTRARD_WITH_WSLAY)
    [[nodiscard]] static auto rules(const connection_options& asked) -> sipwhere::websocket_rules {
        return {.origins = asked.origins, .accept = {}, .forwarders = asked.forwarders};
    }
#endif

    template <typename Visit>
    void each(Visit&& visit) {
        visit(udp_);
        visit(tcp_);
#if defined(REGISTRARD_WITH_OPENSSL)
        visit(tls_);
#endif
#if defined(REGISTRARD_WITH_WSLAY)
        visit(ws_);
        visit(wss_);
#endif
    }

    sipwhere::asio_stream_options streams_;
    Udp udp_;
    sipwhere::asio_tcp_transport tcp_;
#if defined(REGISTRARD_WITH_OPENSSL)
    sipwhere::asio_tls_transport tls_;
#endif
#if defined(REGISTRARD_WITH_WSLAY)
    sipwhere::asio_websocket_transport ws_;
    sipwhere::asio_websocket_tls_transport wss_;
    sipwhere::transport_set<Udp, sipwhere::asio_tcp_transport, sipwhere::asio_tls_transport,
                            sipwhere::asio_websocket_transport, sipwhere::asio_websocket_tls_transport>
        set_{udp_, tcp_, tls_, ws_, wss_};
#elif defined(REGISTRARD_WITH_OPENSSL)
    sipwhere::transport_set<Udp, sipwhere::asio_tcp_transport, sipwhere::asio_tls_transport> set_{udp_, tcp_, tls_};
#else
    sipwhere::transport_set<Udp, sipwhere::asio_tcp_transport> set_{udp_, tcp_};
#endif
};

} // namespace registrard
