# SPDX-License-Identifier: BSL-1.0
"""What a file of bindings outlives: restarts, kills under load, a full disk; and what is refused."""

import contextlib
import random
import select
import signal
import socket
import sqlite3
import subprocess
import time

from cases_daemon import complaint
from lab import Skip, check, wait_for
from phone import Answer, Phone

ALICE = "sip:alice@example.com"
KILLS, CASES_OF_KILLS = 300, 12
USERS = 40


def stored(lab, *options, file="bindings"):
    """A registrar that keeps its bindings in a file of the lab."""
    return lab.server("--store", lab.folder / file, "--max-expires=3600", "--log=warning", *options)


def rows(lab, sql="SELECT user, uri, cseq FROM bindings", file="bindings"):
    with contextlib.closing(sqlite3.connect(f"file:{lab.folder / file}?mode=ro", uri=True, timeout=5)) as database:
        return database.execute(sql).fetchall()


def store_keeps_bindings_over_a_restart(lab):
    server = stored(lab)
    phone = Phone(lab, server.endpoints[0])
    phone.register(expires=600)
    Phone(lab, server.endpoints[0], user="bob").register(contact="<sip:bob@192.0.2.9>;q=0.5", expires=300)
    (user, uri, cseq), = (row for row in rows(lab) if row[0] == "alice")
    check((f"<{uri}>", cseq) == (phone.contact, 1), f"the row is {user} {uri} {cseq}")
    server.end()
    server = stored(lab)
    (contact, seconds, source), = server.bindings(ALICE)
    check((f"<{contact}>", source) == (phone.contact, f"127.0.0.1:{phone.own_port}"), f"bound: {contact} from {source}")
    check(590 <= seconds <= 600, f"{seconds} s are left of 600")
    check("q=0.5" in Phone(lab, server.endpoints[0], user="bob").ask()["Contact"], "q is lost")
    again = Phone(lab, server.endpoints[0])
    again.call_id, again.cseq = phone.call_id, 0
    again.ask("REGISTER", f"Contact: {phone.contact}", expect=500)  # an old CSeq
    again.register(contact=phone.contact, expires=0)
    check(not server.bindings(ALICE), "still bound")
    server.process.send_signal(signal.SIGUSR1)
    check(server.line().startswith("bindings: 1 in all"), "the count of bindings is not that of the file")
    while not server.line().startswith("counters: "):
        pass


def store_knows_a_repeat_after_a_restart(lab):
    server = stored(lab)
    phone = Phone(lab, server.endpoints[0])
    request = phone.request("REGISTER", f"Contact: {phone.contact}", "Expires: 600")
    phone.send(request)
    first = phone.hear()
    server.end()
    server = stored(lab)
    phone.socket.close()
    other = Phone(lab, server.endpoints[0])
    other.send(request)
    again = other.hear()
    check((again.status, again["To"]) == (200, first["To"]), f"heard: {again.data}")
    check(server.status()[1]["refreshed"] == 0, "the repeat changed something")


def store_is_shared_by_workers(lab):
    server = stored(lab, "--workers=3")
    phones = [Phone(lab, server.endpoints[0], user=f"user{number}") for number in range(32)]
    for phone in phones:
        phone.register()
    check(len(rows(lab)) == 32, "not every binding has a row")
    for number in range(32):
        check(len(Phone(lab, server.endpoints[0], user=f"user{number}").ask().all("Contact")) == 1, "not known to all")
    server.end()
    check(len(stored(lab, "--workers=2").bindings()) == 32, "not all outlive a restart")


