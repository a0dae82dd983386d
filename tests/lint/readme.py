#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks README.md, and the one of the benchmarks.

Each block of C++ either includes what it needs and compiles, or stands in an example. Links lead somewhere, the map of
the tree names the folders that are there, and the figures of the small table are those of the benchmarks.
"""

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


def prose_of(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors_of(path):
    """What a link may name behind # in a file: its headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.*)$", prose_of(path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def faults_in_links(path):
    """Links to files or headings that are not there."""
    for file, anchor in re.findall(r"\]\(([^)#:]*)#?([^)]*)\)", prose_of(path.read_text())):
        target = path.parent / file if file else path
        if not target.exists() or anchor and anchor not in anchors_of(target):
            yield f"{path.relative_to(ROOT)} links to {file}{'#' * bool(anchor)}{anchor}, which is not there"


def faults_in_map(text):
    """Folders of the library that the map of the tree leaves out, or that are gone."""
    tree = re.search(r"^include/sipwhere/\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[1]
    told = set(re.findall(r"(?:^|  )(\w+)/(?= )", tree, re.MULTILINE))
    there = {path.name for path in (ROOT / "include" / "sipwhere").iterdir() if path.is_dir()}
    for name in sorted(told ^ there):
        yield f"README.md: the map of the tree {'names' if name in told else 'leaves out'} {name}/"


def rates_in(text):
    """The rates of refreshes in the first table of them, by name and size: {(name, "1 M users"): "409"}."""
    head, rows = re.search(r"^\| Refreshes, 1000/s(.*)\n\|[-:|]+\n((?:\|.*\n)+)", text, re.MULTILINE).groups()
    sizes = [cell.strip() for cell in head.split("|")[1:-1]]
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows.splitlines()]
    return {(row[0], size): cell.split()[0] for row in cells for size, cell in zip(sizes, row[1:])}


def main():
    readme, bench = ROOT / "README.md", ROOT / "tests" / "bench" / "README.md"
    text = readme.read_text()
    blocks = re.findall(r"^```cpp\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    failed = not blocks
    for number, block in enumerate(blocks, 1):
        fault = fault_in(block)
        failed = failed or fault is not None
        print(f"FAIL block {number} of README.md: {fault}" if fault else f"PASS block {number} of README.md")
    faults = [*faults_in_links(readme), *faults_in_links(bench), *faults_in_map(text)]
    measured = rates_in(bench.read_text())
    faults += [f"README.md: {name}, {size}: {rate}, and {measured.get((name, size))} in {bench.relative_to(ROOT)}"
               for (name, size), rate in rates_in(text).items() if measured.get((name, size)) != rate]
    print("\n".join(f"FAIL {fault}" for fault in faults) or "PASS links, map and figures of README.md")
    return failed or bool(faults)


if __name__ == "__main__":
    sys.exit(main())
