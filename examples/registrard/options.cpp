// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <initializer_list>
#include <limits>
#include <span>
#include <utility>

namespace registrard {

const std::string_view help = R"(usage: registrard [OPTION]...

A SIP registrar over UDP. It keeps its bindings in memory and lets everyone register.

  --listen ADDR:PORT     where to listen: 127.0.0.1:5060, [::1]:5060; port 0 for any that is free;
                         may be repeated; 0.0.0.0:5060 if not given
  --batch N              move up to N datagrams with one call of the system, 2 to 1024; 64 suits a busy server on
                         Linux; 0, the default, for one at a time
  --workers N            threads that serve at the same time, each with sockets of its own (SO_REUSEPORT), 1 to 256;
                         1, the default, for one registrar without locks; more need Linux, which deals clients out
  --domain NAME          a domain to serve; .NAME or *.NAME for its subdomains too; may be repeated;
                         every domain if not given
  --alias NAME=DOMAIN    another name or address of a domain; may be repeated
  --min-expires S        shortest lifetime of a binding in seconds (30); who asks for less is refused
  --max-expires S        longest lifetime (300); who asks for more is given this
  --default-expires S    lifetime for those who do not ask; 0, the default, for the longest
  --max-contacts N       bindings of one address-of-record (10)
  --reply-to-source off|on|private
                         answer to the port a request came from though it has no rport: never (off),
                         always, or when its Via names a private address
  --log off|warning|info|debug
                         what to tell on stderr (info)
  --help, --version

SIGUSR1 prints counters and bindings. SIGINT and SIGTERM end it.
Status: 0 when ended by a signal, 1 when it can't listen, 2 when the options are wrong.
)";

namespace {

using std::string_view;

// Each reader returns whether the text is what it reads.

template <typename Number>
auto read_number(string_view text, Number& into) -> bool {
    const auto end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, into);
    return stopped == end && failed == std::errc{};
}

auto read_seconds(string_view text, std::chrono::seconds& into) -> bool {
    std::uint32_t seconds = 0;
    if (!read_number(text, seconds) || seconds == std::numeric_limits<std::uint32_t>::max()) return false;
    into = std::chrono::seconds{seconds};
    return true;
}

template <typename Value>
auto read_word(string_view text, std::initializer_list<std::pair<string_view, Value>> words, Value& into) -> bool {
    const auto found = std::ranges::find(words, text, &std::pair<string_view, Value>::first);
    if (found == words.end()) return false;
    into = found->second;
    return true;
}

auto read_listener(string_view text, options& into) -> bool {
    const auto colon = text.rfind(':');
    if (colon == string_view::npos) return false;
    const auto host = sipwhere::parse_host(text.substr(0, colon));
    if (!host || host->kind == sipwhere::host_kind::name) return false;
    return read_number(text.substr(colon + 1), into.listeners.emplace_back(listener{host->text, 0}).port);
}

auto read_batch(string_view text, options& into) -> bool {
    return read_number(text, into.batch) && into.batch != 1 && into.batch <= 1024;
}

auto read_workers(string_view text, options& into) -> bool {
    return read_number(text, into.workers) && into.workers >= 1 && into.workers <= 256;
}

auto read_domain(string_view text, options& into) -> bool {
    const auto name = text.substr(text.starts_with("*.") ? 2 : text.starts_with('.') ? 1 : 0);
    into.domains.push_back(name == text ? sipwhere::domain_rule{name} : sipwhere::with_subdomains(name));
    return into.domains.back().valid;
}

auto read_alias(string_view text, options& into) -> bool {
    const auto equals = text.find('=');
    if (equals == string_view::npos) return false;
    const auto& made = into.aliases.emplace_back(
        sipwhere::domain_alias{.name = text.substr(0, equals), .domain = text.substr(equals + 1)});
    return made.name.valid && made.domain.valid;
}

