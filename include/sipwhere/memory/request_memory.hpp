// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/contact.hpp>
#include <sipwhere/message/message_view.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sipwhere {

/// What becomes of an old binding or of a contact, one for each in a decision.
enum class fate : std::uint8_t {
    keeps,      ///< an old binding stays as it is
    refreshed,  ///< an old binding gives its place and its first time to a contact
    removed,    ///< an old binding goes, or a contact leaves nothing
    expired,    ///< an old binding was due already
    created,    ///< a contact becomes a new binding
    superseded, ///< a contact is overruled by a later equal one
};

/// The decision about one contact of a request or one old binding of a record.
struct verdict_on_binding {
    fate what = fate::keeps;
    std::uint16_t by = 0; ///< refreshed: the contact's index; of a contact: the index of the binding it refreshes
    std::uint32_t granted = 0; ///< of a contact: seconds, 0 removes; of an old binding: which contacts mean it
    std::uint64_t number = 0; ///< the core of its URI's identity, if contacts and bindings are held against each other
};

/// One entry of the ring of responses.
struct remembered_response {
    std::uint64_t key = 0;
    std::uint64_t at = 0; ///< milliseconds
    std::uint32_t offset = 0; ///< in the ring's text
    std::uint32_t size = 0;
    std::uint32_t older = 0; ///< number of the entry before it in the same bucket
};

/// What one network of sources has been sent of late, in large answers.
struct network_budget {
    std::uint64_t network = 0;
    std::uint32_t used = 0; ///< bytes, at `at`
    std::uint32_t at = 0; ///< milliseconds, the low 32 bits
};

/// The working memory of one registrar, cut into its uses. All spans stay where they are.
struct workspace_view {
    message_view& message; ///< the rows of the request at hand
    std::span<char> aor; ///< its canonical address-of-record
    std::span<char> named_aor; ///< one that a call of the public API names, perhaps during a request
    std::span<contact_view> contacts; ///< its contacts; their number caps those of a request
    std::span<verdict_on_binding> contact_fates; ///< as many as `contacts`
    std::span<verdict_on_binding> binding_fates; ///< their number caps the bindings of a record
    std::span<char> record; ///< the new record; its size caps that of a record
    std::span<char> gone; ///< the bindings an update took away, for their events
    std::span<char> answer; ///< the answer; its size caps it
    std::span<remembered_response> ring; ///< a power of two, or empty to remember none
    std::span<std::uint32_t> buckets; ///< a power of two, or empty
    std::span<char> ring_text; ///< the bytes of the remembered responses
};

namespace detail {

template <typename T>
concept has_workspace = std::default_initializable<typename T::workspace> && requires(typename T::workspace& memory) {
    { memory.view() } noexcept -> std::same_as<workspace_view>;
};

/// Whether a workspace has a table for the budgets of answers; one without it has no code for them either.
template <typename Workspace>
concept has_budgets = requires(Workspace& memory) {
    { memory.budgets() } noexcept -> std::same_as<std::span<network_budget>>;
};

/// Whether a workspace wants the code for the settings that `takes_liberties` names; others are always there.
template <typename Workspace>
concept allows_liberties = requires { requires Workspace::liberties; };

} // namespace detail

} // namespace sipwhere
