# SPDX-License-Identifier: BSL-1.0
"""Tells on what was measured."""

import os
import platform
import re
import subprocess


def _first(command, pattern):
    """What the pattern captures of what a command prints; None if there is no such command."""
    try:
        printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return None
    found = re.search(pattern, printed)
    return found and found.group(1)


def description():
    """One line: processor, cores, kernel, compiler and the versions of what was measured beside ours."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"^model name\s*: (.*)$", file.read(), re.MULTILINE)
    cores = len(os.sched_getaffinity(0))
    kernel = platform.release().partition("-")[0]
    compiler = _first(["g++", "-dumpfullversion"], "(.*)")
    processor = model.group(1) if model else platform.machine()
    parts = [processor, f"{cores} cores", f"Linux {kernel}", f"g++ {compiler}"]
    if kamailio := _first(["kamailio", "-v"], r"version: kamailio (\S+)"):
        parts.append(f"Kamailio {kamailio}")
    return ", ".join(parts)
