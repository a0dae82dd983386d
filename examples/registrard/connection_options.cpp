// SPDX-License-Identifier: BSL-1.0
#include "connection_options.hpp"

#include "option_readers.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace registrard {

namespace {

using std::string_view;

// Each reader returns whether the text is what it reads.

template <std::vector<std::string> connection_options::*Member>
auto add_text(string_view text, options& into) -> bool {
    (into.connections.*Member).emplace_back(text);
    return !text.empty();
}

auto add_origin(string_view text, options& into) -> bool {
    into.connections.origins.emplace_back(text);
    return text == "null" || (text.find("://") != string_view::npos &&
                              text.find_first_of(" /", text.find("://") + 3) == string_view::npos);
}

auto add_address(string_view text, std::vector<sipwhere::ip_address>& into) -> bool {
    into.push_back(sipwhere::parse_address(text));
    return into.back().family() != sipwhere::address_family::none;
}

template <std::chrono::seconds sipwhere::asio_stream_options::*Member>
auto read_time(string_view text, options& into) -> bool {
    std::uint32_t seconds = 0;
    if (!read_number(text, seconds) || seconds > 86'400) return false;
    into.connections.streams.*Member = std::chrono::seconds{seconds};
    return true;
}

constexpr string_view file_name = "the name of a file";
constexpr string_view an_address = "an IPv4 or IPv6 address";
constexpr string_view some_seconds = "a number of seconds, 86400 at most";

constexpr std::array connection_table{
    option{"--certificate", "FILE",
           "the certificate for TLS with those that lead to its root (PEM); repeated with --key\n"
           "for other domains: each client gets that of the domain that it names; SIGHUP reads\n"
           "all of them again",
           file_name, add_text<&connection_options::certificates>},
    option{"--key", "FILE", "the private key of the certificate (PEM)", file_name, add_text<&connection_options::keys>},
    option{"--client-ca", "FILE", "ask clients for a certificate, and check it against these roots (PEM)", file_name,
           [](string_view text, options& into) {
               into.connections.client_ca = text;
               return !text.empty();
           }},
    option{"--require-client-certificate", "", "let in no client without a certificate", "",
           [](string_view, options& into) {
               into.connections.require_client_certificate = true;
               return true;
           }},
    option{"--trust", "NAME[=DOMAIN]",
           "who shows a certificate for the domain NAME may register every user of DOMAIN, or of\n"
           "NAME; may be repeated; without it a certificate counts for nothing",
           "a domain, or two with = between",
           [](string_view text, options& into) {
               const auto equals = text.find('=');
               const auto shown = text.substr(0, equals);
               const auto domain = equals == string_view::npos ? shown : text.substr(equals + 1);
               into.connections.trusted.push_back({shown, domain});
               return !shown.empty() && !domain.empty();
           }},
    option{"--origin", "URL",
           "a page whose scripts may connect by WebSocket, such as https://phone.example.com;\n"
           "may be repeated; every page if not given",
           "an origin, such as https://phone.example.com", add_origin},
    option{"--proxy-protocol", "ADDR",
           "a balancer whose connections begin with a header of the PROXY protocol, 1 or 2; may\n"
           "be repeated",
           an_address,
           [](string_view text, options& into) { return add_address(text, into.connections.streams.proxies); }},
    option{"--forwarded-for", "ADDR", "a balancer whose X-Forwarded-For is believed; may be repeated", an_address,
           [](string_view text, options& into) { return add_address(text, into.connections.forwarders); }},
    option{"--max-connections", "N", "connections for each protocol and worker (100000)", "a number, more than 0",
           [](string_view text, options& into) {
               auto& most = into.connections.streams.max_connections;
               return read_number(text, most) && most > 0;
           }},
    option{"--max-connections-of-network", "N",
           "of these from one network, an IPv4 /24 or an IPv6 /56 (2000); 0 for any number", "a number",
           [](string_view text, options& into) { return read_number(text, into.connections.streams.max_of_network); }},
    option{"--message-time", "S",
           "how long a connection may take for its first message, and for each from its first\n"
           "byte to its last (32)",
           some_seconds, read_time<&sipwhere::asio_stream_options::message_time>},
    option{"--idle-time", "S", "how long a connection may be silent; 0, the default, for any time", some_seconds,
           read_time<&sipwhere::asio_stream_options::idle_time>},
};

} // namespace

auto connection_option_table() -> std::span<const option> { return connection_table; }

} // namespace registrard
