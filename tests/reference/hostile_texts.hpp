// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere_test {

/// A datagram as large as they get, full of one thing.
struct hostile_text {
    enum class kind {
        hostile,  ///< may not be answered with 200
        harmless, ///< may be
    };
    std::string name;
    std::string bytes;
    kind what = kind::hostile;
};

/// Returns: as much of `piece`, again and again, as fits into a datagram beside a REGISTER.
[[nodiscard]] inline auto many(std::string_view piece, std::size_t size = 64000) -> std::string {
    std::string made;
    while (made.size() + piece.size() <= size) made += piece;
    return made;
}

/// Writes REGISTERs that are whole but for what is put in, each a request of its own.
class spoiler {
public:
    auto operator()(const std::string& before, const std::string& after,
                    const std::string& contact = "<sip:a@192.0.2.1>",
                    const std::string& to = "<sip:hostile@example.com>") -> std::string {
        return "REGISTER sip:example.com SIP/2.0\r\n" + rest(before, after, contact, to);
    }

    /// Returns: the same with another start line.
    auto starting(const std::string& line) -> std::string {
        return line + "\r\n" + rest("", "", "<sip:a@192.0.2.1>", "<sip:hostile@example.com>");
    }

private:
    auto rest(const std::string& before, const std::string& after, const std::string& contact, const std::string& to)
        -> std::string {
        const auto number = std::to_string(++number_);
        return before + "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK" + number +
               ";rport\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: " + to + "\r\nCall-ID: hostile\r\nCSeq: " + number +
               " REGISTER\r\nContact: " + contact + "\r\n" + after + "\r\n";
    }

    unsigned number_ = 0;
};

[[nodiscard]] inline auto hostile_texts() -> std::vector<hostile_text> {
    spoiler with;
    constexpr auto harmless = hostile_text::kind::harmless;
    std::vector<hostile_text> made;
    const auto add = [&made](std::string name, std::string bytes,
                             hostile_text::kind what = hostile_text::kind::hostile) {
        bytes.resize(std::min<std::size_t>(bytes.size(), 65535));
        made.push_back({std::move(name), std::move(bytes), what});
    };
    for (const std::string_view piece : {",",         ";",          "\"",       "\\",         "<",
                                         ">",         "<>",         "(",        "%",          "%4",
                                         "@",         ":",          "=",        ";=",         ";a",
                                         ";a=",       "a,",         "*,",       "\"\",",      "\\\"",
                                         "<sip:a@b>", "<sip:a@b>,", "sip:a@b,", "sip:a@b;x,", "\"a\"<sip:a@b>;q=0.5,",
                                         "\r\n ",     "\r\n\t,",    "\t",       "\x01",       "\xff"}) {
        const auto name = "many " + std::string{piece};
        add(name + " in Contact", with("", "", many(piece)));
        add(name + " in a Contact's URI", with("", "", "<sip:a@192.0.2.1;x" + many(piece) + ">"));
        add(name + " in a Contact's parameters", with("", "", "<sip:a@192.0.2.1>;x" + many(piece)), harmless);
        add(name + " in To", with("", "", "<sip:a@b>", many(piece)));
        add(name + " after To", with("", "", "<sip:a@b>", "<sip:hostile@example.com>" + many(piece)), harmless);
        add(name + " in Via", with("Via: SIP/2.0/UDP 192.0.2.1" + many(piece) + "\r\n", ""), harmless);
        add(name + " in Require", with("Require: x" + many(piece) + "\r\n", ""));
        add(name + " in the Request-URI", with.starting("REGISTER sip:" + many(piece) + " SIP/2.0"));
        add(name + " alone", many(piece, 65535));
    }
    for (const std::string_view row :
         {"Contact: <sip:a@b>\r\n", "m:*\r\n", "Via: SIP/2.0/UDP 192.0.2.1\r\n", "v:\r\n", "Require: x\r\n",
          "Expires: 60\r\n", "To: <sip:b@example.com>\r\n", "a:\r\n", "\r\n ", "Content-Length: 0\r\n",
          "Path: <sip:p;lr>\r\n", "Authorization: Digest a=\"b\"\r\n"}) {
        add("rows of " + std::string{row} + "first", with(many(row), ""), harmless);
        add("rows of " + std::string{row} + "last", with("", many(row)), harmless);
    }
    for (const auto size : {std::size_t{1000}, std::size_t{64000}}) {
        const std::string letters(size, 'a');
        const auto digits = std::string(size, '9');
        add("a long user", with("", "", "<sip:a@b>", "<sip:" + letters + "@example.com>"),
            size == 1000 ? harmless : hostile_text::kind::hostile);
        add("a long domain", with("", "", "<sip:a@b>", "<sip:a@" + letters + ".example.com>"),
            size == 1000 ? harmless : hostile_text::kind::hostile);
        add("a long contact", with("", "", "<sip:" + letters + "@192.0.2.1>"), harmless);
        add("a long expires", with("", "", "<sip:a@b>;expires=" + digits), harmless);
        add("a long q", with("", "", "<sip:a@b>;q=0." + digits));
        add("a long Expires", with("Expires: " + digits + "\r\n", ""), harmless);
        add("a long CSeq", with("CSeq: " + digits + " REGISTER\r\n", ""));
        add("a long method", with.starting(letters + " sip:example.com SIP/2.0"));
        add("a long header name", with(letters + ": x\r\n", ""), harmless);
        add("a long unknown value", with("X: " + letters + "\r\n", ""), harmless);
        add("a long Call-ID", with("i: " + letters + "\r\n", ""));
        add("a long branch", with("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK" + letters + "\r\n", ""), harmless);
        add("a long body", with("", "\r\n" + letters), harmless);
    }
    return made;
}

} // namespace sipwhere_test
