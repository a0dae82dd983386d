// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace sipwhere_test {

/// Counts what `operator new` and mmap were asked for since the counter was made. The test program replaces both.
class allocation_counter {
public:
    allocation_counter() noexcept;

    /// Returns: how many allocations there were.
    [[nodiscard]] auto count() const noexcept -> std::size_t;

    /// Returns: how many allocations there were less those given back; negative when older ones were.
    [[nodiscard]] auto held() const noexcept -> std::ptrdiff_t;

private:
    std::size_t count_before_;
    std::size_t freed_before_;
};

/// While one lives, `operator new(std::nothrow)` and mmap give memory `allowed` times and then no more.
class memory_shortage {
public:
    explicit memory_shortage(std::size_t allowed) noexcept;
    ~memory_shortage();
    memory_shortage(const memory_shortage&) = delete;
    auto operator=(const memory_shortage&) -> memory_shortage& = delete;
};

/// While one lives, munmap refuses, as it does when the gap would be one too many for the system.
class unmapping_refused {
public:
    unmapping_refused() noexcept;
    ~unmapping_refused();
    unmapping_refused(const unmapping_refused&) = delete;
    auto operator=(const unmapping_refused&) -> unmapping_refused& = delete;
};

} // namespace sipwhere_test
