// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/observer.hpp>

#include <tuple>

namespace sipwhere {

/// Tells each event to several observers, one after the other: `tee_observer both{counts, log};`. It borrows them.
template <typename... Observers>
class tee_observer {
public:
    static_assert((explain_observer<Observers>() && ...));

    constexpr explicit tee_observer(Observers&... observers) noexcept
        requires(sizeof...(Observers) > 1)
        : observers_(observers...) {}

    constexpr void on(const binding_event& event) { tell(event); }
    constexpr void on(const rejection_event& event) { tell(event); }
    constexpr void on(const traffic_event& event) { tell(event); }

private:
    template <typename Event>
    constexpr void tell(const Event& event) {
        std::apply([&event](auto&... each) { (each.on(event), ...); }, observers_);
    }

    std::tuple<Observers&...> observers_;
};

} // namespace sipwhere