auto read_reply_to_source(string_view text, options& into) -> bool {
    using rule = sipwhere::reply_to_source;
    return read_word<rule>(text, {{"off", rule::off}, {"on", rule::on}, {"private", rule::if_private}},
                           into.reply_to_source);
}

auto read_log(string_view text, options& into) -> bool {
    using level = sipwhere::log_level;
    return read_word<level>(
        text, {{"off", level::off}, {"warning", level::warning}, {"info", level::info}, {"debug", level::debug}},
        into.log);
}

struct option {
    string_view name;
    string_view wanted;
    bool (*read)(string_view value, options& into);
};

constexpr std::array known_options{
    option{"--listen", "ADDR:PORT, such as 127.0.0.1:5060 or [::1]:5060", read_listener},
    option{"--batch", "0 or a number from 2 to 1024", read_batch},
    option{"--workers", "a number from 1 to 256", read_workers},
    option{"--domain", "a domain", read_domain},
    option{"--alias", "NAME=DOMAIN", read_alias},
    option{"--min-expires", "a number of seconds",
           [](string_view value, options& into) { return read_seconds(value, into.limits.min_expires); }},
    option{"--max-expires", "a number of seconds, more than 0",
           [](string_view value, options& into) {
               return read_seconds(value, into.limits.max_expires) && into.limits.max_expires.count() > 0;
           }},
    option{"--default-expires", "a number of seconds",
           [](string_view value, options& into) { return read_seconds(value, into.limits.default_expires); }},
    option{"--max-contacts", "a number of bindings, more than 0",
           [](string_view value, options& into) {
               return read_number(value, into.limits.max_contacts) && into.limits.max_contacts > 0;
           }},
    option{"--reply-to-source", "off, on or private", read_reply_to_source},
    option{"--log", "off, warning, info or debug", read_log},
};

template <typename... Texts>
auto joined(const Texts&... texts) -> std::string {
    std::string made;
    (made.append(texts), ...);
    return made;
}

/// Returns: what is wrong with options that are right each for itself; empty when nothing is.
auto contradiction_in(const options& asked) -> std::string {
    const auto& rules = asked.limits;
    const auto least = joined("--min-expires ", std::to_string(rules.min_expires.count()));
    const auto most = joined("--max-expires ", std::to_string(rules.max_expires.count()));
    if (rules.min_expires > rules.max_expires) return joined(least, ": more than ", most);
    const auto by_default = rules.granted_by_default();
    if (by_default < rules.min_expires || by_default > rules.max_expires)
        return joined("--default-expires ", std::to_string(by_default.count()), ": not from ", least, " to ", most);

    for (const auto& alias : asked.aliases) {
        const sipwhere::small_list<sipwhere::domain_rule> domains{std::span{asked.domains}};
        const sipwhere::small_list<sipwhere::domain_alias> alone{std::span{&alias, 1}};
        if (!sipwhere::check({domains, alone}))
            return joined("--alias: the domain '", alias.domain.host.text, "' is not served");
    }
    return {};
}

} // namespace

auto read_options(int argc, char** argv) -> options {
    options made;
    const auto complain = [&made](const auto&... why) {
        made.complaint = joined(why...);
        return made;
    };
    for (int i = 1; i < argc; ++i) {
        const string_view word{argv[i]};
        if (word == "--help" || word == "--version") {
            made.what = word == "--help" ? options::task::help : options::task::version;
            return made;
        }
        const auto equals = word.find('=');
        const auto name = word.substr(0, equals);
        const auto found = std::ranges::find(known_options, name, &option::name);
        if (found == known_options.end()) return complain(word, ": no such option; see --help");
        if (equals == string_view::npos && ++i == argc) return complain(name, ": it needs a value");
        const auto value = equals == string_view::npos ? string_view{argv[i]} : word.substr(equals + 1);
        if (!found->read(value, made)) return complain(name, ": '", value, "' is not ", found->wanted);
    }
    if (made.listeners.empty()) made.listeners.push_back({"0.0.0.0", 5060});
    made.complaint = contradiction_in(made);
    return made;
}

} // namespace registrard
