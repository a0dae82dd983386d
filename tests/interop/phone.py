# SPDX-License-Identifier: BSL-1.0
"""A phone of our own, on a UDP socket, that shows what it sent and heard byte by byte."""

import hashlib
import itertools
import re
import socket

from lab import Failure, check

numbers = itertools.count(1)


def digest(algorithm, text):
    name = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}[algorithm.removesuffix("-sess")]
    return hashlib.new(name, text.encode()).hexdigest()


class Credentials:
    """Answers challenges, by hashes of Python."""

    def __init__(self, user, password, algorithm="MD5", method="REGISTER"):
        self.user, self.password, self.algorithm, self.method = user, password, algorithm, method
        self.realm = self.nonce = ""
        self.count = 0

    def hear(self, answer):
        """Takes the realm and nonce of its own algorithm from a 401."""
        rows = [row for row in answer.all("WWW-Authenticate") if f"algorithm={self.algorithm}," in row]
        check(len(rows) == 1, f"no challenge by {self.algorithm}: {answer.all('WWW-Authenticate')}")
        self.realm, self.nonce = (re.search(rf'{name}="([^"]*)"', rows[0])[1] for name in ("realm", "nonce"))
        self.count = 0

    def field(self, uri):
        """The Authorization field for the next use of the nonce."""
        self.count += 1
        ha1 = digest(self.algorithm, f"{self.user}:{self.realm}:{self.password}")
        if self.algorithm.endswith("-sess"):
            ha1 = digest(self.algorithm, f"{ha1}:{self.nonce}:c")
        ha2 = digest(self.algorithm, f"{self.method}:{uri}")
        response = digest(self.algorithm, f"{ha1}:{self.nonce}:{self.count:08x}:c:auth:{ha2}")
        return (f'Authorization: Digest username="{self.user}", realm="{self.realm}", nonce="{self.nonce}", '
                f'uri="{uri}", response="{response}", algorithm={self.algorithm}, cnonce="c", qop=auth, '
                f"nc={self.count:08x}")


class Answer:
    def __init__(self, data):
        self.data = data
        head = data.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        found = re.fullmatch(r"SIP/2\.0 (\d{3}) .*", head[0])
        check(found, f"no answer: {head[0]!r}")
        self.status = int(found[1])
        self.fields = [re.fullmatch(r"([^:]+):\s*(.*)", line).groups() for line in head[1:]]

    def all(self, name):
        return [value for field, value in self.fields if field.lower() == name.lower()]

    def __getitem__(self, name):
        values = self.all(name)
        return values[0] if values else ""


class Phone:
    """Sends from a port of its own; connected, so that it hears only what comes from where it sent to."""

    def __init__(self, lab, at, user="alice", domain="example.com", connected=True):
        host = at[0]
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        lab.finally_do(self.socket.close)
        self.socket.settimeout(3)
        self.at, self.domain, self.user, self.connected = at, domain, user, connected
        if connected:
            self.socket.connect(at)
        else:
            self.socket.bind(("127.0.0.1", 0))
        self.own_host, self.own_port = self.socket.getsockname()[:2]
        if ":" in self.own_host:
            self.own_host = f"[{self.own_host}]"
        self.call_id = f"call-{next(numbers)}-{self.own_port}"
        self.cseq = 0

    @property
    def contact(self):
        return f"<sip:{self.user}@{self.own_host}:{self.own_port}>"

    def request(self, method="REGISTER", *fields, via=None, rport=";rport", uri=None):
        self.cseq += 1
        lines = [
            f"{method} {uri or 'sip:' + self.domain} SIP/2.0",
            f"Via: SIP/2.0/UDP {via or f'{self.own_host}:{self.own_port}'};branch=z9hG4bK-{next(numbers)}{rport}",
            "Max-Forwards: 70",
            f"From: <sip:{self.user}@{self.domain}>;tag=t{self.own_port}",
            f"To: <sip:{self.user}@{self.domain}>",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.cseq} {method}",
            *fields,
            "Content-Length: 0",
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def send(self, data):
        if self.connected:
            self.socket.send(data)
        else:
            self.socket.sendto(data, self.at)

    def hear(self):
        try:
            return Answer(self.socket.recv(65535))
        except TimeoutError:
            raise Failure("no answer") from None

    def hears_nothing(self, seconds=0.3):
        self.socket.settimeout(seconds)
        try:
            return not self.socket.recv(65535)
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(3)

    def ask(self, *arguments, expect=200, **options):
        self.send(self.request(*arguments, **options))
        answer = self.hear()
        check(answer.status == expect, f"{expect} expected: {answer.data.splitlines()[0]!r}")
        return answer

    def register(self, *fields, expect=200, contact=None, expires=60, **options):
        return self.ask("REGISTER", f"Contact: {contact or self.contact}", f"Expires: {expires}", *fields,
                        expect=expect, **options)

    def log_in(self, password, algorithm="MD5", expect=200, user=None, **options):
        """Registers, is asked for credentials and answers; returns them, and the answer."""
        credentials = Credentials(user or self.user, password, algorithm)
        credentials.hear(self.register(expect=401, **options))
        return credentials, self.register(credentials.field(f"sip:{self.domain}"), expect=expect, **options)
