// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/hash.hpp>

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace sipwhere {

/// The hashes of digest authentication by OpenSSL 3, which uses what the processor has for them.
///
/// One thread at a time may use it; each access policy has its own.
/// Errors: those that the library was told not to have, MD5 where only FIPS algorithms are allowed, it does not `has`.
class openssl_hash {
public:
    openssl_hash() : context_(::EVP_MD_CTX_new()) {
        for (std::size_t i = 0; i < digest_hashes; ++i) fetched_[i].reset(::EVP_MD_fetch(nullptr, names[i], nullptr));
    }

    [[nodiscard]] auto has(digest_hash which) const noexcept -> bool {
        return context_ && fetched_[static_cast<std::size_t>(which)];
    }

    [[nodiscard]] auto digest(digest_hash which, std::span<const std::string_view> pieces, digest_bytes& out) noexcept
        -> bool {
        const auto* const kind = fetched_[static_cast<std::size_t>(which)].get();
        if (!context_ || kind == nullptr || ::EVP_DigestInit_ex2(context_.get(), kind, nullptr) != 1) return false;
        for (const auto piece : pieces)
            if (::EVP_DigestUpdate(context_.get(), piece.data(), piece.size()) != 1) return false;
        unsigned size = 0;
        if (::EVP_DigestFinal_ex(context_.get(), out.bytes.data(), &size) != 1) return false;
        out.size = size;
        return true;
    }

private:
    static constexpr std::array<const char*, digest_hashes> names{"MD5", "SHA256", "SHA512-256"};

    struct freeing {
        void operator()(EVP_MD_CTX* context) const noexcept { ::EVP_MD_CTX_free(context); }
        void operator()(EVP_MD* kind) const noexcept { ::EVP_MD_free(kind); }
    };

    std::unique_ptr<EVP_MD_CTX, freeing> context_;
    std::array<std::unique_ptr<EVP_MD, freeing>, digest_hashes> fetched_; ///< once, as fetching takes long
};
static_assert(hash_policy<openssl_hash>);

} // namespace sipwhere
