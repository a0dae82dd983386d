// EXPECT: something throws
// SPDX-License-Identifier: BSL-1.0

/// What a throw becomes.
extern "C" void __cxa_throw(void*, void*, void (*)(void*));

auto main() -> int {
    __cxa_throw(nullptr, nullptr, nullptr);
    return 0;
}
