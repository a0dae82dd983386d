// EXPECT: something calls operator new
// SPDX-License-Identifier: BSL-1.0

auto main() -> int {
    auto* const volatile made = new int{1};
    return *made;
}
