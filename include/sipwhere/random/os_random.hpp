// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/random.hpp>

#include <cstdint>
#include <cstdlib>
#include <random>

#if defined(__linux__) && __has_include(<sys/random.h>)
#include <sys/random.h>
#endif

namespace sipwhere {

namespace detail {

/// Asks the standard library, which ends the program where the system has no randomness to give.
[[nodiscard]] inline auto word_from_device() noexcept -> std::uint64_t {
    static_assert(std::random_device::max() - std::random_device::min() >= 0xffffffffU);
    std::random_device device;
    return std::uint64_t{device()} << 32 | std::uint64_t{device()};
}

/// Asks the operating system, or the standard library where we do not know how.
[[nodiscard]] inline auto word_from_os() noexcept -> std::uint64_t {
#if defined(__linux__) && __has_include(<sys/random.h>)
    // The first call may wait until the kernel has gathered enough, and a signal may end the waiting.
    std::uint64_t word = 0;
    for (int tries = 0; tries < 8; ++tries)
        if (::getrandom(&word, sizeof word, 0) == static_cast<::ssize_t>(sizeof word)) return word;
#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__)
    std::uint64_t word = 0;
    ::arc4random_buf(&word, sizeof word);
    return word;
#endif
    return word_from_device();
}

} // namespace detail

/// The operating system's source of secrets. It has no state, so a registrar holds its own, and a fork shares none.
///
/// Cost: one system call for each word.
class os_random {
public:
    [[nodiscard]] auto next() const noexcept -> std::uint64_t { return detail::word_from_os(); }
};

static_assert(random_policy<os_random>);

} // namespace sipwhere
