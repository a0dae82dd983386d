# SPDX-License-Identifier: BSL-1.0
#
# Linux on a PC of 32 bits, which a PC of 64 bits runs as it is.
set(CMAKE_CXX_COMPILER g++)
set(CMAKE_CXX_FLAGS_INIT -m32)
