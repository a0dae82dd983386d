// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/message/contact.hpp>
#include <sipwhere/message/cseq.hpp>
#include <sipwhere/message/option_tags.hpp>
#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/message/write_response.hpp>

#include <reference/both_readers.hpp>
#include <reference/description.hpp>
#include <reference/small_twin.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

namespace {

using namespace sipwhere;

void require(bool condition) {
    if (!condition) std::abort();
}

auto is_inside(std::string_view part, std::string_view whole) -> bool {
    return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// Reads every value that has a type of its own.
void read_values(const message_view& message) {
    for (const auto name : {header_name::from, header_name::to, header_name::contact, header_name::route}) {
        for (const auto row : message.rows(name)) {
            require(is_inside(row, message.bytes()));
            cursor in{row};
            do {
                const auto contact = parse_contact(in);
                if (!contact) break;
                require(is_inside(contact->uri.text, row) && is_inside(contact->params.text(), row));
                for (const auto& param : contact->params) require(!param.name.empty());
                if (contact->uri.is_sip()) require(!contact->uri.host.text.empty());
            } while (in.take(','));
        }
    }
    message.for_each_value(header_name::contact, [](std::string_view value) { require(value == trimmed(value)); });
    for (const auto name : {header_name::supported, header_name::require})
        if (!for_each_option_tag(message, name, [](std::string_view tag) { require(ascii::is_token(tag)); })) break;
    static_cast<void>(has_option_tag(message, header_name::supported, "path"));
    static_cast<void>(message.find_other("X-Phone"));
    static_cast<void>(parse_cseq(message.value(header_name::cseq)));
    static_cast<void>(parse_uri(message.request_uri()));
}

/// Answers a request; the answer must be a response with the same Via rows and nothing that was smuggled in.
void answer(const message_view& request, std::span<char> space) {
    cursor in{request.value(header_name::via)};
    const auto via = parse_via(in);
    writer out{space};
    const via_fixup fixup{"192.0.2.1", 5070, true, via && via->has_rport};
    write_response_head(out, request, via ? *via : via_view{}, fixup, status::ok, "", "tag");
    finish(out);
    if (!out.fits() || request.count(header_name::via) > 100) return; // so many that a view has no room for all fields

    message_view response;
    require(static_cast<bool>(parse_message(out.text(), response)));
    require(!response.is_request() && response.status_code() == 200);
    require(!response.defect() && response.content_length_ok() && response.body().empty());
    require(response.count(header_name::via) == request.count(header_name::via));
    for (const auto name : {header_name::from, header_name::to, header_name::call_id, header_name::cseq})
        require(response.count(name) == (request.has(name) ? 1U : 0U));
    require(response.count(header_name::contact) == 0);
}

} // namespace

/// A message never crashes, its views stay inside it, and an answer to it is well formed or does not fit. Fast paths
/// read it as the full ones do.
extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    using namespace sipwhere_test;
    require(description::of(bytes, sipwhere_test::reading::of_message) == small_twin::describe(bytes));
    static token_map map;
    message_view message;
    if (!parse_message(bytes, message, map)) return 0;
    for (const auto& each : sipwhere_test::both_readers::read_all(message))
        require(each.fast.empty() || each.fast == each.full);
    require(is_inside(message.bytes(), bytes) && is_inside(message.body(), message.bytes()));
    read_values(message);
    if (!message.is_request()) return 0;
    static std::array<char, 200'000> space;
    answer(message, space);
    answer(message, std::span{space}.first(size % 600));
    return 0;
}
