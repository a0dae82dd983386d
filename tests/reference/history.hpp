// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/xoshiro.hpp>

#include <reference/contact_pool.hpp>
#include <reference/vocabulary.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere_test::reference {

/// Chance, the same from the same seed.
class dice {
public:
    explicit dice(std::uint64_t seed) : generator_(seed) {}

    auto below(std::size_t count) -> std::size_t { return static_cast<std::size_t>(generator_.next() % count); }
    auto percent(unsigned chance) -> bool { return below(100) < chance; }
    template <typename List>
    auto one_of(const List& list) -> const typename List::value_type& {
        return list[below(list.size())];
    }

private:
    sipwhere::xoshiro256 generator_;
};

/// How the registrar names its domains.
enum class domains { named, any };

/// An address as a phone may write it, and what a registrar should make of it.
struct written_address {
    std::string_view text;
    int form;                ///< its status where the domains are named, 0 when it is served
    int form_any;            ///< its status where every domain is served
    std::string_view user{};
    std::string_view named{}; ///< the domain it belongs to
    std::string_view any{};   ///< the same where every domain is served, and none has an alias
};

/// `example.com`, also known as `sip.example.com`, `203.0.113.9` and the server's own address 192.0.2.1;
/// `example.org` and all below it.
inline constexpr std::array<written_address, 16> written_tos{{
    {"<sip:alice@example.com>", 0, 0, "alice", "example.com", "example.com"},
    {"\"Alice, <A>\" <sip:%61lice@EXAMPLE.com:5070;user=phone>;x=y", 0, 0, "alice", "example.com", "example.com"},
    {"sips:alice@example.com", 0, 0, "alice", "example.com", "example.com"},
    {"<sip:alice:secret@example.com.?Subject=x>", 0, 0, "alice", "example.com", "example.com"},
    {"<sip:alice@sip.example.com>", 0, 0, "alice", "example.com", "sip.example.com"},
    {"<sip:alice@203.0.113.9>", 0, 0, "alice", "example.com", "203.0.113.9"},
    {"<sip:alice@192.0.2.1:5060>", 0, 0, "alice", "example.com", "192.0.2.1"},
    {"<sip:Alice@example.com>", 0, 0, "Alice", "example.com", "example.com"},
    {"<sip:bob@example.org>", 0, 0, "bob", "example.org", "example.org"},
    {"<sip:bob@A.example.org>", 0, 0, "bob", "a.example.org", "a.example.org"},
    {"<sip:b%40b@example.org>", 0, 0, "b@b", "example.org", "example.org"},
    {"<sip:bob@[2001:db8:0::1]>", 404, 0, "bob", "", "2001:db8::1"},
    {"<sip:bob@badexample.org>", 404, 0, "bob", "", "badexample.org"},
    {"<sip:bob@192.0.2.2>", 404, 0, "bob", "", "192.0.2.2"},
    {"<tel:+49301234>", 400, 400},
    {"<sip:example.com>", 404, 404},
}};

inline constexpr std::array<written_address, 9> written_uris{{
    {"sip:example.com", 0, 0},
    {"sip:EXAMPLE.COM:5060;transport=udp", 0, 0},
    {"sips:example.com", 0, 0},
    {"sip:alice@sip.example.com", 0, 0},
    {"sip:192.0.2.1", 0, 0},
    {"sip:example.net", 404, 0},
    {"sip:notexample.com", 404, 0},
    {"tel:+49301234", 416, 416},
    {"sip:exa mple.com", 400, 400},
}};

/// A line that spoils a request, and the status it deserves then.
struct spoiling_line {
    std::string_view text;
    int form;
};
inline constexpr std::array<spoiling_line, 13> spoiling_lines{{
    {"Require: foo\r\n", 420},
    {"Expires: 60\r\nExpires: 60\r\n", 400},
    {"Contact: <sip:a@192.0.2.1>;q=2\r\n", 400},
    {"Contact: *;expires=0\r\n", 400},
    {"Contact: <sip:a@>\r\n", 400},
    {"Contact: *\r\nContact: *\r\n", 400},
    {"Contact:\r\n", 400},
    {"Contact: <sip:a@b>, <sip:b@b>, <sip:c@b>, <sip:d@b>, <sip:e@b>\r\n", 403},
    {"Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi", 415},
    {"Call-ID: another\r\n", 400},
    {"CSeq: 2147483648 REGISTER\r\n", 400},
    {"To: <sip:alice@example.com>\r\n", 400},
    {"no colon\r\n", 400},
}};

