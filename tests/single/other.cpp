// SPDX-License-Identifier: BSL-1.0
#include "sipwhere.hpp"

namespace {

constexpr std::string_view phone = "REGISTER sip:example.com SIP/2.0\r\n"
                                   "Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1;rport\r\n"
                                   "From: <sip:door@example.com>;tag=1\r\nTo: <sip:door@example.com>\r\n"
                                   "Call-ID: a\r\nCSeq: 1 REGISTER\r\nContact: <sip:phone@192.0.2.9:5060>\r\n\r\n";

} // namespace

/// Uses the header a second time in the program, which fails to link where something is not inline.
auto bindings_of_other() -> std::size_t {
    sipwhere::manual_clock clock;
    sipwhere::simulated_network network{clock, {.seed = 8}};
    sipwhere::hash_storage storage;
    sipwhere::seeded_random random{8};
    sipwhere::basic_registrar registrar{{}, clock, storage, network.host("192.0.2.2"), random};
    std::size_t shown = 0;
    if (!registrar.start() || !registrar.add("sip:door@example.com", "<sip:door@192.0.2.9>")) return 0;
    const auto address = sipwhere::ip_address::v4({192, 0, 2, 9});
    const auto said =
        registrar.receive(sipwhere::datagram{{.remote = {address, 5060}, .local = {address, 5061}}, phone});
    if (said.code != sipwhere::status::ok) return 0;
    const auto asked = registrar.query("sip:door@example.com", [&](const sipwhere::binding_view&) { ++shown; });
    return asked ? shown : 0;
}

/// Tells what this source, perhaps compiled with other flags, takes for a character of a token.
auto is_strict_in_other() -> bool {
    bool strict = true;
    for (int c = 0x80; c < 0x100; ++c)
        strict = strict && !sipwhere::ascii::is(static_cast<char>(c), sipwhere::ascii::set::token);
    return strict;
}
