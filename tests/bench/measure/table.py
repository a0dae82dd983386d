# SPDX-License-Identifier: BSL-1.0
"""Shows what was measured, in Markdown: medians, and in brackets the smallest and the largest."""

import statistics

from loopback import PEERS
from servers import FLOOR_OF, KAMAILIO


def spread(values, form="{:,.0f}"):
    """`median (smallest–largest)`; of a single value, that."""
    middle, low, high = (form.format(of(values)) for of in (statistics.median, min, max))
    if len(values) == 1:
        return middle
    return f"{middle} ({low}–{high})"


def rows(head, lines):
    print("| " + " | ".join(head) + " |")
    print("|" + "|".join(["---"] + ["---:"] * (len(head) - 1)) + "|")
    for line in lines:
        print("| " + " | ".join(line) + " |")
    print(flush=True)


def in_process(times, instructions):
    print("## In process\n")
    print("Of one REGISTER with 100,000 users, 150 s between two of a user. One yardstick is 586 dependent"
          " multiplications.\n")
    yardstick = statistics.median(times["yardstick"])
    lines = []
    for name, values in times.items():
        if name.startswith(("flatness", "floor", "store", "yardstick")):
            continue
        short = name.split("/")[0]
        count, verdict = instructions.get(short, (0, ""))
        lines.append([short, spread(values), spread([value / yardstick for value in values], "{:.2f}"),
                      f"{count:,}" + (" **FAIL**" if verdict == "FAIL" else "")])
    rows(["", "ns", "yardsticks", "instructions"], lines)

    print("A refresh of users taken all over the table, and one by a registrar that was written by hand for this one"
          f" message, {instructions.get('floor', (0, ''))[0]:,} instructions:\n")
    flat, floor = ({int(name.split("/")[1]): values for name, values in times.items() if name.startswith(kind)}
                   for kind in ("flatness", "floor"))
    first = statistics.median(flat[min(flat)])
    rows(["users", "ns", "times that of the fewest", "by hand, ns", "times that"],
         [[f"{users:,}", spread(values), spread([value / first for value in values], "{:.2f}"),
           *([spread(floor[users]), spread([value / statistics.median(floor[users]) for value in values], "{:.2f}")]
             if users in floor else ["", ""])]
          for users, values in sorted(flat.items())])

    print("Updates of records drawn at random, by the store alone:\n")
    drawn = {name: values for name, values in times.items() if name.startswith("store")}
    first = statistics.median(next(iter(drawn.values())))
    rows(["", "ns", "more than with the fewest"],
         [["{}, {:,} users".format(*_named(name)), spread(values), spread([value - first for value in values])]
          for name, values in drawn.items()])


def _named(name):
    """The parts of a benchmark's name: what it does, and with how many."""
    what, users = name.split("/")[:2]
    return what, int(users)


def threads(found):
    print("## Threads\n")
    print("Refreshes of 100,000 users in process, each thread with a registrar of its own. What threads do that share"
          " nothing is all that the machine allows.\n")
    alone = statistics.median(rate for rate, _ in found["together 1"])
    kinds = {"one": "together 1", "two, one storage": "together 2", "two, a storage each": "apart 2"}
    rows(["threads", "1000/s", "times one", "processor, ns each"],
         [[name, spread([rate / 1000 for rate, _ in found[kind]]),
           spread([rate / alone for rate, _ in found[kind]], "{:.2f}"), spread([cpu for _, cpu in found[kind]])]
          for name, kind in kinds.items()])


def contention(found):
    print(f"A REGISTER holds the lock of one of 64 shards for {found['held']} ns, and takes {found['other']} ns else."
          " With a core for each thread, and not counting what it costs to read what another core wrote, threads that"
          " share the storage would do:\n")
    rows(["threads", *found["times"]], [["times one", *(f"{times:.2f}" for times in found["times"].values())]])


def scale(found):
    few, many = found["few"], found["many"]
    print(f"## {many:,} bindings over loopback\n")
    print(f"Two servers, one with {few:,} users, whose users refresh by turns; {found['new'] / 1000:.0f} thousand new"
          f" bindings a second came before, and {found['resident']:.0f} resident bytes for each.\n")
    ratios = [large / small for small, large in found["rates"]]
    rows(["users", "1000/s", "÷ that of the few"],
         [[f"{few:,}", spread([small / 1000 for small, _ in found["rates"]]), "1.00"],
          [f"{many:,}", spread([large / 1000 for _, large in found["rates"]]), spread(ratios, "{:.2f}")]])


