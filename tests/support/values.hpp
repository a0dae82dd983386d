// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/model/owned_aor.hpp>
#include <sipwhere/record/owned_record.hpp>
#include <sipwhere/record/record_builder.hpp>
#include <sipwhere/registration/registration.hpp>

#include <support/request.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere_test {

/// Returns: a second of the test's clock as an instant.
[[nodiscard]] inline auto second(sipwhere::seconds32 of_clock) -> sipwhere::instant {
    return sipwhere::to_instant(of_clock);
}

[[nodiscard]] inline auto host(std::string_view text) -> sipwhere::host_view {
    const auto parsed = sipwhere::parse_host(text);
    REQUIRE(parsed);
    return *parsed;
}

[[nodiscard]] inline auto uri(std::string_view text) -> sipwhere::uri_view {
    const auto parsed = sipwhere::parse_uri(text);
    REQUIRE(parsed);
    return *parsed;
}

/// Returns: an end of a way; `address` is a host as a URI has it.
[[nodiscard]] inline auto at(std::string_view address, std::uint16_t port = 5060) -> sipwhere::endpoint {
    return {sipwhere::ip_address::of(host(address)), port};
}

/// Returns: a record that holds its own bytes.
[[nodiscard]] inline auto record_of(const std::vector<sipwhere::binding_view>& bindings,
                                    std::initializer_list<sipwhere::transaction_tag> tags = {})
    -> sipwhere::owned_record {
    std::vector<char> room(65536);
    sipwhere::record_builder out{room};
    for (const auto& tag : tags) out.add(tag);
    for (const auto& binding : bindings) out.add(binding);
    REQUIRE(out.fits());
    return {std::string{out.finish().bytes()}};
}

/// A request taken apart, with the bytes it lies in.
class parsed_request {
public:
    explicit parsed_request(const request& asked) : parsed_request(asked.text(1)) {}
    explicit parsed_request(std::string_view text) : bytes_(text.begin(), text.end()) {
        REQUIRE(sipwhere::parse_message({bytes_.data(), bytes_.size()}, view_));
    }
    parsed_request(const parsed_request&) = delete;
    auto operator=(const parsed_request&) -> parsed_request& = delete;

    [[nodiscard]] auto operator*() const -> const sipwhere::message_view& { return view_; }

private:
    std::vector<char> bytes_;
    sipwhere::message_view view_;
};

/// What a REGISTER asks for, put together by hand: the request `call` with CSeq 2.
struct asking {
    std::vector<sipwhere::contact_view> contacts;
    sipwhere::registration registration;
    sipwhere::flow from{};

    /// `values` are Contact values and must outlive it.
    explicit asking(std::initializer_list<std::string_view> values = {}) {
        for (const auto value : values) {
            sipwhere::cursor in{value};
            const auto contact = sipwhere::parse_contact(in);
            REQUIRE(contact);
            contacts.push_back(*contact);
        }
        registration.aor = {"alice", "example.com"};
        registration.call_id = "call";
        registration.cseq = 2;
        registration.contacts = contacts;
        registration.source = &from;
        registration.keys = {.response = 1, .transaction = 2, .to_tag = 3, .request = 4};
    }
    asking(const asking&) = delete;
    auto operator=(const asking&) -> asking& = delete;
};

} // namespace sipwhere_test
