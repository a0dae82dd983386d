// SPDX-License-Identifier: BSL-1.0
//
// Credentials of any kind, held against digest access. In the input "@N@" stands for a nonce that was issued a moment
// ago, and "@R@" for the right response of alice to it, which nobody can find by chance: without it nobody is let in.

#include <fuzz/require.hpp>

#include <sipwhere/auth/digest_access.hpp>
#include <sipwhere/auth/fixed_digest_memory.hpp>
#include <sipwhere/auth/listed_credentials.hpp>
#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/random/seeded_random.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

constexpr std::array<user_password, 2> users{{{"alice", "wonderland"}, {"b\"ob", "builder"}}};
/// What has to be let in, by the settings as they are.
constexpr std::string_view right = "Digest username=\"alice\", realm=\"example.com\", nonce=\"@N@\", "
                                   "uri=\"sip:example.com\", response=\"@R@\", algorithm=MD5, qop=auth, "
                                   "nc=00000001, cnonce=\"c\"";
constexpr instant now{1'000'000'000};

/// Returns: what alice answers to a nonce, by MD5, qop auth, the count 1 and the cnonce "c".
auto right_response(std::string_view nonce) -> std::string {
    builtin_hash hash;
    const auto ha1 = hash_password(hash, digest_hash::md5, "alice", "example.com", "wonderland");
    const digest_params given{.nonce = nonce,
                              .uri = "sip:example.com",
                              .cnonce = "c",
                              .nc_text = "00000001",
                              .nc = 1,
                              .qop = digest_qop::auth};
    return std::string{digest_response(hash, given, ha1.view(), "REGISTER", {}).view()};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    listed_credentials credentials{users};
    seeded_random random{1};
    fixed_digest_memory<8, 8> memory{random};
    digest_settings how{.offer_auth_int = (data[0] & 1) != 0,
                        .allow_no_qop = (data[0] & 2) != 0,
                        .offer_userhash = (data[0] & 4) != 0,
                        .authentication_info = (data[0] & 8) != 0,
                        .require_same_uri = (data[0] & 16) != 0};
    if ((data[0] & 32) != 0)
        how.algorithms = {
            {digest_hash::sha512_256, true}, {digest_hash::sha256, true}, {digest_hash::md5, true}, {digest_hash::md5}};
    digest_access access{credentials, memory, how};

    const flow from{.remote = {ip_address::v4({192, 0, 2, 1}), 5060}};
    const auto issued = memory.nonces.issue(now, network_of(from.remote.address), "example.com");
    const std::string_view nonce{issued.data(), issued.size()};
    std::string input(reinterpret_cast<const char*>(data + 1), size - 1);
    const bool is_right = data[0] == 0 && input == right;
    const bool has_secret = input.find("@R@") != input.npos;
    replace_all(input, "@N@", nonce);
    replace_all(input, "@R@", right_response(nonce));
    replace_all(input, "\n", "\r\nAuthorization: ");
    const auto text = "REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
                      "From: <sip:alice@example.com>;tag=1\r\nTo: <sip:alice@example.com>\r\nCall-ID: 1\r\n"
                      "CSeq: 1 REGISTER\r\nAuthorization: " +
                      input + "\r\n\r\n";
    heap_request_memory parts;
    auto held = parts.view();
    if (!parse_message(text, held.message, *held.map)) return 0;

    std::array<char, 2048> lines{};
    std::array<char, 64> names{};
    for (int times = 0; times < 2; ++times) {
        writer fields{lines};
        access_request asked{held.message, from, now};
        asked.to_uri = "sip:alice@example.com";
        asked.names = names;
        const auto said = access.authenticate(asked, fields);
        require(fields.fits(), "lines that do not fit");
        if (said.is(access_result::kind::granted)) {
            require(has_secret, "somebody was let in who does not know a password");
            require(said.user().name == "alice", "somebody was taken for somebody else");
            require(said.user().realm == "example.com", "a realm that is another");
        } else {
            require(!is_right, "alice was not let in");
            require(said.is(access_result::kind::refused), "neither let in nor refused");
            const auto code = said.why().code;
            const bool asks = fields.text().starts_with("WWW-Authenticate: Digest realm=\"example.com\", nonce=\"");
            require((code == status::unauthorized) == asks, "a 401 without a challenge, or a challenge without one");
            require(code == status::unauthorized || code == status::bad_request, "another answer than 401 or 400");
        }
    }
    return 0;
}
