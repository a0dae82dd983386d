// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace sipwhere_test {

/// Counts what `operator new` was asked for since the counter was made. The test program replaces that operator.
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

/// While one lives, `operator new(std::nothrow)` gives memory `allowed` times and then no more.
class memory_shortage {
public:
    explicit memory_shortage(std::size_t allowed) noexcept;
    ~memory_shortage();
    memory_shortage(const memory_shortage&) = delete;
    auto operator=(const memory_shortage&) -> memory_shortage& = delete;
};

} // namespace sipwhere_test
