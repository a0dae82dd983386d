# SPDX-License-Identifier: BSL-1.0
"""Runs cases, and prints one line for each.

A case is a function of a `Lab` that returns when all is as it should be, and raises otherwise.
"""

import contextlib
import fnmatch
import math
import signal
import sys
import time

from lab import Failure, Lab, Skip


def name_of(case):
    return case.__name__.replace("_", "-")


def reasons(why):
    """What went wrong, and what went wrong then in clearing up."""
    said = [] if why.__context__ is None else reasons(why.__context__)
    return said + [" ".join(str(why).split()) or type(why).__name__]


def run(case, subject, seconds):
    """Runs one case on what is to be tested and clears up behind it; returns what to print."""
    def out_of_time(*_):
        raise Failure(f"took more than {seconds} s")

    lab = Lab(subject)
    signal.signal(signal.SIGALRM, out_of_time)
    signal.alarm(seconds)
    try:
        with lab.stack:
            try:
                case(lab)
            finally:
                signal.alarm(0)
    except Skip as why:
        return f"SKIP {name_of(case)}: {why}"
    except Exception as why:  # whatever it is, the next case shall run
        return f"FAIL {name_of(case)}: {'; then '.join(reasons(why))}"
    return f"PASS {name_of(case)}"


def run_all(cases, seconds_a_case, seconds_in_all=math.inf):
    """Runs the cases that the command line names after the subject, or all; returns whether any failed.

    A name may have wildcards, as those of files have.
    """
    subject, names = sys.argv[1], sys.argv[2:]
    end = time.monotonic() + seconds_in_all
    failed = False
    for case in cases:
        if names and not any(fnmatch.fnmatch(name_of(case), name) for name in names):
            continue
        in_time = time.monotonic() < end
        line = run(case, subject, seconds_a_case) if in_time else f"FAIL {name_of(case)}: no time left for it"
        print(line, flush=True)
        failed = failed or line.startswith("FAIL")
    return failed


def ended(*_):
    raise KeyboardInterrupt


def main(cases, seconds_a_case, seconds_in_all=math.inf):
    """Does that for a program, which may be ended politely; its status is 1 if any failed."""
    signal.signal(signal.SIGTERM, ended)
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(run_all(cases, seconds_a_case, seconds_in_all))
    sys.exit(130)
