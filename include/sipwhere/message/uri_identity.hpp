// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/base/percent.hpp>
#include <sipwhere/message/host_port.hpp>
#include <sipwhere/message/opaque_number.hpp>
#include <sipwhere/message/params.hpp>
#include <sipwhere/message/uri.hpp>
#include <sipwhere/message/uri_params.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// The most parameters of a URI that may be missing in an equal one. The parameters of a URI that has more are compared
/// by their octets.
inline constexpr std::size_t max_compared_params = 8;

/// The most headers of a URI that may come in another order in an equal one; more are compared by their octets.
inline constexpr std::size_t max_compared_headers = 4;

/// What makes URIs equal (RFC 3261 §19.1.4), in numbers, so that many can be held against many.
///
/// A number is a keyed hash or, for a short text, that text: two texts have the same number with a chance of 2^-64, and
/// nobody without the key can aim at it.
struct uri_identity {
    /// A parameter that may be missing in an equal URI.
    struct param {
        std::uint64_t name;
        std::uint64_t value;
    };

    std::uint64_t core = 0; ///< of all that equal URIs have in common
    std::uint32_t size = 0; ///< how many of `params` there are
    std::array<param, max_compared_params> params; ///< by rising name; those from `size` on are left as they are

    constexpr uri_identity() noexcept {}
};

namespace detail {

/// Returns: the number of a text whose first word was read: that word, or a hash if there are more.
[[nodiscard]] constexpr auto number_of(std::uint64_t first, component_words rest, hash_key key) noexcept
    -> std::uint64_t {
    if (rest.at_end()) return first;
    siphash_1_3 hash{key};
    hash.number(first);
    while (!rest.at_end()) hash.number(rest.next());
    return hash.finish();
}

[[nodiscard]] constexpr auto number_of(std::string_view text, hash_key key) noexcept -> std::uint64_t {
    if (text.empty()) return 0;
    component_words words{text, letter_case::ignored};
    const auto first = words.next();
    return number_of(first, words, key);
}

/// Adds the words of a component.
SIPWHERE_INLINE constexpr void add_words(siphash_1_3& hash, component_words text) noexcept {
    while (!text.at_end()) hash.number(text.next());
}

/// Adds a component behind which another may follow: a word of zero ends it, as no other word is zero.
SIPWHERE_INLINE constexpr void add_component(siphash_1_3& hash, component_words text) noexcept {
    add_words(hash, text);
    hash.number(0);
}

/// Returns: the first characters of a name in small letters, as `component_words` gives them.
[[nodiscard]] constexpr auto word_of(std::string_view name) noexcept -> std::uint64_t {
    return component_words{name, letter_case::ignored}.next();
}

/// Whether the absence of this parameter says something, so that it can't be passed over. Its first word was read.
[[nodiscard]] SIPWHERE_INLINE constexpr auto must_be_in_both(std::uint64_t first, component_words rest) noexcept
    -> bool {
    constexpr auto user = word_of("user"), method = word_of("method"), ttl = word_of("ttl"), maddr = word_of("maddr");
    constexpr auto transpor = word_of("transport"), t = word_of("t");
    if (rest.at_end()) return first == user || first == method || first == ttl || first == maddr;
    return first == transpor && rest.next() == t && rest.at_end();
}

/// Returns: a number for some fields that is the same in whatever order they come.
class unordered_number {
public:
    constexpr explicit unordered_number(hash_key key) noexcept : key_(key) {}

