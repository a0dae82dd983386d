# SPDX-License-Identifier: BSL-1.0
#
# The board of examples/embedded with clang as its compiler, and the libraries and the linker of GCC.
include(${CMAKE_CURRENT_LIST_DIR}/../../examples/embedded/toolchain.cmake)
set(CMAKE_CXX_COMPILER clang++)
set(CMAKE_CXX_COMPILER_TARGET thumbv7em-none-eabi)

set(headers /usr/include/newlib/c++/12.2.1)
string(APPEND CMAKE_CXX_FLAGS_INIT " -mfloat-abi=soft -fshort-enums -nostdinc++ -isystem ${headers}"
    " -isystem ${headers}/arm-none-eabi/thumb/v7e-m/nofp -isystem ${headers}/backward -isystem /usr/include/newlib")
set(CMAKE_CXX_LINK_EXECUTABLE
    "arm-none-eabi-g++ -mcpu=cortex-m4 -mthumb <LINK_FLAGS> -Wl,-z,noexecstack <OBJECTS> -o <TARGET> <LINK_LIBRARIES>")