def store_survives_kills(part):
    """Phones refresh as fast as they are answered, an operator reads, and the registrar is killed again and again."""

    def case(lab):
        chance = random.Random(part)
        promised, asked = {}, {}  # by user: the CSeq of the last 200, and of the last request
        for _ in range(KILLS // CASES_OF_KILLS):
            server = stored(lab)
            phone = Phone(lab, server.endpoints[0], connected=True)
            end = time.monotonic() + chance.uniform(0.005, 0.05)
            waiting = {}
            while time.monotonic() < end:
                while len(waiting) < 16:
                    user = chance.choice([name for name in range(USERS) if name not in waiting])
                    phone.user, phone.call_id, phone.cseq = f"user{user}", f"call-{part}-{user}", asked.get(user, 0)
                    phone.send(phone.request("REGISTER", f"Contact: <sip:user{user}@192.0.2.1>", "Expires: 3600"))
                    asked[user] = waiting[user] = phone.cseq
                for answer in heard(phone, 0.002):
                    user = int(answer["Call-ID"].rsplit("-", 1)[1])
                    waiting.pop(user, None)
                    check(answer.status == 200, f"heard: {answer.data.splitlines()[0]!r}")
                    promised[user] = int(answer["CSeq"].split()[0])
            server.kill()
            for answer in heard(phone, 0):  # sent before it died
                if answer.status == 200:
                    promised[int(answer["Call-ID"].rsplit("-", 1)[1])] = int(answer["CSeq"].split()[0])
            phone.socket.close()
            found = {int(user[4:]): cseq for user, _, cseq in rows(lab)}
            for user, cseq in promised.items():
                check(cseq <= found.get(user, 0) <= asked[user], f"user{user} heard 200 to {cseq}: {found.get(user)}")
        check(rows(lab, "PRAGMA integrity_check") == [("ok",)], "the file is damaged")
        check(len(stored(lab).status()[0]) == len(rows(lab)), "not every row is read")
        check(len(promised) > USERS // 2, f"{len(promised)} users were answered")

    case.__name__ = f"store_survives_kills_{part}"
    return case


def heard(phone, seconds):
    """All answers that are there, or come within a time."""
    answers = []
    while select.select([phone.socket], [], [], 0 if answers else seconds)[0]:
        try:
            answers.append(Answer(phone.socket.recv(65535)))
        except ConnectionRefusedError:
            pass
    return answers


def store_can_be_read_by_an_operator_all_the_while(lab):
    server = stored(lab)
    phones = [Phone(lab, server.endpoints[0], user=f"user{number}") for number in range(20)]
    seen = 0
    for _ in range(5):
        for phone in phones:
            phone.register(expires=600)
            count, = rows(lab, "SELECT count(*) FROM bindings")[0]
            check(count >= seen, "a row is gone")
            seen = count
    check(seen == 20, f"{seen} rows")
    with contextlib.closing(sqlite3.connect(lab.folder / "bindings", timeout=5)) as writer:
        writer.execute("BEGIN IMMEDIATE")  # which no operator should do
        phones[0].register(expect=500)
        writer.execute("ROLLBACK")
    phones[0].register()
    wait_for(lambda: "store-writes" in server.log.read_text(), "it tells that it writes again")
    check(server.log.read_text().count("store-failed") == 1, f"the log: {server.log.read_text()!r}")


def store_on_a_full_disk_refuses_and_heals(lab):
    disk = lab.folder / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk], capture_output=True, text=True)
    if made.returncode != 0:
        raise Skip(f"no small disk here: {made.stderr.strip()}")
    lab.finally_do(subprocess.run, ["umount", "-l", disk])
    server = stored(lab, file="disk/bindings")
    first = Phone(lab, server.endpoints[0], user="first")
    first.register(expires=600)
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb") as file:
        while file.write(b"x" * 4096):
            file.flush()
    phones, answers = [], [200]
    while answers[-1] == 200 and len(phones) < 1000:
        phones.append(Phone(lab, server.endpoints[0], user=f"user{len(phones)}"))
        phones[-1].send(phones[-1].request("REGISTER", f"Contact: {phones[-1].contact}", "Expires: 600"))
        answers.append(phones[-1].hear().status)
    check(answers.pop(0) == 200 and answers[-1] == 500, f"answers: {set(answers)}, at last {answers[-1]}")
    check(len(Phone(lab, server.endpoints[0], user="first").ask().all("Contact")) == 1, "what was there is gone")
    check(server.log.read_text().count("store-failed") == 1, f"the log: {server.log.read_text()!r}")
    kept = {phone.user for phone, status in zip(phones, answers) if status == 200} | {"first"}
    ballast.unlink()
    phones[-1].register(expires=600)
    kept.add(phones[-1].user)
    wait_for(lambda: {user for user, in rows(lab, "SELECT user FROM bindings", "disk/bindings")} == kept,
             "file and answers agree")
    check(server.log.read_text().count("store-writes") == 1, f"the log: {server.log.read_text()!r}")
    server.end()
    server = stored(lab, file="disk/bindings")
    check({aor[4:].split("@")[0] for aor in server.bindings()} == kept, "a restart has other bindings")


