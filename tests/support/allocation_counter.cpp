// SPDX-License-Identifier: BSL-1.0
#include <support/allocation_counter.hpp>

#include <cstdlib>
#include <limits>
#include <new>

#if defined(__linux__)
#include <cerrno>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace {

constexpr std::size_t plenty = std::numeric_limits<std::size_t>::max();

std::size_t allocations = 0;
std::size_t frees = 0;
std::size_t nothrow_left = plenty;
bool refuses_unmapping = false;

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

unmapping_refused::unmapping_refused() noexcept { refuses_unmapping = true; }

unmapping_refused::~unmapping_refused() { refuses_unmapping = false; }

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

#if defined(__linux__)
// What the library takes from the system is counted as well, and runs out alike. The C library's mmap has another name
// where files may be large, so that ours can't call it by that.
extern "C" auto mmap(void* at, std::size_t size, int protection, int flags, int file, off_t offset) noexcept -> void* {
    if (nothrow_left == 0) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    if (nothrow_left != plenty) --nothrow_left;
    ++allocations;
#if defined(__s390x__) // whose system takes six arguments in memory
    const unsigned long arguments[]{reinterpret_cast<unsigned long>(at),    size,
                                    static_cast<unsigned long>(protection), static_cast<unsigned long>(flags),
                                    static_cast<unsigned long>(file),       static_cast<unsigned long>(offset)};
    return reinterpret_cast<void*>(::syscall(SYS_mmap, arguments));
#else
    return reinterpret_cast<void*>(::syscall(SYS_mmap, at, size, protection, flags, file, offset));
#endif
}

extern "C" auto munmap(void* memory, std::size_t size) noexcept -> int {
    if (refuses_unmapping) {
        errno = ENOMEM;
        return -1;
    }
    ++frees;
    return static_cast<int>(::syscall(SYS_munmap, memory, size));
}
#endif
