# SPDX-License-Identifier: BSL-1.0
"""What is measured without a network."""

import json
import re
import subprocess

from servers import BENCH, PROGRAMS, SERVER_CORE, pinned


def times(plan):
    """Nanoseconds of each station and each whole REGISTER: {name: [one for each repetition]}."""
    too_large = [] if 10_000_000 in plan.resident else ["--benchmark_filter=-/10000000/"]
    command = [PROGRAMS / "bench_in_process", "--benchmark_format=json", *too_large,
               f"--benchmark_repetitions={plan.rounds}", f"--benchmark_min_time={plan.seconds / 15}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=pinned(SERVER_CORE))
    found = {}
    for one in json.loads(done.stdout)["benchmarks"]:
        if one["run_type"] != "iteration":
            continue
        if "error_message" in one:
            raise RuntimeError(f"{one['name']}: {one['error_message']}")
        name = re.sub(r"/manual_time|/repeats:\d+", "", one["name"])
        each = 1e9 / one["items_per_second"] if "items_per_second" in one else one["cpu_time"]
        found.setdefault(name, []).append(each)
    return found


def threads(plan):
    """Refreshes a second, and nanoseconds of a processor for each: {"together 2": [(rate, cpu)]}."""
    command = [PROGRAMS / "bench_threads", "--benchmark_format=json", f"--benchmark_repetitions={plan.rounds}",
               "--benchmark_enable_random_interleaving=true", f"--benchmark_min_time={plan.seconds / 5}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = {}
    for one in json.loads(done.stdout)["benchmarks"]:
        if "error_message" in one:
            raise RuntimeError(f"{one['name']}: {one['error_message']}")
        if one["run_type"] == "iteration":
            kind = f"{one['name'].split('/')[0]} {one['threads']}"
            found.setdefault(kind, []).append((one["threads"] / one["wall"] * 1e9, one["cpu"]))
    return found


def contention():
    """What threads with a core each would do to each other: nanoseconds "held" and "other", and "times" one thread."""
    done = subprocess.run([PROGRAMS / "bench_contention"], capture_output=True, text=True, check=True,
                          preexec_fn=pinned(SERVER_CORE))
    return json.loads(done.stdout)


def instructions():
    """What the gate says: {name: (count, verdict)}."""
    done = subprocess.run([BENCH / "gate", "--counts"], capture_output=True, text=True, check=False)
    found = re.findall(r"^(PASS|FAIL) instructions (\w+) (\d+)", done.stdout, re.MULTILINE)
    found += re.findall(r"^()(\w+)\t(\d+)$", done.stdout, re.MULTILINE)  # without baselines for this compiler
    if not found:
        raise RuntimeError(f"the gate: {done.stdout}{done.stderr}")
    return {name: (int(count), verdict) for verdict, name, count in found}


def memory(plan):
    """Resident bytes of a binding, and those of its text: [{"users", "resident", "text"}]."""
    found = []
    for users in plan.resident:
        done = subprocess.run([PROGRAMS / "bench_memory", "--users", str(users)], capture_output=True, text=True,
                              check=True)
        found.append(json.loads(done.stdout))
    return found


def pauses(users):
    """The longest calls of a store that grows, is used and loses its bindings: a dictionary for each phase."""
    done = subprocess.run([PROGRAMS / "bench_pauses", "--users", str(users)], capture_output=True, text=True,
                          check=True, preexec_fn=pinned(SERVER_CORE))
    return [json.loads(line) for line in done.stdout.splitlines()]
