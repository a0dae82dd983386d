// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/result.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/ip_address.hpp>
#include <sipwhere/transport/asio_tls_options.hpp>
#include <sipwhere/transport/detail/openssl_contexts.hpp>
#include <sipwhere/transport/detail/openssl_socket.hpp>
#include <sipwhere/transport/detail/sip_framing.hpp>
#include <sipwhere/transport/detail/stream_connection.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace sipwhere::detail {

/// The certificates of a transport, which can be read again while it listens.
class tls_certificates {
public:
    explicit tls_certificates(asio_tls_options options) : options_(std::move(options)) {}

    [[nodiscard]] auto options() const noexcept -> const asio_tls_options& { return options_; }

    /// Reads the files. Errors: bad_certificate, and then all is as before and `fault` says why.
    [[nodiscard]] auto load() -> result<void> {
        fault_.clear();
        auto made = openssl_contexts::load(options_, fault_);
        if (!made) return fail(errc::bad_certificate);
        if (contexts_ && options_.client_ca.empty()) made->take_tickets_of(*contexts_);
        contexts_ = std::move(made);
        return {};
    }
    [[nodiscard]] auto fault() const -> const std::string& { return fault_; }

    [[nodiscard]] auto make_io(asio_tcp_socket plain) const -> openssl_socket { return {std::move(plain), contexts_}; }

private:
    asio_tls_options options_;
    std::shared_ptr<const openssl_contexts> contexts_;
    std::string fault_;
};

/// Connections that carry messages within TLS.
class asio_tls_kind : public tls_certificates {
public:
    using options_type = asio_tls_options;
    using connection = stream_connection<openssl_socket, sip_framing>;
    static constexpr protocol over = protocol::tls;

    using tls_certificates::tls_certificates;

    [[nodiscard]] auto streams() const noexcept -> const asio_stream_options& { return options().streams; }
    [[nodiscard]] auto prepare() -> result<void> { return load(); }
    [[nodiscard]] auto make_framing() const -> sip_framing { return sip_framing{streams().frames}; }
    [[nodiscard]] static auto max_handshakes(const asio_tls_kind& kind) noexcept -> std::uint32_t {
        return kind.options().max_handshakes;
    }
    [[nodiscard]] static auto is_proxy(const ip_address&) noexcept -> bool { return false; }
};

} // namespace sipwhere::detail
