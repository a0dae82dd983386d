// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/random.hpp>

#include <cstdint>
#include <cstdlib>

#if defined(__linux__) && __has_include(<sys/random.h>)
#include <sys/random.h>

#include <cstdio>
#elif !defined(__APPLE__) && !defined(__FreeBSD__) && !defined(__OpenBSD__) && !defined(__NetBSD__)
#include <sipwhere/random/detail/random_device.hpp>
#endif

namespace sipwhere {

namespace detail {

#if defined(__linux__) && __has_include(<sys/random.h>)

/// Reads the device that all Linux systems have, and ends the program where it is missing.
[[nodiscard]] inline auto word_from_file() noexcept -> std::uint64_t {
    std::uint64_t word = 0;
    auto* const device = std::fopen("/dev/urandom", "rb");
    if (device == nullptr || std::fread(&word, sizeof word, 1, device) != 1) std::abort();
    (void)std::fclose(device);
    return word;
}

/// Asks the kernel, or reads its device where the call is not known or not allowed.
[[nodiscard]] inline auto word_from_os() noexcept -> std::uint64_t {
    // The first call may wait until the kernel has gathered enough, and a signal may end the waiting.
    std::uint64_t word = 0;
    for (int tries = 0; tries < 8; ++tries)
        if (::getrandom(&word, sizeof word, 0) == static_cast<::ssize_t>(sizeof word)) return word;
    return word_from_file();
}

#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__)

[[nodiscard]] inline auto word_from_os() noexcept -> std::uint64_t {
    std::uint64_t word = 0;
    ::arc4random_buf(&word, sizeof word);
    return word;
}

#else

[[nodiscard]] inline auto word_from_os() noexcept -> std::uint64_t { return word_from_device(); }

#endif

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
