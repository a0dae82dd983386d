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

// Where they begin: those of what happened to a binding, if it is told of, to a datagram, those by the first digit of a
// status.
inline constexpr std::size_t changes = 0, traffic = 4, rejections = traffic + traffic_kinds, all = rejections + 7;

constexpr auto name_list() -> std::array<std::string_view, all> {
    std::array<std::string_view, all> made{};
    for (std::size_t i = changes; i < traffic; ++i) made[i] = text_of(static_cast<sipwhere::change>(i - changes));
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
    void on(const sipwhere::binding_event& event) noexcept { count(counter::changes, event.kind); }
    void on(const sipwhere::traffic_event& event) noexcept { count(counter::traffic, event.kind); }
    void on(const sipwhere::rejection_event& event) noexcept {
        count(counter::rejections, code_of(event.code) / 100 % 7);
    }

    /// Calls `visit(name, value)` for each counter.
    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t i = 0; i < counter::all; ++i)
            if (const auto name = counter::names[i]; !name.empty()) visit(name, counts_[i]);
    }

private:
    void count(std::size_t begin, auto what) noexcept { ++counts_[begin + static_cast<std::size_t>(what)]; }

    std::array<std::uint32_t, counter::all> counts_{};
};

static_assert(sipwhere::observer_policy<counters>);
