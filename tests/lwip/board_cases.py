#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Lets clients register at the board on lwIP: board_cases.py PROGRAM. One line for each case; 1 if any failed."""

import pathlib
import signal
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "interop"), str(HERE.parent / "embedded")]

from board import Board
from cases import out_of_time, run
from cases_sipp import sipp
from lab import check
from phone import Phone


def lives(board):
    """Checks that the stack, of which the program has 6 KiB, is never nearly full."""
    deepest = board.counters()["stack"]
    check(deepest < 5 * 1024, f"{deepest} bytes were on the stack")


def lwip_sipsak_registers(lab):
    lab.need("sipsak")
    board = Board(lab, lab.registrard, port=lab.four_digits())
    to = ["sipsak", "-U", "-i", "-s", f"sip:alice@127.0.0.1:{board.port}"]
    contact = "sip:alice@127.0.0.1:7099"
    lab.run([*to, "-C", contact, "-x", "60"])
    said = lab.run([*to, "-C", "empty", "-vvv"])
    check(f"Contact: <{contact}>;expires=" in said, f"not listed: {said!r}")
    lab.run([*to, "-C", "star", "-x", "0"])
    seen = board.counters()
    check([seen[name] for name in ("created", "removed", "answered")] == [1, 1, 3], f"counted: {seen}")
    lives(board)


def lwip_sipp_fills_the_table(lab):
    board = Board(lab, lab.registrard)
    sipp(lab, board.endpoint, "../../embedded/users", "-m", 32, "-r", 100, "-l", 32)
    seen = board.counters()
    check(seen["created"] == 32 and seen["refreshed"] == 32, f"not each is bound and refreshed once: {seen}")
    check(seen["send-failed"] == 0, f"counted: {seen}")
    lives(board)


def lwip_takes_what_fills_many_pbufs(lab):
    board = Board(lab, lab.registrard)
    phone = Phone(lab, board.endpoint)
    for size in (511, 512, 513, 900, 1400, 1472, 1500):  # the last two go as one frame and as fragments
        plain = len(phone.request("REGISTER", f"Contact: {phone.contact}", "Expires: 60", "Subject: "))
        if size > plain:
            request = phone.request("REGISTER", f"Contact: {phone.contact}", "Expires: 60",
                                    "Subject: " + "x" * (size - plain))
            check(abs(len(request) - size) < 4, f"{len(request)} bytes instead of {size}")
            phone.send(request)
            check(phone.hear().status == 200, f"{size} bytes are not answered")
    lives(board)


def lwip_drops_what_is_too_long(lab):
    board = Board(lab, lab.registrard)
    phone = Phone(lab, board.endpoint)
    for size in (1600, 3000, 5000, 9000):
        phone.send(phone.request("REGISTER", f"Contact: {phone.contact}", "Subject: " + "x" * size))
        check(phone.hears_nothing(), f"{size} bytes are answered")
        phone.register()
    check(board.counters()["created"] == 1, "registered more than once")


CASES = [lwip_sipsak_registers, lwip_sipp_fills_the_table, lwip_takes_what_fills_many_pbufs,
         lwip_drops_what_is_too_long]


def main():
    signal.signal(signal.SIGALRM, out_of_time)
    lines = []
    for case in CASES:
        lines.append(run(case, sys.argv[1]))
        print(lines[-1], flush=True)
    return any(line.startswith("FAIL") for line in lines)


if __name__ == "__main__":
    sys.exit(main())
