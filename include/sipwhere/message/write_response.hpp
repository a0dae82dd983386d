// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/base/writer.hpp>
#include <sipwhere/message/header_name.hpp>
#include <sipwhere/message/message_view.hpp>
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
template <bounds Of>
constexpr void write_field(basic_writer<Of>& out, std::string_view name, std::string_view value) noexcept {
    out.put(name).put(": ").put_unfolded(value).put("\r\n");
}

namespace detail {

/// Writes pieces of a request, and spares those without folds the search for them.
template <typename Writer>
class echo {
public:
    constexpr echo(Writer& out, const message_view& request) noexcept : out_(out), request_(request) {}

    constexpr void put(std::string_view text) const noexcept {
        if (request_.is_flat()) out_.put(text);
        else out_.put_unfolded(text);
    }

    /// Writes a Via value with the source address and port put in, in place of what it may have claimed itself.
    constexpr void put_via(const via_view& via, const via_fixup& fixup) const noexcept {
        const auto end = via.text.size();
        const auto nothing = slice(via.text, end, end);
        auto first = fixup.add_received && via.has_received ? via.received_param : nothing;
        auto second = fixup.add_rport && via.has_rport ? via.rport_param : nothing;
        if (second.data() < first.data()) std::swap(first, second);
        std::size_t written = 0;
        for (const auto left_out : {first, second}) {
            const auto begin = cursor{via.text}.offset_of(left_out);
            put(slice(via.text, written, begin));
            written = begin + left_out.size();
        }
        put(slice(via.text, written, end));
        if (fixup.add_received) out_.put(";received=").put(fixup.received);
        if (fixup.add_rport) out_.put(";rport=").put_number(fixup.rport);
    }

    /// Writes all Via rows; `top`, if there is one, is the first value of the first of them.
    constexpr void put_vias(const via_view& top, const via_fixup& fixup) const noexcept {
        bool is_top = !top.text.empty();
        for (auto row : request_.rows(header_name::via)) {
            out_.put("Via: ");
            if (is_top) {
                put_via(top, fixup);
                row.remove_prefix(cursor{row}.offset_of(top.text) + top.text.size());
                is_top = false;
            }
            put(row);
            out_.put("\r\n");
        }
    }

    /// Writes a field as it came, if it came; `name` is what the line begins with.
    template <std::size_t Size>
    constexpr void put_field(const char (&name)[Size], header_name which) const noexcept {
        if (!request_.has(which)) return;
        out_.put(name);
        put(request_.value(which));
        out_.put("\r\n");
    }

    constexpr void put_to(std::string_view tag) const noexcept {
        if (!request_.has(header_name::to)) return;
        out_.put("To: ");
        put(request_.value(header_name::to));
        if (!tag.empty()) out_.put(";tag=").put(tag);
        out_.put("\r\n");
    }

private:
    Writer& out_;
    const message_view& request_;
};

/// Writes `SIP/2.0`, the code and the reason.
template <bounds Of>
constexpr void write_status_line(basic_writer<Of>& out, status code, std::string_view reason) noexcept {
    if (code == status::ok && reason.empty()) {
        out.put("SIP/2.0 200 OK\r\n");
        return;
    }
    out.put("SIP/2.0 ").put_number(code_of(code)).put(' ');
    out.put_unfolded(reason.empty() ? reason_phrase(code) : reason).put("\r\n");
}

} // namespace detail

/// Writes the status line and the fields that every response takes from its request: Via, From, To, Call-ID
/// and CSeq. Fields the request lacks are left out; of one that came twice the first is taken. No value can
/// end its line, whatever the request held.
///
/// `top` is the first Via value of `request`, or empty if that could not be read; `reason` empty stands for
/// `reason_phrase(code)`; `to_tag` is added to To, unless it is empty, as it has to be for a To that has a tag.
/// Errors: when it does not fit, `out.fits()` is false.
/// Spec:   RFC 3261 §8.2.6.2.
template <bounds Of>
constexpr void write_response_head(basic_writer<Of>& out, const message_view& request, const via_view& top,
                                   const via_fixup& fixup, status code, std::string_view reason,
                                   std::string_view to_tag) noexcept {
    const detail::echo from{out, request};
    detail::write_status_line(out, code, reason);
    from.put_vias(top, fixup);
    from.put_field("From: ", header_name::from);
    from.put_to(to_tag);
    from.put_field("Call-ID: ", header_name::call_id);
    from.put_field("CSeq: ", header_name::cseq);
}

/// Ends a message without a body.
constexpr void finish(writer& out) noexcept { out.put("Content-Length: 0\r\n\r\n"); }

} // namespace sipwhere
