# SPDX-License-Identifier: BSL-1.0
"""Scenarios for SIPp, in sipp/*.xml."""

import socket
import subprocess

from lab import HERE, Skip, check


def sipp(lab, at, scenario, *options):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["sipp", f"{at[0]}:{at[1]}", "-sf", HERE / "sipp" / f"{scenario}.xml", "-i", "127.0.0.1", "-p", port,
             "-m", 1, "-nostdin", "-timeout", "15s", "-timeout_error", "-trace_err", "-error_file", "errors.log",
             *options]
    process = lab.start(words, stdout=(lab.folder / "screen.log").open("w"),
                        stderr=subprocess.STDOUT)
    status = process.wait(17)
    errors = lab.folder / "errors.log"
    check(status == 0, f"sipp ended with status {status}: {errors.read_text()[:600] if errors.exists() else ''}")


def scenario(name, *options):
    """A case that plays one scenario against a registrar of example.com."""

    def case(lab):
        sipp(lab, lab.server("--domain", "example.com", *options).endpoints[0], name)

    case.__name__ = f"sipp_{name}"
    return case


def sipp_thousand(lab, *options):
    server = lab.server("--log=warning", *options)
    sipp(lab, server.endpoints[0], "thousand", "-m", 1000, "-r", 500, "-l", 1000)
    check(server.status()[1]["created"] == 1000, "not all are bound")


def sipp_thousand_one_at_a_time(lab):
    sipp_thousand(lab, "--batch=0")


def sipp_with_loss(lab):
    """SIPp drops what it sends and receives now and then, and so repeats requests that were answered."""
    server = lab.server("--log=warning")
    sipp(lab, server.endpoints[0], "thousand", "-m", 200, "-r", 200, "-lost", 5)
    counters = server.status()[1]
    check(counters["created"] == 200 and counters["refreshed"] == 0, f"not each is bound once: {counters}")
    check(counters["repeated"] > 0, "no answer was repeated")


def redirect(name):
    """A case that plays one scenario against the example redirect."""

    def case(lab):
        program = lab.subject.with_name("redirect")
        if not program.exists():
            raise Skip(f"the example {program.name} has not been built")
        server = lab.server("127.0.0.1", "0", program=program)
        sipp(lab, server.endpoints[0], name)

    case.__name__ = f"sipp_{name}"
    return case


CASES = [
    *(scenario(name) for name in ("register", "refresh", "query", "unregister", "too-brief", "wrong-domain", "require",
                                  "options", "invite")),
    sipp_thousand,
    sipp_thousand_one_at_a_time,
    sipp_with_loss,
    redirect("redirect"),
    redirect("redirect-nobody"),
]
