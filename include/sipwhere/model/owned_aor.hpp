// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/aor.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace sipwhere {

/// An address-of-record that holds its own text, for stores that keep keys in a standard container. Uses the heap.
struct aor {
    std::string user;
    std::string domain;

    aor() = default;
    explicit aor(const aor_view& key) : user(key.user), domain(key.domain) {}

    [[nodiscard]] auto view() const noexcept -> aor_view { return {user, domain}; }

    friend auto operator<=>(const aor& a, const aor& b) noexcept { return a.view() <=> b.view(); }
    friend auto operator<=>(const aor& a, const aor_view& b) noexcept { return a.view() <=> b; }
    friend auto operator==(const aor& a, const aor& b) noexcept -> bool { return a.view() == b.view(); }
    friend auto operator==(const aor& a, const aor_view& b) noexcept -> bool { return a.view() == b; }
};

} // namespace sipwhere

/// For unordered containers, which `std::equal_to<>` lets be searched by a view: not for keys that strangers choose.
template <>
struct std::hash<sipwhere::aor> {
    using is_transparent = void;

    [[nodiscard]] auto operator()(const sipwhere::aor_view& key) const noexcept -> std::size_t {
        constexpr std::hash<std::string_view> of_text;
        return of_text(key.user) * 31 + of_text(key.domain);
    }
    [[nodiscard]] auto operator()(const sipwhere::aor& key) const noexcept -> std::size_t {
        return (*this)(key.view());
    }
};
