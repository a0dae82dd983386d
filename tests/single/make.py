#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Makes one header of sipwhere.hpp and all it includes: make.py FILE

What was installed has it at include/sipwhere/single/sipwhere.hpp, for projects that copy a file rather than a folder.
"""

import os
import pathlib
import re
import sys

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "include"
ROOT = "sipwhere/sipwhere.hpp"
LICENCE = "// SPDX-License-Identifier: BSL-1.0\n"
DIRECTIVE = re.compile(r"^#\s*(if|endif|include|pragma once)\w*(?:\s*<([^>]+)>)?")


def parts_of(name):
    """The lines of a header that are its own: (line, what it includes or None, whether under a condition)."""
    depth = 0
    for line in (INCLUDE / name).read_text().removeprefix(LICENCE).splitlines():
        word, used = (found.groups() if (found := DIRECTIVE.match(line)) else (None, None))
        depth += {"if": 1, "endif": -1}.get(word, 0)
        if word != "pragma once":
            yield line, used if word == "include" else None, depth > 0


def gather(name, always, system):
    """Lists in `always` the headers that no condition holds back, each after its needs; in `system` the rest."""
    for _, used, conditional in parts_of(name):
        if used and not conditional:
            if not used.startswith("sipwhere/"):
                system.add(used)
            elif used not in always:
                gather(used, always, system)
    if name not in always:
        always.append(name)


def text_of(name, placed, system):
    """A header without the includes that are above it; one that stands under a condition is put where it stands."""
    lines = []
    for line, used, conditional in parts_of(name):
        if used is None or (conditional and used not in placed and used not in system):
            if used and used.startswith("sipwhere/"):
                placed.add(used)
                line = text_of(used, placed, system)
            lines.append(line)
        elif not used.startswith("sipwhere/") and used not in system:
            lines.append(line)  # wanted only by a header under a condition
        elif used.startswith("sipwhere/") and used not in placed:
            sys.exit(f"{name} stands under a condition and needs {used}, which nothing includes without one")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def single():
    """The text of the one header."""
    always, system = [], set()
    gather(ROOT, always, system)
    placed = set(always)
    version = re.search(r'library_version[^"]*"([^"]+)"', (INCLUDE / "sipwhere/version.hpp").read_text())[1]
    yield LICENCE.strip()
    yield f"// sipwhere {version} in one header, instead of its folder: a program includes the one or the other."
    yield "#pragma once\n"
    yield from (f"#include <{used}>" for used in sorted(system))
    for name in always:
        if text := text_of(name, placed, system):
            yield f"\n// {name}\n\n{text}"


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make.py FILE")
    file = pathlib.Path(os.environ.get("MESON_INSTALL_DESTDIR_PREFIX", ""), sys.argv[1])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(single()) + "\n")


if __name__ == "__main__":
    main()
