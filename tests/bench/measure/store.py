# SPDX-License-Identifier: BSL-1.0
"""Measures what it costs to keep bindings in a file: the store in process beside a bare loop that writes the same rows,
and registrard beside Kamailio, which writes through to SQLite as well. All files are in one folder of one disk."""

import contextlib
import json
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import tempfile

import loopback
from servers import BENCH, BUILD, KAMAILIO, KINDS, OURS, OURS_AT, PROGRAMS, Server

SCHEMA = pathlib.Path("/usr/share/kamailio/db_sqlite")
USERS, MANY, ROUNDS, SECONDS = 100_000, 1_000_000, 5, 2


def in_process(folder, users, rounds=ROUNDS):
    """What bench_durable prints."""
    with tempfile.TemporaryDirectory(dir=folder) as files:
        done = subprocess.run([PROGRAMS / "bench_durable", "--folder", files, "--users", str(users), "--rounds",
                               str(rounds)], capture_output=True, text=True, check=True, timeout=600)
        return json.loads(done.stdout)


def kamailio_config(folder):
    """One that answers each REGISTER when it is in an SQLite file; None where it can't."""
    if not shutil.which("kamailio") or not SCHEMA.exists():
        return None
    database = pathlib.Path(folder, "kamailio.db")
    with contextlib.closing(sqlite3.connect(database)) as made:
        for name in ("standard-create.sql", "usrloc-create.sql"):
            made.executescript((SCHEMA / name).read_text())
    text = (BENCH / "kamailio.cfg").read_text()
    text = text.replace('loadmodule "usrloc.so"', 'loadmodule "db_sqlite.so"\nloadmodule "usrloc.so"')
    text = text.replace('"db_mode", 0)', f'"db_mode", 1)\nmodparam("usrloc", "db_url", "sqlite:///{database}")')
    config = pathlib.Path(folder, "kamailio.cfg")
    config.write_text(text)
    return config


def refreshes(folder, users=USERS, rounds=ROUNDS):
    """Refreshes of users that are there, by turns; {name: [results]}."""
    ours, theirs = KINDS[OURS_AT], next(kind for kind in KINDS if kind.name == KAMAILIO)
    found = {}

    def measure(name, kind, those, window=128, **how):
        with Server(kind, those, **how) as server:
            loopback.load(server, "new", those, 120)
            found.setdefault(name, []).append(
                loopback.load(server, "refresh", those, SECONDS, "--warm-up", 0.5, "--window", window))

    for number in range(rounds):
        file = pathlib.Path(folder, f"bindings-{number}")
        for name, options, window in (
                ("in memory", [], 128), ("--store", ["--store", file], 128),
                ("--store, 1,024 at a time", ["--store", f"{file}-wide"], 1024),
                ("--store, one at a time", ["--store", f"{file}-alone"], 1),
                ("--store --synchronous normal", ["--store", f"{file}-normal", "--synchronous=normal"], 128)):
            measure(f"{OURS} {name}", ours, users, window, options=options)
        with tempfile.TemporaryDirectory(dir=folder) as own:
            if config := kamailio_config(own):
                measure("Kamailio, db_sqlite, write-through", theirs, 1_000, config=config)
    return found


def measure():
    """Returns {"in process": [figures], "refreshes": {name: [results]}}."""
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="store-") as folder:
        return {"in process": [in_process(folder, USERS), in_process(folder, MANY, 3)], "refreshes": refreshes(folder)}


def spread(values, form="{:.1f}"):
    """The median, the smallest and the largest as a text."""
    low, middle, high = (form.format(value) for value in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low}–{high})"


def show(found):
    """Prints what was measured."""
    print("## Bindings in a file\n")
    print("| In process | " + " | ".join(f"{each['users']:,} users" for each in found["in process"]) + " |")
    print("|---|" + "---:|" * len(found["in process"]))

    def row(words, value):
        print(f"| {words} | " + " | ".join(value(each) for each in found["in process"]) + " |")

    row("refreshes, 1000/s", lambda each: spread([value / 1000 for value in each["stored"]]))
    row("… ÷ the bare loop", lambda each: spread([a / b for a, b in zip(each["stored"], each["bare"])], "{:.2f}"))
    row("processor time of one, µs", lambda each: spread(each["stored_us"]))
    row("… of the bare loop, µs", lambda each: spread(each["bare_us"]))
    row("one alone, ms", lambda each: spread([1000 / value for value in each["stored_alone"]], "{:.2f}"))
    row("… a bare commit, ms", lambda each: spread([1000 / value for value in each["bare_alone"]], "{:.2f}"))
    row("the file is read, s", lambda each: f"{each['load']:.2f}")
    print("\n| Over loopback | 1000/s | processor time of one, µs |\n|---|---:|---:|")
    for name, results in found["refreshes"].items():
        print(f"| {name} | {spread([each['rate'] / 1000 for each in results])} | "
              f"{spread([each['server_us'] for each in results])} |")
