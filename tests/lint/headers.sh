#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
#
# Checks that each header (or the one named) compiles alone, with either compiler, and without exceptions and RTTI
# unless it is an adapter to Asio. Those to lwIP only where $LWIP is its source, as tests/lwip/run says.
set -eu
cd "$(dirname "$0")/../.."

if [ $# -eq 0 ]; then
    find include -name '*.hpp' | sort | xargs -r -P "$(nproc)" -n 1 tests/lint/headers.sh
    exit
fi

case ${1##*/} in
    asio_* | openssl_socket.hpp | openssl_certificates.hpp | openssl_transport_base.hpp) bare=-DASIO_STANDALONE ;;
    lwip_*)
        [ -n "${LWIP-}" ] || exit 0
        bare="-fno-exceptions -fno-rtti -I tests/lwip -isystem $LWIP/src/include"
        ;;
    *) bare='-fno-exceptions -fno-rtti' ;;
esac
for compiler in g++ clang++; do
    # shellcheck disable=SC2086  # several words
    echo "#include <${1#include/}>" | $compiler -std=c++20 -fsyntax-only -Wall -Wextra -Wconversion -Wshadow \
        -Wpedantic -Werror $bare -I include -x c++ -
done
