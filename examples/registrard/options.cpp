// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include "listening.hpp"
#include "option_table.hpp"
#include "transports.hpp"

#include <sipwhere/config/settings_fault.hpp>
#include <sipwhere/memory/heap_memory.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace registrard {

namespace {

using std::string_view;

template <typename... Texts>
auto joined(const Texts&... texts) -> std::string {
    std::string made;
    (made.append(texts), ...);
    return made;
}

auto find_option(string_view name) -> const option* {
    for (const auto& group : option_groups())
        for (const auto& known : group.options)
            if (known.name == name) return &known;
    return nullptr;
}

/// Writes the option for a setting: `--max-expires` for `max_expires`.
void put_option_name(sipwhere::writer& out, string_view setting) {
    out.put("--");
    for (const char c : setting) out.put(c == '_' ? '-' : c);
}

/// Returns: what is wrong with options that are right each for itself; empty when nothing is.
auto fault_in(const options& asked) -> std::string {
    using sipwhere::errc;
    auto settings = asked.settings;
    settings.domains = asked.domains;
    settings.aliases = asked.aliases;
    sipwhere::heap_memory::request memory;
    for (const auto why : {errc::contradicting_limits, errc::bad_domain, errc::capacity_exceeded}) {
        std::array<char, 256> room{};
        sipwhere::writer out{room};
        const auto fault = sipwhere::find_fault(why, settings, memory.view());
        if (fault.kind == sipwhere::settings_fault::reason::not_served) out.put("--alias: ");
        sipwhere::write_fault(out, fault, put_option_name);
        if (out.size() != 0) return std::string{out.text()};
    }
    return {};
}

/// Returns: what is missing for the connections that are asked for; empty when nothing is.
auto fault_in_connections(const options& asked) -> std::string {
    const auto& [certificates, keys, client_ca, require, trusted, origins, forwarders, streams] = asked.connections;
    if (certificates.size() != keys.size()) return "--certificate: each needs a --key, and each key a certificate";
    if (!trusted.empty() && client_ca.empty()) return "--trust: it needs --client-ca";
    if (require && client_ca.empty()) return "--require-client-certificate: it needs --client-ca";
    bool any_safe = false, any_web = false;
    for (const auto& each : asked.listeners) {
        const bool is_web = each.over == sipwhere::protocol::ws || each.over == sipwhere::protocol::wss;
        const bool is_safe = each.over == sipwhere::protocol::tls || each.over == sipwhere::protocol::wss;
        any_safe = any_safe || is_safe;
        any_web = any_web || is_web;
        if (is_safe && !built_with_tls()) return "--listen: it was built without OpenSSL, and so without TLS";
        if (is_web && !built_with_websocket()) return "--listen: it was built without wslay, and so without WebSocket";
        if (is_web && is_safe && !trusted.empty() && origins.empty())
            return "--trust: with WebSocket it needs --origin, as browsers show certificates for whatever page asks";
        if (is_safe && certificates.empty()) return "--listen: TLS needs --certificate and --key";
    }
    if (!client_ca.empty() && !any_safe) return "--client-ca: it needs a --listen with tls: or wss:";
    if (!certificates.empty() && !any_safe) return "--certificate: it needs a --listen with tls: or wss:";
    if (!origins.empty() && !any_web) return "--origin: it needs a --listen with ws: or wss:";
    if (!forwarders.empty() && !any_web) return "--forwarded-for: it needs a --listen with ws: or wss:";
    return {};
}

/// Returns: what is wrong with how bindings are to be kept; empty when nothing is.
auto fault_in_store(const options& asked) -> std::string {
    if (asked.store.file.empty())
        return asked.store.synchronous == sipwhere::sqlite_synchronous::full ? "" : "--synchronous: it needs --store";
    if (!built_with_sqlite()) return "--store: it was built without SQLite";
    if (asked.batch == 0) return "--store: it does not go with --batch 0";
    return {};
}

/// Adds an option and its help, line under line.
void put_option(std::string& text, string_view name, string_view value, string_view help) {
    constexpr std::size_t column = 32;
    const auto head = joined("  ", name, value.empty() ? "" : " ", value);
    const bool fits = head.size() + 2 <= column;
    text.append(head).append(fits ? "" : "\n").append(fits ? column - head.size() : column, ' ');
    for (const char c : help) {
        text += c;
        if (c == '\n') text.append(column, ' ');
    }
    text += '\n';
}

} // namespace

auto help_text() -> std::string {
    std::string text = "usage: registrard [OPTION]...\n\n"
                       "A SIP registrar over UDP, TCP, TLS and WebSocket. It keeps its bindings in memory unless it\n"
                       "is told where else, and lets everyone register unless it is told who may.\n";
    for (const auto& group : option_groups()) {
        text.append("\n").append(group.title).append(":\n");
        for (const auto& one : group.options) put_option(text, one.name, one.value, one.help);
    }
    put_option(text, "--help, --version", "", "what you read, and which version this is");
    return text + "\nSIGUSR1 prints counters and bindings, SIGHUP reads the users and\ncertificates again. SIGINT and "
                  "SIGTERM end it.\n"
                  "Status: 0 when ended by a signal, 1 when it can't listen or keep its bindings, 2 when the\n"
                  "options are wrong.\n";
}

auto read_options(int argc, char** argv) -> options {
    options made;
    const auto complain = [&made](const auto&... why) {
        made.complaint = joined(why...);
        return made;
    };
    for (int i = 1; i < argc; ++i) {
        const string_view word{argv[i]};
        if (word == "--help" || word == "--version") {
            made.kind = word == "--help" ? options::task::help : options::task::version;
            return made;
        }
        const auto equals = word.find('=');
        const bool has_value = equals != string_view::npos;
        const auto name = word.substr(0, equals);
        const auto* const found = find_option(name);
        if (found == nullptr) return complain(word, ": no such option; see --help");
        if (found->value.empty()) {
            if (has_value) return complain(name, ": it takes no value");
            found->read({}, made);
            continue;
        }
        if (!has_value && ++i == argc) return complain(name, ": it needs a value");
        const auto value = has_value ? word.substr(equals + 1) : string_view{argv[i]};
        if (!found->read(value, made)) return complain(name, ": '", value, "' is not ", found->wanted);
    }
    if (made.listeners.empty())
        for (const auto over : {sipwhere::protocol::udp, sipwhere::protocol::tcp})
            made.listeners.push_back({"0.0.0.0", 5060, over});
    // Where clients can reach us by TLS, and nobody ends it in front, what names sips has to come by it.
    const auto& connections = made.connections;
    made.settings.sips_needs_tls =
        connections.streams.proxies.empty() && connections.forwarders.empty() &&
        std::ranges::any_of(made.listeners, [](const listener& each) {
            return each.over == sipwhere::protocol::tls || each.over == sipwhere::protocol::wss;
        });
    made.complaint = fault_in(made);
    if (made.complaint.empty()) made.complaint = fault_in_connections(made);
    if (made.complaint.empty()) made.complaint = fault_in_store(made);
    return made;
}

} // namespace registrard
