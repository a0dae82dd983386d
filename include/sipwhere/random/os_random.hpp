// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/random.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <span>
#include <utility>

#if defined(__linux__) && __has_include(<sys/random.h>)
#include <sys/random.h>
#endif

namespace sipwhere {

namespace detail {

/// Asks the standard library, which ends the program where the system has no randomness to give.
inline void fill_from_device(std::span<std::uint64_t> words) noexcept {
    static_assert(std::random_device::max() - std::random_device::min() >= 0xffffffffU);
    std::random_device device;
    for (auto& word : words) word = std::uint64_t{device()} << 32 | std::uint64_t{device()};
}

/// Asks the operating system, or the standard library where we do not know how.
inline void fill_from_os(std::span<std::uint64_t> words) noexcept {
#if defined(__linux__) && __has_include(<sys/random.h>)
    // Up to 256 bytes come whole; the first call may wait until the kernel has gathered enough.
    for (int tries = 0; tries < 8; ++tries)
        if (::getrandom(words.data(), words.size_bytes(), 0) == static_cast<::ssize_t>(words.size_bytes())) return;
    fill_from_device(words);
#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__)
    ::arc4random_buf(words.data(), words.size_bytes());
#else
    fill_from_device(words);
#endif
}

} // namespace detail

/// The operating system's source of secrets, drawn 256 bytes at a time; each word is wiped as it is given away.
///
/// A process that forks makes its own in the child, or parent and child see the same words.
class os_random {
public:
    os_random() noexcept = default;
    os_random(const os_random&) = delete;
    auto operator=(const os_random&) -> os_random& = delete;

    auto next() noexcept -> std::uint64_t {
        if (left_ == 0) {
            detail::fill_from_os(words_);
            left_ = words_.size();
        }
        return std::exchange(words_[--left_], 0);
    }

private:
    std::array<std::uint64_t, 32> words_{};
    std::size_t left_ = 0;
};

static_assert(random_policy<os_random>);

} // namespace sipwhere
