// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/fixed_vector.hpp>
#include <sipwhere/base/writer.hpp>
#include <sipwhere/policy/observer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

namespace detail {

/// Returns: how many values an enumeration has: those that have a text.
template <typename Enum>
[[nodiscard]] consteval auto count_of() -> std::size_t {
    std::size_t count = 0;
    while (!text_of(static_cast<Enum>(count)).empty()) ++count;
    return count;
}

} // namespace detail

/// Counts what happened, for graphs and for tests. Plain numbers: read them on the thread that runs the registrar, and
/// give each of several threads counters of its own, which `+=` adds up.
class counting_observer {
public:
    void on(const binding_event& event) noexcept { ++changes_[index_of(event.kind)]; }
    void on(const traffic_event& event) noexcept { traffic_[index_of(event.kind)] += event.count; }
    void on(const rejection_event& event) noexcept {
        ++classes_[class_of(event.code)];
        add({event.code, 1});
    }

    /// Says how many bindings there were in the store before this began to count.
    void begin_with(std::uint64_t bindings) noexcept { before_ = bindings; }

    /// Adds what another one counted.
    auto operator+=(const counting_observer& other) noexcept -> counting_observer& {
        for (std::size_t i = 0; i < changes_.size(); ++i) changes_[i] += other.changes_[i];
        for (std::size_t i = 0; i < traffic_.size(); ++i) traffic_[i] += other.traffic_[i];
        for (std::size_t i = 0; i < classes_.size(); ++i) classes_[i] += other.classes_[i];
        for (const auto& each : other.statuses_) add(each);
        before_ += other.before_;
        return *this;
    }

    /// Returns: 0 for a change that no event tells of.
    [[nodiscard]] auto count(change kind) const noexcept -> std::uint64_t {
        return index_of(kind) < changes_.size() ? changes_[index_of(kind)] : 0;
    }
    [[nodiscard]] auto count(traffic kind) const noexcept -> std::uint64_t { return traffic_[index_of(kind)]; }
    /// Returns: rejections with this status; 0 for one that came after 32 others, which only its class counts.
    [[nodiscard]] auto count(status code) const noexcept -> std::uint64_t {
        for (const auto& each : statuses_)
            if (each.code == code) return each.count;
        return 0;
    }

    /// Returns: rejections with a status of 300 to 399 for `hundreds` 3, and so on.
    [[nodiscard]] auto rejected(unsigned hundreds) const noexcept -> std::uint64_t {
        return hundreds < classes_.size() ? classes_[hundreds] : 0;
    }
    /// Returns: all rejections.
    [[nodiscard]] auto rejected() const noexcept -> std::uint64_t {
        std::uint64_t sum = 0;
        for (const auto each : classes_) sum += each;
        return sum;
    }

    /// Returns: bindings there are now, if the store was empty when this began to count, or `begin_with` has told what
    ///          it held; of several registrars over one store only their sum tells.
    [[nodiscard]] auto bindings() const noexcept -> std::uint64_t {
        using enum change;
        return before_ + count(created) - count(removed) - count(expired);
    }

    /// Calls `visit(name, value)` for each counter: "created", …, "rejected", "rejected-403", …, "answered", ….
    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t i = 0; i < changes_.size(); ++i) visit(text_of(static_cast<change>(i)), changes_[i]);
        visit(std::string_view{"rejected"}, rejected());
        for (const auto& each : statuses_) {
            std::array<char, 16> name{};
            writer out{name};
            out.put("rejected-").put_number(code_of(each.code));
            visit(out.text(), each.count);
        }
        for (std::size_t i = 0; i < traffic_.size(); ++i) visit(text_of(static_cast<traffic>(i)), traffic_[i]);
    }

private:
    struct status_count {
        status code{};
        std::uint64_t count = 0;
    };

    template <typename Enum>
    [[nodiscard]] static constexpr auto index_of(Enum kind) noexcept -> std::size_t {
        return static_cast<std::size_t>(kind);
    }
    [[nodiscard]] static constexpr auto class_of(status code) noexcept -> std::size_t {
        return code_of(code) / 100 % 7;
    }

    void add(const status_count& more) noexcept {
        for (auto& each : statuses_)
            if (each.code == more.code) {
                each.count += more.count;
                return;
            }
        statuses_.push_back(more);
    }

    std::array<std::uint64_t, detail::count_of<change>()> changes_{};
    std::array<std::uint64_t, detail::count_of<traffic>()> traffic_{};
    std::array<std::uint64_t, 7> classes_{}; ///< by the first digit of the status
    std::uint64_t before_ = 0; ///< bindings, when this began to count
    fixed_vector<status_count, 32> statuses_; ///< in the order they were seen first
};

static_assert(observer_policy<counting_observer>);

} // namespace sipwhere
