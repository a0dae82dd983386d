// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/status.hpp>

#include <array>
#include <string>
#include <string_view>

namespace sipwhere_test {

/// What a registrar for example.com may answer to a message of a class of RFC 4475 or RFC 5118, named as the RFC's own
/// message is; "drop" stands for no answer.
struct allowed_answers {
    std::string_view name;
    std::string_view answers;
};

inline constexpr std::array<allowed_answers, 62> torture_classes{{
    // RFC 4475 §3.1.1, valid
    {"wsinv", "405"},
    {"intmeth", "501"},
    {"esc01", "405"},
    {"escnull", "200"},
    {"esc02", "501"},
    {"lwsdisp", "200 404 405"},
    {"longreq", "405"},
    {"dblreq", "200"},
    {"semiuri", "200 404 405"},
    {"transports", "200 404 405"},
    {"mpart01", "405"},
    {"unreason", "drop"},
    {"noreason", "drop"},
    // §3.1.2, invalid
    {"badinv01", "400"},
    {"clerr", "400"},
    {"ncl", "400"},
    {"scalar02", "400"},
    {"scalarlg", "drop"},
    {"quotbal", "400"},
    {"ltgtruri", "400 405"},
    {"lwsruri", "400"},
    {"lwsstart", "400 405"},
    {"trws", "400 200 404 405"},
    {"escruri", "400 405"},
    {"baddate", "405 400"},
    {"regbadct", "400"},
    {"badaspec", "400"},
    {"baddn", "400"},
    {"badvers", "505"},
    {"mismatch01", "400"},
    {"mismatch02", "501 400"},
    {"bigcode", "drop"},
    // §3.2 to §3.4
    {"badbranch", "400 200 404 405"},
    {"insuf", "400"},
    {"unkscm", "416"},
    {"novelsc", "416 404"},
    {"unksm2", "400 404"},
    {"bext01", "420"},
    {"invut", "405 415"},
    {"regaut01", "200"},
    {"multi01", "400"},
    {"mcl01", "400"},
    {"bcast", "drop"},
    {"zeromf", "200 404 405"},
    {"cparam01", "200"},
    {"cparam02", "200"},
    {"regescrt", "200"},
    {"sdp01", "405 406 400"},
    {"inv2543", "405"},
    {"test", "400 drop"}, // in the archive, but in no section
    // RFC 5118
    {"v6-ipv6-good", "200 404"},
    {"v6-ipv6-bad", "400"},
    {"v6-port-ambiguous", "404"},
    {"v6-port-unambiguous", "404 200"},
    {"v6-via-received-param-with-delim", "481 405"},
    {"v6-via-received-param-no-delim", "200 404 405"},
    {"v6-ipv6-in-sdp", "405"},
    {"v6-mult-ip-in-header", "481 405"},
    {"v6-mult-ip-in-sdp", "405"},
    {"v6-ipv4-mapped-ipv6", "405"},
    {"v6-ipv6-bug-abnf-3-colons", "200 404 405 400"},
    {"v6-ipv6-correct-abnf-2-colons", "200 404 405"},
}};

/// Whose domains a registrar serves.
enum class served { example_com, every_domain };

/// Returns: whether a registrar may answer so; one that serves every domain has no 404 to give.
[[nodiscard]] inline auto is_allowed(std::string_view answers, sipwhere::status given, served whose) -> bool {
    const auto word = given == sipwhere::status{} ? std::string{"drop"} : std::to_string(code_of(given));
    const bool is_in = answers.find(word) != std::string_view::npos;
    if (whose == served::example_com) return is_in;
    return word != "404" && (is_in || (word == "200" && answers.find("404") != std::string_view::npos));
}

} // namespace sipwhere_test
