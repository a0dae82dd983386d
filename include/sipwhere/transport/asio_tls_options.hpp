// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/asio_stream_options.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace sipwhere {

/// A certificate with those that lead to its root, and its private key: the names of two PEM files.
struct tls_certificate {
    std::string certificate;
    std::string key;
};

/// What a transport over TLS may be told.
struct asio_tls_options {
    std::string certificate; ///< a PEM file: the certificate, and those that lead to its root
    std::string key;         ///< a PEM file: its private key

    /// Certificates for other domains: a client that names one of their names gets it (SNI, RFC 5922 §7.8). Who names
    /// none, or another, gets the first.
    std::vector<tls_certificate> others{};

    /// A PEM file with the roots against which certificates of clients are checked. If it is empty no client is asked
    /// for one.
    std::string client_ca{};
    bool require_client_certificate = false; ///< or who has none is served as well

    std::uint32_t max_handshakes = 1'000; ///< at a time; more wait to be accepted. 0 for any number

    asio_stream_options streams{}; ///< as for TCP
};

} // namespace sipwhere
