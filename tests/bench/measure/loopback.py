# SPDX-License-Identifier: BSL-1.0
"""What is measured over loopback: the server on one core, the load on another."""

import json
import pathlib
import re
import subprocess
import tempfile
import time

from servers import KINDS, LOAD_CORE, PROGRAMS, Server, pinned

PEERS = 64  # sockets of a load that comes from many
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


def stored(kinds, plan, users, last):
    """So many new users, then refreshes of them by one peer and by many, in rounds, each contender fresh in each round.

    From the fourth on, no round begins after `last` on the monotonic clock.

    Returns {name: {"new": [results], "refresh": [results], "peers": [results], "resident": bytes a binding}}.
    """
    found = {kind.name: {"new": [], "refresh": [], "peers": []} for kind in kinds}
    for done in range(plan.rounds):
        if done >= 3 and time.monotonic() > last:
            break
        for kind in kinds:
            mine = found[kind.name]
            with Server(kind, users) as server:
                before = server.resident()
                mine["new"].append(load(server, "new", users, 120))
                mine["resident"] = (server.resident() - before) / users
                for mode, peers in (("refresh", 1), ("peers", PEERS)):
                    mine[mode].append(load(server, "refresh", users, plan.seconds, "--warm-up", 0.1, "--peers", peers))
    return found


def scale(kind, few=1_000, many=10_000_000, rounds=9, seconds=1.5):
    """Refreshes of few users and of many, each of a server of its own, by turns: what else the machine does meets both.

    Returns {"rates": [(with few, with many)], "new": a second, "resident": bytes a binding}, and both numbers.
    """
    limits = ["--max-aors", str(2 * many), "--max-bytes", str(1024 * many)]
    with Server(kind, few) as small, Server(kind, few, options=limits) as large:
        load(small, "new", few, 60)
        before = large.resident()
        made = load(large, "new", many, 290)
        found = {"few": few, "many": many, "new": made["rate"], "resident": (large.resident() - before) / many}
        each = [[load(server, "refresh", users, seconds, "--warm-up", 0.1)["rate"]
                 for server, users in ((small, few), (large, many))] for _ in range(rounds)]
        return found | {"rates": each}


def logins(kind, users=100_000, rounds=7, seconds=1):
    """What passwords cost: refreshes of users who need none, who use a nonce over and over, and who ask for a new one
    each time, by turns.

    Returns {(mode, algorithm): [results]}.
    """
    runs = [("open", "MD5"), *((mode, algorithm) for mode in ("refresh", "login") for algorithm in ("MD5", "SHA-256"))]
    found = {each: [] for each in runs}
    with tempfile.TemporaryDirectory(prefix="sipwhere-bench-") as folder:
        file = pathlib.Path(folder, "users")
        subprocess.run([PROGRAMS / "bench_logins", "--write-users", file, "--users", str(users)], check=True)
        for _ in range(rounds):
            for mode, algorithm in runs:
                options = [] if mode == "open" else ["--users", file, "--domain", "example.com"]
                with Server(kind, users, options=["--log", "warning", *map(str, options)]) as server:
                    found[mode, algorithm].append(run([
                        PROGRAMS / "bench_logins", "--port", server.port, "--pids", ",".join(map(str, server.pids())),
                        "--mode", mode, "--algorithm", algorithm, "--users", users, "--seconds", seconds]))
    return found


def storms(plan, name, dying, together):
    """Many bindings expire in the same second, while REGISTERs come in at a steady rate from many peers.

    They are registered within `together` seconds; on a machine too slow for that, within twice as many.
    """
    kind = next(kind for kind in KINDS if kind.name == name)
    found = []
    for _ in range(plan.storms):
        try:
            found.append(_storm(plan, kind, dying, together))
        except RuntimeError as why:
            if "together" not in str(why):
                raise
            found.append(_storm(plan, kind, dying, 2 * together))
    return {"dying": dying, "rate": plan.storm_rate, "runs": found}


def _storm(plan, kind, dying, together):
    options = ["--min-expires=1", "--max-expires=7200", "--log=warning"]
    with Server(kind, LIVE + dying, timer=1, options=options) as server:
        load(server, "new", LIVE, 60)
        made = load(server, "new", dying, 60, "--first", DYING_FROM, "--together", together)
        return run([PROGRAMS / "bench_storm", "--port", server.port, "--users", LIVE, "--at", made["end"],
                    "--rate", plan.storm_rate, "--before", 2, "--after", 5, "--peers", PEERS])


def instructions(kinds):
    """User-space instructions of a whole server for each refresh: {name: count}.

    Each user refreshes several times a second, so that registrard remembers as many transactions of each as it ever
    does. The difference of two runs is that of their refreshes. Of several processes the busiest counts, as the others
    only wait.
    """
    found = {}
    for kind in kinds:
        (few, of_few), (many, of_many) = (_instructions_of(kind, 2000, seconds) for seconds in (2, 5))
        found[kind.name] = (of_many - of_few) / (many - few)
    return found


def _instructions_of(kind, users, seconds):
    with tempfile.TemporaryDirectory(prefix="sipwhere-bench-") as logs:
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={logs}/out.%p", f"--log-file={logs}/log.%p"]
        with Server(kind, users, valgrind) as server:
            load(server, "new", users, 120)
            answers = load(server, "refresh", users, seconds)["answers"]
        counts = subprocess.run(["grep", "-h", "-r", "Collected", logs], capture_output=True, text=True, check=False)
        return answers, max(map(int, re.findall(r"Collected : (\d+)", counts.stdout)), default=0)


def smoke(kind, users=500, seconds=0.2):
    """Serves users in every way there is, to see that every answer is verified and right."""
    with Server(kind, users) as server:
        for mode in ("new", "refresh", "query", "remove") if kind.check == "full" else ("new", "refresh"):
            for peers in (1, PEERS):
                load(server, mode, users, 60 if mode in ("new", "remove") else seconds, "--peers", peers)


def train(kind):
    """What a compiler is to learn from: mostly refreshes, of users that fit in a cache and of those that do not."""
    for users in (500, 50_000):
        smoke(kind, users, 2)


def lossless(kind, users=100_000, passes=5):
    """128 REGISTERs outstanding, of one peer, then of many, and half the receive buffer that Linux grants an ordinary
    user, 212,992 bytes as it counts: the kernel drops none of them, and none waits until it is sent again."""
    for peers in (1, PEERS):
        with Server(kind, users, options=["--receive-buffer=106496"]) as server:
            again = sum(load(server, "new", users, 120, "--peers", peers)["retransmissions"] for _ in range(passes))
            if server.dropped() or again:
                raise RuntimeError(f"{server.dropped()} of {users * passes} were dropped, {again} sent again")
