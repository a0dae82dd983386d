// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/result.hpp>
#include <sipwhere/memory/request_memory.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace sipwhere {

/// What happens to a contact for which its address-of-record has no place.
enum class when_full : std::uint8_t {
    refuse,         ///< 403
    replace_oldest, ///< the bindings refreshed longest ago go, those the request names not
    replace_all,    ///< all bindings go that the request does not name
};

/// What happens to a REGISTER with the Call-ID of a binding, but a CSeq that is not higher.
enum class stale_cseq : std::uint8_t {
    refuse,           ///< 500, to the letter of RFC 3261 §10.3 step 7
    accept_after_32s, ///< a phone that forgot its CSeq over a reboot is taken back when no repeat can be meant
};

/// What happens to a contact that asks for less than `min_expires`.
enum class when_brief : std::uint8_t {
    refuse, ///< 423 with Min-Expires; one that asks for an hour or more gets what it asks for
    raise,  ///< it gets `min_expires`, as other registrars have it
};

/// What happens to a REGISTER with Call-ID and CSeq of one that was committed, but from another transaction, that asks
/// for what is there already. Some clients repeat a request in this way when no answer came.
enum class same_cseq : std::uint8_t {
    refuse, ///< 500, or 482 within 32 s
    show, ///< 200 with the bindings, and nothing changes
};

/// How many Contact values a REGISTER may have if nothing else is asked for: what is read and compared of so many costs
/// no more than their bytes pay for, however short they are. More than a phone ever sends.
inline constexpr std::size_t usual_request_contacts = 24;

/// The most contacts of a request that can be compared with bindings.
inline constexpr std::size_t most_compared_contacts = 255;

/// The most of them that can be told apart when they are equal but for URI parameters.
inline constexpr std::size_t most_alike = 31;

/// How long bindings live and how many there may be. A 0 asks for all that the storage's memory can hold, unless the
/// member says otherwise.
struct limits {
    std::chrono::seconds min_expires{30};
    std::chrono::seconds max_expires{300};
    std::chrono::seconds default_expires{0}; ///< of a contact that asks for nothing; 0 means `max_expires`
    std::chrono::seconds retry_after{60}; ///< what a 503 asks for when the storage is full

    std::size_t max_contacts = 10; ///< bindings of one address-of-record
    std::size_t max_request_contacts = 0; ///< Contact values of one REGISTER; 0: `usual_request_contacts`, or fewer
    std::size_t max_contact_bytes = 1024; ///< URI, parameters and Call-ID of one binding
    std::size_t max_call_id_bytes = 256; ///< Call-ID of a REGISTER that adds or refreshes; 0 for any number
    std::size_t max_uri_fields = 32; ///< URI parameters and headers in all Contacts of one REGISTER; 0 for any number
    std::size_t max_contact_params = 48; ///< parameters of all Contact values of one REGISTER; 0 for any number
    std::size_t max_alike = 16; ///< bindings, and contacts of one REGISTER, that are equal but for URI parameters
    std::size_t max_aor_bytes = 0; ///< user and domain of one address-of-record
    std::size_t max_answer_bytes = 0; ///< a complete answer

    sipwhere::when_full when_full = sipwhere::when_full::refuse;
    sipwhere::stale_cseq stale_cseq = sipwhere::stale_cseq::refuse;
    sipwhere::same_cseq same_cseq = sipwhere::same_cseq::refuse;
    sipwhere::when_brief when_brief = sipwhere::when_brief::refuse;

    /// Returns: what a contact gets that asks for nothing.
    [[nodiscard]] constexpr auto granted_by_default() const noexcept -> std::chrono::seconds {
        return default_expires.count() == 0 ? max_expires : default_expires;
    }
};

/// Returns: how many contacts of a request a memory can hold, compare and decide about.
[[nodiscard]] inline auto most_request_contacts(const request_memory& memory) noexcept -> std::size_t {
    return std::min(
        {memory.contacts.size(), memory.contact_changes.size(), memory.compared.size(), most_compared_contacts});
}

/// Fills in what was left to the memory, and refuses limits that cannot all hold.
///
/// Returns: nothing; no size is 0 any more.
/// Errors:  contradicting_limits; capacity_exceeded when the memory is too small for one of them; `find_fault` tells
///          which.
[[nodiscard]] inline auto complete(limits& wanted, const request_memory& memory) noexcept -> result<void> {
    constexpr std::int64_t longest = std::numeric_limits<std::uint32_t>::max() - 1;
    const std::int64_t least = wanted.min_expires.count(), usual = wanted.granted_by_default().count();
    const std::int64_t most = wanted.max_expires.count(), wait = wanted.retry_after.count();
    if (least < 0 || usual < least || most < usual || most == 0 || most > longest || wait < 0 || wait > longest)
        return fail(errc::contradicting_limits);

    bool fits = true;
    const auto resolve = [&fits](std::size_t& size, std::size_t capacity) {
        if (size == 0) size = capacity;
        fits = fits && size <= capacity && size > 0;
    };
    resolve(wanted.max_contacts, memory.binding_changes.size());
    const auto contacts = most_request_contacts(memory);
    if (wanted.max_request_contacts == 0) wanted.max_request_contacts = std::min(contacts, usual_request_contacts);
    resolve(wanted.max_request_contacts, contacts);
    resolve(wanted.max_alike, most_alike);
    resolve(wanted.max_contact_bytes, memory.record.size());
    resolve(wanted.max_aor_bytes, memory.aor.size());
    resolve(wanted.max_answer_bytes, memory.answer.size());
    if (!fits) return fail(errc::capacity_exceeded);
    if (wanted.max_call_id_bytes == 0) wanted.max_call_id_bytes = std::numeric_limits<std::size_t>::max();
    constexpr auto any = std::numeric_limits<std::size_t>::max();
    if (wanted.max_uri_fields == 0) wanted.max_uri_fields = any;
    if (wanted.max_contact_params == 0) wanted.max_contact_params = any;
    return {};
}

} // namespace sipwhere
