// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/uri_equal.hpp>
#include <sipwhere/message/uri_identity.hpp>
#include <sipwhere/record/record_view.hpp>
#include <sipwhere/memory/request_memory.hpp>

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

/// Returns: whether a contact means the URI of a binding (RFC 3261 §19.1.4).
[[nodiscard]] inline auto means(const uri_view& contact, std::string_view bound) noexcept -> bool {
    return contact.text == bound || uri_equal(contact, split_uri(bound));
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
    /// A contact, in a chain of those whose numbers end in the same bits, from the last to the first.
    struct candidate {
        uri_identity identity;
        std::uint16_t same_octets = none; ///< the binding with the very same ones
        std::uint16_t first = none; ///< the first binding that it means
        std::uint16_t meant = 0; ///< how many bindings it means
        std::uint8_t before = 0; ///< the place of the one before it in its chain, counted from 1
        std::uint8_t bit = 0; ///< how many contacts before it are alike
        bool is_superseded = false;
    };

public:
    /// The most contacts that can be told apart among those that are alike.
    static constexpr std::size_t most_alike = 31;

    /// The most contacts that can be held against bindings.
    static constexpr std::size_t most_contacts = 255;

    /// Returns: how many contacts can be held against bindings in so many bytes.
    [[nodiscard]] static constexpr auto capacity(std::size_t bytes) noexcept -> std::size_t {
        constexpr auto lost = alignof(candidate) - 1;
        return std::min(most_contacts, (std::max(bytes, lost) - lost) / sizeof(candidate));
    }

    /// The verdicts are one for each contact and each binding; those on bindings tell which of them are live.
    /// `room` is enough for the contacts, and used by nobody else.
    matching(std::span<const contact_view> contacts, record_view record, std::span<verdict_on_binding> on_contacts,
             std::span<verdict_on_binding> on_bindings, std::span<char> room) noexcept
        : contacts_(contacts), record_(record), on_contacts_(on_contacts), on_bindings_(on_bindings),
          candidates_(candidates_in(room)) {
        SIPWHERE_ASSERT(contacts.size() <= capacity(room.size()));
    }

    /// Works out what is equal to what.
    ///
    /// Returns: false when more than `most` contacts are alike, and then nothing is known.
    [[nodiscard]] auto run(hash_key key, std::size_t most) noexcept -> bool {
        for (std::size_t i = 0; i < contacts_.size(); ++i)
            if (!add(i, key, most)) return false;
        std::size_t index = 0;
        for (auto at = record_.begin(); at != record_.end(); ++at, ++index)
            if (on_bindings_[index].what != fate::expired) hold_against_contacts(at.brief(), index, key);
        for (std::size_t i = 0; i < contacts_.size(); ++i) settle_same_octets(i);
        return true;
    }

    /// Returns: whether a later contact of the request is equal, so that this one leaves no binding.
    [[nodiscard]] auto is_superseded(std::size_t contact) const noexcept -> bool {
        return candidates_[contact].is_superseded;
    }

    /// Calls `hit(binding, is_static)` with the place of each binding that a contact means, in their order.
    template <typename Hit>
    void for_each_meant(std::size_t contact, Hit&& hit) const {
        const auto& asked = candidates_[contact];
        auto left = asked.meant;
        for (std::size_t i = asked.first; left > 0; ++i) {
            if (!means(asked, i)) continue;
            hit(i, (on_bindings_[i].granted & is_static) != 0);
            --left;
        }
    }

    /// Returns: whether any contact means a binding.
    [[nodiscard]] static auto is_meant(const verdict_on_binding& binding) noexcept -> bool {
        return (binding.granted & ~is_static) != 0;
    }

private:
    static constexpr std::uint16_t none = std::numeric_limits<std::uint16_t>::max();
    static constexpr std::uint32_t is_static = std::uint32_t{1} << most_alike; ///< beside a bit for each contact

    [[nodiscard]] static auto candidates_in(std::span<char> room) noexcept -> candidate* {
        void* begin = room.data();
        auto size = room.size();
        return static_cast<candidate*>(std::align(alignof(candidate), 0, begin, size));
    }

    [[nodiscard]] auto chain(std::uint64_t number) noexcept -> std::uint8_t& {
        return chains_[static_cast<std::size_t>(number) % chains_.size()];
    }

    [[nodiscard]] auto means(const candidate& asked, std::size_t binding) const noexcept -> bool {
        return on_bindings_[binding].number == asked.identity.core &&
               (on_bindings_[binding].granted >> asked.bit & 1U) != 0;
    }

    /// Holds a contact against those before it.
    [[nodiscard]] auto add(std::size_t index, hash_key key, std::size_t most) noexcept -> bool {
        auto& added = *std::construct_at(candidates_ + index);
        detail::identify(contacts_[index].uri, key, added.identity);
        const auto number = added.identity.core;
        std::size_t alike = 0;
        for (auto place = chain(number); place != 0;) {
            auto& earlier = candidates_[place - 1];
            place = earlier.before;
            if (earlier.identity.core != number) continue;
            if (++alike >= most) return false;
            if (!earlier.is_superseded && agree(earlier.identity, added.identity)) earlier.is_superseded = true;
        }
        added.bit = static_cast<std::uint8_t>(alike);
        added.before = std::exchange(chain(number), static_cast<std::uint8_t>(index + 1));
        on_contacts_[index].number = number;
        return true;
    }

    void hold_against_contacts(const brief_binding& binding, std::size_t index, hash_key key) noexcept {
        const auto identity = identify(split_uri(binding.uri), key);
        const auto place_of_binding = static_cast<std::uint16_t>(index);
        auto& verdict = on_bindings_[index];
        verdict.number = identity.core;
        verdict.granted = binding.is_static() ? is_static : 0;
        for (auto place = chain(identity.core); place != 0;) {
            auto& asked = candidates_[place - 1];
            const auto& uri = contacts_[place - 1].uri;
            place = asked.before;
            if (asked.identity.core != identity.core || !agree(identity, asked.identity)) continue;
            if (asked.same_octets == none && uri.text == binding.uri) asked.same_octets = place_of_binding;
            if (asked.meant++ == 0) asked.first = place_of_binding;
            verdict.granted |= std::uint32_t{1} << asked.bit;
        }
    }

    /// Lets a contact that found its own octets mean nothing else.
    void settle_same_octets(std::size_t contact) noexcept {
        auto& asked = candidates_[contact];
        if (asked.same_octets == none || asked.meant == 1) return;
        auto left = asked.meant;
        for (std::size_t i = asked.first; left > 0; ++i) {
            if (!means(asked, i)) continue;
            if (i != asked.same_octets) on_bindings_[i].granted &= ~(std::uint32_t{1} << asked.bit);
            --left;
        }
        asked.first = asked.same_octets;
        asked.meant = 1;
    }

    std::span<const contact_view> contacts_;
    record_view record_;
    std::span<verdict_on_binding> on_contacts_;
    std::span<verdict_on_binding> on_bindings_;
    candidate* candidates_;
    std::array<std::uint8_t, 64> chains_{}; ///< the last contact of each, counted from 1; 0 for none
};

} // namespace sipwhere