/// What a number of seconds may look like, and what it means.
struct written_expires {
    std::string_view text;
    std::uint32_t seconds;
};
inline constexpr std::array<written_expires, 15> written_numbers{{
    {"60", 60},
    {"90", 90},
    {"300", 300},
    {"3600", 3600},
    {"0060", 60},
    {"7200", 7200},
    {"1", 1},
    {"29", 29},
    {"3599", 3599},
    {"0", 0},
    {"0", 0},
    {"99999999999", 4294967295},
    {"soon", 3600},
    {"-1", 3600},
    {"", 3600},
}};

inline constexpr std::array<std::string_view, 5> contact_params{"", ";q=0.5", ";+sip.instance=\"<urn:uuid:0,;>\";audio",
                                                                ";methods=\"INVITE,\\\"x\"", ";q=1.000;reg-id=1"};

/// The REGISTERs of a few phones that share a few addresses-of-record, Call-IDs and contacts.
class phones {
public:
    /// The most contacts that one request may have: a spoiled one has more.
    static constexpr std::size_t max_request_contacts = 4;
    static constexpr std::size_t long_contact = 200; ///< bytes of one that is too long

    phones(dice& chance, domains served, bool ignores_case)
        : chance_(chance), served_(served), ignores_case_(ignores_case) {}

    struct made {
        asked_register asked;
        std::string bytes;
    };

    auto next() -> made {
        made_ = {};
        auto& asked = made_.asked;
        to_ = chance_.percent(50) ? written_tos[0] : chance_.one_of(written_tos);
        uri_ = chance_.percent(85) ? written_uris[0] : chance_.one_of(written_uris);
        asked.call_id = chance_.one_of(std::array{"call-1@192.0.2.10", "call-2", "Call-2", "call-3"});
        asked.cseq = next_cseq(asked.call_id);
        asked.from_tag = chance_.percent(5) ? "" : chance_.percent(5) ? "other" : "tag-" + asked.call_id.substr(0, 6);
        asked.has_to_tag = chance_.percent(5);
        if (chance_.percent(25)) expires_text_ = say_expires(asked.expires);
        else expires_text_.clear();
        spoiled_ = chance_.percent(5) ? chance_.one_of(spoiling_lines) : spoiling_line{"", 0};
        if (spoiled_.form != 0) to_ = written_tos[0], uri_ = written_uris[0];
        if (spoiled_.form == 0 && chance_.percent(8)) ask_for_all();
        else ask_for_contacts();
        return finish();
    }

    /// Returns: the last request by another way: with another branch, or from another sent-by.
    auto merged() -> made { return finish(); }

private:
    auto next_cseq(const std::string& call_id) -> std::uint32_t {
        auto& last = cseqs_.try_emplace(call_id, call_id == "call-3" ? 2147483550U : 10U).first->second;
        if (chance_.percent(15)) return last;
        if (chance_.percent(15)) return last - static_cast<std::uint32_t>(1 + chance_.below(8));
        last += last > 2147483630U ? (last != 2147483647U) : static_cast<std::uint32_t>(1 + chance_.below(3));
        return last;
    }

    auto say_expires(std::optional<std::uint32_t>& seconds) -> std::string {
        const auto& [text, meaning] = chance_.one_of(written_numbers);
        seconds = meaning;
        return std::string{text};
    }

    void ask_for_all() {
        auto& asked = made_.asked;
        asked.star = true;
        if (chance_.percent(80)) expires_text_ = "0", asked.expires = 0;
        contact_rows_ = "Contact: *\r\n";
        if (chance_.percent(10))
            asked.contacts.push_back({"sip:a@192.0.2.1", "", {}}), contact_rows_ += "m:sip:a@192.0.2.1\r\n";
    }

