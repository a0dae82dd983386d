#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks who includes whom in include/sipwhere.

A layer may include itself and the layers it names here, never a sibling; a folder's detail/ is for that folder alone.
The system's headers are for the leaves, a third party's for files that carry its name. No file includes itself, not
even by way of others. What a file keeps in `namespace detail` is for that file alone: what others of its folder use
lies in the folder's detail/, what other folders use is public. A header named after a folder includes all of it.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2] / "include"

GROUND = ["base", "message", "model"]
BELOW_POLICY = GROUND + ["memory", "record", "config"]
BELOW_SERVER = BELOW_POLICY + ["policy"]
LEAVES = ["clock", "random", "storage", "transport", "observer", "testing"]
ALLOWED = {
    "base": [],
    "message": ["base"],
    "model": ["base", "message"],
    "memory": GROUND,
    "record": GROUND + ["memory"],
    "config": GROUND + ["memory"],
    "policy": BELOW_POLICY,
    "server": BELOW_SERVER,
    "registration": BELOW_SERVER + ["server"],
    "registrar": BELOW_SERVER + ["server", "registration", "auth"],
    "auth": BELOW_SERVER,
    **{leaf: BELOW_SERVER for leaf in LEAVES},
}
# Whose details others have long used, which is only warned about.
ALONE_IN_NAME = ["base", "message"]
ANYONE_MAY_INCLUDE = ["sipwhere/version.hpp", "sipwhere/fwd.hpp"]
SYSTEM = re.compile(r"(sys|net|netinet|arpa|linux)/.*|(unistd|fcntl|poll|time|errno|signal|netdb|pthread)\.h")
# A type, concept or alias; a function or variable.
DECLARED = re.compile(r"\b(?:struct|class|concept|using|enum class) (\w+)|[\w>&*] (\w+)(?:\(|\{|(?: = .*)?;$| =$)")
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


def hidden_names(text):
    """The names that a file declares in its namespace detail."""
    names = set()
    for block in re.findall(r"^namespace (?:\w+::)*detail {\n(.*?)^} // namespace", text, re.MULTILINE | re.DOTALL):
        depth = 0
        for line in re.sub(r"//.*", "", block).splitlines():
            if depth == 0:
                names.update(found for pair in DECLARED.findall(line) for found in pair if found)
            depth += line.count("{") - line.count("}")
    return names


def borrowed(texts):
    """Who uses what another file keeps in its namespace detail: (user, name, owner)."""
    hidden = {file: hidden_names(text) for file, text in texts.items() if "/detail/" not in file}
    for user, text in texts.items():
        own = hidden_names(text)
        for name in sorted(set(re.findall(r"\bdetail::(\w+)", text)) - own):
            for owner in (file for file, names in hidden.items() if name in names and file != user):
                yield user, name, owner


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
    faults, warnings, graph, texts = [], [], {}, {}
    for path in sorted(ROOT.rglob("*.hpp")):
        user = path.relative_to(ROOT).as_posix()
        texts[user] = path.read_text()
        includes = INCLUDE.findall(texts[user])
        graph[user] = [used for _, used in includes]
        if folder(user) not in [None, *ALLOWED]:
            faults.append(f"{user}: {folder(user)}/ is no layer known here")
            continue
        for quote, used in includes:
            if why := objection(user, quote, used):
                faults.append(f"{user} includes {used}: {why}")
    for file in texts:
        if folder(file) not in ALLOWED or "/detail/" in file:
            continue
        whole = f"sipwhere/{folder(file)}.hpp"
        if whole in graph and file not in graph[whole]:
            faults.append(f"{whole} leaves out {file}")
    for user, name, owner in borrowed(texts):
        where = warnings if folder(owner) in ALONE_IN_NAME else faults
        where.append(f"{user} uses detail::{name} of {owner}: it is public, or for one folder in its detail/")
    if loop := cycle(graph):
        faults.append("a cycle: " + " -> ".join(loop))
    print("\n".join(f"warning: {each}" for each in warnings))
    print("\n".join(faults) or f"{len(graph)} headers keep to their layers")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
