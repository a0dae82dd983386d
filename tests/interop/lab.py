# SPDX-License-Identifier: BSL-1.0
"""What a case works with: programs that end when it does, registrars on free ports, a network of its own."""

import contextlib
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent


class Failure(Exception):
    """What a client saw is not what it should have seen."""


class Skip(Exception):
    """A case can't be run here; says why."""


def check(holds, why):
    if not holds:
        raise Failure(why)


def wait_for(condition, what, seconds=10):
    """Returns the first true value of `condition()`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise Failure(f"{what}: not within {seconds} s")


class Server:
    """A program of ours that prints "listening on udp …", one line for each listener, in the order of the protocols."""

    def __init__(self, lab, words, listeners):
        self.log = lab.folder / "server.log"
        self.process = lab.start(words, stdout=subprocess.PIPE, stderr=self.log.open("a"))
        self.is_killed = False
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.endpoints = [self._endpoint(self.line()) for _ in range(listeners)]
        self.host, self.port = self.endpoints[0]
        lab.finally_do(self.end)

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def line(self, seconds=20):
        with contextlib.suppress(queue.Empty):
            line = self.lines.get(timeout=seconds)
            if line is not None:
                return line
        raise Failure(f"the server said nothing more; its log ends in: {self.log.read_text()[-400:]!r}")

    @staticmethod
    def _endpoint(line):
        found = re.fullmatch(r"listening on (?:udp|tcp|tls|ws|wss) \[?([0-9a-f.:]+?)\]?:(\d+)", line)
        check(found, f"no listening line: {line!r}")
        return found[1], int(found[2])

    def status(self):
        """What SIGUSR1 prints: the bindings as {aor: [(contact, seconds, source)]}, and the counters."""
        self.process.send_signal(signal.SIGUSR1)
        bindings, line = {}, self.line()
        check(line.startswith("bindings: "), f"no status: {line!r}")
        while not (line := self.line()).startswith("counters: "):
            found = re.fullmatch(r"(\S+) <(\S+)> for (\d+) s from (\S+)", line)
            check(found, f"no binding: {line!r}")
            bindings.setdefault(found[1], []).append((found[2], int(found[3]), found[4]))
        return bindings, {name: int(value) for name, value in re.findall(r"(\S+) (\d+)", line[10:])}

    def bindings(self, aor=None):
        bindings = self.status()[0]
        return bindings if aor is None else bindings.get(aor, [])

    def kill(self):
        """Ends it at once, as a lack of memory does."""
        self.process.kill()
        self.process.wait(5)
        self.is_killed = True

    def end(self, how=signal.SIGTERM):
        """Ends it politely; anything but status 0 fails the case, such as what a sanitizer found."""
        if self.is_killed:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(5)
        check(status == 0, f"the server ended with status {status}; its log ends in: {self.log.read_text()[-2000:]!r}")


class Lab:
    """One case's place: a folder, and whatever has to be ended or removed, the newest first.

    `subject` is what it tests: a program, or the folder of some.
    """

    def __init__(self, subject):
        self.subject = pathlib.Path(subject).resolve()
        self.stack = contextlib.ExitStack()
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="sipwhere-")))

    def finally_do(self, action, *arguments):
        self.stack.callback(action, *arguments)

    def start(self, words, **options):
        words = [str(word) for word in words]
        self.need(words[0])
        options = {"stdin": subprocess.DEVNULL, "text": True, "cwd": self.folder, **options}
        process = subprocess.Popen(words, **options)
        self.finally_do(self._end, process)
        return process

    @staticmethod
    def _end(process):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()

    def run(self, words, seconds=15, expect=0, input_text=None, **options):
        """Runs a program to its end; returns what it printed."""
        if input_text is not None:
            options["stdin"] = subprocess.PIPE
        process = self.start(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
        try:
            output = process.communicate(input_text, timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            raise Failure(f"{words[0]} took more than {seconds} s") from None
        check(expect is None or process.returncode == expect,
              f"{words[0]} ended with status {process.returncode}: …{output[-400:]!r}")
        return output

    @staticmethod
    def need(program):
        if not shutil.which(str(program)):
            raise Skip(f"{program} is not installed")

    def server(self, *options, listen=("127.0.0.1:0",), inside=(), program=None):
        """A registrard with these options and listeners, or another program with these words."""
        listening = [] if program else [word for address in listen for word in ("--listen", address)]
        return Server(self, [*inside, program or self.subject, *listening, *options], len(listen))

    def certificate(self, *names):
        """A certificate that signs itself, for these DNS names and IP addresses; returns the options that name it."""
        self.need("openssl")
        files = self.folder / "certificate.pem", self.folder / "key.pem"
        alternatives = ",".join(("IP:" if name[0].isdigit() else "DNS:") + name for name in names)
        self.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                  "2", "-subj", f"/CN={names[0]}", "-addext", f"subjectAltName={alternatives}", "-out", files[0],
                  "-keyout", files[1]])
        return [f"--certificate={files[0]}", f"--key={files[1]}"]

    def four_digits(self):
        """A free port for programs that cut longer ones."""
        for port in range(7100 + os.getpid() % 1000, 9999):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                with contextlib.suppress(OSError):
                    probe.bind(("127.0.0.1", port))
                    return port
        raise Skip("no free port of four digits")

    def network(self):
        """Two network namespaces with a wire between them: programs that want more than a loopback interface.

        Returns how to start something on either side: 192.0.2.1 and 192.0.2.2.
        """
        names = [f"sipwhere-{os.getpid()}-{side}" for side in "ab"]
        self.need("ip")
        for name in names:
            made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
            if made.returncode != 0:
                raise Skip(f"no network namespaces here: {made.stderr.strip()}")
            self.finally_do(subprocess.run, ["ip", "netns", "delete", name])
        first, second = (["ip", "netns", "exec", name] for name in names)
        for words in (
            [*first, "ip", "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", names[1]],
            [*first, "ip", "address", "add", "192.0.2.1/24", "dev", "wire"],
            [*second, "ip", "address", "add", "192.0.2.2/24", "dev", "wire"],
            *([*side, "ip", "link", "set", device, "up"] for side in (first, second) for device in ("lo", "wire")),
            [*second, "ip", "route", "add", "default", "via", "192.0.2.1"],  # Linphone sees no network without
        ):
            made = subprocess.run(words, capture_output=True, text=True)
            if made.returncode != 0:
                raise Skip(f"no wire between network namespaces here: {made.stderr.strip()}")
        return first, second
