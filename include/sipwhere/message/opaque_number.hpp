// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/base/scan.hpp>
#include <sipwhere/message/opaque_equal.hpp>
#include <sipwhere/message/uri.hpp>
#include <sipwhere/message/uri_params.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

namespace detail {

/// Adds the characters of a piece of a tel URI that count.
constexpr void add_tel_text(siphash_1_3& hash, std::string_view text, tel_text kind) noexcept {
    for (const char c : text) {
        const char letter = ascii::lower(c);
        if (kind == tel_text::other || !is_visual_separator(c)) hash.bytes({&letter, 1});
    }
}

[[nodiscard]] constexpr auto tel_number(std::string_view opaque, hash_key key) noexcept -> std::uint64_t {
    const auto end = find_any<';'>(opaque, 0);
    siphash_1_3 number{key};
    add_tel_text(number, slice(opaque, 0, end), tel_text::number);
    const auto params = slice(opaque, std::min(end + 1, opaque.size()), opaque.size());
    std::uint64_t sum = 0;
    std::size_t count = 0;
    for (const auto& param : uri_params_view{params}) {
        if (++count > max_compared_tel_params) {
            sum = siphash_1_3{key}.text(params).finish();
            break;
        }
        siphash_1_3 hash{key};
        hash.bytes(param.has_value ? "=" : ";");
        add_tel_text(hash, param.name, tel_text::other);
        hash.bytes("=");
        add_tel_text(hash, param.value, text_of_tel_param(param));
        sum += hash.finish(); // in whatever order they come
    }
    return siphash_1_3{key}.number(number.finish()).number(sum).finish();
}

[[nodiscard]] constexpr auto urn_number(std::string_view opaque, hash_key key) noexcept -> std::uint64_t {
    siphash_1_3 hash{key};
    urn_reader name{opaque};
    while (!name.at_end()) {
        const char c = name.next();
        hash.bytes({&c, 1});
    }
    return hash.finish();
}

} // namespace detail

/// Returns: a number for what follows the scheme of a URI other than sip and sips, the same for equal ones: two that
///          are not equal by `opaque_equal` share it with a chance of 2^-64, and nobody without the key can
///          aim at it.
/// Cost:    one pass.
[[nodiscard, gnu::noinline]] constexpr auto opaque_number(const uri_view& uri, hash_key key) noexcept -> std::uint64_t {
    if (uri.kind == uri_scheme::tel) return detail::tel_number(uri.opaque, key);
    if (ascii::iequals(uri.scheme, "urn")) return detail::urn_number(uri.opaque, key);
    return siphash_1_3{key}.text(uri.opaque).finish();
}

} // namespace sipwhere
