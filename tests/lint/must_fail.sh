#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
#
# Checks that tests/fail/*.cpp (or the file named) do not compile, with either compiler, and that the first
# static assertion to fail says what the first line of the file promises: "// EXPECT: a sentence".
set -eu
cd "$(dirname "$0")/../.."
export LC_ALL=C

if [ $# -eq 0 ]; then
    find tests/fail -name '*.cpp' | sort | xargs -r -P "$(nproc)" -n 1 tests/lint/must_fail.sh
    exit
fi

sentence=$(sed -n '1s|^// EXPECT: ||p' "$1")
problem=
[ -n "$sentence" ] || problem='the first line is not "// EXPECT: a sentence"'
for compiler in g++ clang++; do
    if output=$($compiler -std=c++20 -fsyntax-only -I include -I tests "$1" 2>&1); then
        problem="$compiler compiles it"
    else
        said=$(echo "$output" | grep -m 1 -E 'error: (static assertion|static_assert) failed' || true)
        case $said in
            *"$sentence"*) ;;
            *) problem="$compiler says: ${said:-no static assertion}" ;;
        esac
    fi
done
if [ -n "$problem" ]; then
    echo "FAIL $1: $problem"
    exit 1
fi
echo "PASS $1"