def memory(found):
    print("## Memory\n")
    rows(["bindings", "resident bytes each", "bytes of text each", "ratio"],
         [[f"{one['users']:,}", f"{one['resident']:.0f}", str(one["text"]), f"{one['resident'] / one['text']:.2f}"]
          for one in found])


def pauses(found):
    print(f"## The longest call of a store of {found[0]['users']:,} bindings\n")
    print("Each call changes one record; with `expire` it drops up to 256 bindings, a million of which end in the same"
          " second. In the thread's processor time, and at the longest on the clock.\n")
    rows(["µs", "calls", "p50", "p99.9", "longest", "longest on the clock"],
         [[one["phase"], f"{one['calls']:,}", f"{one['p50']:.1f}", f"{one['p999']:,.0f}", f"{one['longest']:,.0f}",
           f"{one['longest_on_the_wall']:,.0f}"] for one in found])


def ratio(found, name, other, mode):
    """Rates of one contender as parts of another's, round by round."""
    if other not in found:
        return "–"
    pairs = zip(found[name][mode], found[other][mode])
    return spread([mine["rate"] / its["rate"] for mine, its in pairs], "{:.2f}")


def stored(sizes):
    print("## Over loopback\n")
    print("128 REGISTERs on their way, from one peer if not said otherwise, each answer verified, one core for the"
          " server. registrard is as examples/run builds it, with its default options. \"÷ floor\" and \"÷ Kamailio\""
          " compare rates within a round; the floor is the one that moves datagrams in the same way.\n")
    for size, found in sizes.items():
        for mode in ("new", "refresh", "peers"):
            lines = []
            for name, results in found.items():
                runs = results[mode]
                busiest = max(run["busy"] for run in runs)
                lines.append([name, spread([run["rate"] / 1000 for run in runs]),
                              ratio(found, name, FLOOR_OF[name], mode), ratio(found, name, KAMAILIO, mode),
                              spread([run["server_us"] for run in runs], "{:.2f}"),
                              *(spread([run[key] for run in runs]) for key in ("p50", "p99", "p999")),
                              f"{busiest:.0%}" + (" **it measured itself**" if busiest >= 0.95 else "")])
            words = {"new": f"{int(size):,} new users", "refresh": f"refresh of {int(size):,} users",
                     "peers": f"the same from {PEERS} peers"}[mode]
            rows([words, "1000/s", "÷ floor", "÷ Kamailio", "server's CPU, µs", "p50, µs", "p99", "p99.9",
                  "load busy"], lines)
    print("Resident bytes of a whole server for each user:\n")
    names = list(dict.fromkeys(name for found in sizes.values() for name in found if not name.startswith("floor")))
    rows([""] + [f"{int(size):,}" for size in sizes],
         [[name] + [f"{found[name]['resident']:,.0f}" if name in found else "–" for found in sizes.values()]
          for name in names])


def server_instructions(counts):
    print("Instructions in user space for a refresh, of the whole server:\n")
    rows(["", "instructions"], [[name, f"{count:,.0f}"] for name, count in counts.items()])


def storms(found):
    print("## Storms\n")
    for name, storm in found.items():
        runs = storm["runs"]
        print(f"{name}: {storm['dying']:,} bindings expire in the same second while {storm['rate']:,} REGISTERs come"
              f" in each second from {PEERS} peers; timed from when each was due to be sent.\n")
        lines = []
        for phase, words in (("before", "two seconds before"), ("storm", "five seconds from then on")):
            lines.append([words] + [spread([run[phase][key] for run in runs])
                                    for key in ("p50", "p99", "p999", "longest", "stall", "retransmissions")])
        rows(["µs", "p50", "p99", "p99.9", "longest", "longest stall", "retransmissions"], lines)
        rows(["unanswered", "left out, as the one before was not answered", "load busy"],
             [[spread([run["unanswered"] for run in runs]), spread([run["skipped"] for run in runs]),
               spread([run["busy"] for run in runs], "{:.0%}")]])


def logins(found):
    print("## Passwords\n")
    print("Refreshes of 100,000 users by registrard, who prove a password or need none; processor time of the server"
          " for each, µs, and what that is more than without passwords, round by round.\n")
    words = {"open": "no password", "refresh": "a nonce over and over", "login": "a new nonce each time, two requests"}
    without = [one["server_us"] for one in found["open", "MD5"]]
    rows(["", "1000/s", "CPU, µs", "more"],
         [[words[mode] + ("" if mode == "open" else f", {algorithm}"), spread([one["rate"] / 1000 for one in runs]),
           spread([one["server_us"] for one in runs], "{:.2f}"),
           spread([one["server_us"] - other for one, other in zip(runs, without)], "{:.2f}")]
          for (mode, algorithm), runs in found.items()])
