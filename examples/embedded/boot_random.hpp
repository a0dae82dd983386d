// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "board/semihosting.hpp"

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/policy/random.hpp>

#include <cstdint>

/// Other numbers after each boot, and no more than that: the emulated board has no source of noise, so they come from
/// the time at which it was started.
///
/// A product returns here what its processor's noise source gives (RNG, TRNG, entropy peripheral), two words of it for
/// each call. Who can guess these numbers can aim at one bucket of a hash and forge To tags.
class boot_random {
public:
    auto next() noexcept -> std::uint64_t { return generator_.next(); }

private:
    static auto seed() noexcept -> std::uint64_t {
        using namespace board::semihosting;
        return std::uint64_t{ask_host(call::time, nullptr)} << 32U | ask_host(call::clock, nullptr);
    }

    sipwhere::xoshiro256 generator_{seed()};
};

static_assert(sipwhere::random_policy<boot_random>);
