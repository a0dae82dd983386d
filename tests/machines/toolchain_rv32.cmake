# SPDX-License-Identifier: BSL-1.0
#
# A RISC-V of 32 bits without an operating system, in QEMU's board virt. Debian has a C library for it but no C++
# library; the headers of that for ARM do, and rv32/runtime.cpp holds what they leave to be linked.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR rv32imac)
set(CMAKE_CXX_COMPILER riscv64-unknown-elf-g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # a program needs the addresses of the board

set(machine -march=rv32imac -mabi=ilp32 -mcmodel=medany --specs=picolibc.specs)
set(headers /usr/include/newlib/c++/12.2.1)
string(JOIN " " CMAKE_CXX_FLAGS_INIT ${machine} -nostdinc++ -isystem ${headers} -isystem ${headers}/arm-none-eabi
    -D_GLIBCXX_EXTERN_TEMPLATE=0 -ffunction-sections -fdata-sections -fno-exceptions -fno-rtti -fno-threadsafe-statics
    -fno-unwind-tables -fno-asynchronous-unwind-tables)

# Its g++ would link the C++ library that is missing.
string(JOIN " " link riscv64-unknown-elf-gcc ${machine} --oslib=semihost --crt0=hosted -Wl,--gc-sections
    -Wl,--defsym=__flash=0x80000000,--defsym=__flash_size=8M -Wl,--defsym=__ram=0x80800000,--defsym=__ram_size=64M
    -Wl,--defsym=__stack_size=2M)
set(CMAKE_CXX_LINK_EXECUTABLE "${link} <OBJECTS> -o <TARGET>")

set(CMAKE_CROSSCOMPILING_EMULATOR qemu-system-riscv32 -M virt -m 128M -bios none -display none -monitor none
    -serial null -semihosting-config enable=on,target=native -kernel)
