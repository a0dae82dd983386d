# SPDX-License-Identifier: BSL-1.0
"""What registrard does with several threads: each knows what the others bound."""

import pathlib
import signal
import subprocess

from cases_daemon import complaint
from cases_sipp import sipp
from lab import HERE, check, wait_for
from phone import Phone

PHONES = 32  # all of them from ports for which one worker of two is responsible: once in 2^31 times


def sockets_at(port):
    """How many UDP sockets of IPv4 have this port."""
    rows = pathlib.Path("/proc/net/udp").read_text().splitlines()[1:]
    return sum(row.split()[1].endswith(f":{port:04X}") for row in rows)


def workers_know_what_others_bound(lab):
    for workers, options in ((2, []), (3, ["--batch=0"])):
        server = lab.server("--workers", str(workers), *options)
        check(sockets_at(server.port) == workers, f"{sockets_at(server.port)} sockets of {workers} workers")
        phones = [Phone(lab, server.endpoints[0], user=f"user{number}") for number in range(PHONES)]
        for phone in phones:
            phone.register()
        for number, contact in enumerate([phone.contact for phone in phones]):
            other = Phone(lab, server.endpoints[0], user=f"user{number}")
            listed, = other.ask().all("Contact")
            check(listed.startswith(contact + ";expires="), f"listed for user{number}: {listed}")
        bindings, counters = server.status()
        check(len(bindings) == PHONES and counters["created"] == PHONES, f"counters: {counters}")
        check(counters["answered"] == 2 * PHONES, f"counters: {counters}")


def workers_repeat_what_they_answered(lab):
    server = lab.server("--workers=2")
    for number in range(PHONES):
        phone = Phone(lab, server.endpoints[0], user=f"user{number}")
        request = phone.request("REGISTER", f"Contact: {phone.contact}")
        phone.send(request)
        first = phone.hear()
        phone.send(request)
        check(phone.hear().data == first.data, "another answer")
        phone.send(request.replace(b"REGISTER sip:", b"CANCEL sip:").replace(b" REGISTER\r\n", b" CANCEL\r\n"))
        check(phone.hear().status == 200, "its CANCEL means nothing")
    check(server.status()[1]["repeated"] == PHONES, "not all counted as repeated")


def workers_know_a_repeat_of_what_another_answered(lab):
    server = lab.server("--workers=2")
    phone = Phone(lab, server.endpoints[0])
    request = phone.request("REGISTER", f"Contact: {phone.contact}")
    phone.send(request)
    first = phone.hear()
    for _ in range(PHONES):
        other = Phone(lab, server.endpoints[0])
        other.send(request)
        answer = other.hear()
        check((answer.status, answer["To"]) == (200, first["To"]), f"another answer: {answer.data!r}")
    counters = server.status()[1]
    check((counters["created"], counters["refreshed"]) == (1, 0), f"counters: {counters}")


def workers_let_bindings_expire(lab):
    server = lab.server("--workers=2", "--min-expires=1", "--max-expires=1")
    for number in range(PHONES):
        Phone(lab, server.endpoints[0], user=f"user{number}").register()
    wait_for(lambda: server.status()[1]["expired"] == PHONES, "all bindings go", seconds=4)
    check(not server.bindings(), "still bound")


def workers_end_with_0_under_load(lab):
    for how in (signal.SIGTERM, signal.SIGINT):
        server = lab.server("--workers=2", "--log=warning")
        load = lab.start(["sipp", f"127.0.0.1:{server.port}", "-sf", HERE / "sipp/thousand.xml", "-i", "127.0.0.1",
                          "-t", "un", "-max_socket", 800, "-l", 400, "-r", 500, "-m", 100_000, "-nostdin"],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: server.status()[1]["created"] > 100, "there is a load")
        check(load.poll() is None, "the load has ended")
        server.end(how)


def workers_share_their_port_with_nobody_else(lab):
    at = f"127.0.0.1:{lab.server('--workers=2').port}"
    said = complaint(lab, 1, "--workers=2", "--listen", at)
    check(f"{at}: the address and port are already in use" in said, f"not named: {said!r}")
    check(at in complaint(lab, 1, "--listen", at), "not named")


def workers_are_from_1_to_256(lab):
    for number in ("0", "257", "two", "-1"):
        check("--workers" in complaint(lab, 2, "--workers", number), f"{number} is not named")


def workers_know_what_sipp_bound_from_many_ports(lab):
    """SIPp lets each user register from a port of its own; whichever worker is asked finds all."""
    server = lab.server("--workers=2", "--log=warning")
    sipp(lab, server.endpoints[0], "thousand", "-m", 300, "-r", 300, "-l", 300, "-t", "un", "-max_socket", 400)
    check(server.status()[1]["created"] == 300, "not all are bound")
    for number in range(1, 301):
        phone = Phone(lab, server.endpoints[0], user=f"user{number}")
        check(len(phone.ask().all("Contact")) == 1, f"user{number} is not found")


CASES = [value for name, value in list(globals().items()) if name.startswith("workers_")]
