// EXPECT: `nonces` of the memory is no nonce policy: see policy/nonces.hpp
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/digest_access.hpp>
#include <sipwhere/auth/guess_limiter.hpp>
#include <sipwhere/auth/listed_credentials.hpp>

struct memory {
    struct {
        auto issue() -> int { return 0; }
    } nonces;
    sipwhere::guess_limiter<> guesses;
};

void use(sipwhere::listed_credentials& users, memory& kept) { sipwhere::digest_access access{users, kept}; }
