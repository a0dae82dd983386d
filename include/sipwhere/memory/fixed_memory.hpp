// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/memory/answer_memory.hpp>
#include <sipwhere/memory/aor_text.hpp>
#include <sipwhere/memory/fixed_pool.hpp>
#include <sipwhere/memory/request_memory.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

namespace sipwhere {

/// How large each part of a `fixed_memory` is; each is a cap of its own.
struct memory_sizes {
    std::size_t contacts = 4;      ///< contacts of one request
    std::size_t bindings = 10;     ///< bindings of one record
    std::size_t record = 1536;     ///< bytes of one record
    std::size_t gone = 512;        ///< bytes of the bindings one update takes away
    std::size_t challenge = 0;     ///< bytes of the fields that an access policy writes
    std::size_t answer = 1432;     ///< bytes of an answer
    std::size_t aor = 192;         ///< bytes of an address-of-record
    std::size_t responses = 4;     ///< remembered responses, a power of two
    std::size_t ring_text = 2048;  ///< their bytes
    std::size_t networks = 0;      ///< of sources whose large answers are limited, a power of two; 0 limits none
    std::size_t parked = 0;        ///< requests that may wait for a policy at a time
    std::size_t request = 1500;    ///< bytes of a request that may wait
    std::size_t of_connections = 0; ///< bindings that go with their connection, and connections that have such
    bool maps = false;             ///< with 1.1 KB more, so that messages are read faster
    bool all_settings = false;     ///< with the code for all settings (see `needs_all_settings`)
};

/// The memory of one request in arrays: no heap, its size is known when it is compiled.
template <memory_sizes Sizes>
class fixed_request_memory {
public:
    [[nodiscard]] auto view() noexcept -> request_memory {
        return {message_,         map(),   aor_,  contacts_,  contact_changes_, compared_,
                binding_changes_, record_, gone_, challenge_, answer_,          bytes_};
    }

private:
    struct no_map {};
    using map_type = std::conditional_t<Sizes.maps, token_map, no_map>;

    [[nodiscard]] auto map() noexcept -> token_map* {
        if constexpr (Sizes.maps) return &map_;
        else return nullptr;
    }

    message_view message_;
    [[no_unique_address]] map_type map_;
    std::array<contact_view, Sizes.contacts> contacts_{};
    std::array<contact_change, Sizes.contacts> contact_changes_{};
    std::array<compared_contact, Sizes.contacts> compared_;
    std::array<binding_change, Sizes.bindings> binding_changes_{};
    std::array<char, Sizes.aor> aor_;
    std::array<char, Sizes.record> record_;
    std::array<char, Sizes.gone> gone_;
    std::array<char, Sizes.answer> answer_;
    [[no_unique_address]] std::array<char, Sizes.challenge> challenge_;
    [[no_unique_address]] std::array<char, Sizes.parked == 0 ? 0 : Sizes.request> bytes_;
};

/// What a server keeps of its answers, in arrays.
template <memory_sizes Sizes>
class fixed_answer_memory {
public:
    [[nodiscard]] auto view() noexcept -> answer_memory { return {ring_, buckets_, text_, budgets_}; }

private:
    std::array<remembered_response, Sizes.responses> ring_{};
    std::array<std::uint32_t, Sizes.responses> buckets_{};
    [[no_unique_address]] std::array<network_budget, Sizes.networks> budgets_{};
    std::array<char, Sizes.ring_text> text_;
};

/// The memory of a server without a heap: its size is known when it is compiled. A memory policy.
template <memory_sizes Sizes = memory_sizes{}>
struct fixed_memory {
    using request = fixed_request_memory<Sizes>;
    using answers = fixed_answer_memory<Sizes>;
    static constexpr std::size_t max_aor = Sizes.aor;
    static constexpr bool has_budgets = Sizes.networks != 0;
    static constexpr bool has_all_settings = Sizes.all_settings;
    static constexpr std::size_t parked = Sizes.parked;

    /// Where requests are kept that may wait.
    template <typename T>
    using pool = fixed_pool<T, parked + 1>;

    static constexpr std::size_t of_connections = Sizes.of_connections;

    /// Where it is kept which bindings go with their connection.
    template <typename T>
    using connection_pool = fixed_pool<T, of_connections>;
    using aor_text = fixed_aor_text<Sizes.aor>;
};

} // namespace sipwhere
