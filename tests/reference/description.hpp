// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/message/contact.hpp>
#include <sipwhere/message/cseq.hpp>
#include <sipwhere/message/option_tags.hpp>
#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/message/uri_equal.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/server/request_fields.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <support/capturing_transport.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere_test {

/// How the values of a message are read.
enum class reading {
    of_message, ///< with all of the message behind them
    of_copies,  ///< each alone, so that nothing behind it may be looked at
};

/// Writes down all that is read of a message, so that two ways to read can be compared.
class description {
public:
    [[nodiscard]] static auto of(std::string_view bytes, reading how) -> std::string {
        description made{how};
        made.message(bytes);
        return made.text_;
    }

private:
    explicit description(reading how) : how_(how) {}

    void message(std::string_view bytes) {
        sipwhere::message_view message;
        const auto parsed = sipwhere::parse_message(bytes, message);
        if (!parsed) return failed(parsed.error());
        add("request", message.is_request());
        add("method", message.method_text());
        add("number", static_cast<int>(message.method()));
        add("uri", message.request_uri());
        add("2.0", message.version_is_2_0());
        add("code", static_cast<int>(message.status_code()));
        add("reason", message.reason());
        add("bytes", message.bytes());
        add("body", message.body());
        add("length", message.content_length_ok());
        add("flat", message.is_flat());
        if (const auto defect = message.defect()) failed(*defect);
        for (std::size_t i = 0; i < sipwhere::header_count; ++i) rows(message, sipwhere::header_name(i));
        for (const auto* name : {"X-Phone", "via", "Subject"}) add(name, message.find_other(name).value_or("none"));
        for (const auto name : {sipwhere::header_name::require, sipwhere::header_name::supported})
            add("tags", static_cast<bool>(sipwhere::for_each_option_tag(
                            message, name, [this](std::string_view tag) { add("tag", tag); })));
        read(message, message.request_uri(), [this](sipwhere::cursor in) {
            sipwhere::uri_view uri;
            const auto made = sipwhere::read_uri(in, uri);
            if (made) describe(uri);
            else failed(made.error());
        });
        if (message.is_request()) request_fields(message);
    }

    void rows(const sipwhere::message_view& message, sipwhere::header_name name) {
        using sipwhere::header_name;
        for (const auto row : message.rows(name)) {
            add(sipwhere::text_of(name), row);
            read(message, row, [&](sipwhere::cursor in) {
                if (name == header_name::via) values(in, &description::via);
                else if (name == header_name::from || name == header_name::to || name == header_name::contact)
                    values(in, &description::contact);
            });
        }
        if (name == header_name::contact) compare(message);
        if (name != header_name::cseq) return;
        const auto cseq = sipwhere::parse_cseq(message.value(name));
        if (!cseq) return failed(cseq.error());
        add("number", static_cast<int>(cseq->number));
        add("method", cseq->method_text);
    }

    /// Compares each contact with each.
    void compare(const sipwhere::message_view& message) {
        std::vector<sipwhere::uri_view> uris;
        for (const auto row : message.rows(sipwhere::header_name::contact)) {
            sipwhere::cursor in{row};
            do {
                const auto contact = sipwhere::parse_contact(in);
                if (!contact || uris.size() == 8) break;
                uris.push_back(contact->uri);
            } while (in.take(','));
        }
        for (const auto& a : uris)
            for (const auto& b : uris) add("equal", sipwhere::uri_equal(a, b));
    }

    void request_fields(const sipwhere::message_view& message) {
        sipwhere::request_fields fields;
        if (const auto via = sipwhere::read_top_via(message, fields.via); !via) return failed(via.error());
        if (const auto why = sipwhere::read_request_fields(message, fields)) add("refused", why->reason);
        add("Call-ID", fields.call_id);
        add("tag", fields.from_tag);
        add("to", fields.to_uri);
        add("to tag", fields.to_tag);
    }

