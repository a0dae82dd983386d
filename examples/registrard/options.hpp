// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/certificate_access.hpp>
#include <sipwhere/auth/digest_settings.hpp>
#include <sipwhere/auth/listed_credentials.hpp>
#include <sipwhere/config/settings.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/ip_address.hpp>
#include <sipwhere/observer/log_observer.hpp>
#include <sipwhere/storage/hash_storage_limits.hpp>
#include <sipwhere/storage/sqlite_options.hpp>
#include <sipwhere/transport/asio_stream_options.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace registrard {

/// An address to listen on, IPv6 without brackets; port 0 lets the system choose.
struct listener {
    std::string_view address;
    std::uint16_t port = 0;
    sipwhere::protocol over = sipwhere::protocol::udp;
};

/// What is asked of connections, over TCP, TLS and WebSocket.
struct connection_options {
    std::vector<std::string> certificates; ///< names of files; the first is for who names none of their domains
    std::vector<std::string> keys;         ///< one for each certificate
    std::string client_ca;
    bool require_client_certificate = false;
    std::vector<sipwhere::certified_domain> trusted; ///< what who shows a certificate may register
    std::vector<std::string> origins;
    std::vector<sipwhere::ip_address> forwarders; ///< whose X-Forwarded-For is believed
    sipwhere::asio_stream_options streams;
};

/// The file that keeps bindings beside memory.
struct kept_store {
    std::string_view file; ///< its name; without one they are in memory alone
    sipwhere::sqlite_synchronous synchronous = sipwhere::sqlite_synchronous::full;
};

/// What the command line asks for. Its texts are those of the command line.
struct options {
    enum class task { serve, help, version, add_user };

    task kind = task::serve;
    std::string complaint; ///< why the command line can't be followed; empty when it can
    std::vector<listener> listeners;
    std::uint16_t batch =
        64; ///< datagrams that one call of the system moves at most; 0 for a transport without batches
    std::uint32_t receive_buffer = 4U << 20; ///< bytes to ask for, for what waits at each socket; 0 asks for none
    bool never_fragment = false; ///< let answers fail that are too large for their path
    connection_options connections;
    std::uint16_t workers = 1; ///< threads that serve
    std::vector<sipwhere::domain_rule> domains;
    std::vector<sipwhere::domain_alias> aliases;
    std::vector<sipwhere::user_password> users; ///< of the command line
    std::string_view users_file; ///< in the form of htdigest; empty for none
    std::string_view user_to_add; ///< to that file
    sipwhere::digest_settings digest; ///< how these are asked for their passwords
    sipwhere::settings settings; ///< without the domains and aliases
    sipwhere::hash_storage_limits storage; ///< what may be in memory
    kept_store store;
    sipwhere::log_level log = sipwhere::log_level::info;
    sipwhere::show_users log_users = sipwhere::show_users::no;
    std::uint32_t log_rate = sipwhere::log_observer<>::usual_max_failures; ///< lines; 0 for any number
};

/// Reads the command line, `argv` with its first word.
[[nodiscard]] auto read_options(int argc, char** argv) -> options;

/// Returns: what --help prints.
[[nodiscard]] auto help_text() -> std::string;

} // namespace registrard
