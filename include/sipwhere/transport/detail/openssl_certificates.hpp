// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/result.hpp>
#include <sipwhere/transport/asio_tls_options.hpp>
#include <sipwhere/transport/detail/asio_tcp_readiness.hpp>
#include <sipwhere/transport/detail/openssl_contexts.hpp>
#include <sipwhere/transport/detail/openssl_socket.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere::detail {

/// The certificates of a transport, which can be read again while it listens: what kinds of connections within TLS
/// have in common.
class openssl_certificates {
public:
    explicit openssl_certificates(asio_tls_options options) : options_(std::move(options)) {}

    [[nodiscard]] auto streams() const noexcept -> const asio_stream_options& { return options_.streams; }

    /// Reads the files. Errors: bad_certificate, and then all is as before and `fault` says why.
    [[nodiscard]] auto prepare() -> result<void> {
        fault_.clear();
        auto made = openssl_contexts::load(options_, fault_);
        if (!made) return fail(errc::bad_certificate);
        if (contexts_ && options_.client_ca.empty()) made->take_tickets_of(*contexts_);
        contexts_ = std::move(made);
        return {};
    }
    [[nodiscard]] auto fault() const -> const std::string& { return fault_; }

    [[nodiscard]] auto certifies(std::string_view domain) const -> bool {
        return contexts_ && contexts_->certifies(domain);
    }

    [[nodiscard]] auto make_io(tcp_socket plain) const -> openssl_socket { return {std::move(plain), contexts_}; }

    [[nodiscard]] static auto max_handshakes(const openssl_certificates& kind) noexcept -> std::uint32_t {
        return kind.options_.max_handshakes;
    }

private:
    asio_tls_options options_;
    std::shared_ptr<const openssl_contexts> contexts_;
    std::string fault_;
};

} // namespace sipwhere::detail
