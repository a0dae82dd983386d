// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere_bench {

/// Whether a REGISTER changes its user's binding or only asks for it.
enum class ask : std::uint8_t { change, query };

/// What an answer has to repeat; `via` is all up to the branch, `contact` the URI.
enum class field : std::uint8_t { via, from, to, cseq, call_id, contact };

/// The numbers that tell one REGISTER of a benchmark from the next.
struct numbers {
    std::uint32_t user = 0;
    std::uint32_t cseq = 0;
    std::uint32_t expires = 3600; ///< 0 removes the binding
};

/// The text of a REGISTER as a phone sends it, in which numbers of fixed width are exchanged in place.
///
/// All texts of one object have one size, 586 bytes for a change, so that the kernel can cut a row of them apart.
/// Each user has one contact, whoever registers it, one Call-ID and one From tag; the branch is of user and CSeq.
class register_text {
public:
    /// `port` is where the client listens on 127.0.0.1, five digits long.
    register_text(ask what, std::uint16_t port) : text_(compose(what, std::to_string(port))) {
        locate("########", users_);
        locate("@@@@@@@@@@", cseqs_);
        locate("%%%%%%%%", expires_);
        locate(field::via, "\r\nVia: ", ";rport");
        locate(field::from, "\r\nFrom: ", "\r");
        locate(field::to, "\r\nTo: ", "\r");
        locate(field::cseq, "\r\nCSeq: ", "\r");
        locate(field::call_id, "\r\nCall-ID: ", "\r");
        locate(field::contact, "\r\nContact: <", ">");
    }

    [[nodiscard]] auto size() const -> std::size_t { return text_.size(); }

    /// Writes a whole REGISTER to `room`, of `size()` bytes.
    void write(char* room, const numbers& wanted) const {
        text_.copy(room, text_.size());
        renumber(room, wanted);
    }

    /// Exchanges the numbers in a text that `write` has written.
    void renumber(char* text, const numbers& wanted) const {
        put<8>(text, users_, wanted.user);
        put<10>(text, cseqs_, wanted.cseq);
        put<8>(text, expires_, wanted.expires);
    }

    [[nodiscard]] auto text(const numbers& wanted) const -> std::string {
        std::string made(size(), ' ');
        write(made.data(), wanted);
        return made;
    }

    /// Returns: the value of a field in a text that `write` has written; empty if it has none.
    [[nodiscard]] auto value(std::string_view text, field wanted) const -> std::string_view {
        const auto& [begin, size] = values_[static_cast<std::size_t>(wanted)];
        return text.substr(begin, size);
    }

private:
    static constexpr std::size_t wanted_size = 586;

    /// Where a number stands.
    struct places {
        std::array<std::size_t, 8> at{};
        std::size_t count = 0;
    };

    static auto compose(ask what, const std::string& port) -> std::string {
        const std::string head = "REGISTER sip:example.com SIP/2.0\r\n"
                                 "Via: SIP/2.0/UDP 127.0.0.1:" +
                                 port +
                                 ";branch=z9hG4bK@@@@@@@@@@.########;rport\r\n"
                                 "From: <sip:user-########@example.com>;tag=from-########\r\n"
                                 "To: <sip:user-########@example.com>\r\n"
                                 "CSeq: @@@@@@@@@@ REGISTER\r\n"
                                 "Call-ID: call-########-f7a1c04d9b3e@127.0.0.1\r\n"
                                 "Max-Forwards: 70\r\n"
                                 "Supported: replaces, timer, path\r\n"
                                 "Accept: application/sdp, text/plain\r\n";
        const std::string binding = "Contact: <sip:user-########@192.0.2.77:40000;transport=udp>"
                                    ";+sip.instance=\"<urn:uuid:6f9f1c5e-0000-4000-8000-0000########>\"\r\n"
                                    "Expires: %%%%%%%%\r\n";
        const std::string tail = "\r\nContent-Length: 0\r\n\r\n";
        std::string agent = "User-Agent: a phone of the benchmarks/1.0";
        const auto used = head.size() + binding.size() + agent.size() + tail.size();
        if (used <= wanted_size) agent.append(wanted_size - used, 'x');
        return head + (what == ask::change ? binding : "") + agent + tail;
    }

    void locate(std::string_view digits, places& found) const {
        for (auto at = text_.find(digits); at != text_.npos; at = text_.find(digits, at + digits.size())) {
            if (found.count == found.at.size()) std::abort();
            found.at[found.count++] = at;
        }
    }

    void locate(field wanted, std::string_view before, std::string_view after) {
        const auto at = text_.find(before);
        if (at == text_.npos) return;
        const auto begin = at + before.size();
        values_[static_cast<std::size_t>(wanted)] = {begin, text_.find(after, begin) - begin};
    }

    template <std::size_t Width>
    static void put(char* text, const places& where, std::uint32_t number) {
        std::array<char, Width> digits;
        for (std::size_t i = Width; i > 0; number /= 100) { // two at a time
            const auto pair = number % 100;
            digits[--i] = static_cast<char>('0' + pair % 10);
            digits[--i] = static_cast<char>('0' + pair / 10);
        }
        for (std::size_t i = 0; i < where.count; ++i) std::memcpy(text + where.at[i], digits.data(), Width);
    }

    std::string text_;
    places users_, cseqs_, expires_;
    std::array<std::pair<std::size_t, std::size_t>, 6> values_{}; ///< where each begins, and its size
};

} // namespace sipwhere_bench
