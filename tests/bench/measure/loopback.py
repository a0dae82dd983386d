# SPDX-License-Identifier: BSL-1.0
"""What is measured over loopback: the server on one core, the load on another."""

import json
import pathlib
import re
import subprocess
import tempfile

from servers import KINDS, LOAD_CORE, OURS, PROGRAMS, Server, pinned

EVERYDAY = 100_000
LIVE, DYING_FROM = 102_400, 10_240_000  # users of the storms; both are multiples of the load's window


def load(server, mode, users, seconds, *more):
    """One run of the closed loop; what it printed."""
    command = [PROGRAMS / "bench_load", "--port", server.port, "--mode", mode, "--users", users, "--seconds", seconds,
               "--cseq", server.cseq(), "--check", server.kind.check, "--pids", ",".join(map(str, server.pids())),
               *more]
    return run(command)


def run(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=300,
                          preexec_fn=pinned(LOAD_CORE))
    if done.returncode != 0:
        raise RuntimeError(f"{pathlib.Path(command[0]).name}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def everyday(kinds, plan):
    """New users and refreshes, in rounds, each contender fresh in every round: {name: {mode: [results]}}."""
    found = {kind.name: {"new": [], "refresh": []} for kind in kinds}
    for _ in range(plan.rounds):
        for kind in kinds:
            with Server(kind, EVERYDAY) as server:
                found[kind.name]["new"].append(load(server, "new", EVERYDAY, 60))
                found[kind.name]["refresh"].append(load(server, "refresh", EVERYDAY, plan.seconds, "--warm-up", 0.1))
    return found


def stored(kinds, plan, users):
    """Refreshes with so many bindings stored, contender after contender in each round, so that all drift alike.

    Returns {name: {"new": result, "refresh": [results], "resident": bytes a binding}}.
    """
    found, running = {}, []
    try:
        for kind in kinds:
            if users > kind.most_users:
                continue
            server = Server(kind, users)
            running.append(server)
            before = server.resident()
            made = load(server, "new", users, 120) if kind.keeps_bindings else None
            resident = (server.resident() - before) / users
            found[kind.name] = {"new": made, "refresh": [], "resident": resident}
        for _ in range(plan.rounds):
            for server in running:
                result = load(server, "refresh", users, plan.seconds / 2, "--warm-up", 0.1)
                found[server.kind.name]["refresh"].append(result)
    finally:
        for server in running:
            server.end()
    return found


def storms(plan):
    """Many bindings expire in the same second, while REGISTERs come in at a steady rate."""
    kind = next(kind for kind in KINDS if kind.name == OURS)
    found = []
    for _ in range(plan.storms):
        with Server(kind, LIVE) as server:
            load(server, "new", LIVE, 60)
            together = load(server, "new", plan.dying, 60, "--first", DYING_FROM, "--together", plan.together)
            storm = [PROGRAMS / "bench_storm", "--port", server.port, "--users", LIVE, "--at", together["end"],
                     "--rate", plan.storm_rate, "--before", 2, "--after", 5]
            found.append(run(storm))
    return found


def instructions(kinds):
    """User-space instructions of a whole server for each refresh: {name: count}.

    A pass over the users who are registered already refreshes each once; the difference of two runs is that of
    their passes. Of several processes the busiest counts, as the others only wait.
    """
    users, few, many = 2000, 2, 6
    found = {}
    for kind in kinds:
        with_few, with_many = (_instructions_of(kind, users, passes) for passes in (few, many))
        found[kind.name] = (with_many - with_few) / (users * (many - few))
    return found


def _instructions_of(kind, users, passes):
    with tempfile.TemporaryDirectory(prefix="sipwhere-bench-") as logs:
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={logs}/out.%p", f"--log-file={logs}/log.%p"]
        with Server(kind, users, valgrind) as server:
            for _ in range(passes):
                load(server, "new", users, 120)
        counts = subprocess.run(["grep", "-h", "-r", "Collected", logs], capture_output=True, text=True, check=False)
        return max(map(int, re.findall(r"Collected : (\d+)", counts.stdout)), default=0)


def smoke(kind, users=500):
    """Serves a few users in every way there is, to see that every answer is verified and right."""
    with Server(kind, users) as server:
        for mode in ("new", "refresh", "query", "remove") if kind.check == "full" else ("new", "refresh"):
            load(server, mode, users, 60 if mode in ("new", "remove") else 0.2)