    /// Calls `visit` with a cursor over a piece of a message.
    template <typename Visit>
    void read(const sipwhere::message_view& message, std::string_view text, Visit visit) {
        if (how_ == reading::of_message) return visit(message.open(text));
        const auto copy = std::make_unique<char[]>(text.size()); // the address sanitizer watches its ends
        text.copy(copy.get(), text.size());
        visit(sipwhere::cursor{std::string_view{copy.get(), text.size()}});
    }

    /// Reads the values of a row up to the first that is malformed.
    template <typename Read>
    void values(sipwhere::cursor in, Read take) {
        do {
            if (!(this->*take)(in)) return;
        } while (in.take(','));
        add("end", static_cast<int>(in.position()));
    }

    auto via(sipwhere::cursor& in) -> bool {
        const auto via = sipwhere::parse_via(in);
        if (!via) return failed(via.error()), false;
        for (const auto text : {via->text, via->transport, via->sent_by_text, via->host.text, via->branch,
                                via->received_param, via->rport_param, via->maddr})
            add("via", text);
        add("port", via->port);
        add("ttl", via->ttl);
        params(via->params);
        return true;
    }

    auto contact(sipwhere::cursor& in) -> bool {
        const auto contact = sipwhere::parse_contact(in);
        if (!contact) return failed(contact.error()), false;
        describe(contact->uri);
        add("q", contact->q);
        add("expires", static_cast<int>(contact->expires));
        add("expires", contact->expires_param);
        params(contact->params);
        return true;
    }

    void describe(const sipwhere::uri_view& uri) {
        for (const auto text :
             {uri.text, uri.scheme, uri.user, uri.password, uri.host.text, uri.params, uri.headers, uri.opaque})
            add("uri", text);
        add("kind", static_cast<int>(uri.kind));
        add("host", static_cast<int>(uri.host.kind));
        add("user", uri.has_user);
        add("password", uri.has_password);
        add("port", uri.has_port ? uri.port : -1);
    }

    void params(const sipwhere::params_view& params) {
        add("params", params.text());
        for (const auto& param : params) {
            add(param.name, param.value);
            add("has value", param.has_value);
        }
    }

    void failed(sipwhere::failure why) { add(sipwhere::message(why.code), static_cast<int>(why.at)); }

    void add(std::string_view name, std::string_view value) {
        text_.append(name).append("=").append(value).append("|");
    }
    void add(std::string_view name, int number) { add(name, std::string_view{std::to_string(number)}); }
    void add(std::string_view name, bool is) { add(name, std::string_view{is ? "yes" : "no"}); }
    void add(std::string_view name, const char* value) { add(name, std::string_view{value}); }

    reading how_;
    std::string text_;
};

/// Returns: what a registrar answers to each of some datagrams, "" to one that is dropped, and then what it holds.
[[nodiscard]] inline auto answers_to(std::span<const std::string> datagrams) -> std::vector<std::string> {
    sipwhere::manual_clock clock;
    sipwhere::hash_storage storage;
    capturing_transport transport;
    sipwhere::seeded_random random{7};
    sipwhere::basic_registrar registrar{{.domains = {"example.com", "192.0.2.100"}}, clock, storage, transport, random};
    std::vector<std::string> made;
    if (!registrar.prepare()) return made;
    const sipwhere::flow flow{.remote = {sipwhere::ip_address::v4({192, 0, 2, 1}), 5060},
                              .local = {sipwhere::ip_address::v4({192, 0, 2, 100}), 5060}};
    for (const auto& bytes : datagrams) {
        transport.sent.clear();
        (void)registrar.receive(sipwhere::datagram{flow, bytes});
        made.push_back(transport.sent.empty() ? std::string{} : transport.sent.front().second);
        clock.advance(std::chrono::milliseconds{100});
    }
    (void)registrar.for_each({}, 1'000'000, [&](const sipwhere::aor_view& key, const sipwhere::live_bindings& live) {
        auto& text = made.emplace_back(std::string{key.user}.append("@").append(key.domain));
        for (const auto& binding : live) text.append("|").append(binding.uri).append(binding.params);
    });
    return made;
}

} // namespace sipwhere_test
