# SPDX-License-Identifier: BSL-1.0
"""Measures registrard, and Kamailio beside it, over many connections: what they cost when they are idle, kept alive,
refreshed over, and made anew after a restart."""

import contextlib
import os
import pathlib
import resource
import shutil
import socket
import ssl
import statistics
import subprocess
import tempfile
import time

import processes
from servers import BENCH, LOAD_CORE, REGISTRARD, SERVER_CORE, pinned

MANY = 10_000


def certificate(folder):
    """Makes a certificate that signs itself; returns its two files."""
    files = pathlib.Path(folder, "certificate.pem"), pathlib.Path(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", "/CN=example.com", "-out", files[0], "-keyout", files[1]],
                   check=True, capture_output=True)
    return files


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server over TCP or TLS on the server's core; `with` ends it."""

    def __init__(self, program, over, files, port=None):
        self.folder = tempfile.mkdtemp(prefix="sipwhere-bench-")
        self.port = port or free_port()
        start = self._kamailio if program == "kamailio" else self._ours
        self.log = open(pathlib.Path(self.folder, "log"), "w+b")
        self.process = subprocess.Popen(start(over, files), stdout=self.log, stderr=self.log,
                                        stdin=subprocess.DEVNULL, cwd=self.folder, preexec_fn=pinned(SERVER_CORE))
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        self.log.seek(0)
        raise RuntimeError(f"it does not start: {self.log.read().decode(errors='replace')[-2000:]}")

    def _ours(self, over, files):
        safe = [f"--certificate={files[0]}", f"--key={files[1]}"] if over == "tls" else []
        return [REGISTRARD, "--listen", f"{over}:127.0.0.1:{self.port}", "--log=warning",
                "--max-connections-of-network=0", *safe]

    def _kamailio(self, over, files):
        config = pathlib.Path(self.folder, "kamailio.cfg")
        plain = (BENCH / "kamailio.cfg").read_text().replace("disable_tcp=yes", "disable_tcp=no\ntcp_children=1\n"
                                                             f"tcp_max_connections={2 * MANY}\n"
                                                             "tcp_connection_lifetime=3600\ntcp_accept_no_cl=no")
        if over == "tls":
            plain = plain.replace("#!KAMAILIO", f"#!KAMAILIO\nenable_tls=yes\ntls_max_connections={2 * MANY}", 1)
            plain = plain.replace('loadmodule "sl.so"', 'loadmodule "tls.so"\nloadmodule "sl.so"\n'
                                  f'modparam("tls", "certificate", "{files[0]}")\n'
                                  f'modparam("tls", "private_key", "{files[1]}")\n'
                                  'modparam("tls", "tls_method", "TLSv1.2+")', 1)
        config.write_text(plain)
        return ["kamailio", "-DD", "-f", config, "-A", "HASH_SIZE=14", "-A", "TIMER=60", "-x", "tlsf", "-X", "tlsf",
                "-m", "4096", "-M", "64", "-l", f"{over}:127.0.0.1:{self.port}", "-Y", self.folder, "-w", self.folder,
                "-P", f"{self.folder}/pid"]

    def cpu(self):
        return processes.processor_time(processes.family(self.process.pid))

    def resident(self):
        return processes.resident(processes.family(self.process.pid))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def register(over, user, local, cseq):
    return (f"REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/{over.upper()} 127.0.0.1:{local};branch=z9hG4bK{user}-"
            f"{cseq};rport\r\nMax-Forwards: 70\r\nFrom: <sip:user{user}@example.com>;tag=t{user}\r\n"
            f"To: <sip:user{user}@example.com>\r\nCall-ID: call-{user}@127.0.0.1\r\nCSeq: {cseq} REGISTER\r\n"
            f"Contact: <sip:user{user}@127.0.0.1:{local};transport={over}>;expires=3600\r\n"
            f"User-Agent: bench\r\nContent-Length: 0\r\n\r\n").encode()


