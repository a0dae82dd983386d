// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/detail/asio_tcp_readiness.hpp>
#include <sipwhere/transport/detail/byte_io.hpp>
#include <sipwhere/transport/detail/openssl_bio.hpp>
#include <sipwhere/transport/detail/openssl_contexts.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere::detail {

/// Returns: the domains that a client's certificate is for, in lower case and parted by blanks: SIP URIs without a
///          user; without such a URI DNS names.
/// Spec:    RFC 5922 §7.1.
[[nodiscard]] inline auto domains_of(const X509* certificate) -> std::string {
    std::string by_uri, by_name;
    const auto add = [](std::string& to, std::string_view name) {
        if (name.empty() || name.find_first_of(" @") != std::string_view::npos) return;
        to.append(to.empty() ? "" : " ").append(lowered(name));
    };
    for_each_alt_name(certificate, [&](int type, std::string_view name) {
        if (type == GEN_DNS) add(by_name, name);
        else add(by_uri, domain_of_uri(name));
    });
    return by_uri.empty() ? by_name : by_uri;
}

/// The bytes of a connection within TLS: OpenSSL on the socket itself, which takes a sixth of the memory of a stream of
/// Asio's around it. It reads and writes the handshake as well.
class openssl_socket {
public:
    openssl_socket(tcp_socket plain, std::shared_ptr<const openssl_contexts> contexts)
        : plain_(std::move(plain)), contexts_(std::move(contexts)), tls_(SSL_new(contexts_->first())) {
        auto* const bio = tls_ ? openssl_bio::make(plain_.native_handle()) : nullptr;
        if (bio == nullptr) {
            tls_.reset();
            return;
        }
        SSL_set_bio(tls_.get(), bio, bio);
        SSL_set_accept_state(tls_.get());
    }

    /// Reads what is there: one read of the socket, as a rule, and the records that it brought, some of very many. The
    /// system does not know what OpenSSL holds, but tells again of what it has not handed out.
    [[nodiscard]] auto read(std::span<char> into, std::size_t& size) noexcept -> io_result {
        size = 0;
        has_more_ = false;
        if (!is_usable()) return io_result::closed;
        wants_write_ = false;
        for (int records = 1;; ++records) {
            ERR_clear_error();
            const auto got = SSL_read(tls_.get(), into.data() + size, limited(into.size() - size));
            if (got <= 0) return said(got);
            size += static_cast<std::size_t>(got);
            if (SSL_has_pending(tls_.get()) == 0) return io_result::moved;
            if (size == into.size() || records == at_once) break;
        }
        has_more_ = true;
        return io_result::moved;
    }

    [[nodiscard]] auto write(std::string_view bytes, std::size_t& size) noexcept -> io_result {
        size = 0;
        if (!is_usable()) return io_result::closed;
        wants_write_ = false;
        if (bytes.empty() && !is_ready()) {
            ERR_clear_error();
            const auto done = SSL_do_handshake(tls_.get());
            return done == 1 ? io_result::moved : said(done);
        }
        while (size < bytes.size()) {
            ERR_clear_error();
            const auto put = SSL_write(tls_.get(), bytes.data() + size, limited(bytes.size() - size));
            if (put <= 0) return said_of_write(put);
            size += static_cast<std::size_t>(put);
        }
        return io_result::moved;
    }

    [[nodiscard]] auto wants_write() const noexcept -> bool { return wants_write_; }
    [[nodiscard]] auto has_more() const noexcept -> bool { return has_more_; }
    [[nodiscard]] auto is_ready() const noexcept -> bool { return tls_ && SSL_is_init_finished(tls_.get()) == 1; }

    [[nodiscard]] auto plain() noexcept -> tcp_socket& { return plain_; }

    void leave() noexcept {
        say_goodbye();
        plain_.leave();
    }
    void close() noexcept {
        say_goodbye();
        plain_.close();
    }

    /// Returns: the domains that the client's certificate is for, parted by blanks; empty without one.
    [[nodiscard]] auto peer_domains() -> std::string_view {
        if (!has_asked_ && is_ready()) {
            has_asked_ = true;
            if (const auto* const shown = SSL_get0_peer_certificate(tls_.get())) peer_domains_ = domains_of(shown);
        }
        return peer_domains_;
    }

private:
    static constexpr int at_once = 64;

    [[nodiscard]] auto is_usable() const noexcept -> bool { return tls_ && !has_failed_; }

    [[nodiscard]] static auto limited(std::size_t size) noexcept -> int {
        return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
    }

    [[nodiscard]] auto said(int result) noexcept -> io_result {
        switch (SSL_get_error(tls_.get(), result)) {
        case SSL_ERROR_WANT_READ: return io_result::moved;
        case SSL_ERROR_WANT_WRITE: wants_write_ = true; return io_result::moved;
        case SSL_ERROR_ZERO_RETURN: return io_result::closed;
        default: has_failed_ = true; return io_result::closed;
        }
    }

    /// A write that has to read first is that to a client that has begun to exchange its keys and does not go on.
    [[nodiscard]] auto said_of_write(int result) noexcept -> io_result {
        if (SSL_get_error(tls_.get(), result) == SSL_ERROR_WANT_READ) return io_result::closed;
        return said(result);
    }

    /// Tells the other end once that nothing more comes, if it can be told.
    void say_goodbye() noexcept {
        if (!is_usable() || !is_ready() || std::exchange(has_said_goodbye_, true)) return;
        ERR_clear_error();
        (void)SSL_shutdown(tls_.get());
    }

    tcp_socket plain_;
    std::shared_ptr<const openssl_contexts> contexts_; ///< that the handshake looks into
    std::unique_ptr<SSL, openssl_free<&SSL_free>> tls_; ///< null without memory
    std::string peer_domains_;
    bool wants_write_ = false;
    bool has_more_ = false; ///< that the socket knows nothing of
    bool has_failed_ = false;
    bool has_said_goodbye_ = false;
    bool has_asked_ = false;
};

} // namespace sipwhere::detail
