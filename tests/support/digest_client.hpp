// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/builtin_hash.hpp>
#include <sipwhere/auth/digest.hpp>
#include <sipwhere/message/digest_params.hpp>

#include <support/reply.hpp>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere_test {

/// Returns: the value of a parameter in a challenge, without its quotes.
[[nodiscard]] inline auto param(std::string_view challenge, std::string_view name) -> std::string {
    const auto begin = challenge.find(" " + std::string{name} + "=");
    if (begin == std::string_view::npos) return {};
    auto text = challenge.substr(begin + name.size() + 2);
    const bool is_quoted = text.starts_with('"');
    if (is_quoted) text.remove_prefix(1);
    return std::string{text.substr(0, text.find(is_quoted ? '"' : ','))};
}

/// Who answers challenges.
struct digest_client {
    std::string user = "alice";
    std::string password = "wonderland";
    std::string method = "REGISTER";
    std::string uri = "sip:example.com";
    sipwhere::digest_algorithm algorithm{};
    std::string realm = "example.com";
    sipwhere::digest_qop qop = sipwhere::digest_qop::auth;
    std::string body{};
    std::string nonce{};
    std::uint32_t nc = 0;

    /// Takes the nonce of a challenge.
    void hears(const reply& answer) {
        const auto rows = answer.rows("WWW-Authenticate");
        nonce = rows.empty() ? std::string{} : param(rows.front(), "nonce");
        nc = 0;
    }

    /// Returns: the value of Authorization for the next use of the nonce.
    [[nodiscard]] auto credentials() -> std::string {
        ++nc;
        return again();
    }

    /// Returns: the same for the last use.
    [[nodiscard]] auto again() const -> std::string {
        auto made = "Digest username=\"" + user + "\", realm=\"" + realm + "\", nonce=\"" + nonce + "\", uri=\"" + uri +
                    "\", response=\"" + response() + "\", algorithm=" + std::string{name_of(algorithm)};
        if (qop == sipwhere::digest_qop::none) return made;
        return made + ", qop=" + (qop == sipwhere::digest_qop::auth ? "auth" : "auth-int") + ", nc=" + count() +
               ", cnonce=\"abc\"";
    }

    /// Returns: the response to a method; to none, what the server proves itself by.
    [[nodiscard]] auto response(std::string_view of_method, std::string_view of_body) const -> std::string {
        sipwhere::builtin_hash hash;
        const auto ha1 = hash_password(hash, algorithm.hash, user, realm, password);
        const auto held = given();
        return std::string{digest_response(hash, held.view(), ha1.view(), of_method, of_body).view()};
    }
    [[nodiscard]] auto response() const -> std::string { return response(method, body); }

    [[nodiscard]] auto count() const -> std::string {
        char digits[9];
        std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(nc));
        return digits;
    }

private:
    /// What goes into the response, with its texts.
    struct held_params {
        std::string nonce, uri, nc_text;
        sipwhere::digest_params params;

        [[nodiscard]] auto view() const -> sipwhere::digest_params {
            auto made = params;
            made.nonce = nonce;
            made.uri = uri;
            made.cnonce = "\"abc\"";
            made.nc_text = nc_text;
            return made;
        }
    };

    [[nodiscard]] auto given() const -> held_params {
        held_params made{'"' + nonce + '"', '"' + uri + '"', count(), {}};
        made.params.nc = nc;
        made.params.qop = qop;
        made.params.algorithm = algorithm;
        return made;
    }
};

} // namespace sipwhere_test
