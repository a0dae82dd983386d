// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/fast_contact.hpp>
#include <sipwhere/message/fast_via.hpp>
#include <sipwhere/message/message_view.hpp>
#include <sipwhere/server/request_fields.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// The readers that walk from mark to mark, each beside the full one.
namespace sipwhere_test::both_readers {

using namespace sipwhere;

/// All that a reader found, as a text; what is not there differs from what is empty.
class findings {
public:
    auto add(std::string_view text) -> findings& {
        text_ += text.data() == nullptr ? "-" : "\"" + std::string{text} + "\"";
        return *this;
    }
    auto add(std::size_t number) -> findings& {
        text_ += ' ' + std::to_string(number) + ' ';
        return *this;
    }
    auto add(const host_view& host) -> findings& {
        add(host.text).add(static_cast<std::size_t>(host.kind));
        for (const auto byte : host.address) add(byte);
        return *this;
    }
    [[nodiscard]] auto text() const -> const std::string& { return text_; }

private:
    std::string text_;
};

[[nodiscard]] inline auto written(const uri_view& uri) -> std::string {
    findings all;
    for (const auto part : {uri.text, uri.scheme, uri.user, uri.password, uri.host.text, uri.params, uri.headers})
        all.add(part);
    for (const std::size_t number : {std::size_t{uri.port}, static_cast<std::size_t>(uri.kind)}) all.add(number);
    all.add(uri.host).add(uri.has_user).add(uri.has_password).add(uri.has_port);
    return all.text();
}

[[nodiscard]] inline auto written(const contact_view& contact) -> std::string {
    findings all;
    all.add(written(contact.uri)).add(contact.params.text()).add(contact.expires_param).add(contact.expires);
    all.add(contact.q).add(contact.has_q).add(contact.has_expires);
    return all.text();
}

[[nodiscard]] inline auto written(const via_view& via) -> std::string {
    findings all;
    for (const auto part : {via.text, via.transport, via.sent_by_text, via.params.text(), via.branch, via.received,
                            via.received_param, via.rport_param, via.maddr})
        all.add(part);
    all.add(via.host).add(via.port).add(via.ttl).add(via.has_port).add(via.has_received).add(via.has_rport);
    all.add(via.rport_has_value);
    return all.text();
}

[[nodiscard]] inline auto written(const detail::tagged_uri& value) -> std::string {
    findings all;
    all.add(value.uri).add(value.tag).add(value.has_tag);
    return all.text();
}

/// What both readers said of one text.
struct both {
    std::string text;
    std::string fast; ///< empty when it was left to the full one
    std::string full; ///< empty when it is malformed
};

/// Reads a value fast and in full. The full reader knows nothing of the map, and gets all that a row holds.
template <typename View, typename Fast, typename Full>
[[nodiscard]] auto read_both(const message_view& message, std::string_view text, Fast fast, Full full) -> both {
    both made{.text = std::string{text}, .fast = {}, .full = {}};
    View quick{}, slow{};
    if (const auto in = message.marked(text); in && fast(in, quick)) made.fast = written(quick);
    cursor from{text};
    if (full(from, slow) && from.at_end()) made.full = written(slow);
    return made;
}

[[nodiscard]] inline auto full_uri(cursor& from, uri_view& uri) -> bool {
    const bool read = static_cast<bool>(read_uri(from, uri));
    from.take_rest();
    return read;
}
[[nodiscard]] inline auto full_contact(cursor& from, contact_view& contact) -> bool {
    return !is_star(from.rest()) && detail::read_contact(from, contact);
}
[[nodiscard]] inline auto full_tagged(cursor& from, detail::tagged_uri& read) -> bool {
    name_addr_text value;
    const auto made = detail::read_name_addr_text(from, value, [&read](const param_view& param) {
        if (!ascii::iequals(param.name, "tag")) return;
        read.has_tag = true;
        read.tag = param.value;
    });
    read.uri = value.uri;
    return static_cast<bool>(made);
}

/// Reads all values of a message that have a fast reader.
[[nodiscard]] inline auto read_all(const message_view& message) -> std::vector<both> {
    std::vector<both> made;
    for (const auto row : message.rows(header_name::via))
        made.push_back(read_both<via_view>(message, row, fast_via, [](cursor& from, via_view& via) {
            return static_cast<bool>(detail::read_via(from, via));
        }));
    for (const auto row : message.rows(header_name::contact))
        made.push_back(read_both<contact_view>(message, row, fast_contact, full_contact));
    for (const auto name : {header_name::from, header_name::to})
        for (const auto row : message.rows(name)) {
            made.push_back(read_both<detail::tagged_uri>(message, row, detail::fast_tagged, full_tagged));
            name_addr_text value;
            cursor from{row};
            if (detail::read_name_addr_text(from, value, [](const param_view&) {}))
                made.push_back(read_both<uri_view>(message, value.uri, fast_uri, full_uri));
        }
    made.push_back(read_both<uri_view>(message, message.request_uri(), fast_uri, full_uri));
    return made;
}

} // namespace sipwhere_test::both_readers
