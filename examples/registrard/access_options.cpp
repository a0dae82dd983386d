// SPDX-License-Identifier: BSL-1.0
#include "access_options.hpp"

#include "option_readers.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace registrard {

namespace {

using sipwhere::digest_settings;
using std::string_view;

template <bool digest_settings::*Member>
auto set_digest(string_view, options& into) -> bool {
    into.digest.*Member = true;
    return true;
}

auto read_user(string_view text, options& into) -> bool {
    const auto colon = text.find(':');
    if (colon == string_view::npos || colon == 0) return false;
    into.users.push_back({.user = text.substr(0, colon), .password = text.substr(colon + 1)});
    return true;
}

auto read_users(string_view text, options& into) -> bool {
    into.users_file = text;
    return !text.empty();
}

auto read_user_to_add(string_view text, options& into) -> bool {
    into.kind = options::task::add_user;
    into.user_to_add = text;
    return !text.empty() && text.front() != '#' &&
           std::ranges::none_of(text, [](char c) { return c == ':' || static_cast<unsigned char>(c) < ' '; });
}

auto read_realm(string_view text, options& into) -> bool {
    into.digest.realm = text;
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

auto read_algorithms(string_view text, options& into) -> bool {
    sipwhere::offered_algorithms wanted{};
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        const auto found = sipwhere::find_digest_algorithm(text.substr(0, end));
        if (!found || !wanted.add(*found)) return false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    into.digest.algorithms = wanted;
    return !wanted.view().empty();
}

auto read_nonce_lifetime(string_view text, options& into) -> bool {
    std::uint32_t seconds = 0;
    if (!read_number(text, seconds) || seconds == 0 || seconds > 1U << 30) return false;
    into.digest.nonce_lifetime = std::chrono::seconds{seconds};
    return true;
}

auto read_wrong_passwords(string_view text, options& into) -> bool {
    constexpr std::uint32_t most = 60'000;
    return read_number(text, into.digest.max_wrong_passwords) && into.digest.max_wrong_passwords <= most;
}

constexpr std::array access{
    option{"--users", "FILE",
           "who may register: lines user:realm:H(A1) as htdigest writes them, or\n"
           "user:realm:H(A1):algorithm, and user:realm:sip:NAME@DOMAIN for one more address of\n"
           "theirs; read again on SIGHUP; anybody may register without it",
           "a file", read_users},
    option{"--user", "NAME:PASSWORD",
           "one more who may register, in any realm; shows in the list of processes, so it is\n"
           "for trying out; may be repeated",
           "NAME:PASSWORD", read_user},
    option{"--add-user", "NAME",
           "add a user to --users, or exchange the password, and end; the password is read from\n"
           "stdin, the realm is --realm or the first --domain",
           "a name without a colon", read_user_to_add},
    option{"--realm", "TEXT", "the realm of all users; the domain they register in if not given", "printable ASCII",
           read_realm},
    option{"--algorithms", "NAME,NAME",
           "what may be answered with, the preferred first (SHA-256,MD5); of MD5, SHA-256,\n"
           "SHA-512-256, each also with -sess behind it",
           "a list of algorithms", read_algorithms},
    option{"--nonce-lifetime", "S", "after how many seconds a nonce is exchanged (3600)",
           "a number of seconds, more than 0", read_nonce_lifetime},
    option{"--max-wrong-passwords", "N",
           "wrong passwords a minute of one user from one network (10), and ten times as many\n"
           "of all there; who sends more hears 403; 0 for any number",
           "a number up to 60000", read_wrong_passwords},
    option{"--authentication-info", "", "show in each 200 that the password is known here as well", "",
           set_digest<&digest_settings::authentication_info>},
    option{"--auth-int", "", "let responses protect the body as well", "",
           set_digest<&digest_settings::offer_auth_int>},
    option{"--userhash", "", "let clients send the hash of a user name in its place; of users of --users", "",
           set_digest<&digest_settings::offer_userhash>},
    option{"--allow-no-qop", "",
           "take responses without qop, of phones from before 1999: each takes a nonce of its own", "",
           set_digest<&digest_settings::allow_no_qop>},
    option{"--strict-digest-uri", "", "refuse a digest URI that is not the Request-URI", "",
           set_digest<&digest_settings::require_same_uri>},
};

} // namespace

auto access_options() -> std::span<const option> { return access; }

} // namespace registrard
