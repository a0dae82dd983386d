// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/writer.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/message/write_response.hpp>
#include <sipwhere/model/refusal.hpp>
#include <sipwhere/server/reply_route.hpp>
#include <sipwhere/server/request_fields.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// All that an answer repeats of its request or tells about its server.
struct answer_context {
    const message_view& request;
    const request_fields& fields;
    const reply_route& route;
    const endpoint& source;   ///< where the request came from
    std::uint64_t to_tag = 0;
    std::string_view server{}; ///< the Server header field; empty for none
    std::string_view allowed{}; ///< the Allow header field
};

namespace detail {

template <bounds Of>
void write_head(basic_writer<Of>& out, const answer_context& about, status code, std::string_view reason) noexcept {
    std::array<char, 46> address;
    writer received{address};
    if (about.route.add_received) write_address(received, about.source.address);
    std::array<char, 16> digits;
    writer tag{digits};
    if (!about.fields.has_to_tag) tag.put_hex(about.to_tag);
    const via_fixup fixup{.received = received.text(),
                          .rport = about.source.port,
                          .add_received = about.route.add_received,
                          .add_rport = about.route.add_rport};
    write_response_head(out, about.request, about.fields.via, fixup, code, reason, tag.text());
    if (!about.server.empty()) write_field(out, "Server", about.server);
}

/// Returns: how many bytes `write_head` writes at most: each row of the request once, with a name of ours.
[[nodiscard]] inline auto most_bytes_of_head(const answer_context& about, std::string_view reason) noexcept
    -> std::size_t {
    constexpr std::size_t of_row = 16;    // its name, and its end
    constexpr std::size_t of_server = 160; // status line, received, rport, tag and the name of Server
    return about.request.bytes().size() + about.request.row_count() * of_row + about.server.size() + reason.size() +
           of_server;
}

} // namespace detail

/// Writes the status line and all header fields that every answer has.
///
/// Errors: when it does not fit, `out.fits()` is false.
/// Spec:   RFC 3261 §8.2.6, §20.35.
inline void write_head(writer& out, const answer_context& about, status code, std::string_view reason = {}) noexcept {
    if constexpr (SIPWHERE_SMALL == 0)
        if (const auto most = detail::most_bytes_of_head(about, reason); most <= out.capacity_left() && out.fits()) {
            auto unchecked = out.unchecked(most);
            detail::write_head(unchecked, about, code, reason);
            return out.resume(unchecked);
        }
    detail::write_head(out, about, code, reason);
}

namespace detail {

inline void write_number_field(writer& out, std::string_view name, std::uint32_t value) noexcept {
    out.put(name).put(": ").put_number(value).put("\r\n");
}

/// Lists the option tags of Require that are not understood (RFC 3261 §8.2.2.3), which are all as yet.
inline void write_unsupported(writer& out, const message_view& request) noexcept {
    for (const auto tags : request.rows(header_name::require))
        if (!tags.empty()) out.put("Unsupported: ").put_unfolded(tags).put("\r\n");
}

/// Writes a Contact with the address that a request came to, if the transport knows it.
inline void write_own_contact(writer& out, protocol over, const endpoint& own) noexcept {
    if (!is_answerable(own)) return;
    out.put("Contact: <sip:");
    write_endpoint(out, own);
    switch (over) {
    case protocol::udp: break;
    case protocol::tcp: out.put(";transport=tcp"); break;
    case protocol::tls: out.put(";transport=tls"); break;
    case protocol::ws:
    case protocol::wss: out.put(";transport=ws"); break;
    }
    out.put(">\r\n");
}

} // namespace detail

/// Writes the answer to OPTIONS; with a Contact if it is given the address that the request came to.
/// Spec: RFC 3261 §11.2.
[[nodiscard]] inline auto write_capabilities(writer& out, const answer_context& about, protocol over = protocol::udp,
                                             const endpoint* own = nullptr) noexcept -> bool {
    write_head(out, about, status::ok, {});
    if (own != nullptr) detail::write_own_contact(out, over, *own);
    write_field(out, "Allow", about.allowed);
    out.put("Accept: \r\nAccept-Encoding: identity\r\nAccept-Language: en\r\nSupported: \r\n");
    finish(out);
    return out.fits();
}

/// Writes an answer without a body or bindings: the 200 to a CANCEL, and every refusal.
///
/// `fields` are whole header lines that an Access policy asked for.
/// Spec: RFC 3261 §8.2.1 (Allow), §8.2.2.3 (Unsupported), §8.2.3 (Accept), §21.4.17 (Min-Expires), §21.5.4.
[[nodiscard]] inline auto write_short_answer(writer& out, const answer_context& about, const refusal& answer,
                                             std::string_view fields = {}) noexcept -> bool {
    write_head(out, about, answer.code, answer.reason);
    switch (answer.code) {
    case status::method_not_allowed:
    case status::not_implemented: write_field(out, "Allow", about.allowed); break;
    case status::bad_extension: detail::write_unsupported(out, about.request); break;
    case status::unsupported_media_type: write_field(out, "Accept", {}); break;
    case status::interval_too_brief: detail::write_number_field(out, "Min-Expires", answer.seconds); break;
    case status::service_unavailable: detail::write_number_field(out, "Retry-After", answer.seconds); break;
    default: break;
    }
    out.put(fields);
    finish(out);
    return out.fits();
}

} // namespace sipwhere
