// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/status.hpp>
#include <sipwhere/policy/observer.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere_test {

/// An observer that keeps a line for each event, and copies of what binding and rejection events hold.
struct recording_observer {
    /// A binding event that holds its own text.
    struct change {
        sipwhere::change what{};
        std::string user, domain, uri, params, call_id;
        std::string by; ///< "alice@example.com"
        sipwhere::binding_event event; ///< its numbers; its texts are gone
    };
    struct rejection {
        std::string reason, method, aor, call_id, by;
        sipwhere::rejection_event event; ///< its numbers; its texts are gone
    };

    std::string log; ///< "created sip:a@192.0.2.1\nanswered\n", "rejected 403\n"
    std::vector<change> changes;
    std::vector<rejection> rejections;
    std::string reasons; ///< of messages that were dropped, a line each: "No Via\n"

    void on(const sipwhere::binding_event& event) {
        const auto& it = event.binding;
        changes.push_back({event.kind, std::string{event.aor.user}, std::string{event.aor.domain}, std::string{it.uri},
                           std::string{it.params}, std::string{it.call_id}, text_of_user(event.by), event});
        note(std::string{text_of(event.kind)} + " " + std::string{it.uri});
    }
    void on(const sipwhere::rejection_event& event) {
        rejections.push_back({std::string{event.reason}, std::string{event.method}, std::string{event.aor},
                              std::string{event.call_id}, text_of_user(event.by), event});
        note("rejected " + std::to_string(code_of(event.code)));
    }
    void on(const sipwhere::traffic_event& event) {
        note(text_of(event.kind));
        if (!event.reason.empty()) reasons.append(event.reason).append("\n");
    }

    /// Returns: what has been logged since it was asked last.
    [[nodiscard]] auto take_log() -> std::string { return std::exchange(log, {}); }

private:
    static auto text_of_user(const sipwhere::user_identity& user) -> std::string {
        return std::string{user.name}.append("@").append(user.realm);
    }

    void note(std::string_view line) { log.append(line).append("\n"); }
};
static_assert(sipwhere::observer_policy<recording_observer>);

} // namespace sipwhere_test
