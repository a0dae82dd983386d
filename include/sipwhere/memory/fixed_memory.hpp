// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/memory/request_memory.hpp>

#include <array>
#include <cstddef>
#include <span>

namespace sipwhere {

/// How large each part of a `fixed_workspace` is; each is a cap of its own.
struct workspace_sizes {
    std::size_t contacts = 4;     ///< contacts of one request
    std::size_t bindings = 10;    ///< bindings of one record
    std::size_t record = 1536;    ///< bytes of one record
    std::size_t gone = 512;       ///< bytes of the bindings one update takes away
    std::size_t answer = 1432;    ///< bytes of an answer
    std::size_t aor = 192;        ///< bytes of an address-of-record
    std::size_t responses = 4;    ///< remembered responses, a power of two
    std::size_t ring_text = 2048; ///< their bytes
    std::size_t networks = 0;     ///< of sources whose large answers are limited, a power of two; 0 limits none
    bool liberties = false;       ///< with the code for all settings (see `takes_liberties`)
};

/// Working memory in arrays: no heap, its size is known when it is compiled.
template <workspace_sizes Sizes = workspace_sizes{}>
class fixed_workspace {
public:
    static constexpr bool liberties = Sizes.liberties;

    [[nodiscard]] auto view() noexcept -> workspace_view {
        return {message_, aor_,  named_aor_, contacts_, contact_fates_, binding_fates_,
                record_,  gone_, answer_,    ring_,     buckets_,       ring_text_};
    }

    /// Returns: the table for the budgets of answers (see `settings::answer_budget`).
    [[nodiscard]] auto budgets() noexcept -> std::span<network_budget>
        requires(Sizes.networks != 0)
    {
        return networks_;
    }

private:
    message_view message_;
    std::array<contact_view, Sizes.contacts> contacts_{};
    std::array<verdict_on_binding, Sizes.contacts> contact_fates_{};
    std::array<verdict_on_binding, Sizes.bindings> binding_fates_{};
    std::array<remembered_response, Sizes.responses> ring_{};
    std::array<std::uint32_t, Sizes.responses> buckets_{};
    [[no_unique_address]] std::array<network_budget, Sizes.networks> networks_{};
    std::array<char, Sizes.aor> aor_;
    std::array<char, Sizes.aor> named_aor_;
    std::array<char, Sizes.record> record_;
    std::array<char, Sizes.gone> gone_;
    std::array<char, Sizes.answer> answer_;
    std::array<char, Sizes.ring_text> ring_text_;
};

} // namespace sipwhere
