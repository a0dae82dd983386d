// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/event.hpp>
#include <sipwhere/model/owned_aor.hpp>
#include <sipwhere/model/owned_binding.hpp>

#include <string>
#include <utility>
#include <variant>

namespace sipwhere {

/// A change of a binding that holds its own texts.
struct owned_binding_event {
    change kind{};
    sipwhere::aor aor{};
    owned_binding binding{};
    instant at{};
    bool is_first = false;
    bool is_last = false;
    std::string name{}, realm{}; ///< of whose REGISTER it was

    explicit owned_binding_event(const binding_event& from)
        : kind(from.kind), aor(from.aor), binding(from.binding), at(from.at), is_first(from.is_first),
          is_last(from.is_last), name(from.by.name), realm(from.by.realm) {}

    [[nodiscard]] auto view() const noexcept -> binding_event {
        return {kind, aor.view(), binding.view(), at, is_first, is_last, {name, realm}};
    }
};

/// A refused request, with texts of its own.
class owned_rejection_event {
public:
    explicit owned_rejection_event(const rejection_event& from)
        : event_(from), reason_(from.reason), method_(from.method), aor_(from.aor), call_id_(from.call_id),
          name_(from.by.name), realm_(from.by.realm) {}

    [[nodiscard]] auto view() const noexcept -> rejection_event {
        auto made = event_;
        made.reason = reason_;
        made.method = method_;
        made.aor = aor_;
        made.call_id = call_id_;
        made.by = {name_, realm_};
        return made;
    }

private:
    rejection_event event_; ///< its texts are gone
    std::string reason_, method_, aor_, call_id_, name_, realm_;
};

/// Any event, with texts of its own: to be kept, or to be told again later or on another thread. Uses the heap.
class owned_event {
public:
    explicit owned_event(const binding_event& from) : event_(owned_binding_event{from}) {}
    explicit owned_event(const rejection_event& from) : event_(owned_rejection_event{from}) {}
    explicit owned_event(const traffic_event& from) : event_(from) {}

    /// Tells an observer the event; what it is shown holds until it returns.
    template <typename Observer>
    void tell(Observer& observer) const {
        std::visit(
            [&observer](const auto& event) {
                if constexpr (requires { event.view(); }) observer.on(event.view());
                else observer.on(event);
            },
            event_);
    }

private:
    std::variant<traffic_event, owned_binding_event, owned_rejection_event> event_;
};

} // namespace sipwhere
