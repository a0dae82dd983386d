# SPDX-License-Identifier: BSL-1.0
"""Datagrams that nobody should send, the same ones from the same seed."""

import os
import pathlib
import random

LARGEST = 1400  # bytes that surely come in one frame

REGISTER = b"""REGISTER sip:example.com SIP/2.0
Via: SIP/2.0/UDP 192.0.2.7:5060;rport;branch=z9hG4bK-%d
Max-Forwards: 70
From: "A Phone" <sip:alice@example.com>;tag=5ed1
To: <sip:alice@example.com>
Call-ID: f81d4fae@192.0.2.7
CSeq: %d REGISTER
Contact: <sip:alice@192.0.2.7:5060;transport=udp>;q=0.5, "Desk" <sip:desk@[2001:db8::1]>;expires=60
Supported: path, outbound
Expires: 60
Content-Length: 0

""".replace(b"\n", b"\r\n")

TOKENS = [b"\r\n", b"\r\n\r\n", b"\r\n ", b"\0", b"%00", b"*", b"<", b">", b'"', b"\\", b";", b",", b":", b"=", b"@",
          b"[::", b"]", b"\xff\xfe", b"sip:", b"4294967296", b"-1", b"Contact: *\r\n", b"Via: SIP/2.0/UDP x\r\n",
          b"Content-Length: 99999\r\n", b";expires=0", b";q=1.001"]


def recorded():
    """The torture tests of RFC 4475 and what clients sent, where they are."""
    for name in ("SIPWHERE_TORTURE", "SIPWHERE_CAPTURES"):
        folder = pathlib.Path(os.environ.get(name, "/nowhere"))
        for path in sorted(folder.iterdir() if folder.is_dir() else []):
            if path.is_file() and 0 < path.stat().st_size <= LARGEST:
                yield path.read_bytes()


def mutated(chance, text):
    for _ in range(chance.randint(1, 4)):
        at, end = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
        how = chance.randrange(6)
        if how == 0:
            text = text[:at] + bytes([chance.randrange(256)]) + text[at + 1:]
        elif how == 1:
            text = text[:at] + chance.choice(TOKENS) + text[at:]
        elif how == 2:
            text = text[:at] + text[end:]
        elif how == 3:
            text = text[:end] + text[at:]
        elif how == 4:
            text = text[:at]
        else:
            text = text[:at] + chance.choice(TOKENS) + text[end:]
    return text[:LARGEST]


def datagrams(count, seed=1):
    """First what is recorded, then mutations of it, and random bytes now and then."""
    chance = random.Random(seed)
    bases = list(recorded())
    yield from bases
    bases += [REGISTER % (number, number) for number in range(1, 9)]
    for _ in range(count - len(bases) + 8):
        if chance.randrange(10) == 0:
            yield chance.randbytes(chance.randrange(1, 600))
        else:
            yield mutated(chance, chance.choice(bases)) or b"\r\n"