def store_refuses_what_it_must_not_touch(lab):
    text = lab.folder / "text"
    text.write_text("important\n" * 1000)
    other = lab.folder / "other"
    with contextlib.closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE recipes(name)")
    newer = lab.folder / "newer"
    stored(lab, file="newer").end()
    with contextlib.closing(sqlite3.connect(newer)) as database:
        database.execute("PRAGMA user_version=99")
    for file, why in ((text, "is not a database"), (other, "a database of another program"),
                      (newer, "a newer version has written it"), (lab.folder / "none" / "file", "No such file")):
        before = file.read_bytes() if file.exists() else None
        said = complaint(lab, 1, "--listen=127.0.0.1:0", "--store", file)
        check(why in said and str(file) in said, f"said of {file.name}: {said!r}")
        check(before is None or file.read_bytes() == before, f"{file.name} has changed")
    server = stored(lab)
    said = complaint(lab, 1, "--listen=127.0.0.1:0", "--store", lab.folder / "bindings")
    check("another registrar keeps its bindings there" in said, said)
    server.end()
    secret = lab.folder / "bindings-secret"
    check(secret.stat().st_mode & 0o777 == 0o600, f"the secret has mode {secret.stat().st_mode:o}")
    whole = secret.read_bytes()
    for change, why in ((lambda: secret.chmod(0o640), "others can read it"),
                        (lambda: (secret.chmod(0o600), secret.write_bytes(whole[:31])), "the 32 bytes of a secret"),
                        (lambda: secret.write_bytes(whole + b"x"), "the 32 bytes of a secret")):
        change()
        said = complaint(lab, 1, "--listen=127.0.0.1:0", "--store", lab.folder / "bindings")
        check(why in said and str(secret) in said, said)
    for options, why in ((["--store", "x", "--batch=0"], "--batch 0"), (["--synchronous=off"], "it needs --store"),
                         (["--store="], "is not the name of a file"),
                         (["--store=x", "--synchronous=never"], "is not full, normal or off")):
        check(why in complaint(lab, 2, *options), f"{options}: another complaint")


def store_keeps_a_binding_whose_connection_has_ended_with_the_registrar(lab):
    server = lab.server("--store", lab.folder / "bindings", "--log=warning", listen=["tcp:127.0.0.1:0"])
    with socket.create_connection(server.endpoints[0]) as connection:
        port = connection.getsockname()[1]
        connection.sendall(
            (f"REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:{port};branch=z9hG4bKa;rport\r\n"
             f"From: <{ALICE}>;tag=a\r\nTo: <{ALICE}>\r\nCall-ID: a\r\nCSeq: 1 REGISTER\r\n"
             f"Contact: <sip:alice@127.0.0.1:{port};transport=tcp>\r\nContent-Length: 0\r\n\r\n").encode())
        check(connection.recv(4096).startswith(b"SIP/2.0 200 "), "not registered")
        server.kill()
    server = lab.server("--store", lab.folder / "bindings", "--log=warning")
    check(len(server.bindings(ALICE)) == 1, "it is gone")


def store_with_synchronous_off_and_normal_survives_the_end_of_the_program(lab):
    for how in ("normal", "off"):
        server = stored(lab, f"--synchronous={how}", file=how)
        for number in range(20):
            Phone(lab, server.endpoints[0], user=f"user{number}").register()
        server.kill()
        check(len(stored(lab, file=how).bindings()) == 20, f"{how}: not all are there")


CASES = [
    store_keeps_bindings_over_a_restart,
    store_knows_a_repeat_after_a_restart,
    store_is_shared_by_workers,
    store_can_be_read_by_an_operator_all_the_while,
    store_on_a_full_disk_refuses_and_heals,
    store_refuses_what_it_must_not_touch,
    store_keeps_a_binding_whose_connection_has_ended_with_the_registrar,
    store_with_synchronous_off_and_normal_survives_the_end_of_the_program,
    *(store_survives_kills(part) for part in range(CASES_OF_KILLS)),
]
