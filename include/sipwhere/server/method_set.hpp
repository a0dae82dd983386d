// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/method.hpp>

#include <cstdint>
#include <initializer_list>

namespace sipwhere {

/// Some of the methods that have a name.
class method_set {
public:
    constexpr method_set() noexcept = default;
    constexpr method_set(std::initializer_list<method> methods) noexcept {
        for (const auto each : methods) bits_ |= bit(each);
    }

    [[nodiscard]] constexpr auto has(method asked) const noexcept -> bool { return (bits_ & bit(asked)) != 0; }

    [[nodiscard]] friend constexpr auto operator|(method_set a, method_set b) noexcept -> method_set {
        a.bits_ |= b.bits_;
        return a;
    }

private:
    [[nodiscard]] static constexpr auto bit(method of) noexcept -> std::uint32_t {
        return of == method::unknown ? 0 : std::uint32_t{1} << static_cast<unsigned>(of);
    }

    std::uint32_t bits_ = 0;
};

} // namespace sipwhere
