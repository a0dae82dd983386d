#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
#
# Checks that tests/fail/*.cpp (or the file named) do not compile, with either compiler, and that the very first error
# says what the first line of the file promises: "// EXPECT: a sentence".
set -eu
cd "$(dirname "$0")/../.."
export LC_ALL=C

if [ $# -eq 0 ]; then
    read_once=$(mktemp -d)
    trap 'rm -r "$read_once"' EXIT
    echo '#include <sipwhere/sipwhere.hpp>' >"$read_once/all.hpp"
    g++ -std=c++20 -I include -I tests -x c++-header "$read_once/all.hpp" -o "$read_once/all.hpp.gch"
    clang++ -std=c++20 -I include -I tests -x c++-header "$read_once/all.hpp" -o "$read_once/all.hpp.pch"
    export read_once
    find tests/fail -name '*.cpp' | sort | xargs -r -P "$(nproc)" -n 1 tests/lint/must_fail.sh
    exit
fi

# Almost every file includes all of the library, which is read once for all of them.
headers() {
    grep -q '^#include <sipwhere/sipwhere.hpp>' "$1" && [ -n "${read_once-}" ] && echo "-include $read_once/all.hpp"
}

sentence=$(sed -n '1s|^// EXPECT: ||p' "$1")
problem=
[ -n "$sentence" ] || problem='the first line is not "// EXPECT: a sentence"'
for compiler in g++ clang++; do
    # shellcheck disable=SC2046
    if output=$($compiler -std=c++20 $(headers "$1") -fsyntax-only -I include -I tests "$1" 2>&1); then
        problem="$compiler compiles it"
    else
        said=$(echo "$output" | grep -m 1 -E '\<error:' || true)
        case $said in
            *"error: static assertion failed"*"$sentence"* | *"error: static_assert failed"*"$sentence"*) ;;
            *) problem="$compiler says first: ${said:-no error}" ;;
        esac
    fi
done
if [ -n "$problem" ]; then
    echo "FAIL $1: $problem"
    exit 1
fi
echo "PASS $1"
