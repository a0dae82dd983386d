// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/fixed_vector.hpp>
#include <sipwhere/base/writer.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/message/write_response.hpp>
#include <sipwhere/server/request_fields.hpp>
#include <sipwhere/record/record_view.hpp>
#include <sipwhere/model/refusal.hpp>
#include <sipwhere/config/limits.hpp>
#include <sipwhere/server/reply_route.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// All that an answer repeats of its request or tells about its server.
struct answer_context {
    const message_view& request;
    const essentials& fields;
    const reply_route& route;
    endpoint source{};              ///< where the request came from
    std::uint64_t to_tag = 0;
    std::string_view server{};
    std::string_view date{}; ///< as the Date header field says it; empty for none
};

/// The methods a registrar serves, as Allow lists them.
inline constexpr std::string_view allowed_methods = "REGISTER, OPTIONS, CANCEL, ACK";

namespace detail {

inline void write_head(writer& out, const answer_context& about, status code, std::string_view reason) noexcept {
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

inline void write_number_field(writer& out, std::string_view name, std::uint32_t value) noexcept {
    out.put(name).put(": ").put_number(value).put("\r\n");
}

inline void write_date_field(writer& out, const answer_context& about) noexcept {
    if (!about.date.empty()) out.put("Date: ").put(about.date).put("\r\n");
}

/// Lists the option tags of Require that are not understood (RFC 3261 §8.2.2.3), which are all as yet.
inline void write_unsupported(writer& out, const message_view& request) noexcept {
    for (const auto tags : request.rows(header_name::require))
        if (!tags.empty()) out.put("Unsupported: ").put_unfolded(tags).put("\r\n");
}

} // namespace detail

/// Writes one binding as the 200 to a REGISTER lists it.
inline void write_contact(writer& out, const brief_binding& binding, std::uint32_t expires) noexcept {
    out.put("Contact: <").put(binding.uri).put('>').put_unfolded(binding.params).put(";expires=").put_number(expires);
    out.put("\r\n");
}

/// Whether a list of bindings has to be whole.
enum class listing : std::uint8_t { whole, as_many_as_fit };

/// Writes the 200 to a REGISTER, with every live binding.
///
/// Returns: whether it fits into `out`; with `as_many_as_fit`, bindings that do not fit are left out.
/// Spec:    RFC 3261 §10.3 step 8.
[[nodiscard]] inline auto write_bindings(writer& out, const answer_context& about, const live_bindings& bindings,
                                         const limits& rules, listing rule) noexcept -> bool {
    constexpr std::size_t room_for_end = 64;
    detail::write_head(out, about, status::ok, {});
    detail::write_date_field(out, about);
    for (auto at = bindings.begin(); at != bindings.end(); ++at) {
        const auto binding = at.brief();
        const auto before = out.size();
        const auto granted = static_cast<std::uint32_t>(rules.max_expires.count());
        write_contact(out, binding, binding.is_static() ? granted : binding.remaining(bindings.now()));
        if (rule == listing::as_many_as_fit && (!out.fits() || out.room() < room_for_end)) {
            out.cut(before);
            break;
        }
    }
    finish(out);
    return out.fits();
}

namespace detail {

/// Writes a Contact with the address that a request came to, if the transport knows it.
inline void write_own_contact(writer& out, const flow& came) noexcept {
    if (!is_answerable(came.local)) return;
    out.put("Contact: <sip:");
    write_endpoint(out, came.local);
    switch (came.over) {
    case protocol::udp: break;
    case protocol::tcp: out.put(";transport=tcp"); break;
    case protocol::tls: out.put(";transport=tls"); break;
    case protocol::ws:
    case protocol::wss: out.put(";transport=ws"); break;
    }
    out.put(">\r\n");
}

} // namespace detail

/// Writes the answer to OPTIONS; with a Contact if it is given the way that the request came.
/// Spec: RFC 3261 §11.2.
[[nodiscard]] inline auto write_capabilities(writer& out, const answer_context& about,
                                             const flow* came = nullptr) noexcept -> bool {
    detail::write_head(out, about, status::ok, {});
    if (came != nullptr) detail::write_own_contact(out, *came);
    write_field(out, "Allow", allowed_methods);
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
    detail::write_head(out, about, answer.code, answer.reason);
    switch (answer.code) {
    case status::method_not_allowed:
    case status::not_implemented: write_field(out, "Allow", allowed_methods); break;
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
