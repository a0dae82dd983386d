// SPDX-License-Identifier: BSL-1.0
#include "option_table.hpp"

#include "access_options.hpp"
#include "connection_options.hpp"
#include "option_readers.hpp"
#include "store_options.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <limits>
#include <utility>

namespace registrard {

namespace {

using sipwhere::limits;
using sipwhere::settings;
using std::string_view;

// Each reader returns whether the text is what it reads.

template <std::chrono::seconds limits::*Member>
auto read_seconds(string_view text, options& into) -> bool {
    std::uint32_t seconds = 0;
    if (!read_number(text, seconds) || seconds == std::numeric_limits<std::uint32_t>::max()) return false;
    into.settings.limits.*Member = std::chrono::seconds{seconds};
    return true;
}

/// Reads a size that is more than 0, which would stand for all that there is memory for.
template <std::size_t limits::*Member>
auto read_size(string_view text, options& into) -> bool {
    auto& size = into.settings.limits.*Member;
    return read_number(text, size) && size > 0;
}

template <bool settings::*Member>
auto set(string_view, options& into) -> bool {
    into.settings.*Member = true;
    return true;
}

auto read_listener(string_view text, options& into) -> bool {
    using over = sipwhere::protocol;
    constexpr std::array<std::pair<string_view, over>, 5> prefixes{
        {{"udp:", over::udp}, {"tcp:", over::tcp}, {"tls:", over::tls}, {"ws:", over::ws}, {"wss:", over::wss}}};
    auto by = over::udp;
    for (const auto& [prefix, protocol] : prefixes)
        if (text.starts_with(prefix)) {
            text.remove_prefix(prefix.size());
            by = protocol;
            break;
        }
    const auto colon = text.rfind(':');
    if (colon == string_view::npos) return false;
    const auto host = sipwhere::parse_host(text.substr(0, colon));
    if (!host || host->kind == sipwhere::host_kind::name) return false;
    return read_number(text.substr(colon + 1), into.listeners.emplace_back(listener{host->text, 0, by}).port);
}

auto read_batch(string_view text, options& into) -> bool {
    return read_number(text, into.batch) && into.batch != 1 && into.batch <= 1024;
}

auto read_receive_buffer(string_view text, options& into) -> bool {
    return read_number(text, into.receive_buffer) && into.receive_buffer <= 1U << 30;
}

auto read_workers(string_view text, options& into) -> bool {
    return read_number(text, into.workers) && into.workers >= 1 && into.workers <= 256;
}

auto read_reply_to_source(string_view text, options& into) -> bool {
    using rule = sipwhere::reply_to_source;
    return read_word<rule>(text, {{"off", rule::off}, {"on", rule::on}, {"private", rule::if_private}},
                           into.settings.reply_to_source);
}

auto read_server(string_view text, options& into) -> bool {
    into.settings.server = text;
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

auto read_domain(string_view text, options& into) -> bool {
    const auto name = text.substr(text.starts_with("*.") ? 2 : text.starts_with('.') ? 1 : 0);
    const auto& made = into.domains.emplace_back(name == text ? name : sipwhere::with_subdomains(name));
    return static_cast<bool>(sipwhere::check({.domains = std::span{&made, 1}}));
}

auto read_alias(string_view text, options& into) -> bool {
    const auto equals = text.find('=');
    if (equals == string_view::npos) return false;
    const auto& made = into.aliases.emplace_back(
        sipwhere::domain_alias{.name = text.substr(0, equals), .domain = text.substr(equals + 1)});
    return static_cast<bool>(sipwhere::check({.aliases = std::span{&made, 1}}));
}

auto read_max_expires(string_view text, options& into) -> bool {
    return read_seconds<&limits::max_expires>(text, into) && into.settings.limits.max_expires.count() > 0;
}

auto read_when_full(string_view text, options& into) -> bool {
    using rule = sipwhere::when_full;
    return read_word<rule>(
        text, {{"refuse", rule::refuse}, {"replace-oldest", rule::replace_oldest}, {"replace-all", rule::replace_all}},
        into.settings.limits.when_full);
}

auto read_uri_fields(string_view text, options& into) -> bool {
    return read_number(text, into.settings.limits.max_uri_fields);
}

auto read_contact_params(string_view text, options& into) -> bool {
    return read_number(text, into.settings.limits.max_contact_params);
}

auto read_max_aors(string_view text, options& into) -> bool {
    return read_number(text, into.storage.max_aors) && into.storage.max_aors > 0;
}

auto read_max_bytes(string_view text, options& into) -> bool {
    return read_number(text, into.storage.max_bytes) && into.storage.max_bytes > 0;
}

auto read_alike(string_view text, options& into) -> bool {
    return read_size<&limits::max_alike>(text, into) && into.settings.limits.max_alike <= 31;
}

auto read_answer_budget(string_view text, options& into) -> bool {
    return read_number(text, into.settings.answer_budget);
}

auto read_when_brief(string_view text, options& into) -> bool {
    using rule = sipwhere::when_brief;
    return read_word<rule>(text, {{"refuse", rule::refuse}, {"raise", rule::raise}}, into.settings.limits.when_brief);
}

auto read_same_cseq(string_view text, options& into) -> bool {
    using rule = sipwhere::same_cseq;
    return read_word<rule>(text, {{"refuse", rule::refuse}, {"show", rule::show}}, into.settings.limits.same_cseq);
}

auto read_unasked_body(string_view text, options& into) -> bool {
    using rule = sipwhere::unasked_body;
    return read_word<rule>(text, {{"refuse", rule::refuse}, {"ignore", rule::ignore}}, into.settings.unasked_body);
}

auto read_options_user(string_view text, options& into) -> bool {
    using rule = sipwhere::options_user;
    return read_word<rule>(text, {{"any", rule::any}, {"bound", rule::bound}}, into.settings.options_user);
}

auto read_stale_cseq(string_view text, options& into) -> bool {
    using rule = sipwhere::stale_cseq;
    return read_word<rule>(text, {{"refuse", rule::refuse}, {"accept-after-32s", rule::accept_after_32s}},
                           into.settings.limits.stale_cseq);
}

auto read_log(string_view text, options& into) -> bool {
    using level = sipwhere::log_level;
    return read_word<level>(
        text, {{"off", level::off}, {"warning", level::warning}, {"info", level::info}, {"debug", level::debug}},
        into.log);
}

auto read_log_rate(string_view text, options& into) -> bool {
    constexpr std::uint32_t most = 1'000'000;
    return read_number(text, into.log_rate) && into.log_rate <= most;
}

constexpr string_view seconds = "a number of seconds";
constexpr string_view size = "a number, more than 0";

constexpr std::array network{
    option{"--listen", "[OVER:]ADDR:PORT",
           "where to listen, and over what, udp (which may be left out), tcp, tls, ws or wss:\n"
           "127.0.0.1:5060, tls:[::1]:5061; port 0 for any that is free; may be repeated;\n"
           "udp:0.0.0.0:5060 and tcp:0.0.0.0:5060 if not given",
           "[OVER:]ADDR:PORT, such as 127.0.0.1:5060 or tls:[::1]:5061", read_listener},
    option{"--advertise", "ADDR", "our address as clients know it, behind a NAT or a balancer",
           "an IPv4 or IPv6 address",
           [](string_view text, options& into) {
               into.settings.advertised = sipwhere::parse_address(text);
               return into.settings.advertised.family() != sipwhere::address_family::none;
           }},
    option{"--workers", "N",
           "threads that serve at the same time, each with sockets of its own (SO_REUSEPORT),\n"
           "1 to 256; 1, the default, for one registrar without locks; more need Linux, which\n"
           "deals clients out",
           "a number from 1 to 256", read_workers},
    option{"--batch", "N",
           "move up to N datagrams with one call of the system, 2 to 1024 (64), where it can,\n"
           "as Linux does; 0 for one at a time",
           "0 or a number from 2 to 1024", read_batch},
    option{"--receive-buffer", "BYTES",
           "memory to ask the system for, for what waits at each socket (4194304); the log says\n"
           "what it grants; 0 does not ask",
           "a number of bytes, 1073741824 at most", read_receive_buffer},
    option{"--never-fragment", "",
           "let an answer fail that is larger than the path to its client takes, rather than\n"
           "send it in fragments; saves Linux some work for each",
           "",
           [](string_view, options& into) {
               into.never_fragment = true;
               return true;
           }},
    option{"--reply-to-source", "off|on|private",
           "answer to the port a request came from though it has no rport: never (off),\n"
           "always, or when its Via names a private address",
           "off, on or private", read_reply_to_source},
    option{"--obey-maddr", "", "answer to the maddr of a Via: anyone can then aim answers at others", "",
           set<&settings::obey_maddr>},
    option{"--server", "TEXT", "Server header field of every answer; none if not given", "printable ASCII",
           read_server},
};

constexpr std::array domains{
    option{"--domain", "NAME",
           "a domain to serve; .NAME or *.NAME for its subdomains too; may be repeated;\n"
           "every domain if not given",
           "a domain", read_domain},
    option{"--alias", "NAME=DOMAIN", "another name or address of a domain; may be repeated", "NAME=DOMAIN", read_alias},
    option{"--strict-domain", "", "404 when To and Request-URI do not name the same domain", "",
           set<&settings::strict_domain>},
    option{"--case-insensitive-user", "", "sip:Bob@… and sip:bob@… are one address-of-record", "",
           set<&settings::case_insensitive_user>},
};

constexpr std::array lifetimes{
    option{"--min-expires", "S", "shortest lifetime of a binding in seconds (30); who asks for less is refused",
           seconds, read_seconds<&limits::min_expires>},
    option{"--max-expires", "S", "longest lifetime (300); who asks for more is given this",
           "a number of seconds, more than 0", read_max_expires},
    option{"--default-expires", "S", "lifetime for those who do not ask; 0, the default, for the longest", seconds,
           read_seconds<&limits::default_expires>},
};

constexpr std::array caps{
    option{"--max-contacts", "N", "bindings of one address-of-record (10)", "a number of bindings, more than 0",
           read_size<&limits::max_contacts>},
    option{"--when-full", "refuse|replace-oldest|replace-all",
           "what a REGISTER does that asks for more: it hears 403 (refuse), or takes the place\n"
           "of the bindings refreshed longest ago, or of all others",
           "refuse, replace-oldest or replace-all", read_when_full},
    option{"--max-request-contacts", "N", "Contact values of one REGISTER (24), up to 64", size,
           read_size<&limits::max_request_contacts>},
    option{"--max-contact-bytes", "N", "URI, parameters and Call-ID of one binding (1024)", size,
           read_size<&limits::max_contact_bytes>},
    option{"--max-call-id-bytes", "N", "Call-ID of a REGISTER that adds or refreshes a binding (256)", size,
           read_size<&limits::max_call_id_bytes>},
    option{"--max-uri-fields", "N",
           "URI parameters and headers in all Contact values of one REGISTER (32); 0 for any\n"
           "number",
           "a number", read_uri_fields},
    option{"--max-aors", "N", "addresses-of-record in all (1048576)", size, read_max_aors},
    option{"--max-bytes", "N", "keys and records of all addresses-of-record together (268435456)", size,
           read_max_bytes},
    option{"--max-contact-params", "N",
           "parameters of all Contact values of one REGISTER, beside those of their URIs (48);\n"
           "0 for any number",
           "a number", read_contact_params},
    option{"--max-alike", "N",
           "bindings of one user, and Contact values of one REGISTER, that are equal but for\n"
           "URI parameters (16)",
           "a number from 1 to 31", read_alike},
    option{"--max-aor-bytes", "N", "user and domain of one address-of-record (1024)", size,
           read_size<&limits::max_aor_bytes>},
    option{"--max-answer-bytes", "N", "a whole answer (65507)", size, read_size<&limits::max_answer_bytes>},
    option{"--answer-budget", "BYTES",
           "large answers that each network (IPv4 /24, IPv6 /56) may be sent in a second\n"
           "(65536); 0 for no limit",
           "a number of bytes", read_answer_budget},
    option{"--retry-after", "S", "after how many seconds who hears 503 may ask again (60)", seconds,
           read_seconds<&limits::retry_after>},
};

constexpr std::array liberties{
    option{"--when-brief", "refuse|raise",
           "who asks for less than --min-expires hears 423 (refuse) or is given --min-expires", "refuse or raise",
           read_when_brief},
    option{"--same-cseq", "refuse|show",
           "a REGISTER with the CSeq of the last one, by another transaction, that asks for\n"
           "what is there already: 500 or 482 (refuse), or 200 and nothing changes",
           "refuse or show", read_same_cseq},
    option{"--stale-cseq", "refuse|accept-after-32s",
           "what becomes of a REGISTER whose CSeq is not higher than before: 500 (refuse), or\n"
           "it is taken 32 s after the last, from a phone that forgot its CSeq",
           "refuse or accept-after-32s", read_stale_cseq},
    option{"--unasked-body", "refuse|ignore", "a body that nobody asked for is 415, or is not looked at",
           "refuse or ignore", read_unasked_body},
    option{"--options-user", "any|bound",
           "OPTIONS for a user is 200 for any user of a domain, or 404 for one without a\n"
           "binding; then whoever asks learns who is there",
           "any or bound", read_options_user},
    option{"--options-contact", "", "the 200 to OPTIONS has a Contact, the address that was asked", "",
           set<&settings::options_contact>},
};

constexpr std::array output{
    option{"--keep-user-agent", "", "keep the User-Agent of each binding, up to 255 bytes; log and SIGUSR1 show it", "",
           set<&settings::keep_user_agent>},
    option{"--log", "off|warning|info|debug", "what to tell on stderr (info)", "off, warning, info or debug", read_log},
    option{"--log-users", "", "name in the log who proved a password", "",
           [](string_view, options& into) {
               into.log_users = sipwhere::show_users::yes;
               return true;
           }},
    option{"--log-rate", "N",
           "lines a second at most about requests refused, dropped or not answered (100); how\n"
           "many had none is told; 0 for any number",
           "a number up to 1000000", read_log_rate},
};

const std::array groups{
    option_group{"Network", network},
    option_group{"Connections", connection_option_table()},
    option_group{"Domains and users", domains},
    option_group{"Who may register", access_options()},
    option_group{"Storage", store_options()},
    option_group{"Lifetimes", lifetimes},
    option_group{"Limits", caps},
    option_group{"Liberties, for those who migrate; the first word is RFC 3261 and the default", liberties},
    option_group{"Output", output},
};

} // namespace

auto option_groups() -> std::span<const option_group> { return groups; }

} // namespace registrard
