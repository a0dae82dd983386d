// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/world.hpp>

#include <sipwhere/memory/heap_memory.hpp>
#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/registration/apply.hpp>
#include <sipwhere/registration/list_bindings.hpp>
#include <sipwhere/registration/plan.hpp>
#include <sipwhere/server/inspect.hpp>
#include <sipwhere/server/request_fields.hpp>
#include <sipwhere/server/transaction_key.hpp>

#include <string>
#include <string_view>

namespace sipwhere_bench {

/// The stations of one refresh, each of which can be done again and again.
class stages {
public:
    stages() : config_(settings_of_benchmarks()) {
        if (!sipwhere::complete(config_.limits, memory_)) die("the limits contradict each other");
        storage_.seed({1, 2});
        request_ = first_;
        if (!parse() || !read() || !plan() || !commit()) die("a REGISTER that can't be served");
        (void)storage_.update(asked_.aor, [this](sipwhere::record_view record) {
            before_ = record.bytes();
            return sipwhere::record_update{};
        });
        record_ = sipwhere::record_view{before_};
        now_ = now_ + refresh_time;
        request_ = second_;
        if (!parse() || !read() || !plan() || !commit() || !answer()) die("a refresh that can't be served");
    }

    /// Finds the header fields in the bytes.
    auto parse() -> bool { return static_cast<bool>(parse_message(request_, memory_.message, *memory_.map)); }

    /// Reads all that the registrar has to know of the message, and makes its hashes.
    auto read() -> bool {
        const auto& message = memory_.message;
        fields_ = {};
        if (!read_top_via(message, fields_.via)) return false;
        route_ = *route_reply(fields_.via, flow_, config_.reply_to_source, config_.obey_maddr);
        if (read_request_fields(message, fields_)) return false;
        const auto keys = keys_of(message, fields_, flow_, key_);
        sipwhere::request_target target;
        if (inspect_request_uri(message, config_.served(), flow_, target) || inspect_extensions(message)) return false;
        if (inspect_body(message)) return false;
        if (read_registration(message, fields_, flow_, config_, target.domain, memory_, asked_)) return false;
        asked_.keys = keys;
        return true;
    }

    /// Decides what becomes of the bindings.
    auto plan() -> bool { return !sipwhere::plan(asked_, record_, config_.limits, now_, memory_, decision_); }

    /// Builds the new record and makes it the store's, each time 150 s after the time before.
    auto commit() -> bool {
        committed_ = committed_ + refresh_time;
        const auto done = storage_.update(asked_.aor, [this](sipwhere::record_view record) -> sipwhere::record_update {
            const auto made = apply(asked_, record, decision_, config_.limits, committed_, memory_.record);
            return made ? sipwhere::record_update{sipwhere::outcome::committed, made->bytes()}
                        : sipwhere::record_update{};
        });
        return done == sipwhere::outcome::committed;
    }

    /// Writes the 200.
    auto answer() -> bool {
        sipwhere::writer out{memory_.answer};
        const sipwhere::listing_context about{.answer = {.request = memory_.message,
                                                         .fields = fields_,
                                                         .route = route_,
                                                         .source = flow_.remote,
                                                         .to_tag = asked_.keys.to_tag},
                                              .date = "Sun, 09 Sep 2001 01:46:40 GMT"};
        return list_bindings(out, about, {record_, now_}, config_.limits, sipwhere::listing::whole);
    }

private:
    static constexpr std::chrono::seconds refresh_time{150};

    sipwhere::settings config_;
    sipwhere::hash_storage storage_;
    sipwhere::heap_request_memory parts_;
    sipwhere::request_memory memory_ = parts_.view();
    sipwhere::flow flow_ = way_of_benchmarks();
    sipwhere::hash_key key_{3, 4};
    sipwhere::instant now_{1'000'000};
    sipwhere::instant committed_ = now_;

    register_text change_{ask::change, flow_.remote.port};
    std::string first_ = change_.text({.user = 1, .cseq = 1});
    std::string second_ = change_.text({.user = 1, .cseq = 2});
    std::string_view request_;
    sipwhere::request_fields fields_{};
    sipwhere::reply_route route_{};
    sipwhere::registration asked_{};
    sipwhere::decision decision_{};
    std::string before_;           ///< the record that the refresh finds
    sipwhere::record_view record_; ///< a view of it
};

} // namespace sipwhere_bench