    void ask_for_contacts() {
        constexpr std::array<std::size_t, 10> counts{0, 1, 1, 1, 1, 1, 1, 2, 3, 4};
        contact_rows_.clear();
        const auto count = chance_.one_of(counts);
        // Mostly from one end of the pool, so that equal ones meet.
        const auto pool = chance_.percent(60) ? 8 : contact_pool.size();
        for (std::size_t i = 0; i < count; ++i) {
            asked_contact contact{std::string{contact_pool[chance_.below(pool)]}, "", {}};
            contact.params = chance_.one_of(contact_params);
            if (chance_.percent(2)) contact.params = ";x=" + std::string(long_contact, 'x');
            auto expires = chance_.percent(35) ? ";Expires=" + say_expires(contact.expires) : "";
            if (contact.uri.starts_with("sip:bob@phone.example.net?") && chance_.percent(50)) expires += " ";
            if (i == 0 || chance_.percent(50)) contact_rows_ += contact_rows_.empty() ? "Contact: " : "\r\nm : ";
            else contact_rows_ += " ,\r\n ";
            contact_rows_ += written(contact) + expires;
            made_.asked.contacts.push_back(contact);
        }
        if (count != 0) contact_rows_ += "\r\n";
    }

    auto written(const asked_contact& contact) -> std::string {
        const bool is_simple = contact.uri.find_first_of(";?,") == std::string::npos;
        if (is_simple && chance_.percent(50)) return contact.uri + contact.params;
        const auto display = chance_.one_of(std::array{"", "\"A, \\\"B\" ", "Alice A"});
        return display + ("<" + contact.uri) + ">" + contact.params;
    }

    auto finish() -> made {
        auto& asked = made_.asked;
        asked.is_sips = uri_.text.starts_with("sips:");
        const bool named = served_ == domains::named;
        asked.form = spoiled_.form;
        if (asked.form == 0) asked.form = named ? uri_.form : uri_.form_any;
        if (asked.form == 0) asked.form = named ? to_.form : to_.form_any;
        asked.aor = {std::string{to_.user}, std::string{named ? to_.named : to_.any}};
        if (ignores_case_ && asked.aor.first == "Alice") asked.aor.first = "alice";

        const bool is_old = chance_.percent(5); // RFC 2543: no magic cookie
        const bool other_sent_by = chance_.percent(20) && !asked.branch.empty();
        asked.sent_by = other_sent_by ? "phone.invalid" : chance_.one_of(std::array{"198.51.100.1", "p:5070"});
        if (!other_sent_by) asked.branch = (is_old ? "old-" : "z9hG4bK-") + std::to_string(++branches_);
        const auto via = "SIP/2.0/UDP " + asked.sent_by + ";branch=" + asked.branch + ";rport";
        const auto cseq = std::to_string(asked.cseq) + " REGISTER";
        asked.transaction = asked.branch + " " + asked.sent_by;

        auto& bytes = made_.bytes;
        bytes = "REGISTER " + std::string{uri_.text} + " SIP/2.0\r\nVia: " + via + "\r\nFrom: <sip:alice@example.com>";
        if (!asked.from_tag.empty()) bytes += ";tag=" + asked.from_tag;
        bytes +=
            "\r\nt: " + std::string{to_.text} + (asked.has_to_tag ? ";tag=theirs" : "") + "\r\ni: " + asked.call_id;
        bytes += "\r\nCSeq: " + cseq + "\r\n" + contact_rows_;
        if (asked.expires) bytes += "Expires: " + expires_text_ + "\r\n";
        bytes += std::string{spoiled_.text};
        if (spoiled_.form != 415) bytes += "\r\n";
        return made_;
    }

    dice& chance_;
    domains served_;
    bool ignores_case_;
    made made_;
    written_address to_{}, uri_{};
    spoiling_line spoiled_{};
    std::string contact_rows_, expires_text_;
    std::map<std::string, std::uint32_t> cseqs_;
    unsigned branches_ = 0;
};

} // namespace sipwhere_test::reference
