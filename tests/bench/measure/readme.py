# SPDX-License-Identifier: BSL-1.0
"""Prints the tables of tests/bench/README.md and the one of README.md, to be pasted: tests/bench/run --markdown"""

import statistics

from loopback import PEERS
from servers import FLOOR_OF, KAMAILIO, OURS
from table import ratio, rows, spread


def count(users):
    """100,000 as `100 k`."""
    return f"{users // 1_000_000} M" if users >= 1_000_000 else f"{users // 1000} k"


def _rates(results):
    sizes = sorted(results["stored"], key=int)
    names = list(dict.fromkeys(name for size in sizes for name in results["stored"][size]))

    def cell(name, size, mode):
        runs = results["stored"][size].get(name, {}).get(mode)
        if not runs:
            return "–"
        cpu = statistics.median(run["server_us"] for run in runs)
        return f"{spread([run['rate'] / 1000 for run in runs])}, {cpu:.2f} µs"

    for mode, words in (("refresh", "Refreshes"), ("peers", f"Refreshes by {PEERS} peers"), ("new", "New bindings")):
        rows([f"{words}, 1000/s and CPU each"] + [count(int(size)) + " users" for size in sizes],
             [[name] + [cell(name, size, mode) for size in sizes] for name in names])
    largest = results["stored"][sizes[-1]]
    lines = []
    for name in names:
        if name.startswith("floor") or name not in largest:
            continue
        lines.append([name] + [ratio(largest, name, other, mode)
                               for mode in ("refresh", "peers", "new") for other in (FLOOR_OF[name], KAMAILIO)])
    rows([f"Rate with {count(int(sizes[-1]))} users", "refresh ÷ its floor", "÷ Kamailio",
          f"by {PEERS} peers ÷ its floor", "÷ Kamailio", "new ÷ its floor", "÷ Kamailio"], lines)


def _storms(storms):
    lines = []
    for name, storm in storms.items():
        for phase, words in (("before", "calm"), ("storm", f"{storm['dying']:,} expire at once")):
            runs = [run[phase] for run in storm["runs"]]
            lines.append([f"{name}, {words}"] + [spread([run[key] / 1000 for run in runs], "{:.2f}")
                                                 for key in ("p99", "p999", "stall")]
                         + [spread([run["retransmissions"] for run in runs])])
    rate = next(iter(storms.values()))["rate"]
    rows([f"At {rate:,} REGISTERs a second from {PEERS} peers", "p99, ms", "p99.9, ms", "longest stall, ms",
          "retransmissions"], lines)


def _small(results):
    """Prints the medians that README.md shows; tests/lint/readme.py holds them against the table of all."""
    sizes = sorted(results["stored"], key=int)

    def cell(name, size):
        runs = results["stored"][size].get(name, {}).get("refresh")
        return f"{statistics.median(run['rate'] / 1000 for run in runs):,.0f}" if runs else "–"

    rows(["Refreshes, 1000/s"] + [f"{count(int(size))} users" for size in sizes],
         [[name] + [cell(name, size) for size in sizes] for name in (OURS, KAMAILIO)])


def show(results):
    """Prints the tables; returns whether there are none."""
    if "stored" not in results:
        print("Nothing was measured over loopback.")
        return True
    print(f"For tests/bench/README.md:\n\nMeasured on: {results['machine']}.\n")
    _rates(results)
    if "memory" in results:
        rows(["Bindings", *(f"{one['users']:,}" for one in results["memory"])],
             [["resident bytes each", *(f"{one['resident']:.0f}" for one in results["memory"])],
              ["of them text", *(str(one["text"]) for one in results["memory"])]])
    if "storms" in results:
        _storms(results["storms"])
    print("For README.md:\n")
    _small(results)
    return False
