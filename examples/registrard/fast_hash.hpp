// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/builtin_hash.hpp>

#if defined(REGISTRARD_WITH_OPENSSL)
#include <sipwhere/auth/openssl_hash.hpp>

#include <span>
#include <string_view>

namespace registrard {

/// The quickest of each: SHA by OpenSSL, which knows what the processor has for it; MD5 of some hundred bytes is done
/// sooner by the built-in one.
class fast_hash {
public:
    [[nodiscard]] static constexpr auto has(sipwhere::digest_hash) noexcept -> bool { return true; }

    [[nodiscard]] auto digest(sipwhere::digest_hash which, std::span<const std::string_view> pieces,
                              sipwhere::digest_bytes& out) noexcept -> bool {
        if (which == sipwhere::digest_hash::md5 || !openssl_.has(which))
            return sipwhere::builtin_hash::digest(which, pieces, out);
        return openssl_.digest(which, pieces, out);
    }

private:
    sipwhere::openssl_hash openssl_;
};

} // namespace registrard
#else
namespace registrard {

using fast_hash = sipwhere::builtin_hash;

} // namespace registrard
#endif
