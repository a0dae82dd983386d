// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/register_text.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipwhere_bench {

/// How much of an answer has to be right.
enum class strictness : std::uint8_t {
    echo, ///< status, Call-ID and CSeq: all that the plain responders fill in
    full, ///< every field that tells about the request, and the binding
};

/// The fields of an answer, each the last of its name. Views into its bytes.
struct answer_fields {
    std::string_view via, from, to, call_id, cseq, contact;
    unsigned contacts = 0;
    bool is_ok = false;
};

/// Reads an answer line by line, without the library under test.
[[nodiscard]] inline auto read_answer(std::string_view bytes) -> answer_fields {
    answer_fields read;
    read.is_ok = bytes.starts_with("SIP/2.0 200 ");
    for (auto at = bytes.find('\n'); at != bytes.npos;) {
        const auto begin = at + 1;
        at = bytes.find('\n', begin);
        if (at == bytes.npos) break;
        const auto line = bytes.substr(begin, at - begin - 1);
        const auto take = [line](std::string_view name, std::string_view& into) {
            if (!line.starts_with(name)) return false;
            into = line.substr(name.size());
            return true;
        };
        if (line.empty()) break;
        switch (line.front()) {
        case 'V': take("Via: ", read.via); break;
        case 'F': take("From: ", read.from); break;
        case 'T': take("To: ", read.to); break;
        case 'C':
            if (take("Call-ID: ", read.call_id) || take("CSeq: ", read.cseq)) break;
            if (take("Contact: ", read.contact)) ++read.contacts;
            break;
        default: break;
        }
    }
    return read;
}

/// Returns: the user's number in a Call-ID of ours.
[[nodiscard]] inline auto user_of(std::string_view call_id) -> std::optional<std::uint32_t> {
    constexpr std::string_view before = "call-";
    constexpr std::size_t digits = 8;
    if (!call_id.starts_with(before) || call_id.size() < before.size() + digits) return std::nullopt;
    std::uint32_t user = 0;
    for (const char c : call_id.substr(before.size(), digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        user = user * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return user;
}

/// Returns: the seconds of the contact's `expires`; 0 if it has none.
[[nodiscard]] inline auto expires_of(std::string_view contact) -> std::uint32_t {
    constexpr std::string_view name = ";expires=";
    const auto at = contact.find(name);
    std::uint32_t seconds = 0;
    if (at != contact.npos)
        std::from_chars(contact.data() + at + name.size(), contact.data() + contact.size(), seconds);
    return seconds;
}

/// Says what is wrong with the answer to a REGISTER that `from` has written; empty when nothing is.
///
/// `contact` is the URI that has to be listed, and no other; empty if none may be.
[[nodiscard]] inline auto fault_of(const answer_fields& answer, const register_text& from, std::string_view request,
                                   std::string_view contact, strictness how) -> std::string_view {
    const auto sent = [&](field wanted) { return from.value(request, wanted); };
    if (!answer.is_ok) return "it is no 200";
    if (answer.call_id != sent(field::call_id)) return "another Call-ID";
    if (answer.cseq != sent(field::cseq)) return "another CSeq";
    if (how == strictness::echo) return {};

    if (!answer.via.starts_with(sent(field::via))) return "another Via";
    if (answer.from != sent(field::from)) return "another From";
    const auto to = sent(field::to);
    if (!answer.to.starts_with(to) || !answer.to.substr(to.size()).starts_with(";tag=")) return "another To, or no tag";
    if (answer.contacts != (contact.empty() ? 0U : 1U)) return "not as many contacts as are bound";
    if (contact.empty()) return {};
    if (!answer.contact.starts_with('<') || !answer.contact.substr(1).starts_with(contact)) return "another contact";
    return expires_of(answer.contact) == 0 ? "a contact that is over" : std::string_view{};
}

} // namespace sipwhere_bench
