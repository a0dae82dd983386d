#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Measures what sipwhere.hpp costs to compile with g++ -O0, beside the standard headers a program has anyway.

The ratio is judged and not the seconds, which are those of the machine. What else the machine does only ever adds to
them, for half a minute at times: so the least of each counts, and there are more rounds as long as that is too much.
"""

import math
import pathlib
import resource
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILE = ["g++", "-std=c++20", "-O0", "-I", str(ROOT / "include"), "-x", "c++", "-c", "-", "-o", "/dev/null"]
COMMON = ["algorithm", "chrono", "memory", "optional", "span", "string", "unordered_map", "vector"]
FEWEST_ROUNDS, MOST_ROUNDS, MOST = 3, 20, 2.5


def seconds(headers):
    """The processor time of one compilation."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(COMPILE, input="".join(f"#include <{name}>\n" for name in headers), text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    common = core = math.inf
    for done in range(MOST_ROUNDS):
        if done >= FEWEST_ROUNDS and core <= MOST * common:
            break
        common = min(common, seconds(COMMON))
        core = min(core, seconds(["sipwhere/sipwhere.hpp"]))
    ratio = core / common
    verdict = "PASS" if ratio <= MOST else "FAIL"
    print(f"{verdict} compile time: {core:.2f} s, {ratio:.1f} times the {common:.2f} s of common ones; at most {MOST}")
    return ratio > MOST


if __name__ == "__main__":
    sys.exit(main())
