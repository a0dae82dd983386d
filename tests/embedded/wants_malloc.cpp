// EXPECT: something calls malloc
// SPDX-License-Identifier: BSL-1.0
#include <cstdlib>

auto main() -> int {
    void* const volatile made = std::malloc(1);
    return made == nullptr;
}
