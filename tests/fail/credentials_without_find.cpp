// EXPECT: a store of credentials needs: find(const credentials_query&, credentials_visitor) -> credentials_answer
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/digest_access.hpp>
#include <sipwhere/auth/fixed_digest_memory.hpp>

struct store {
    auto find(std::string_view) -> bool { return false; }
};

void use(store& users, sipwhere::fixed_digest_memory<>& memory) { sipwhere::digest_access access{users, memory}; }