    constexpr void add(const param_view& field) noexcept {
        sum_ += siphash_1_3{key_}.number(number_of(field.name, key_)).number(number_of(field.value, key_)).finish();
    }
    [[nodiscard]] constexpr auto value() const noexcept -> std::uint64_t { return sum_; }

private:
    hash_key key_;
    std::uint64_t sum_ = 0;
};

/// Puts a parameter to its place, if there is one left.
[[nodiscard]] constexpr auto insert_param(uri_identity& to, const uri_identity::param& added) noexcept -> bool {
    if (to.size == max_compared_params) return false;
    auto at = to.size++;
    for (; at > 0 && to.params[at - 1].name > added.name; --at) to.params[at] = to.params[at - 1];
    to.params[at] = added;
    return true;
}

/// Takes the parameters of a URI in; too many of them as they are written.
///
/// Returns: the number of those that must be in both of two equal ones.
[[nodiscard]] constexpr auto identify_params(std::string_view text, hash_key key, uri_identity& out) noexcept
    -> std::uint64_t {
    unordered_number needed{key};
    for (const auto& param : uri_params_view{text}) {
        component_words name{param.name, letter_case::ignored};
        const auto first = name.next();
        if (must_be_in_both(first, name)) {
            needed.add(param);
            continue;
        }
        const auto number = name.at_end() ? first : number_of(first, name, key);
        if (insert_param(out, {number, number_of(param.value, key)})) continue;
        out.size = 0;
        return siphash_1_3{key}.text(text).finish();
    }
    return needed.value();
}

/// Returns: the number of the headers of a URI.
[[nodiscard]] constexpr auto identify_headers(std::string_view text, hash_key key) noexcept -> std::uint64_t {
    unordered_number headers{key};
    std::size_t count = 0;
    for (const auto& header : uri_headers_view{text}) {
        if (++count > max_compared_headers) return siphash_1_3{key}.text(text).finish();
        headers.add(header);
    }
    return headers.value();
}

/// Adds the address that a host spells, as two words.
constexpr void add_address(siphash_1_3& hash, const host_view& host) noexcept {
    std::uint64_t upper = 0, lower = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        upper = upper << 8 | host.address[i];
        lower = lower << 8 | host.address[i + 8];
    }
    hash.number(upper).number(lower);
}

/// Computes an identity in place; `made` is default-constructed.
[[gnu::noinline]] constexpr void identify(const uri_view& uri, hash_key key, uri_identity& made) noexcept {
    siphash_1_3 core{key};
    core.number(std::uint64_t{uri.port} << 32 | static_cast<std::uint64_t>(uri.host.kind) << 16 |
                static_cast<std::uint64_t>(uri.kind) << 8 | (uri.has_user ? 4U : 0U) | (uri.has_password ? 2U : 0U) |
                (uri.headers.empty() ? 0U : 1U));
    if (!uri.is_sip()) {
        add_component(core, {uri.scheme, letter_case::ignored, escapes::literal});
        core.number(opaque_number(uri, key));
        made.core = core.finish();
        return;
    }
    if (uri.has_user) add_component(core, {uri.user, letter_case::matters});
    if (uri.has_password) add_component(core, {uri.password, letter_case::matters});
    // What may follow the host is a hash, so that it needs no end: nobody can make its words look like one.
    if (uri.host.kind != host_kind::name) add_address(core, uri.host);
    else add_words(core, {uri.host.text, letter_case::ignored, escapes::literal});
    if (!uri.params.empty())
        if (const auto needed = identify_params(uri.params, key, made); needed != 0) core.number(needed);
    if (!uri.headers.empty()) core.number(identify_headers(uri.headers, key));
    made.core = core.finish();
}

} // namespace detail

/// Makes the identity of a URI, in one just made.
using detail::identify;

/// Works out what makes a URI equal to others.
///
/// Cost: one pass.
/// Spec: RFC 3261 §19.1.4.
[[nodiscard]] constexpr auto identify(const uri_view& uri, hash_key key) noexcept -> uri_identity {
    uri_identity made;
    detail::identify(uri, key, made);
    return made;
}

/// Returns: whether two URIs of the same core are equal: no parameter that is in both has another value in one.
/// Cost:    a step for each of their parameters.
[[nodiscard]] constexpr auto agree(const uri_identity& a, const uri_identity& b) noexcept -> bool {
    const auto *left = a.params.data(), *right = b.params.data();
    const auto *const end_of_left = left + a.size, *const end_of_right = right + b.size;
    while (left != end_of_left && right != end_of_right) {
        if (left->name < right->name) {
            ++left;
        } else if (right->name < left->name) {
            ++right;
        } else {
            if (left->value != right->value) return false;
            ++left;
            ++right;
        }
    }
    return true;
}

/// Returns: whether two URIs are equal; `uri_equal` tells the same of the URIs themselves.
[[nodiscard]] constexpr auto same_uri(const uri_identity& a, const uri_identity& b) noexcept -> bool {
    return a.core == b.core && agree(a, b);
}

} // namespace sipwhere
