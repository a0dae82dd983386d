# SPDX-License-Identifier: BSL-1.0
"""Measures everything there is to measure, within its time, and prints the tables. Started by tests/bench/run."""

import dataclasses
import json
import pathlib
import subprocess
import sys
import time

import in_process
import loopback
import machine
import readme
import store
import streams
import table
from servers import CORES, KAMAILIO, KINDS, OURS, OURS_AT, PROGRAMS, REGISTRARD

RESULTS = PROGRAMS.parents[1] / "results.json"


@dataclasses.dataclass
class Plan:
    """How much of everything."""

    rounds: int = 5
    seconds: float = 1.5  # of one load
    populations: tuple = (1_000, 100_000, 1_000_000)  # over loopback
    resident: tuple = (1_000, 100_000, 1_000_000, 10_000_000)  # in process
    storms: int = 3
    dying: int = 1_000_000  # bindings that expire at once; a tenth of it for Kamailio
    together: int = 12  # seconds in which these have to be registered
    storm_rate: int = 80_000
    limit: float = 14.5 * 60


QUICK = Plan(rounds=3, seconds=0.3, populations=(1_000, 100_000), resident=(1_000, 100_000, 1_000_000), storms=1,
             dying=200_000, together=6, limit=130)


class Session:
    """Collects what each part found; a part that fails or comes too late is said to be missing."""

    def __init__(self, plan):
        self.plan, self.results, self.begin = plan, {}, time.monotonic()
        self.missing = {}

    def measure(self, name, needs, part, *more):
        """Runs one part, unless it needs more seconds than are left."""
        if time.monotonic() - self.begin + needs > self.plan.limit:
            self.missing[name] = "no time was left"
            return None
        print(f"{time.monotonic() - self.begin:5.0f} s  {name}", file=sys.stderr, flush=True)
        try:
            self.results[name] = part(*more)
        except (RuntimeError, OSError, subprocess.SubprocessError) as why:
            self.missing[name] = str(why)
        return self.results.get(name)


def over_loopback(session):
    plan = session.plan
    if len(CORES) < 2:
        session.missing["loopback, storm"] = "it takes two cores, one for the server and one for the load"
        return
    absent = {kind.name: why for kind in KINDS if (why := kind.missing())}
    session.missing |= absent
    kinds = [kind for kind in KINDS if kind.name not in absent]
    wanted = [(OURS, plan.dying, plan.together), (KAMAILIO, plan.dying // 10, plan.together // 2)]
    for_storms = {name: plan.storms * (together + 9) for name, _, together in wanted if name not in absent}
    sizes = {}
    for users in plan.populations:
        round_needs = len(kinds) * (2 * plan.seconds + 0.5 + users / 150_000)
        last = session.begin + plan.limit - sum(for_storms.values()) - round_needs
        if session.measure(f"stored {users}", 3 * round_needs, loopback.stored, kinds, plan, users, last):
            sizes[str(users)] = session.results.pop(f"stored {users}")
    if sizes:
        session.results["stored"] = sizes
        table.stored(sizes)
    storms = {}
    for name, dying, together in wanted:
        if name not in for_storms:
            continue
        if session.measure(f"storms of {name}", for_storms[name], loopback.storms, plan, name, dying, together):
            storms[name] = session.results.pop(f"storms of {name}")
    if storms:
        session.results["storms"] = storms
        table.storms(storms)
    if plan is not QUICK and (counts := session.measure("server instructions", 70, loopback.instructions, kinds)):
        table.server_instructions(counts)


def smoke():
    """Tries each program with a few users; returns whether one failed."""
    failed = False
    for kind in KINDS:
        if why := kind.missing():
            print(f"SKIP load of {kind.name}: {why}")
            continue
        try:
            loopback.smoke(kind)
            print(f"PASS load of {kind.name}")
        except (RuntimeError, OSError, subprocess.SubprocessError) as why:
            print(f"FAIL load of {kind.name}: {why}")
            failed = True
            continue
        if kind.program[0] != REGISTRARD:
            continue
        try:
            loopback.lossless(kind)
            print(f"PASS no datagram lost by {kind.name}")
        except (RuntimeError, OSError, subprocess.SubprocessError) as why:
            print(f"FAIL no datagram lost by {kind.name}: {why}")
            failed = True
    return failed


def profiled(program):
    """Tries a registrard that was compiled with a profile beside the other; returns whether it gains nothing."""
    shipped, learned = KINDS[OURS_AT], dataclasses.replace(KINDS[OURS_AT], name="profiled", program=[program])
    loopback.smoke(learned)
    counts = loopback.instructions([shipped, learned])
    gain = 1 - counts[learned.name] / counts[shipped.name]
    print(f"{'PASS' if gain > 0 else 'FAIL'} profiled: {counts[learned.name]:.0f} instructions a refresh, of a whole "
          f"server, {100 * gain:.1f} % fewer than {counts[shipped.name]:.0f}")
    return gain <= 0


def main():
    if "--smoke" in sys.argv[1:]:
        return smoke()
    if "--count" in sys.argv[1:]:
        print(f"registrard\t{loopback.instructions([KINDS[OURS_AT]])[OURS]:.0f}")
        return 0
    if "--scale" in sys.argv[1:]:
        return table.scale(loopback.scale(KINDS[OURS_AT]))
    if "--logins" in sys.argv[1:]:
        return table.logins(loopback.logins(KINDS[OURS_AT]))
    if "--streams" in sys.argv[1:]:
        return streams.show(streams.measure())
    if "--store" in sys.argv[1:]:
        return store.show(store.measure())
    if sys.argv[1:2] == ["--train"]:
        return loopback.train(dataclasses.replace(KINDS[OURS_AT], program=[pathlib.Path(sys.argv[2]).resolve()]))
    if sys.argv[1:2] == ["--profiled"]:
        return profiled(pathlib.Path(sys.argv[2]).resolve())
    if "--markdown" in sys.argv[1:]:
        return readme.show(json.loads(RESULTS.read_text()))
    session = Session(QUICK if "--quick" in sys.argv[1:] else Plan())
    plan = session.plan
    session.results["machine"] = machine.description()
    print("# sipwhere, measured\n\n"
          f"Medians of {plan.rounds}, or of 3 where time is short; in brackets the smallest and the largest.\n")
    print(session.results["machine"] + "\n", flush=True)
    times = session.measure("in process", 20, in_process.times, plan)
    counts = session.measure("instructions", 20, in_process.instructions)
    if times and counts:
        table.in_process(times, counts)
    if len(CORES) < 2:
        session.missing["threads"] = "two threads take two cores"
    elif side_by_side := session.measure("threads", 20, in_process.threads, plan):
        table.threads(side_by_side)
    if shared := session.measure("contention", 5, in_process.contention):
        table.contention(shared)
    if memory := session.measure("memory", 10, in_process.memory, plan):
        table.memory(memory)
    for users, needs in ((2_000_000, 15), (10_000_000, 90)) if plan is not QUICK else ((2_000_000, 15),):
        if pauses := session.measure(f"pauses {users}", needs, in_process.pauses, users):
            table.pauses(pauses)
    over_loopback(session)
    for name, why in session.missing.items():
        print(f"Not measured: {name}: {why}\n")

    RESULTS.write_text(json.dumps(session.results | {"missing": session.missing}, indent=1))
    print(f"{time.monotonic() - session.begin:5.0f} s  all in {RESULTS}", file=sys.stderr)
    return 1 if session.missing else 0


if __name__ == "__main__":
    sys.exit(main())
