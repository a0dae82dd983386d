// SPDX-License-Identifier: BSL-1.0
#include <support/allocation_counter.hpp>

#include <cstdlib>
#include <limits>
#include <new>

namespace {

constexpr std::size_t plenty = std::numeric_limits<std::size_t>::max();

std::size_t allocations = 0;
std::size_t frees = 0;
std::size_t nothrow_left = plenty;

auto allocate(std::size_t size) noexcept -> void* {
    ++allocations;
    return std::malloc(size != 0 ? size : 1);
}

auto allocate_or_abort(std::size_t size) noexcept -> void* {
    void* const memory = allocate(size);
    if (memory == nullptr) std::abort();
    return memory;
}

void give_back(void* memory) noexcept {
    frees += memory != nullptr ? 1 : 0;
    std::free(memory);
}

auto allocate_if_left(std::size_t size) noexcept -> void* {
    if (nothrow_left == 0) return nullptr;
    if (nothrow_left != plenty) --nothrow_left;
    return allocate(size);
}

} // namespace

namespace sipwhere_test {

allocation_counter::allocation_counter() noexcept : count_before_(allocations), freed_before_(frees) {}

auto allocation_counter::count() const noexcept -> std::size_t { return allocations - count_before_; }

auto allocation_counter::held() const noexcept -> std::ptrdiff_t {
    return static_cast<std::ptrdiff_t>(count()) - static_cast<std::ptrdiff_t>(frees - freed_before_);
}

memory_shortage::memory_shortage(std::size_t allowed) noexcept { nothrow_left = allowed; }

memory_shortage::~memory_shortage() { nothrow_left = plenty; }

} // namespace sipwhere_test

auto operator new(std::size_t size) -> void* { return allocate_or_abort(size); }
auto operator new[](std::size_t size) -> void* { return allocate_or_abort(size); }
auto operator new(std::size_t size, const std::nothrow_t&) noexcept -> void* { return allocate_if_left(size); }
auto operator new[](std::size_t size, const std::nothrow_t&) noexcept -> void* { return allocate_if_left(size); }
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete[](void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete[](void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { give_back(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { give_back(memory); }
