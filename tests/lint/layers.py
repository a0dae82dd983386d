#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks who includes whom in include/sipwhere.

A layer may include itself and the layers it names here, never a sibling; a folder's detail/ is for that folder alone.
The system's headers are for the leaves, a third party's for files that carry its name. No file includes itself, not
even by way of others.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2] / "include"

GROUND = ["base", "message", "model", "policy"]
LEAVES = ["clock", "random", "storage", "transport", "observer", "testing"]
ALLOWED = {
    "base": [],
    "message": ["base"],
    "model": ["base", "message"],
    "policy": ["base", "message", "model"],
    "rules": GROUND,
    "transaction": GROUND,
    "auth": GROUND,
    "registrar": GROUND + ["rules", "transaction", "auth"],
    **{leaf: GROUND for leaf in LEAVES},
}
ANYONE_MAY_INCLUDE = ["sipwhere/version.hpp", "sipwhere/fwd.hpp"]
SYSTEM = re.compile(r"(sys|net|netinet|arpa|linux)/.*|(unistd|fcntl|poll|time|errno|signal|netdb|pthread)\.h")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def folder(path):
    """The layer of sipwhere/layer/…, or None for a file above the layers."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 else None


def objection(user, quote, used):
    """Why `user` may not include `used`, or None."""
    layer = folder(user)
    if quote == '"':
        return "own headers are written <sipwhere/…>"
    if used.startswith("sipwhere/"):
        if not (ROOT / used).exists():
            return "there is no such header"
        if layer is None or used in ANYONE_MAY_INCLUDE or folder(used) == layer:
            return None
        if folder(used) is None or folder(used) not in ALLOWED[layer]:
            return f"{layer}/ does not sit on it"
        return "another folder's detail" if "/detail/" in used else None
    if "/" not in used and "." not in used:
        return None
    if SYSTEM.fullmatch(used):
        return None if layer in LEAVES else "the operating system belongs in the leaves"
    party = re.match(r"[a-z]+", used)[0]
    return None if party in pathlib.Path(user).name else f"a file that needs {party} carries its name"


def cycle(graph):
    """The files of one include cycle, or None."""
    done = set()

    def walk(file, trail):
        if file in trail:
            return trail[trail.index(file):] + [file]
        if file in done:
            return None
        for used in graph.get(file, []):
            if found := walk(used, trail + [file]):
                return found
        done.add(file)
        return None

    return next(filter(None, (walk(file, []) for file in graph)), None)


def main():
    faults, graph = [], {}
    for path in sorted(ROOT.rglob("*.hpp")):
        user = path.relative_to(ROOT).as_posix()
        includes = INCLUDE.findall(path.read_text())
        graph[user] = [used for _, used in includes]
        if folder(user) not in [None, *ALLOWED]:
            faults.append(f"{user}: {folder(user)}/ is no layer known here")
            continue
        for quote, used in includes:
            if why := objection(user, quote, used):
                faults.append(f"{user} includes {used}: {why}")
    if loop := cycle(graph):
        faults.append("a cycle: " + " -> ".join(loop))
    print("\n".join(faults) or f"{len(graph)} headers keep to their layers")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
