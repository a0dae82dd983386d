// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/config/limits.hpp>
#include <sipwhere/memory/request_memory.hpp>
#include <sipwhere/message/uri_identity.hpp>
#include <sipwhere/record/record_view.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace sipwhere {

/// What a record holds of the octets of a contact.
enum class octets : std::uint8_t {
    found,    ///< a live binding has the very same
    not_there, ///< none has, but there are live bindings
    nothing,  ///< there is no live binding
};

/// Looks for a live binding whose URI has the very same octets, as nearly every refresh has one.
///
/// Calls `hit(index, binding)` with the binding found.
/// Cost: a comparison of lengths, and of bytes where these are equal, for each binding.
template <typename Hit>
[[nodiscard]] auto find_octets(std::string_view uri, record_view record, std::span<const binding_change> changes,
                               Hit&& hit) noexcept -> octets {
    auto result = octets::nothing;
    std::size_t index = 0;
    for (auto at = record.begin(); at != record.end(); ++at, ++index) {
        if (changes[index].kind == change::expired) continue;
        result = octets::not_there;
        const auto binding = at.brief();
        if (binding.uri != uri) continue;
        hit(index, binding);
        return octets::found;
    }
    return result;
}

/// The contacts of a request and the bindings of a record, held against each other.
///
/// A binding with the very same octets wins alone; otherwise all that are equal by §19.1.4 are meant, since equality
/// is not transitive and a contact may equal two bindings that do not equal each other.
///
/// Contacts and bindings whose identities have the same core are alike: they are equal but for parameters. There may be
/// many pairs of those, so that their number is capped.
/// Cost: one pass over contacts and bindings; a comparison of parameters for each pair that is alike.
class matching {
public:
    /// `changes` are one for each binding and tell which of them are live; `compared` has one for each contact.
    matching(std::span<const contact_view> contacts, record_view record, std::span<compared_contact> compared,
             std::span<binding_change> changes) noexcept
        : contacts_(contacts), record_(record), compared_(compared), changes_(changes) {
        SIPWHERE_ASSERT(contacts.size() <= compared.size() && contacts.size() <= most_compared_contacts);
    }

    /// Works out what is equal to what.
    ///
    /// Returns: false when more than `most` contacts are alike, and then nothing is known.
    [[nodiscard]] auto run(hash_key key, std::size_t most) noexcept -> bool {
        for (std::size_t i = 0; i < contacts_.size(); ++i)
            if (!add(i, key, most)) return false;
        std::size_t index = 0;
        for (auto at = record_.begin(); at != record_.end(); ++at, ++index)
            if (changes_[index].kind != change::expired) hold_against_contacts(at.brief(), index, key);
        for (std::size_t i = 0; i < contacts_.size(); ++i) settle_same_octets(i);
        return true;
    }

    /// Returns: whether a later contact of the request is equal, so that this one leaves no binding.
    [[nodiscard]] auto is_superseded(std::size_t contact) const noexcept -> bool {
        return compared_[contact].is_superseded;
    }

    /// Calls `hit(binding, is_static)` with the place of each binding that a contact means, in their order.
    template <typename Hit>
    void for_each_meant(std::size_t contact, Hit&& hit) const {
        const auto& asked = compared_[contact];
        auto left = asked.meant;
        for (std::size_t i = asked.first; left > 0; ++i) {
            if (!means(asked, i)) continue;
            hit(i, (changes_[i].meant_by & is_static) != 0);
            --left;
        }
    }

    /// Returns: whether any contact means a binding.
    [[nodiscard]] static auto is_meant(const binding_change& binding) noexcept -> bool {
        return (binding.meant_by & ~is_static) != 0;
    }

private:
    static constexpr std::uint32_t is_static = std::uint32_t{1} << most_alike; ///< beside a bit for each contact

    [[nodiscard]] auto chain(std::uint64_t number) noexcept -> std::uint8_t& {
        return chains_[static_cast<std::size_t>(number) % chains_.size()];
    }

    [[nodiscard]] auto means(const compared_contact& asked, std::size_t binding) const noexcept -> bool {
        return changes_[binding].core == asked.identity.core && (changes_[binding].meant_by >> asked.bit & 1U) != 0;
    }

    /// Holds a contact against those before it.
    [[nodiscard]] auto add(std::size_t index, hash_key key, std::size_t most) noexcept -> bool {
        auto& added = *std::construct_at(&compared_[index]);
        identify(contacts_[index].uri, key, added.identity);
        const auto number = added.identity.core;
        std::size_t alike = 0;
        for (auto place = chain(number); place != 0;) {
            auto& earlier = compared_[place - 1];
            place = earlier.before;
            if (earlier.identity.core != number) continue;
            if (++alike >= most) return false;
            if (!earlier.is_superseded && agree(earlier.identity, added.identity)) earlier.is_superseded = true;
        }
        added.bit = static_cast<std::uint8_t>(alike);
        added.before = std::exchange(chain(number), static_cast<std::uint8_t>(index + 1));
        return true;
    }

    void hold_against_contacts(const brief_binding& binding, std::size_t index, hash_key key) noexcept {
        const auto identity = identify(split_uri(binding.uri), key);
        const auto place_of_binding = static_cast<std::uint16_t>(index);
        auto& change = changes_[index];
        change.core = identity.core;
        change.meant_by = binding.is_static() ? is_static : 0;
        for (auto place = chain(identity.core); place != 0;) {
            auto& asked = compared_[place - 1];
            const auto& uri = contacts_[place - 1].uri;
            place = asked.before;
            if (asked.identity.core != identity.core || !agree(identity, asked.identity)) continue;
            if (asked.same_octets == compared_contact::none && uri.text == binding.uri)
                asked.same_octets = place_of_binding;
            if (asked.meant++ == 0) asked.first = place_of_binding;
            change.meant_by |= std::uint32_t{1} << asked.bit;
        }
    }

    /// Lets a contact that found its own octets mean nothing else.
    void settle_same_octets(std::size_t contact) noexcept {
        auto& asked = compared_[contact];
        if (asked.same_octets == compared_contact::none || asked.meant == 1) return;
        auto left = asked.meant;
        for (std::size_t i = asked.first; left > 0; ++i) {
            if (!means(asked, i)) continue;
            if (i != asked.same_octets) changes_[i].meant_by &= ~(std::uint32_t{1} << asked.bit);
            --left;
        }
        asked.first = asked.same_octets;
        asked.meant = 1;
    }

    std::span<const contact_view> contacts_;
    record_view record_;
    std::span<compared_contact> compared_;
    std::span<binding_change> changes_;
    static constexpr std::size_t chain_count = SIPWHERE_SMALL != 0 ? 8 : 64; // few contacts need few
    std::array<std::uint8_t, chain_count> chains_{}; ///< the last contact of each, counted from 1; 0 for none
};

} // namespace sipwhere
