# SPDX-License-Identifier: BSL-1.0
#
# A Cortex-M4 without an operating system: cmake --toolchain examples/embedded/toolchain.cmake …
# What CMake runs, such as tests, runs in QEMU on the board mps2-an386.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m4)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # a program needs a linker script
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)

string(JOIN " " CMAKE_C_FLAGS_INIT -mcpu=cortex-m4 -mthumb -ffunction-sections -fdata-sections)
string(JOIN " " CMAKE_CXX_FLAGS_INIT -mcpu=cortex-m4 -mthumb -ffunction-sections -fdata-sections
    -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-unwind-tables -fno-asynchronous-unwind-tables)
string(JOIN " " CMAKE_EXE_LINKER_FLAGS_INIT -nostartfiles -Wl,--gc-sections -Wl,--fatal-warnings)

set(CMAKE_CROSSCOMPILING_EMULATOR qemu-system-arm -M mps2-an386 -display none -monitor none -serial null
    -semihosting-config enable=on,target=native -kernel)
