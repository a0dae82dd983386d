// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/builtin_hash.hpp>
#include <sipwhere/auth/digest_access.hpp>
#include <sipwhere/auth/fixed_digest_memory.hpp>
#include <sipwhere/auth/listed_credentials.hpp>
#include <sipwhere/auth/open_access.hpp>

#include <cstddef>
#include <span>

/// Who may register: the users of a product, by digest access.
template <std::size_t Users>
class door {
    using hash = sipwhere::basic_builtin_hash<sipwhere::digest_hash::md5, sipwhere::digest_hash::sha256>;
    using memory = sipwhere::fixed_digest_memory<2 * Users, 2 * Users>;

    sipwhere::listed_credentials users_;
    memory memory_;

public:
    template <typename Random>
    door(std::span<const sipwhere::user_password> users, Random& random) noexcept : users_(users), memory_(random) {}

    sipwhere::digest_access<sipwhere::listed_credentials, memory&, hash> access{users_, memory_};
};

/// Everybody, where no user is named.
template <>
class door<0> {
public:
    template <typename Random>
    door(std::span<const sipwhere::user_password>, Random&) noexcept {}

    [[no_unique_address]] sipwhere::open_access access;
};
