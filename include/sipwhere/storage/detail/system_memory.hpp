// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#if __has_include(<sys/mman.h>) && (defined(__unix__) || defined(__APPLE__))
#include <sys/mman.h>
#else
#include <new>
#endif

namespace sipwhere::detail {

/// Memory in large pieces that goes back to the system when it is given back.
///
/// Where there is mmap it is not the heap, which keeps for good what lies below a piece that is still in use. Elsewhere
/// it is.
struct system_memory {
    /// The size of a page: pieces are multiples of it.
    static constexpr std::size_t granularity = 4096;

#if __has_include(<sys/mman.h>) && (defined(__unix__) || defined(__APPLE__))
    /// Returns: so many bytes, null without memory.
    [[nodiscard]] static auto take(std::size_t size) noexcept -> void* {
        void* const made = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return made == MAP_FAILED ? nullptr : made;
    }

    /// Takes back what `take` gave, or the end of it in whole multiples of the granularity.
    static void give_back(void* memory, std::size_t size) noexcept {
        // A gap amid the others may be one too many for the system; then it gets the memory back without the addresses.
        if (::munmap(memory, size) != 0) forget(memory, size);
    }

    /// Lets the system take what a piece holds, whose bytes may be written to again.
    static void forget(void* memory, std::size_t size) noexcept { ::madvise(memory, size, MADV_DONTNEED); }
    static constexpr bool can_shrink = true;
#else
    [[nodiscard]] static auto take(std::size_t size) noexcept -> void* { return ::operator new(size, std::nothrow); }
    static void give_back(void* memory, std::size_t) noexcept { ::operator delete(memory); }
    static void forget(void*, std::size_t) noexcept {}
    static constexpr bool can_shrink = false;
#endif
};

/// Owns elements in a piece of memory of their own, or nothing.
template <typename T, std::size_t Count>
class system_array {
    static_assert(std::is_trivially_destructible_v<T>);

public:
    system_array() noexcept = default;
    system_array(system_array&& other) noexcept : elements_(std::exchange(other.elements_, nullptr)) {}
    auto operator=(system_array&& other) noexcept -> system_array& {
        std::swap(elements_, other.elements_);
        return *this;
    }
    ~system_array() { reset(); }

    [[nodiscard]] explicit operator bool() const noexcept { return elements_ != nullptr; }
    [[nodiscard]] auto get() const noexcept -> T* { return elements_; }
    [[nodiscard]] auto operator[](std::size_t index) const noexcept -> T& { return elements_[index]; }

    /// Makes the elements anew; there are none without memory.
    void make() noexcept {
        reset();
        elements_ = static_cast<T*>(system_memory::take(sizeof(T) * Count));
        if (elements_ != nullptr) std::uninitialized_value_construct_n(elements_, Count);
    }

    void reset() noexcept {
        if (elements_ != nullptr) system_memory::give_back(elements_, sizeof(T) * Count);
        elements_ = nullptr;
    }

private:
    T* elements_ = nullptr;
};

} // namespace sipwhere::detail
