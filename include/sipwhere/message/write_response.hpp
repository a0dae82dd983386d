// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/base/writer.hpp>
#include <sipwhere/message/header_name.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/message/name_addr.hpp>
#include <sipwhere/message/status.hpp>
#include <sipwhere/message/via.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace sipwhere {

/// What a server puts into the top Via value before it answers (RFC 3261 §18.2.1, RFC 3581 §4).
struct via_fixup {
    std::string_view received{}; ///< the source address, IPv6 without brackets
    std::uint16_t rport = 0;     ///< the source port
    bool add_received = false;
    bool add_rport = false;
};

/// Writes one header field and its line end; a fold in `value` becomes a space.
constexpr void write_field(writer& out, std::string_view name, std::string_view value) noexcept {
    out.put(name).put(": ").put_unfolded(value).put("\r\n");
}

/// Writes a Via value with the source address and port put in, in place of what it may have claimed itself.
constexpr void write_via(writer& out, const via_view& via, const via_fixup& fixup) noexcept {
    const auto end = via.text.size();
    const auto nothing = slice(via.text, end, end);
    auto first = fixup.add_received && via.has_received ? via.received_param : nothing;
    auto second = fixup.add_rport && via.has_rport ? via.rport_param : nothing;
    if (second.data() < first.data()) std::swap(first, second);
    std::size_t written = 0;
    for (const auto left_out : {first, second}) {
        const auto begin = cursor{via.text}.offset_of(left_out);
        out.put_unfolded(slice(via.text, written, begin));
        written = begin + left_out.size();
    }
    out.put_unfolded(slice(via.text, written, end));
    if (fixup.add_received) out.put(";received=").put(fixup.received);
    if (fixup.add_rport) out.put(";rport=").put_number(fixup.rport);
}

namespace detail {

/// Writes all Via rows; `top`, if there is one, is the first value of the first of them.
constexpr void write_vias(writer& out, const message_view& request, const via_view& top,
                          const via_fixup& fixup) noexcept {
    bool is_top = !top.text.empty();
    for (auto row : request.rows(header_name::via)) {
        out.put("Via: ");
        if (is_top) {
            write_via(out, top, fixup);
            row.remove_prefix(cursor{row}.offset_of(top.text) + top.text.size());
            is_top = false;
        }
        out.put_unfolded(row).put("\r\n");
    }
}

[[nodiscard]] constexpr auto has_tag(std::string_view value) noexcept -> bool {
    cursor in{value};
    const auto parsed = parse_name_addr_text(in);
    return parsed && parsed->params.find("tag");
}

constexpr void write_to(writer& out, std::string_view value, std::string_view tag) noexcept {
    out.put("To: ").put_unfolded(value);
    if (!tag.empty() && !has_tag(value)) out.put(";tag=").put(tag);
    out.put("\r\n");
}

constexpr void write_copy(writer& out, const message_view& request, header_name name) noexcept {
    if (request.has(name)) write_field(out, text_of(name), request.value(name));
}

} // namespace detail

/// Writes the status line and the fields that every response takes from its request: Via, From, To, Call-ID
/// and CSeq. Fields the request lacks are left out; of one that came twice the first is taken. No value can
/// end its line, whatever the request held.
///
/// `top` is the first Via value of `request`, or empty if that could not be read; `reason` empty stands for
/// `reason_phrase(code)`; `to_tag` is added unless the request's To has a tag or it is empty.
/// Errors: when it does not fit, `out.fits()` is false.
/// Spec:   RFC 3261 §8.2.6.2.
constexpr void write_response_head(writer& out, const message_view& request, const via_view& top,
                                   const via_fixup& fixup, status code, std::string_view reason,
                                   std::string_view to_tag) noexcept {
    out.put("SIP/2.0 ").put_number(code_of(code)).put(' ');
    out.put_unfolded(reason.empty() ? reason_phrase(code) : reason).put("\r\n");
    detail::write_vias(out, request, top, fixup);
    detail::write_copy(out, request, header_name::from);
    if (request.has(header_name::to)) detail::write_to(out, request.value(header_name::to), to_tag);
    detail::write_copy(out, request, header_name::call_id);
    detail::write_copy(out, request, header_name::cseq);
}

/// Ends a message without a body.
constexpr void finish(writer& out) noexcept { out.put("Content-Length: 0\r\n\r\n"); }

} // namespace sipwhere
