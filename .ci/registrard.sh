# SPDX-License-Identifier: BSL-1.0
# Sourced by the scripts that start examples/registrard, after install.sh.

# build_registrard ROOT builds ROOT/build/examples/registrard as its users get it.
build_registrard() {
    need g++:g++ cmake:cmake ninja:ninja-build asio.hpp:libasio-dev openssl/evp.h:libssl-dev \
        wslay/wslay.h:libwslay-dev sqlite3.h:libsqlite3-dev
    generator='-G Ninja'
    [ ! -f "$1/build/CMakeCache.txt" ] || generator=
    # shellcheck disable=SC2086  # two words or none
    cmake -S "$1" -B "$1/build" $generator -DCMAKE_BUILD_TYPE=Release -DSIPWHERE_TESTS=OFF &&
        cmake --build "$1/build" --target registrard
}
