// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/memory/request_memory.hpp>

#include <cstddef>
#include <memory>
#include <span>

namespace sipwhere {

namespace detail {

/// Elements on the heap, their number chosen once; compiles faster than a vector.
template <typename T>
class heap_array {
public:
    explicit heap_array(std::size_t size) : elements_(std::make_unique<T[]>(size)), size_(size) {}

    [[nodiscard]] operator std::span<T>() noexcept { return {elements_.get(), size_}; }

private:
    std::unique_ptr<T[]> elements_;
    std::size_t size_;
};

} // namespace detail

/// Working memory for a host with plenty: allocated once, when the registrar is made, and never grown.
class heap_workspace {
public:
    static constexpr bool liberties = true; ///< with the code for all settings

    [[nodiscard]] auto view() noexcept -> workspace_view {
        return {message_, aor_,  named_aor_, contacts_, contact_fates_, binding_fates_,
                record_,  gone_, answer_,    ring_,     buckets_,       ring_text_};
    }

    /// Returns: the table for the budgets of answers (see `settings::answer_budget`).
    [[nodiscard]] auto budgets() noexcept -> std::span<network_budget> { return networks_; }

private:
    static constexpr std::size_t max_contacts = 64;
    static constexpr std::size_t max_bindings = 256;
    static constexpr std::size_t max_datagram = 65507; // of UDP over IPv4
    static constexpr std::size_t responses = 4096;
    static constexpr std::size_t max_aor = 1024;

    message_view message_;
    detail::heap_array<char> aor_{max_aor};
    detail::heap_array<char> named_aor_{max_aor};
    detail::heap_array<contact_view> contacts_{max_contacts};
    detail::heap_array<verdict_on_binding> contact_fates_{max_contacts};
    detail::heap_array<verdict_on_binding> binding_fates_{max_bindings};
    detail::heap_array<char> record_{2 * max_datagram};
    detail::heap_array<char> gone_{2 * max_datagram};
    detail::heap_array<char> answer_{max_datagram};
    detail::heap_array<remembered_response> ring_{responses};
    detail::heap_array<std::uint32_t> buckets_{4 * responses}; // so that most are empty
    detail::heap_array<char> ring_text_{2U << 20U};
    detail::heap_array<network_budget> networks_{4096};
};

} // namespace sipwhere
