// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/detail/system_memory.hpp>

#include <support/allocation_counter.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace system_memory_test {

using sipwhere::detail::system_array;
using sipwhere::detail::system_memory;

constexpr std::size_t size = 4 * system_memory::granularity;

TEST_CASE("memory from the system can be written to, and goes back") {
    const sipwhere_test::allocation_counter allocations;
    void* const memory = system_memory::take(size);
    REQUIRE(memory != nullptr);
    std::memset(memory, 'x', size);
    CHECK(allocations.held() == 1);
    system_memory::give_back(memory, size);
    CHECK(allocations.held() == 0);
    const sipwhere_test::memory_shortage none{0};
    CHECK(system_memory::take(size) == nullptr);
}

TEST_CASE("a piece of which something was forgotten can be written to again, and has the rest of its bytes") {
    auto* const bytes = static_cast<char*>(system_memory::take(size));
    REQUIRE(bytes != nullptr);
    std::memset(bytes, 'x', size);
    system_memory::forget(bytes + system_memory::granularity, size - system_memory::granularity);
    CHECK(bytes[0] == 'x');
    CHECK(bytes[system_memory::granularity - 1] == 'x');
    std::memset(bytes, 'y', size);
    CHECK(bytes[size - 1] == 'y');
    system_memory::give_back(bytes, size);
}

#if defined(__linux__)
TEST_CASE("memory that can't be given back as addresses goes back all the same") {
    auto* const bytes = static_cast<char*>(system_memory::take(size));
    REQUIRE(bytes != nullptr);
    std::memset(bytes, 'x', size);
    {
        const sipwhere_test::unmapping_refused refused;
        system_memory::give_back(bytes, size);
    }
    CHECK(bytes[0] == 0);
    CHECK(bytes[size - 1] == 0);
    system_memory::give_back(bytes, size);
}
#endif

/// An element that is not zero at first.
struct numbered {
    std::uint32_t number = 7;
};

TEST_CASE("an array owns elements as they are made, or none") {
    const sipwhere_test::allocation_counter allocations;
    system_array<numbered, 1024> array;
    CHECK_FALSE(array);
    CHECK(array.get() == nullptr);
    array.make();
    REQUIRE(array);
    CHECK(array[0].number == 7);
    CHECK(array[1023].number == 7);
    array[5].number = 9;
    auto other = std::move(array);
    CHECK_FALSE(array);
    CHECK(other[5].number == 9);
    other.make();
    CHECK(other[5].number == 7);
    CHECK(allocations.held() == 1);
    other.reset();
    CHECK_FALSE(other);
    CHECK(allocations.held() == 0);
    const sipwhere_test::memory_shortage none{0};
    other.make();
    CHECK_FALSE(other);
}

} // namespace system_memory_test
