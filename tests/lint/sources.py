#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks what each file of source text promises: its licence, its size, its place in the lists of tests."""

import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = ROOT / "include" / "sipwhere"
TESTS = ROOT / "tests"

LICENCE = "SPDX-License-Identifier: BSL-1.0"
LONGEST_FILE, LONGEST_LINE = 400, 120
NOWHERE = {
    r"\bTO[D]O\b|\bFIX[M]E\b": "unfinished by its own words",
    r"/(home|root|work)/": "a path of one machine",
}
NOT_IN_HEADERS = {
    r"\bstd::(cout|cerr|clog)\b|\bf?printf\(|<iostream>": "a library does not print",
    r"^\s*(throw|virtual)\b": "nothing throws, nothing is virtual",
}
MACRO = r"^\s*#\s*define\b"

LISTS = ["sources.txt", "sources_threads.txt", "sources_asio.txt", "sources_asio_threads.txt", "sources_openssl.txt",
         "sources_sqlite.txt", "sources_sqlite_threads.txt", "sources_streams.txt", "sources_fuzz.txt"]
# Linked with those that are listed.
BESIDE = ["fuzz/replay.cpp", "fuzz/cost_meter.cpp"]
# Started by scripts of their own.
UNLISTED = ["fail", "consume", "bench", "embedded", "interop", "lwip", "machines", "single"]


def sources():
    """The path of every file of source text: it has a known suffix, or starts with #!."""
    yield from (ROOT / name for name in ["CMakeLists.txt", "meson.build"])
    for top in [".ci", "include", "tests", "examples"]:
        for folder, inside, names in os.walk(ROOT / top):
            inside[:] = [name for name in inside if name not in ("corpus", "node_modules")]
            for path in (pathlib.Path(folder, name) for name in names):
                known = path.suffix in (".hpp", ".cpp", ".py", ".sh", ".cmake", ".build")
                if known or path.name == "CMakeLists.txt" or path.read_bytes().startswith(b"#!"):
                    yield path


def faults_in(path):
    """What is wrong with the text of one file."""
    lines = path.read_text().splitlines()
    first = lines[1:2] if lines and re.match(r"#!|// EXPECT: ", lines[0]) else lines[:1]
    if first not in (["// " + LICENCE], ["# " + LICENCE]):
        yield "does not start with the licence"
    if len(lines) > LONGEST_FILE:
        yield f"{len(lines)} lines: two concepts in one file?"

    forbidden = dict(NOWHERE)
    if path.is_relative_to(HEADERS):
        forbidden |= NOT_IN_HEADERS
        if path != HEADERS / "base" / "config.hpp":
            forbidden[MACRO] = "macros live in base/config.hpp"
    if path.suffix == ".hpp" and "#pragma once" not in lines:
        yield "has no #pragma once"
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            yield f"line {number}: {len(line)} columns"
        for pattern, why in forbidden.items():
            if re.search(pattern, line):
                yield f"line {number}: {why}"


def faults_in_lists():
    """Tests no build knows of, or whose header is gone."""
    listed = set()
    for name in LISTS:
        lines = (TESTS / name).read_text().splitlines()
        listed |= {line for line in lines if line and not line.startswith("#")}
    for path in sorted(TESTS.rglob("*/*.cpp")):
        name = path.relative_to(TESTS).as_posix()
        folder = name.split("/")[0]
        if folder not in UNLISTED and name not in listed and name not in BESIDE:
            yield f"tests/{name}: in none of the lists {', '.join(LISTS)}"
        if (HEADERS / folder).is_dir() and not (HEADERS / name).with_suffix(".hpp").exists():
            yield f"tests/{name}: mirrors no header"
    for name in sorted(listed):
        if not (TESTS / name).exists():
            yield f"tests/{name}: listed, but not there"


def main():
    paths = list(sources())
    faults = [f"{path.relative_to(ROOT)}: {fault}" for path in paths for fault in faults_in(path)]
    faults += faults_in_lists()
    print("\n".join(faults) or f"{len(paths)} files keep their promises")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
