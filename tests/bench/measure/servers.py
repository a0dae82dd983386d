# SPDX-License-Identifier: BSL-1.0
"""Starts what is measured over loopback, each on the server's core, and ends it by its own process id.

The registrar is the one that examples/run builds, with the options it has when none is given, but for the limits that a
million users need.
"""

import dataclasses
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import processes

BENCH = pathlib.Path(__file__).resolve().parents[1]
BUILD = BENCH.parents[1] / "build"
PROGRAMS = BUILD / "bench" / "tests" / "bench"
REGISTRARD = BUILD / "examples" / "registrard"

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]


def pinned(core):
    """What a child does before it becomes the program."""
    return lambda: os.sched_setaffinity(0, {core})


@dataclasses.dataclass
class Kind:
    """One contender of the loopback measurements."""

    name: str
    program: list
    floor: str  # who moves datagrams in the same way and does nothing else
    check: str = "full"  # how much of its answers can be right

    def missing(self):
        """Why it can't be measured here, or None."""
        if self.program[0] == "kamailio" and not shutil.which("kamailio"):
            return "it is not installed"
        try:
            with Server(self, 1000):
                return None
        except RuntimeError as why:
            return str(why)


FLOORS = ["floor: recvfrom, sendto", "floor: recvmmsg, sendmmsg", "floor: GRO, GSO, a hash entry"]
KINDS = [
    Kind(FLOORS[0], ["bench_floor", "--how", "single"], FLOORS[0], "echo"),
    Kind(FLOORS[1], ["bench_floor", "--how", "batch"], FLOORS[1], "echo"),
    Kind(FLOORS[2], ["bench_floor", "--how", "gso"], FLOORS[2], "echo"),
    Kind("registrard", [REGISTRARD], FLOORS[2]),
    Kind("registrard --batch 0", [REGISTRARD, "--batch", "0"], FLOORS[0]),
    Kind("Kamailio", ["kamailio"], FLOORS[0]),
]
FLOOR_OF = {kind.name: kind.floor for kind in KINDS}
OURS_AT = 3
OURS, KAMAILIO = KINDS[OURS_AT].name, KINDS[5].name


class Server:
    """A contender that runs, with room for so many users; `with` ends it.

    `timer` is how often, in seconds, one that looks for expired bindings only now and then does so; `options` are
    those of registrard beside its kind's, `config` is Kamailio's.
    """

    def __init__(self, kind, users, under=(), timer=60, options=(), config=BENCH / "kamailio.cfg"):
        self.kind = kind
        self.timer, self.config = timer, config
        self.options = list(options)
        self.next_cseq = 1_000_000_000
        self.folder = tempfile.mkdtemp(prefix="sipwhere-bench-")
        self.log = open(pathlib.Path(self.folder, "log"), "w+b")
        start = self._kamailio if kind.program[0] == "kamailio" else self._ours
        try:
            start(users, [str(word).replace("FOLDER", self.folder) for word in under])
        except BaseException:
            self.end()
            raise

    def _popen(self, command, output):
        self.process = subprocess.Popen(command, stdout=output, stderr=self.log, stdin=subprocess.DEVNULL,
                                        cwd=self.folder, preexec_fn=pinned(SERVER_CORE))

    def _ours(self, users, under):
        program, *options = self.kind.program
        if pathlib.Path(program).name == "registrard":
            options += ["--listen", "127.0.0.1:0", *self.options]
            if users > 500_000:  # more than its default limits hold
                options += ["--max-aors", str(2 * users), "--max-bytes", str(1 << 30)]
        elif "gso" in options:
            options += ["--users", str(users)]
        self._popen([*under, PROGRAMS / program, *options], subprocess.PIPE)
        ready, _, _ = select.select([self.process.stdout], [], [], 30)
        line = self.process.stdout.readline() if ready else b""
        found = re.fullmatch(rb"(?:listening on udp 127\.0\.0\.1:)?(\d+)\n", line)
        if not found:
            raise RuntimeError(f"it does not start: {self._said()}")
        self.port = int(found[1])

    def _kamailio(self, users, under):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        slots = max(1, (users - 1).bit_length())
        self._popen([*under, "kamailio", "-DD", "-f", self.config, "-A", f"HASH_SIZE={slots}",
                     "-A", f"TIMER={self.timer}", "-x", "tlsf", "-X", "tlsf", "-m", "4096", "-M", "64",
                     "-l", f"udp:127.0.0.1:{self.port}", "-Y", self.folder, "-w", self.folder,
                     "-P", f"{self.folder}/pid"], self.log)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
            phone.connect(("127.0.0.1", self.port))
            phone.settimeout(0.2)
            for _ in range(150):
                try:
                    phone.send(OPTIONS)
                    phone.recv(2048)
                    return
                except OSError:
                    time.sleep(0.05)
                if self.process.poll() is not None:
                    break
        raise RuntimeError(f"it does not answer: {self._said()}")

    def _said(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-2000:].strip()

    def pids(self):
        return processes.family(self.process.pid)

    def resident(self):
        return processes.resident(self.pids())

    def dropped(self):
        """Datagrams that the kernel could not keep for its socket."""
        rows = pathlib.Path("/proc/net/udp").read_text().splitlines()[1:]
        return sum(int(row.split()[-1]) for row in rows if row.split()[1].endswith(f":{self.port:04X}"))

    def cseq(self):
        """The CSeq for the next load's first REGISTER, higher than all before."""
        self.next_cseq += 1_000_000
        return str(self.next_cseq)

    def end(self):
        if process := getattr(self, "process", None):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


OPTIONS = ("OPTIONS sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKready;rport\r\n"
           "From: <sip:a@example.com>;tag=a\r\nTo: <sip:a@example.com>\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\n"
           "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n").encode()
