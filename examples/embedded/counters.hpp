// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/joined_texts.hpp>
#include <sipwhere/policy/observer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace counter {

// Those of traffic before `overrun`: no transport of a board tells what was lost, and no policy of it answers later.
inline constexpr auto traffic_kinds = static_cast<std::size_t>(sipwhere::traffic::overrun);

// The first change of a binding that an observer is told of; three more follow it.
inline constexpr auto first_change = sipwhere::change::refreshed;

// Where they begin: those of what happened to a binding, to a datagram, those by the first digit of a status.
inline constexpr std::size_t changes = 0, traffic = 4, rejections = traffic + traffic_kinds, all = rejections + 7;

constexpr auto name_list() -> std::array<std::string_view, all> {
    std::array<std::string_view, all> made{};
    for (std::size_t i = changes; i < traffic; ++i)
        made[i] = text_of(static_cast<sipwhere::change>(i - changes + static_cast<std::size_t>(first_change)));
    for (std::size_t i = traffic; i < rejections; ++i) made[i] = text_of(static_cast<sipwhere::traffic>(i - traffic));
    made[rejections + 3] = "rejected-3xx";
    made[rejections + 4] = "rejected-4xx";
    made[rejections + 5] = "rejected-5xx";
    made[rejections + 6] = "rejected-6xx";
    return made;
}
inline constexpr sipwhere::joined_texts<all, sipwhere::joined_size(name_list())> names{name_list()};

} // namespace counter

/// Counts what happened, in 32 bits each: an observer in 84 bytes.
class counters {
public:
    void on(const sipwhere::binding_event& event) noexcept {
        count(counter::changes, static_cast<std::size_t>(event.kind) - static_cast<std::size_t>(counter::first_change));
    }
    void on(const sipwhere::traffic_event& event) noexcept {
        count(counter::traffic, static_cast<std::size_t>(event.kind));
    }
    void on(const sipwhere::rejection_event& event) noexcept {
        count(counter::rejections, code_of(event.code) / 100U % 7U);
    }

    /// Calls `visit(name, value)` for each counter.
    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t i = 0; i < counter::all; ++i)
            if (const auto name = counter::names[i]; !name.empty()) visit(name, counts_[i]);
    }

private:
    void count(std::size_t begin, std::size_t index) noexcept { ++counts_[begin + index]; }

    std::array<std::uint32_t, counter::all> counts_{};
};

static_assert(sipwhere::observer_policy<counters>);
