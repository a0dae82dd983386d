// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/xoshiro.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere_test {

/// Writes messages that are valid, nearly valid or hostile, all from one seed: as phones write them, in every other way
/// the grammar allows, and with a few bytes changed.
class near_texts {
public:
    explicit near_texts(std::uint64_t seed) : random_(seed) {}

    [[nodiscard]] auto below(std::size_t limit) -> std::size_t {
        return static_cast<std::size_t>(random_.next() % limit);
    }

    /// Returns: one of several, mostly the first of them.
    template <std::size_t Size>
    [[nodiscard]] auto one_of(const char* const (&choices)[Size]) -> std::string {
        return is_odd() ? choices[below(Size)] : choices[0];
    }

    /// Returns: a message; a third of them is as most phones write it, the others are less and less so.
    [[nodiscard]] auto message() -> std::string {
        const auto before = std::exchange(odd_of_24_, below(3) * 4);
        auto made = any_message();
        odd_of_24_ = before;
        return made;
    }

    /// Returns: a message with about as many fields as are read, or about as many known ones as are remembered.
    [[nodiscard]] auto crowded() -> std::string {
        std::string made = "REGISTER sip:example.com SIP/2.0\r\n";
        const auto known = below(2) == 0 ? 120 + below(16) : below(120);
        const auto all = std::max(known, 245 + below(20));
        const bool are_last = below(2) == 0;
        for (std::size_t i = 0, left = known; i < all; ++i) {
            const bool is_known = are_last ? all - i <= left : below(all - i) < left;
            left -= is_known ? 1 : 0;
            made +=
                is_known ? one_of({"Via: x\r\n", "v: x\r\n", "Path:x\r\n"}) : one_of({"Y: y\r\n", "a\r\n", ": \r\n"});
        }
        return made + "\r\n";
    }

    /// Returns: the same text with a few bytes changed, left out or said twice.
    [[nodiscard]] auto spoilt(std::string text) -> std::string {
        using namespace std::string_view_literals;
        constexpr auto favourites = "\r\n \t\0\x7f\x80\xff:;,=<>\"@%[]().-sS1"sv;
        for (auto changes = 1 + below(4); changes > 0 && !text.empty(); --changes) {
            const auto at = below(text.size());
            const auto size = std::min(1 + below(below(4) == 0 ? 40 : 2), text.size() - at);
            const char c = below(2) == 0 ? favourites[below(favourites.size())] : static_cast<char>(below(256));
            switch (below(6)) {
            case 0: text[at] = c; break;
            case 1: text.insert(at, 1, c); break;
            case 2: text.erase(at, size); break;
            case 3: text.insert(at, text.substr(at, size)); break;
            case 4: text[at] = static_cast<char>(text[at] ^ 0x20); break;
            default: std::swap(text[at], text[below(text.size())]);
            }
        }
        if (below(40) == 0) text.resize(below(text.size() + 1));
        return text;
    }

    [[nodiscard]] auto uri() -> std::string {
        return one_of({"sip:", "sips:", "SIP:", "tel:", "sip", "x-y:", ":", "sip::"}) + userinfo() + host() +
               one_of({"", ":5060", ":0", ":65536", ":", ";transport=udp", ";a=b;a=b", ";lr?h=v", "?a=b&c=d",
                       ";=", ";a=%41", ";a=%4", "; a=b", ";transport=udp;lr;maddr=192.0.2.1;x=y"});
    }

    [[nodiscard]] auto userinfo() -> std::string {
        const auto made =
            one_of({"alice@", "", "%61lice@", "Alice@", "alice:pw@", ":pw@", "@", "a;b=c@", "al%@", "al%4@", "al%zz@",
                    "a:b:c@", "a@b@", "alice", "\xc3\xbc@", "+1-555@", "a:%41@", "a&b=c+d$e,f;g?h/i@"});
        return is_odd(2) ? std::string(below(40), 'u') + made : made;
    }

    [[nodiscard]] auto host() -> std::string {
        return one_of({"example.com",
                       "EXAMPLE.com",
                       "example.com.",
                       "192.0.2.1",
                       "192.0.2.100",
                       "[2001:db8::1]",
                       "2001:db8::1",
                       "sub.example.com",
                       "example.org",
                       "1.2.3",
                       "3402000000",
                       "-a",
                       "a-",
                       "[::1",
                       "",
                       "a..b",
                       "a_b",
                       "192.0.2.256",
                       "example.comx",
                       "xexample.com"});
    }

private:
    /// Returns: whether something is to be written in another way than usual: one time of `n` if all is odd.
    auto is_odd(std::size_t n = 1) -> bool { return below(24 * n) < odd_of_24_; }

    auto any_message() -> std::string {
        const auto method = one_of(
            {"REGISTER", "OPTIONS", "INVITE", "FETCH", "register", "CANCEL", "REGISTERS", "R", "MESSAGE", "a(b", ""});
        auto made = start_line(method);
        const auto fields = is_odd() ? below(12) : 0;
        made += field("Via", via());
        made += field("From", name_addr() + one_of({";tag=1", ";TAG=1", "", ";tag", ";tag=\"1\"", ";tag=1;tag=2"}));
        made += field("To", name_addr() + one_of({"", ";tag=1"}));
        made += field("Call-ID", one_of({"1@192.0.2.1", "c", "a b", "", "\xc3\xbc", "(c)", "a\tb"}));
        made += field("CSeq", std::to_string(++cseq_) + one_of({" ", "  ", "\t", "\r\n ", ""}) +
                                  (is_odd(5) ? std::string{"INVITE"} : method));
        made += field("Contact", contacts());
        for (std::size_t i = 0; i < fields; ++i) made += other_field();
        const auto body = is_odd(2) ? std::string(below(30), 'b') : std::string{};
        if (below(2) == 0)
            made += field("Content-Length",
                          is_odd(2) ? one_of({"1", "x", "999", "-1", "0 0", " 4"}) : std::to_string(body.size()));
        return made + (is_odd(7) ? one_of({"\n", "", "\r", " \r\n"}) : "\r\n") + body;
    }

