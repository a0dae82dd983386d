#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that a test names each requirement of tests/rfc/requirements.tsv that belongs to the core.

The column `belongs` says what a requirement waits for: `core` is due now; `declined` is a liberty the library does not
take, or a case that cannot arise in it; any other word names the feature that will bring it.
"""

import collections
import csv
import pathlib
import re
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
TABLE = TESTS / "rfc" / "requirements.tsv"
ID = re.compile(r"\bR\d+-[\d.]+-\w+")


def named_in_tests():
    """Each requirement that some test names, with the first file that does."""
    found = {}
    for path in sorted([*TESTS.rglob("*.cpp"), *TESTS.rglob("*.hpp")]):
        for name in ID.findall(path.read_text()):
            found.setdefault(name, path.relative_to(TESTS))
    return found


def main():
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    named = named_in_tests()
    known = {row["id"] for row in rows}
    faults = [f"{path}: there is no requirement {name}" for name, path in named.items() if name not in known]
    faults += [
        f"{row['id']} ({row['level']}): no test names it: {row['requirement']}"
        for row in rows
        if row["belongs"] == "core" and row["id"] not in named
    ]
    print("\n".join(faults))

    groups = collections.Counter(row["belongs"] for row in rows)
    due = groups.pop("core")
    print(f"{due} due, {len(known & named.keys())} named by tests; for later:", dict(groups.most_common()))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
