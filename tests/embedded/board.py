# SPDX-License-Identifier: BSL-1.0
"""The board in QEMU: its port 5060 as a port of this host, its serial console as two pipes."""

import queue
import re
import socket
import subprocess
import threading

from lab import check

QEMU = ["qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none",
        "-semihosting-config", "enable=on,target=native"]


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Board:
    """Runs a program until the case ends."""

    def __init__(self, lab, program, host="127.0.0.1", port=None, inside=()):
        lab.need(QEMU[0])
        self.host, self.port = host, port or free_port()
        self.endpoint = (self.host, self.port)
        forward = f"user,model=lan9118,hostfwd=udp:{self.host}:{self.port}-10.0.2.15:5060"
        self.log = lab.folder / "qemu.log"
        self.process = lab.start([*inside, *QEMU, "-serial", "stdio", "-nic", forward, "-kernel", program],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log.open("a"))
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        check(self.line() == "listening", "the board does not listen")

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\r\n"))
        self.lines.put(None)

    def line(self, seconds=10):
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            line = None
        check(line is not None, f"the board says nothing more: {self.log.read_text()[-400:]!r}")
        return line

    def counters(self):
        """What the console tells when asked: {name: value}."""
        self.process.stdin.write("s")
        self.process.stdin.flush()
        line = self.line()
        check(line.startswith("counters: "), f"no counters: {line!r}")
        return {name: int(value) for name, value in re.findall(r"(\S+) (\d+)", line[10:])}

    def lives(self, most=3 * 1024):
        """Checks that the stack never came near its end; the limits are those of the README."""
        deepest = self.counters()["stack"]
        check(deepest < most, f"{deepest} bytes were on the stack")
