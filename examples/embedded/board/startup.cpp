// SPDX-License-Identifier: BSL-1.0
//
// What runs before main: the vector table, the memory as C++ expects it, the constructors of static objects. A program
// takes an interrupt by defining its handler; the names are those of CMSIS.
#include "semihosting.hpp"
#include "stack.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace {

using handler = void (*)();

/// Statuses of a program that did not come to its end.
enum failure : int { aborted = 98, faulted = 99 };

} // namespace

extern "C" {

// From the linker script.
extern std::uint32_t data_begin[], data_end[], bss_begin[], bss_end[];
extern const std::uint32_t data_in_flash[];
extern const handler init_array_begin[], init_array_end[];

/// ISO C++ lets nobody call `main` by its name.
auto run_program() -> int asm("main");

void Reset_Handler() {
    board::paint_stack();
    std::copy_n(data_in_flash, data_end - data_begin, data_begin);
    std::fill(bss_begin, bss_end, 0);
    std::for_each(init_array_begin, init_array_end, [](handler construct) { construct(); });
    board::semihosting::exit(run_program());
}

[[noreturn, gnu::used]] void tell_fault() {
    board::semihosting::print("fault\n");
    board::semihosting::exit(faulted);
}

/// Begins with an empty stack, since an overflow of the stack is a fault too.
[[gnu::naked]] void Fault_Handler() { asm volatile("ldr r0, =stack_top \n mov sp, r0 \n b tell_fault"); }

[[gnu::weak]] void SysTick_Handler() { Fault_Handler(); }
[[gnu::weak]] void Ethernet_Handler() { Fault_Handler(); }

/// What the C library calls when an assertion fails.
[[gnu::noreturn]] void abort() {
    board::semihosting::print("abort\n");
    board::semihosting::exit(aborted);
}

// Static objects live until the power goes, so nobody has to remember their destructors.
auto __aeabi_atexit(void*, void (*)(void*), void*) -> int { return 0; }
void* __dso_handle = nullptr;

} // extern "C"

namespace {

constexpr std::size_t system_vectors = 16, interrupts = 32;

/// The first is where the stack begins; the others follow the numbers of exceptions and interrupts.
struct vector_table {
    std::uint32_t* stack = stack_top;
    std::array<handler, system_vectors + interrupts - 1> handlers;
};

constexpr auto make_vectors() -> vector_table {
    vector_table made{.handlers = {}};
    const auto on = [&made](std::size_t number, handler what) { made.handlers[number - 1] = what; };
    for (std::size_t number = 1; number < system_vectors + interrupts; ++number) on(number, Fault_Handler);
    on(1, Reset_Handler);
    on(15, SysTick_Handler);
    on(system_vectors + 13, Ethernet_Handler);
    return made;
}

[[gnu::section(".vectors"), gnu::used]] constinit const vector_table vectors = make_vectors();

} // namespace
