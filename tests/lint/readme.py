#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks the code of README.md: each block either includes what it needs and compiles, or stands in an example."""

import pathlib
import re
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILE = ["g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-DASIO_STANDALONE",
           "-I", str(ROOT / "include"), "-x", "c++", "-"]


def lines_of(code):
    """The lines as they are, whatever the block they stand in is indented by."""
    return textwrap.dedent(code).strip("\n").split("\n")


def stands_in(block, path):
    """Whether an example has the lines of a block, one after the other, and indented alike."""
    wanted, there = lines_of(block), path.read_text().split("\n")
    first = wanted[0]
    for start, line in enumerate(there):
        if line.strip() == first.strip():
            part = "\n".join(there[start:start + len(wanted)])
            if lines_of(part) == wanted:
                return True
    return False


def fault_in(block):
    """What is wrong with a block, or None."""
    if not block.startswith("#include"):
        examples = [*ROOT.glob("examples/**/*.cpp"), *ROOT.glob("examples/**/*.hpp")]
        return None if any(stands_in(block, path) for path in examples) else "no example has these lines"
    done = subprocess.run(COMPILE, input=block, capture_output=True, text=True)
    return None if done.returncode == 0 else f"error: {done.stderr}"


def main():
    text = (ROOT / "README.md").read_text()
    blocks = re.findall(r"^```cpp\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    failed = not blocks
    for number, block in enumerate(blocks, 1):
        fault = fault_in(block)
        failed = failed or fault is not None
        print(f"FAIL block {number} of README.md: {fault}" if fault else f"PASS block {number} of README.md")
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)#]+)\)", prose):
        if not (ROOT / target).exists():
            failed = True
            print(f"FAIL README.md links to {target}, which is not there")
    return failed


if __name__ == "__main__":
    sys.exit(main())
