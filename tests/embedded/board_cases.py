# SPDX-License-Identifier: BSL-1.0
"""Runs the cases named, or all: board_cases.py BUILD [CASE…]. BUILD is where the programs for the board are.

One line for each case; the status is 1 if any failed.
"""

import contextlib
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "interop"))

import garbage
from board import Board
from cases_clients import start_baresip, start_linphone
from cases_sipp import sipp
from lab import check, wait_for
from phone import Phone
from runner import main

SECONDS_OF_GARBAGE = 20


def start(lab, program="example/registrar", **where):
    return Board(lab, lab.subject / f"{program}.elf", **where)


def a_phone_registers_refreshes_and_leaves(lab):
    board = start(lab)
    phone = Phone(lab, board.endpoint)
    check(phone.register()["Contact"] == f"{phone.contact};expires=60", "not bound as asked")
    check(phone.register(expires=200)["Contact"] == f"{phone.contact};expires=200", "not refreshed as asked")
    check(not phone.register(expires=0).all("Contact"), "still bound")
    seen = board.counters()
    check([seen[name] for name in ("created", "refreshed", "removed", "answered")] == [1, 1, 1, 3], f"counted: {seen}")


def a_repeat_gets_the_same_bytes(lab):
    board = start(lab)
    phone = Phone(lab, board.endpoint)
    request = phone.request("REGISTER", f"Contact: {phone.contact}", "Expires: 60")
    phone.send(request)
    first = phone.hear()
    phone.send(request)
    check(phone.hear().data == first.data, "another answer")
    check(board.counters()["repeated"] == 1, "not counted as a repeat")


def bindings_expire_by_themselves(lab):
    board = start(lab, "registrar_brisk")
    Phone(lab, board.endpoint).register(expires=1)
    wait_for(lambda: board.counters()["expired"] == 1, "it expires", seconds=5)


def a_full_table_says_503(lab):
    board = start(lab)
    phones = [Phone(lab, board.endpoint, user=f"user{number}") for number in range(33)]
    for phone in phones[:32]:
        phone.register()
    refused = phones[32].register(expect=503)
    check(refused["Retry-After"] == "60", f"Retry-After: {refused['Retry-After']!r}")
    phones[0].register(expires=200)
    phones[1].register(expires=0)
    phones[1].register()
    phones[32].register(expect=503)
    seen = board.counters()
    expected = {"created": 33, "refreshed": 1, "removed": 1, "rejected-5xx": 2}
    check(expected.items() <= seen.items(), f"counted: {seen}")
    board.lives()


def six_kib_of_text_fit(lab):
    """Texts of 192 bytes for each of 32 bindings: user, domain, contact and Call-ID."""
    board = start(lab)
    for number in range(32):
        phone = Phone(lab, board.endpoint, user=f"user{number:02}-{'x' * 30}")
        phone.call_id = phone.call_id.ljust(48, "c")
        rest = 192 - len(phone.user + phone.domain + phone.call_id) - len("sip:@192.0.2.1")
        phone.register(contact=f"<sip:{'y' * rest}@192.0.2.1>")
    check(board.counters()["created"] == 32, "not all are bound")


def sipp_registers_a_thousand_users(lab):
    board = start(lab, "registrar_1000")
    sipp(lab, board.endpoint, "../../embedded/users", "-m", 1000, "-r", 250, "-l", 1000)
    seen = board.counters()
    check(seen["created"] == 1000 and seen["refreshed"] == 1000, f"not each is bound and refreshed once: {seen}")
    board.lives()


def lives_a_life(board, client, leave):
    def told(name):
        return client.poll() is None and board.counters()[name] >= 1

    wait_for(lambda: told("created"), "it registers", seconds=8)
    wait_for(lambda: told("refreshed"), "it refreshes", seconds=8)
    leave()
    wait_for(lambda: board.counters()["removed"] >= 1, "it unregisters", seconds=6)
    seen = board.counters()
    check(not any(seen[name] for name in seen if name.startswith("rejected")), f"counted: {seen}")


