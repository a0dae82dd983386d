# SPDX-License-Identifier: BSL-1.0
"""Runs the cases named, or all: cases.py REGISTRARD [CASE…]. One line for each; the status is 1 if any failed.

A name may have wildcards, as those of files have.
"""

import contextlib
import fnmatch
import signal
import sys
import time

import cases_clients
import cases_daemon
import cases_sipp
import cases_workers
from lab import Failure, Lab, Skip

SECONDS_A_CASE, SECONDS_IN_ALL = 20, 170


def out_of_time(*_):
    raise Failure(f"took more than {SECONDS_A_CASE} s")


def ended(*_):
    raise KeyboardInterrupt


def name_of(case):
    return case.__name__.replace("_", "-")


def reasons(why):
    """What went wrong, and what went wrong then in clearing up."""
    said = [] if why.__context__ is None else reasons(why.__context__)
    return said + [" ".join(str(why).split()) or type(why).__name__]


def run(case, registrard):
    """Runs one case and clears up behind it; returns what to print."""
    lab = Lab(registrard)
    signal.alarm(SECONDS_A_CASE)
    try:
        try:
            case(lab)
        finally:
            signal.alarm(0)
            lab.stack.close()
    except Skip as why:
        return f"SKIP {name_of(case)}: {why}"
    except Exception as why:  # whatever it is, the next case shall run
        return f"FAIL {name_of(case)}: {'; then '.join(reasons(why))}"
    return f"PASS {name_of(case)}"


def main():
    signal.signal(signal.SIGALRM, out_of_time)
    signal.signal(signal.SIGTERM, ended)
    registrard, names = sys.argv[1], sys.argv[2:]
    end = time.monotonic() + SECONDS_IN_ALL
    failed = False
    for case in cases_daemon.CASES + cases_workers.CASES + cases_sipp.CASES + cases_clients.CASES:
        if names and not any(fnmatch.fnmatch(name_of(case), name) for name in names):
            continue
        line = run(case, registrard) if time.monotonic() < end else f"FAIL {name_of(case)}: no time left for it"
        print(line, flush=True)
        failed = failed or line.startswith("FAIL")
    return failed


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
