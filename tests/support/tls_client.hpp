// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/certificates.hpp>
#include <support/stream_client.hpp>

#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace sipwhere_test {

/// What a client of TLS asks for.
struct tls_wish {
    std::string name{};                  ///< of the server, in its greeting
    const certificate* shows = nullptr;  ///< its own
    int version = 0;                     ///< the only one it speaks
    SSL_SESSION* resumes = nullptr;
};

/// A client of TLS over a connection that the test's loop runs.
class tls_client {
public:
    tls_client(asio::io_context& io, const sipwhere::endpoint& to, const tls_wish& wish = {})
        : io_(io), plain_(io, to), context_(SSL_CTX_new(TLS_client_method())), tls_(nullptr) {
        if (wish.version != 0) {
            SSL_CTX_set_min_proto_version(context_.get(), wish.version);
            SSL_CTX_set_max_proto_version(context_.get(), wish.version);
        }
        if (wish.shows != nullptr) {
            SSL_CTX_use_certificate(context_.get(), wish.shows->x509());
            SSL_CTX_use_PrivateKey(context_.get(), wish.shows->key());
        }
        tls_.reset(SSL_new(context_.get()));
        SSL_set_bio(tls_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        if (!wish.name.empty()) SSL_set_tlsext_host_name(tls_.get(), wish.name.c_str());
        if (wish.resumes != nullptr) SSL_set_session(tls_.get(), wish.resumes);
        SSL_set_connect_state(tls_.get());
        move();
    }

    std::string heard;
    bool has_ended = false; ///< the server has said so, or the connection broke

    [[nodiscard]] auto plain() -> stream_client& { return plain_; }
    [[nodiscard]] auto tls() -> SSL* { return tls_.get(); }

    /// Returns: whether the handshake has been done in the end.
    [[nodiscard]] auto shakes_hands() -> bool {
        return run_until(io_, [&] { return move(), SSL_is_init_finished(tls_.get()) == 1 || has_ended; }) && !has_ended;
    }
    void sends(std::string_view bytes) {
        REQUIRE(shakes_hands());
        REQUIRE(SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size()));
        move();
    }
    [[nodiscard]] auto hears(std::string_view text) -> bool {
        return run_until(io_, [&] { return move(), heard.find(text) != std::string::npos; });
    }
    [[nodiscard]] auto hears(std::size_t size) -> bool {
        return run_until(io_, [&] { return move(), heard.size() >= size; });
    }
    [[nodiscard]] auto ends() -> bool {
        return run_until(io_, [&] { return move(), has_ended; });
    }

    /// Returns: the names for which the server's certificate is, as "DNS:example.com".
    [[nodiscard]] auto server_shows(const certificate& one) -> bool {
        const auto* const shown = SSL_get0_peer_certificate(tls_.get());
        return shown != nullptr && X509_cmp(shown, one.x509()) == 0;
    }

    void move() {
        auto* const in = SSL_get_rbio(tls_.get());
        auto* const out = SSL_get_wbio(tls_.get());
        if (!plain_.heard.empty()) {
            BIO_write(in, plain_.heard.data(), static_cast<int>(plain_.heard.size()));
            plain_.heard.clear();
        }
        std::array<char, 16384> bytes;
        for (;;) {
            ERR_clear_error();
            const auto got = SSL_read(tls_.get(), bytes.data(), bytes.size());
            if (got > 0) {
                heard.append(bytes.data(), static_cast<std::size_t>(got));
                continue;
            }
            const auto why = SSL_get_error(tls_.get(), got);
            if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) has_ended = true;
            break;
        }
        for (int size = 0; (size = BIO_read(out, bytes.data(), bytes.size())) > 0;)
            plain_.sends({bytes.data(), static_cast<std::size_t>(size)});
        has_ended = has_ended || plain_.has_ended;
    }

private:
    struct release {
        void operator()(SSL_CTX* one) const { SSL_CTX_free(one); }
        void operator()(SSL* one) const { SSL_free(one); }
    };

    asio::io_context& io_;
    stream_client plain_;
    std::unique_ptr<SSL_CTX, release> context_;
    std::unique_ptr<SSL, release> tls_;
};

} // namespace sipwhere_test