    auto start_line(const std::string& method) -> std::string {
        if (is_odd(7)) return one_of({"SIP/2.0 200 OK", "SIP/2.0 99 x", "sip/2.0 200", "GET / HTTP/1.1"}) + "\r\n";
        const auto space = [this] { return is_odd(10) ? one_of({"\t", "  ", ""}) : std::string{" "}; };
        const auto before = is_odd(7) ? one_of({"\r\n", "\n\n", " "}) : std::string{};
        return before + method + space() + (is_odd() ? uri() : "sip:example.com") + space() +
               (is_odd(5) ? one_of({"sip/2.0", "SIP/3.0", "SIP/2", "SIP/2.0 ", "SIP/2.0\t", "SIP/2.00"}) : "SIP/2.0") +
               line_end();
    }

    auto line_end() -> std::string {
        return is_odd(10) ? one_of({"\n", "\r", "\r\r\n", "\r\n ", "\r\n\t\r\n", "\r\n \r\n x"}) : "\r\n";
    }

    auto via() -> std::string {
        auto made =
            one_of({"SIP/2.0/UDP ", "SIP/2.0/TCP ", "sip/2.0/udp ", "SIP / 2.0 / UDP ", "SIP/2.0/UDP\t",
                    "SIP/2.0/ UDP ", "SIP/2.0/UDP\r\n ", "SIP/2.0/UDP", "SIP/2.0/", "SIP/2.0/ ", "SIP/2.0UDP "});
        made += host() + one_of({"", ":5060", " : 5060", ":0", ":"});
        made +=
            one_of({";branch=z9hG4bK", ";branch=", ";BRANCH=Z9hg4bk", " ; branch = z9hG4bK"}) + std::to_string(cseq_);
        for (auto more = is_odd() ? below(6) : 1; more > 0; --more)
            made += one_of({";rport", ";received=192.0.2.1", ";rport=1", ";ttl=1", ";maddr=192.0.2.9", ";x=\"a\\\"b\"",
                            ";x", ";ttl=256", ";=", ";rport=", ";Received=[2001:db8::1]", ";alias", ";received=x y"});
        return is_odd() ? made + one_of({", SIP/2.0/UDP 192.0.2.2", ",", " x", ",garbage"}) : made;
    }

    auto name_addr() -> std::string {
        switch (is_odd() ? below(6) : 6) {
        case 0: return uri();
        case 1: return "\"A\\\"l, <ice>\" <" + uri() + ">";
        case 2: return "Alice Smith<" + uri() + ">";
        case 3: return one_of({"<", "\"a", "<>", "Al\xc3\xbc <", "a b", "\"\\", ""}) + uri();
        default: return "<" + uri() + ">";
        }
    }

    auto contacts() -> std::string {
        if (is_odd(3)) return one_of({"*", " * ", "**", "*;a=b", "*, <sip:a@b>"});
        std::string made;
        for (auto count = 1 + below(is_odd() ? 6 : 1); count > 0; --count) {
            made += name_addr();
            for (auto params = is_odd() ? below(4) : below(2); params > 0; --params)
                made +=
                    one_of({";expires=60", ";q=0.5", ";expires=", ";q=1.5", ";EXPIRES=30", ";expires=99999999999",
                            ";+sip.instance=\"<urn:uuid:1>\"", ";a;a", ";q=0.", ";expires=0", " ; x = y", ";x=\"\""});
            if (count > 1) made += one_of({",", ", ", " ,\r\n ", ",,"});
        }
        return made;
    }

    auto other_field() -> std::string {
        return field(
            one_of({"Max-Forwards",
                    "Expires",
                    "Require",
                    "Supported",
                    "X-Phone",
                    "User-Agent",
                    "Subject",
                    "Route",
                    "Path",
                    "Via",
                    "Contact",
                    "To",
                    "Content-Type",
                    "WWW-Authenticate",
                    "Timestamp",
                    "Session-Expires",
                    "Proxy-Authorization",
                    "a b",
                    "",
                    "\x01"}),
            one_of({"70", "60", "path, outbound", "", "a\tb", "<sip:a@b>", "x,,y", "\x80", "a\r\n b", "gruu"}) +
                std::string(is_odd(5) ? below(100) : 0, 'v'));
    }

    auto field(std::string name, const std::string& value) -> std::string {
        switch (is_odd(2) ? below(4) : 4) {
        case 0:
            for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
            break;
        case 1:
            for (char& c : name) c = static_cast<char>(c >= 'a' && c <= 'z' ? c & ~0x20 : c);
            break;
        case 2: name = name == "Via" ? "v" : name == "Contact" ? "m" : name == "Call-ID" ? "i" : name; break;
        case 3: name += one_of({" ", "\t", "s", "\r\n ", ":"}); break;
        default: break;
        }
        const auto gap = is_odd(3) ? one_of({"", "  ", "\t", "\r\n ", "\x01"}) : std::string{" "};
        return name + ":" + gap + value + (is_odd(7) ? " " : "") + line_end();
    }

    sipwhere::xoshiro256 random_;
    std::uint32_t cseq_ = 0;
    std::size_t odd_of_24_ = 12;
};

} // namespace sipwhere_test
