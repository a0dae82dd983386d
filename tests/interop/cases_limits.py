# SPDX-License-Identifier: BSL-1.0
"""What strangers can make registrard write and keep."""

import re
import subprocess
import threading

from lab import check, wait_for
from phone import Phone


def refused(phone, times):
    """Sends so many requests that are refused, a few at a time."""
    for sent in range(times):
        phone.send(phone.request("REGISTER", "Require: nothing-known"))
        if sent % 20 == 19:
            for _ in range(20):
                check(phone.hear().status == 420, "not refused")


def a_log_that_nobody_reads_stops_nothing(lab):
    words = [lab.subject, "--listen=127.0.0.1:0", "--log=info", "--log-rate=0", "--domain=example.com"]
    process = lab.start(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    port = int(process.stdout.readline().rsplit(":", 1)[1])
    phone = Phone(lab, ("127.0.0.1", port))
    refused(phone, 8000)  # some 1.4 MB: the pipe and the server's own memory take less
    phone.register()
    process.terminate()
    said = []
    reader = threading.Thread(target=lambda: said.extend(process.stderr))
    reader.start()
    check(process.wait(5) == 0, f"ended with status {process.returncode}")
    reader.join(5)
    lines = sum(line.startswith("rejected status=420 ") for line in said)
    lost = [int(number) for line in said for number in re.findall(r"^log-lost lines=(\d+)$", line)]
    check(lost and 1000 < lines < 8000, f"{lines} lines, lost: {lost}")
    check(lines + sum(lost) in (8000, 8001), f"{lines} lines and {sum(lost)} lost of 8,000, or 8,001 with a binding")


def a_server_ends_though_nobody_reads_its_log(lab):
    words = [lab.subject, "--listen=127.0.0.1:0", "--log-rate=0"]
    process = lab.start(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    refused(Phone(lab, ("127.0.0.1", int(process.stdout.readline().rsplit(":", 1)[1]))), 2000)
    process.terminate()
    check(process.wait(5) == 0, f"ended with status {process.returncode}")


def rejections_have_so_many_lines_a_second(lab):
    server = lab.server("--log-rate=10")
    phone = Phone(lab, server.endpoints[0])
    refused(phone, 400)
    wait_for(lambda: phone.ask() and "left-out" in server.log.read_text(), "the count of lines left out", seconds=5)
    said = server.log.read_text()
    lines, left_out = said.count("rejected "), sum(map(int, re.findall(r"^left-out lines=(\d+)$", said, re.MULTILINE)))
    check(10 <= lines <= 40, f"{lines} lines in a second or two")
    check(lines + left_out == 400, f"{lines} lines and {left_out} left out")


def says_once_that_it_serves_every_domain(lab):
    for options, times in ((), 1), (("--workers=2",), 1), (("--domain=a",), 0), (("--log=off",), 0):
        server = lab.server(*options)
        check(server.log.read_text().count("every-domain ") == times, f"{options}: {server.log.read_text()!r}")
        server.end()
        server.log.write_text("")


def a_server_holds_as_many_users_and_bytes_as_it_may(lab):
    for options in ("--max-aors=128",), ("--max-bytes=16000",), ("--max-aors=128", "--workers=2"):
        server = lab.server("--log-rate=1", *options)
        answers = [Phone(lab, server.endpoints[0], user=f"u{number}") for number in range(400)]
        statuses = []
        for phone in answers:
            phone.send(phone.request("REGISTER", f"Contact: {phone.contact}"))
            statuses.append(phone.hear().status)
            phone.socket.close()
        bound = statuses.count(200)
        check(bound + statuses.count(503) == 400, f"answers: {set(statuses)}")
        check(60 <= bound <= 200, f"{options}: {bound} of 400 are bound")
        server.end()


CASES = [value for value in list(globals().values())
         if callable(value) and getattr(value, "__module__", "") == __name__ and value is not refused]
