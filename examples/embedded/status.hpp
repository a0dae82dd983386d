// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "board/stack.hpp"
#include "board/uart.hpp"
#include "counters.hpp"

#include <sipwhere/base/writer.hpp>

#include <array>
#include <cstdint>
#include <string_view>

/// Prints all counters on one line, and the bytes that have been on the stack at most.
inline void print_status(board::uart& console, const counters& counts) {
    const auto print = [&console](std::string_view name, std::uint32_t value) {
        std::array<char, 10> room{};
        sipwhere::writer number{room};
        number.put_number(value);
        console.print(" ");
        console.print(name);
        console.print(" ");
        console.print(number.text());
    };
    console.print("counters:");
    counts.for_each(print);
    print("stack", board::deepest_stack());
    console.print("\n");
}
