# SPDX-License-Identifier: BSL-1.0
# Sourced by the scripts that measure, in the root of the repository, after .ci/install.sh.
. .ci/registrard.sh

programs=build/bench/tests/bench

# build_bench PROGRAM… builds the benchmarks named, all with the same flags.
build_bench() {
    need g++:g++ cmake:cmake ninja:ninja-build
    cmake -S . -B build/bench -G Ninja -DCMAKE_CXX_COMPILER=g++ -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_CXX_FLAGS_RELEASE='-O2 -DNDEBUG' -DSIPWHERE_BENCH=ON -DSIPWHERE_TESTS=OFF -DSIPWHERE_EXAMPLES=OFF \
        -Wno-dev >build/bench.log 2>&1 &&
        cmake --build build/bench --target "$@" >>build/bench.log 2>&1 && return
    cat build/bench.log >&2
    return 1
}

# build_shipped builds the registrar that is measured, with the flags its users get.
build_shipped() {
    (build_registrard .) >build/build.log 2>&1 && return
    cat build/build.log >&2
    return 1
}
