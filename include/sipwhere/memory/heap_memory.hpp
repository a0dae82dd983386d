// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/memory/answer_memory.hpp>
#include <sipwhere/memory/aor_text.hpp>
#include <sipwhere/memory/chunked_pool.hpp>
#include <sipwhere/memory/heap_pool.hpp>
#include <sipwhere/memory/request_memory.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <span>

namespace sipwhere {

namespace detail {

/// Elements on the heap, their number chosen once; none without memory. It owns a plain pointer, as a `std::unique_ptr`
/// for each of many types takes a tenth of the time to compile.
template <typename T>
class heap_array {
public:
    explicit heap_array(std::size_t size) noexcept
        : elements_(new(std::nothrow) T[size]()), size_(elements_ == nullptr ? 0 : size) {}
    heap_array(const heap_array&) = delete;
    auto operator=(const heap_array&) -> heap_array& = delete;
    ~heap_array() { delete[] elements_; }

    [[nodiscard]] operator std::span<T>() noexcept { return {elements_, size_}; }

private:
    T* elements_;
    std::size_t size_;
};

/// Bytes on the heap, left as they are, so that those never written to take none of the system's memory.
class heap_bytes {
public:
    explicit heap_bytes(std::size_t size) noexcept : bytes_(new(std::nothrow) char[size]), size_(bytes_ ? size : 0) {}

    [[nodiscard]] operator std::span<char>() noexcept { return {bytes_.get(), size_}; }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
};

} // namespace detail

/// The memory of one request on a host with plenty: allocated once, when it is made, and never grown.
class heap_request_memory {
public:
    [[nodiscard]] auto view() noexcept -> request_memory {
        return {message_,         &map_,   aor_,  contacts_,  contact_changes_, compared_,
                binding_changes_, record_, gone_, challenge_, answer_,          bytes_};
    }

private:
    static constexpr std::size_t max_contacts = 64;
    static constexpr std::size_t max_bindings = 256;
    static constexpr std::size_t max_datagram = 65507; // of UDP over IPv4
    static constexpr std::size_t max_aor = 1024;
    static constexpr std::size_t max_challenge = 4096;

    message_view message_;
    token_map map_;
    detail::heap_bytes aor_{max_aor};
    detail::heap_array<contact_view> contacts_{max_contacts};
    detail::heap_array<contact_change> contact_changes_{max_contacts};
    detail::heap_array<compared_contact> compared_{max_contacts};
    detail::heap_array<binding_change> binding_changes_{max_bindings};
    detail::heap_bytes record_{2 * max_datagram};
    detail::heap_bytes gone_{2 * max_datagram};
    detail::heap_bytes challenge_{max_challenge};
    detail::heap_bytes answer_{max_datagram};
    detail::heap_bytes bytes_{max_datagram};
};

/// What a server on such a host keeps of its answers: the last 4,096 responses within 2 MiB, and the budgets of 4,096
/// networks.
class heap_answer_memory {
public:
    [[nodiscard]] auto view() noexcept -> answer_memory { return {ring_, buckets_, text_, budgets_}; }

private:
    static constexpr std::size_t responses = 4096;

    detail::heap_array<remembered_response> ring_{responses};
    detail::heap_array<std::uint32_t> buckets_{4 * responses}; // so that most are empty
    detail::heap_bytes text_{2U << 20U};
    detail::heap_array<network_budget> budgets_{4096};
};

/// The memory of a server on a host with plenty. A memory policy.
struct heap_memory {
    using request = heap_request_memory;
    using answers = heap_answer_memory;
    static constexpr std::size_t max_aor = 1024; ///< bytes of an address-of-record that a call of the API names
    static constexpr bool has_budgets = true;
    static constexpr bool has_all_settings = true; ///< with the code for those that `needs_all_settings` names
    static constexpr std::size_t parked = 1024; ///< requests that may wait at a time

    /// Where requests are kept that may wait; their memory is allocated when it is needed.
    template <typename T>
    using pool = heap_pool<T, parked + 1>;

    static constexpr std::size_t of_connections = 1U << 20U; ///< bindings that go with their connection

    /// Where it is kept which these are.
    template <typename T>
    using connection_pool = chunked_pool<T, of_connections>;
    using aor_text = heap_aor_text;
};

} // namespace sipwhere
