// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/observer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

/// Counts what happened, in 32 bits each: an observer in a hundred bytes.
struct counters {
    std::array<std::uint32_t, 4> changes{};    ///< by what happened to a binding
    std::array<std::uint32_t, 9> traffic{};    ///< by what happened to a datagram
    std::array<std::uint32_t, 7> rejections{}; ///< by the first digit of their status

    void on(const sipwhere::binding_event& event) noexcept { ++changes[static_cast<std::size_t>(event.what)]; }
    void on(const sipwhere::traffic_event& event) noexcept { ++traffic[static_cast<std::size_t>(event.what)]; }
    void on(const sipwhere::rejection_event& event) noexcept { ++rejections[code_of(event.code) / 100 % 7]; }

    /// Calls `visit(name, value)` for each counter; rejections are "rejected-3xx" and so on.
    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t i = 0; i < changes.size(); ++i)
            visit(text_of(static_cast<sipwhere::binding_event::change>(i)), changes[i]);
        for (std::size_t i = 0; i < traffic.size(); ++i)
            visit(text_of(static_cast<sipwhere::traffic_event::kind>(i)), traffic[i]);
        constexpr std::array<std::string_view, 4> classes{"rejected-3xx", "rejected-4xx", "rejected-5xx",
                                                          "rejected-6xx"};
        for (std::size_t i = 0; i < classes.size(); ++i) visit(classes[i], rejections[i + 3]);
    }
};

static_assert(sipwhere::observer_policy<counters>);