class Phones:
    """Phones, each with a connection of its own, which it keeps."""

    def __init__(self, server, over, count, first_user=0):
        self.server, self.over, self.connections, self.cseq = server, over, [], 0
        self.first_user = first_user
        context = None
        if over == "tls":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for _ in range(count):
            made = socket.create_connection(("127.0.0.1", server.port), 10)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections.append(context.wrap_socket(made) if context else made)
        self.ports = [each.getsockname()[1] for each in self.connections]

    def register(self, rounds=1):
        """Lets each send one REGISTER after another, and hear its 200; returns how many there were."""
        for _ in range(rounds):
            self.cseq += 1
            texts = [register(self.over, user, port, self.cseq)
                     for user, port in enumerate(self.ports, self.first_user)]
            self.ask(texts, b"SIP/2.0 200")
        return rounds * len(self.connections)

    def keep_alive(self):
        self.ask([b"\r\n\r\n"] * len(self.connections), b"\r\n")

    def ask(self, texts, begin, at_once=64):
        for first in range(0, len(texts), at_once):
            some = self.connections[first:first + at_once]
            for each, text in zip(some, texts[first:]):
                each.sendall(text)
            for each in some:
                answer = each.recv(4096)
                if not answer.startswith(begin):
                    raise RuntimeError(f"not as it should be: {answer[:200]!r}")

    def close(self):
        for each in self.connections:
            each.close()


def idle(over, files):
    """Bytes of an idle connection, seconds and processor time of a round of keep-alives, and of a restart, whose
    handshakes alone are measured beside it."""
    found = {}
    with Server(REGISTRARD, over, files) as server:
        warm = Phones(server, over, 100, first_user=MANY)
        warm.register()
        before = server.resident()
        phones = Phones(server, over, MANY)
        phones.register()
        time.sleep(1)
        found["bytes"] = (server.resident() - before) / MANY
        cpu, began = server.cpu(), time.monotonic()
        phones.keep_alive()
        found["keep-alives, s"] = time.monotonic() - began
        found["keep-alives, CPU s"] = server.cpu() - cpu
        phones.close()
    for what in ("restart, CPU s", "handshakes, CPU s"):
        with Server(REGISTRARD, over, files) as server:
            cpu = server.cpu()
            phones = Phones(server, over, MANY)
            if what.startswith("restart"):
                phones.register()
            found[what] = server.cpu() - cpu
            phones.close()
    return found


def refreshes(over, files, phones=100, rounds=100, runs=5):
    """Processor time of a refresh over an open connection, of registrard and of Kamailio by turns, in microseconds."""
    found = {"registrard": [], "kamailio": []}
    for _ in range(runs):
        for name, program in (("registrard", REGISTRARD), ("kamailio", "kamailio")):
            if name == "kamailio" and not shutil.which("kamailio"):
                continue
            with Server(program, over, files) as server:
                some = Phones(server, over, phones)
                some.register(5)
                cpu = server.cpu()
                count = some.register(rounds)
                found[name].append(1e6 * (server.cpu() - cpu) / count)
                some.close()
    return found


def measure():
    """Returns {protocol: figures}."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.sched_setaffinity(0, {LOAD_CORE})
    with tempfile.TemporaryDirectory(prefix="sipwhere-bench-") as folder:
        files = certificate(folder)
        return {over: idle(over, files) | {"refresh": refreshes(over, files)} for over in ("tcp", "tls")}


def spread(values):
    """The median, the smallest and the largest as a text."""
    if not values:
        return "–"
    return f"{statistics.median(values):.1f} ({min(values):.1f}–{max(values):.1f})"


def show(found):
    """Prints what was measured."""
    print(f"## Connections\n\n{MANY:,} connections of registrard over loopback, each with one binding.\n")
    print("| | " + " | ".join(found) + " |\n|---|" + "---:|" * len(found))

    def row(words, value):
        print(f"| {words} | " + " | ".join(value(each) for each in found.values()) + " |")

    row("memory of an idle one, KiB", lambda each: f"{each['bytes'] / 1024:.1f}")
    row("a keep-alive of each: seconds in all", lambda each: f"{each['keep-alives, s']:.2f}")
    row("… processor time, s", lambda each: f"{each['keep-alives, CPU s']:.2f}")
    row("all connect and register anew: processor time, s", lambda each: f"{each['restart, CPU s']:.2f}")
    row("… of this to connect", lambda each: f"{each['handshakes, CPU s']:.2f}")
    for name, words in (("registrard", "a refresh: processor time, µs"),
                        ("kamailio", "… Kamailio's, tuned, tcp_children 1")):
        row(words, lambda each: spread(each["refresh"][name]))
