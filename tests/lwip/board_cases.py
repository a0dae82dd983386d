#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Lets clients register at the board on lwIP: board_cases.py PROGRAM [CASE…]. A line for each; 1 if any failed."""

import pathlib
import socket
import struct
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "interop"), str(HERE.parent / "embedded")]

from board import QEMU, Board, free_port
from cases_sipp import sipp
from lab import check
from phone import Phone
from runner import main


def lives(board):
    """Checks that the stack, of which the program has 6 KiB, is never nearly full."""
    deepest = board.counters()["stack"]
    check(deepest < 5 * 1024, f"{deepest} bytes were on the stack")


def lwip_sipsak_registers(lab):
    lab.need("sipsak")
    board = Board(lab, lab.subject, port=lab.four_digits())
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
    board = Board(lab, lab.subject)
    sipp(lab, board.endpoint, "../../embedded/users", "-m", 32, "-r", 100, "-l", 32)
    seen = board.counters()
    check(seen["created"] == 32 and seen["refreshed"] == 32, f"not each is bound and refreshed once: {seen}")
    check(seen["send-failed"] == 0, f"counted: {seen}")
    lives(board)


def lwip_takes_what_fills_many_pbufs(lab):
    board = Board(lab, lab.subject)
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
    board = Board(lab, lab.subject)
    phone = Phone(lab, board.endpoint)
    for size in (1600, 3000, 5000, 9000):
        phone.send(phone.request("REGISTER", f"Contact: {phone.contact}", "Subject: " + "x" * size))
        check(phone.hears_nothing(), f"{size} bytes are answered")
        phone.register()
    check(board.counters()["created"] == 1, "registered more than once")


def lwip_answers_a_ping_in_many_pbufs(lab):
    """As the next host on a wire of our own, whose frames QEMU sends and takes as datagrams."""
    lab.need(QEMU[0])
    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    lab.finally_do(wire.close)
    wire.bind(("127.0.0.1", 0))
    wire.settimeout(10)
    board_end = free_port()
    lab.start([*QEMU, "-serial", "null", "-kernel", lab.subject, "-nic",
               f"socket,model=lan9118,udp=127.0.0.1:{wire.getsockname()[1]},localaddr=127.0.0.1:{board_end}"],
              stderr=subprocess.DEVNULL)
    board, host = bytes([10, 0, 2, 15]), bytes([10, 0, 2, 9])
    station, everyone = b"\x02\0\0\0\0\x09", b"\xff" * 6
    announced = wire.recv(2000)  # the board's own address, since it begins with that
    check(announced[12:14] == b"\x08\x06" and announced[28:32] == board, f"no announcement: {announced!r}")

    def send(frame):
        wire.sendto(frame, ("127.0.0.1", board_end))

    arp = b"\0\x01\x08\0\x06\x04\0\x01" + station + host + bytes(6) + board
    send(everyone + station + b"\x08\x06" + arp + bytes(18))
    told = wire.recv(2000)
    check(told[20:22] == b"\0\x02" and told[28:32] == board, f"no answer to ARP: {told!r}")
    for size in (100, 450, 600, 1000, 1472):
        payload = bytes(number % 251 for number in range(size))
        echo = with_checksum(b"\x08\0\0\0\0\x07\0\x01" + payload, 2)
        header = with_checksum(struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(echo), 1, 0, 64, 1, 0) + host + board, 10)
        send(told[6:12] + station + b"\x08\0" + header + echo)
        reply = wire.recv(2000)
        check(reply[34:35] == b"\0" and reply[42:42 + size] == payload, f"no answer to a ping of {size} bytes")


def with_checksum(data, place):
    """The bytes with the Internet checksum in its place, where there were zeros (RFC 1071)."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return data[:place] + struct.pack("!H", ~(total + (total >> 16)) & 0xffff) + data[place + 2:]


CASES = [lwip_sipsak_registers, lwip_sipp_fills_the_table, lwip_takes_what_fills_many_pbufs,
         lwip_drops_what_is_too_long, lwip_answers_a_ping_in_many_pbufs]


if __name__ == "__main__":
    main(CASES, seconds_a_case=20)
