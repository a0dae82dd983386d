// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/marked_text.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/memory/request_memory.hpp>
#include <sipwhere/message/cseq.hpp>
#include <sipwhere/message/fast_name_addr.hpp>
#include <sipwhere/message/fast_uri.hpp>
#include <sipwhere/message/fast_via.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/message/name_addr.hpp>
#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/message/via.hpp>
#include <sipwhere/model/refusal.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace sipwhere {

/// The fields that every request needs, read once (RFC 3261 §8.1.1). Views into the message.
struct request_fields {
    via_view via{};              ///< the topmost
    std::string_view from_tag{}; ///< empty when there is none, as in RFC 2543
    std::string_view to_uri{};   ///< of To, only cut out
    std::string_view to_tag{};
    bool has_to_tag = false;
    std::string_view call_id{};
    cseq_view cseq{};
};

namespace detail {

struct field_rule {
    header_name name;
    bool needed;
    const char* missing;
    const char* repeated;
};

/// The fields that stand alone (RFC 3261 §20), and those of them that every request has (§8.1.1).
inline constexpr std::array<field_rule, 7> field_rules{{
    {header_name::call_id, true, "Missing Call-ID", "Repeated Call-ID"},
    {header_name::cseq, true, "Missing CSeq", "Repeated CSeq"},
    {header_name::from, true, "Missing From", "Repeated From"},
    {header_name::to, true, "Missing To", "Repeated To"},
    {header_name::max_forwards, false, nullptr, "Repeated Max-Forwards"},
    {header_name::content_length, false, nullptr, "Repeated Content-Length"},
    {header_name::expires, false, nullptr, "Repeated Expires"},
}};

[[nodiscard]] constexpr auto reason_of(errc defect) noexcept -> const char* {
    if (defect == errc::bad_start_line) return "Malformed Request-Line";
    if (defect == errc::incomplete) return "Incomplete Message";
    if (defect == errc::too_many_headers) return "Too Many Header Fields";
    return "Malformed Header Field";
}

/// Returns: whether a Call-ID is one word that can be echoed and compared.
[[nodiscard]] constexpr auto is_call_id(std::string_view text) noexcept -> bool {
    return !text.empty() && find_control_or<' ', '\x7f'>(text, 0) == text.size();
}

/// What is asked of From and To.
struct tagged_uri {
    std::string_view uri{}; ///< only cut out
    std::string_view tag{};
    bool has_tag = false;
};

/// Reads From or To as `read_tagged` does, or leaves it to that.
[[nodiscard]] inline auto fast_tagged(const marked_text& in, tagged_uri& read) noexcept -> bool {
    fast_name_addr value;
    if (!value.read(in)) return false;
    read.uri = in.text(value.uri, value.end_of_uri);
    for (const auto& each : value.params) {
        const auto param = fast_params::param(in, each);
        if (!ascii::iequals(param.name, "tag")) continue;
        read.has_tag = true;
        read.tag = param.value;
    }
    return true;
}

/// Reads From or To into a view just made.
[[nodiscard]] inline auto read_tagged(const message_view& request, header_name which, tagged_uri& read) noexcept
    -> result<void> {
    if constexpr (SIPWHERE_SMALL == 0)
        if (const auto in = request.marked(request.value(which)); in && fast_tagged(in, read)) return {};
    name_addr_text value;
    auto text = request.open(request.value(which));
    const auto made = read_name_addr_text(text, value, [&read](const param_view& param) {
        if (!ascii::iequals(param.name, "tag")) return;
        read.has_tag = true;
        read.tag = param.value;
    });
    if (!made) return made;
    if (!text.at_end()) return fail(errc::bad_name_addr, text.position());
    read.uri = value.uri;
    return {};
}

} // namespace detail

/// Takes a datagram apart as `parse_message` does, in the memory of its request.
[[nodiscard]] inline auto parse_request(std::string_view bytes, const request_memory& memory) noexcept -> result<void> {
    if (memory.map == nullptr) return parse_message(bytes, memory.message);
    return parse_message(bytes, memory.message, *memory.map);
}

/// Reads the topmost Via value, without which nothing can be answered, into a view just made.
///
/// Errors: those of `parse_via`, also when there is none. Behind the value stands a comma or nothing.
[[nodiscard]] inline auto read_top_via(const message_view& request, via_view& via) noexcept -> result<void> {
    const auto row = request.value(header_name::via);
    if constexpr (SIPWHERE_SMALL == 0)
        if (const auto in = request.marked(row)) {
            if (fast_via(in, via)) return {};
            via = {};
        }
    auto from = request.open(row);
    return read_via(from, via);
}

/// Reads a text of a request as a URI into a view just made. Never inline, as it is asked for in several places.
///
/// Returns: whether it is one, of whatever scheme.
[[nodiscard, gnu::noinline]] inline auto read_uri_of(const message_view& request, std::string_view text,
                                                     uri_view& uri) noexcept -> bool {
    if constexpr (SIPWHERE_SMALL == 0)
        if (const auto in = request.marked(text)) {
            if (fast_uri(in, uri)) return true;
            uri = {};
        }
    return static_cast<bool>(read_uri(request.open(text), uri));
}

/// Reads what every request has to carry; `fields.via` was read before.
///
/// `fields` is filled as far as it can be read, so that the refusal can be answered.
/// Returns: 400 with a reason that names the field, or nothing when all is well.
/// Spec:    RFC 3261 §8.1.1, §18.3, §20, §21.4.1.
[[nodiscard]] inline auto read_request_fields(const message_view& request, request_fields& fields) noexcept
    -> std::optional<refusal> {
    const char* first = nullptr;
    const auto note = [&first](const char* reason) {
        if (first == nullptr) first = reason;
    };
    if (const auto defect = request.defect()) note(detail::reason_of(defect->code));
    for (const auto& rule : detail::field_rules) {
        if (request.repeats(rule.name)) note(rule.repeated);
        if (rule.needed && !request.has(rule.name)) note(rule.missing);
    }
    if (!request.content_length_ok()) note("Malformed Content-Length");

    fields.call_id = request.value(header_name::call_id);
    if (!detail::is_call_id(fields.call_id)) note("Malformed Call-ID");

    if (const auto cseq = parse_cseq(request.value(header_name::cseq))) fields.cseq = *cseq;
    else note("Malformed CSeq");
    if (fields.cseq.method_text != request.method_text()) note("CSeq Method Mismatch");

    detail::tagged_uri from;
    if (detail::read_tagged(request, header_name::from, from)) fields.from_tag = from.tag;
    else note("Malformed From");

    detail::tagged_uri to;
    if (detail::read_tagged(request, header_name::to, to)) {
        fields.to_uri = to.uri;
        fields.to_tag = to.tag;
        fields.has_to_tag = to.has_tag;
    } else {
        note("Malformed To");
    }
    // A REGISTER's To is read for its address-of-record later; most have the same URI in From.
    const auto is_uri = [&request](std::string_view text) {
        uri_view uri;
        return read_uri_of(request, text, uri);
    };
    if (request.method() != method::register_ && !is_uri(to.uri)) note("Malformed To");
    if (from.uri != to.uri && !is_uri(from.uri)) note("Malformed From");
    if (first == nullptr) return std::nullopt;
    return refuse(status::bad_request, first);
}

} // namespace sipwhere
