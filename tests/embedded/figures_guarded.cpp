// SPDX-License-Identifier: BSL-1.0
//
// Counts on the board what digest access costs: a challenge, and a refresh with the same nonce by each algorithm;
// prints instructions and bytes, one figure a line, as figures.cpp does.
#include "direct_board.hpp"
#include "door.hpp"
#include "guarded/product.hpp"

#include <sipwhere/auth/digest.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/fixed_storage.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace {

using namespace sipwhere;

namespace here {
manual_clock clock;
direct_transport transport;
seeded_random random{7};
null_observer nobody;
fixed_storage<product::aors, product::bindings, product::text, product::sizes> storage;
door<product::users.size()> entrance{product::users, random};
basic_registrar registrar{{.limits = product::limits}, clock, storage, transport, random, entrance.access, nobody};
} // namespace here

/// Returns: the nonce of the answer at hand, in quotes.
auto nonce() -> std::string_view {
    const auto answer = here::transport.answered;
    const auto begin = answer.find("nonce=") + 6;
    return answer.substr(begin, answer.find(',', begin) - begin);
}

/// Returns: a REGISTER of bob's, with credentials if there is an algorithm; it holds until the next one is made.
auto request(std::uint32_t cseq, std::string_view answered_nonce, digest_hash which, std::string_view nc)
    -> std::string_view {
    static std::array<char, 900> room;
    writer out{room};
    out.put("REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7:5060;rport;branch=z9hG4bK-")
        .put_number(cseq)
        .put("\r\nMax-Forwards: 70\r\nFrom: <sip:bob@example.com>;tag=5ed1d5f2\r\nTo: <sip:bob@example.com>\r\n"
             "Call-ID: f81d4fae7dec11d0a765\r\nCSeq: ")
        .put_number(cseq)
        .put(" REGISTER\r\nContact: <sip:bob@192.0.2.7:5060>\r\nExpires: 3\r\n");
    if (!answered_nonce.empty()) {
        builtin_hash hash;
        const auto ha1 = hash_password(hash, which, "bob", "example.com", "builder");
        const auto response = digest_response(hash,
                                              {.nonce = answered_nonce,
                                               .uri = "sip:example.com",
                                               .cnonce = "0a4f113b",
                                               .nc_text = nc,
                                               .qop = digest_qop::auth,
                                               .algorithm = digest_algorithm{which}},
                                              ha1.view(), "REGISTER", {});
        out.put("Authorization: Digest username=\"bob\", realm=\"example.com\", nonce=")
            .put(answered_nonce)
            .put(", uri=\"sip:example.com\", response=\"")
            .put(response.view())
            .put("\", algorithm=")
            .put(name_of({which}))
            .put(", qop=auth, cnonce=\"0a4f113b\", nc=")
            .put(nc)
            .put("\r\n");
    }
    finish(out);
    return out.text();
}

} // namespace

auto main() -> int {
    board::paint_stack();
    if (!here::registrar.start()) return 1;
    std::uint32_t cseq = 0;
    for (const auto which : {digest_hash::md5, digest_hash::sha256}) {
        const bool is_md5 = which == digest_hash::md5;
        measure(here::transport, is_md5 ? "challenge" : "challenge again", request(++cseq, {}, which, {}),
                "SIP/2.0 401");
        static std::array<char, 40> kept;
        const std::string_view given{kept.data(), nonce().copy(kept.data(), kept.size())};
        measure(here::transport, is_md5 ? "register by MD5" : "refresh by SHA-256, new nonce",
                request(++cseq, given, which, "00000001"), "SIP/2.0 200");
        measure(here::transport, is_md5 ? "refresh by MD5" : "refresh by SHA-256",
                request(++cseq, given, which, "00000002"), "SIP/2.0 200");
    }
    print("stack with digest access", board::deepest_stack());
    return 0;
}