def baresip_registers(lab):
    lab.need("baresip")
    board_side, phone_side = lab.network()
    board = start(lab, "registrar_brisk", host="192.0.2.1", port=5060, inside=board_side)
    lives_a_life(board, *start_baresip(lab, phone_side))


def linphone_registers(lab):
    lab.need("linphonec")
    board_side, phone_side = lab.network()
    board = start(lab, "registrar_brisk", host="192.0.2.1", port=5060, inside=board_side)
    lives_a_life(board, *start_linphone(lab, phone_side))


def users_of_the_firmware_prove_their_passwords(lab):
    board = start(lab, "registrar_guarded")
    for user, password in (("alice", "wonderland"), ("door", "door's password")):
        for algorithm in ("MD5", "SHA-256"):
            phone = Phone(lab, board.endpoint, user)
            credentials, _ = phone.log_in(password, algorithm, expires=3)
            for _ in range(3):
                phone.register(credentials.field("sip:example.com"), expires=3)
            phone.log_in("wrong", algorithm, expect=401, expires=3)
            phone.log_in(password, algorithm, expires=0)
    Phone(lab, board.endpoint, "nobody").log_in("x", expect=401, expires=3)
    Phone(lab, board.endpoint, "hall").log_in("wonderland", user="alice", expect=403, expires=3)
    board.lives(3.5 * 1024)


def linphone_proves_its_password(lab):
    lab.need("linphonec")
    board_side, phone_side = lab.network()
    board = start(lab, "registrar_guarded", host="192.0.2.1", port=5060, inside=board_side)
    client, _ = start_linphone(lab, phone_side, "wonderland")
    wait_for(lambda: client.poll() is None and board.counters()["refreshed"] >= 1, "it refreshes", seconds=12)


def garbage_harms_nothing(lab):
    """A phone that refreshes after each handful of garbage keeps the pace, so that hardly anything is lost."""
    board = start(lab)
    phone, stranger = Phone(lab, board.endpoint, "keeper", "keeper.example"), Phone(lab, board.endpoint)
    stranger.socket.setblocking(False)
    phone.register()
    sent = asked = bytes_ahead = 0
    end = time.monotonic() + SECONDS_OF_GARBAGE
    for text in garbage.datagrams(100_000):
        with contextlib.suppress(OSError):  # such as an answer that nobody hears
            stranger.send(text)
            sent += 1
        bytes_ahead += len(text) + 100
        if bytes_ahead > 6000:
            phone.send(phone.request("OPTIONS"))
            check(phone.hear().status in (200, 404), "no answer amid garbage")
            asked, bytes_ahead = asked + 1, 0
            if time.monotonic() > end:
                break
    phone.register()
    seen = board.counters()
    heard = sum(seen[name] for name in seen if name not in ("created", "refreshed", "removed", "expired", "stack"))
    print(f"garbage: {sent} datagrams, {sent + asked + 2 - heard} lost on the way, {seen}")
    check(sent >= 20_000, f"time for {sent} datagrams only")
    check(0.99 * sent < heard - asked - 2 <= sent, f"{sent} and {asked + 2} were sent, these were heard: {seen}")
    check(seen["not-sip"] > 0 and seen["rejected-4xx"] > 0, f"that was no garbage: {seen}")
    check(seen["events-lost"] == 0 and seen["send-failed"] == 0, f"counted: {seen}")
    board.lives()


CASES = [a_phone_registers_refreshes_and_leaves, a_repeat_gets_the_same_bytes, bindings_expire_by_themselves,
         a_full_table_says_503, six_kib_of_text_fit, sipp_registers_a_thousand_users, baresip_registers,
         linphone_registers, users_of_the_firmware_prove_their_passwords, linphone_proves_its_password,
         garbage_harms_nothing]


if __name__ == "__main__":
    main(CASES, seconds_a_case=60)
