// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/policy/nonces.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipwhere {

/// The text of a nonce: 36 characters that stand in a quoted string as they are.
using nonce_text = std::array<char, 36>;

namespace detail {

/// The 27 bytes of a nonce: when it was issued, its serial, its issuer, and a keyed hash of these and of what it holds
/// for, numbers with their lowest byte first.
using nonce_bytes = std::array<std::uint8_t, 27>;

constexpr void put_bytes(nonce_bytes& to, std::size_t& at, std::uint64_t value, std::size_t size) noexcept {
    for (; size > 0; --size, value >>= 8U) to[at++] = static_cast<std::uint8_t>(value & 0xff);
}
[[nodiscard]] constexpr auto take_bytes(const nonce_bytes& from, std::size_t& at, std::size_t size) noexcept
    -> std::uint64_t {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{from[at++]} << 8 * i;
    return value;
}

inline constexpr std::string_view nonce_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Returns: the six bits that a letter stands for; 64 for one that is none of them.
[[nodiscard]] constexpr auto value_of_letter(char c) noexcept -> std::uint32_t {
    const auto within = [c](char first, char last) { return c >= first && c <= last; };
    if (within('A', 'Z')) return static_cast<std::uint32_t>(c - 'A');
    if (within('a', 'z')) return static_cast<std::uint32_t>(c - 'a') + 26;
    if (within('0', '9')) return static_cast<std::uint32_t>(c - '0') + 52;
    return c == '-' ? 62U : c == '_' ? 63U : 64U;
}

[[nodiscard]] constexpr auto nonce_mac(const nonce_facts& facts, std::uint64_t network, std::string_view realm,
                                       hash_key key) noexcept -> std::uint64_t {
    siphash_2_4 hash{key};
    return hash.number(facts.issuer).number(facts.serial).number(facts.issued).number(network).text(realm).finish();
}

} // namespace detail

/// Writes a nonce for clients of one network and realm.
/// Spec: RFC 7616 §3.3, §5.12: a time stamp and a keyed hash.
[[nodiscard]] constexpr auto write_nonce(const nonce_facts& facts, std::uint64_t network, std::string_view realm,
                                         hash_key key) noexcept -> nonce_text {
    detail::nonce_bytes bytes{};
    std::size_t at = 0;
    detail::put_bytes(bytes, at, facts.issued, 4);
    detail::put_bytes(bytes, at, facts.serial, 7);
    detail::put_bytes(bytes, at, facts.issuer, 8);
    detail::put_bytes(bytes, at, detail::nonce_mac(facts, network, realm, key), 8);
    nonce_text made{};
    for (std::size_t i = 0; i < made.size() / 4; ++i) {
        const auto three = bytes[3 * i] << 16 | bytes[3 * i + 1] << 8 | bytes[3 * i + 2];
        for (std::size_t j = 0; j < 4; ++j)
            made[4 * i + j] = detail::nonce_letters[static_cast<std::size_t>(three >> (18 - 6 * j) & 63)];
    }
    return made;
}

/// Reads a nonce.
///
/// Returns: what it says; nothing if it was not written with this key for this network and realm.
/// Cost:    one keyed hash.
[[nodiscard]] constexpr auto read_nonce(std::string_view text, std::uint64_t network, std::string_view realm,
                                        hash_key key) noexcept -> std::optional<nonce_facts> {
    if (text.size() != nonce_text{}.size()) return std::nullopt;
    detail::nonce_bytes bytes{};
    for (std::size_t i = 0; i < text.size() / 4; ++i) {
        std::uint32_t three = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const auto value = detail::value_of_letter(text[4 * i + j]);
            if (value == 64) return std::nullopt;
            three = three << 6U | value;
        }
        for (std::size_t j = 0; j < 3; ++j) bytes[3 * i + j] = static_cast<std::uint8_t>(three >> (16 - 8 * j) & 0xff);
    }
    std::size_t at = 0;
    nonce_facts facts;
    facts.issued = static_cast<seconds32>(detail::take_bytes(bytes, at, 4));
    facts.serial = detail::take_bytes(bytes, at, 7);
    facts.issuer = detail::take_bytes(bytes, at, 8);
    if (detail::take_bytes(bytes, at, 8) != detail::nonce_mac(facts, network, realm, key)) return std::nullopt;
    return facts;
}

} // namespace sipwhere
