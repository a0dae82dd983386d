# SPDX-License-Identifier: BSL-1.0
"""Who wants in without a password: guesses, forged sources, requests sent again."""

import re
import subprocess

from lab import HERE, check
from phone import Phone

ALICE = ("--user=alice:wonderland", "--domain=example.com")
README = HERE.parents[1] / "README.md"


def svcrack(lab, words, *options):
    """Lets sipvicious guess the password of 100; returns what it says, and the server's log."""
    lab.need("svcrack")
    (lab.folder / "words").write_text("\n".join(words) + "\n")
    server = lab.server("--user=100:wonderland", "--algorithms=MD5", "--reply-to-source=on", *options)
    found = lab.run(["svcrack", "-u", "100", "-d", "words", "-P", lab.four_digits(), "-p", server.port, "127.0.0.1"],
                    seconds=19, env={"HOME": str(lab.folder), "PATH": "/usr/bin:/bin"})
    return found, server.log.read_text()


def svcrack_finds_a_weak_password(lab):
    found, _ = svcrack(lab, ["password", "secret", "wonderland", "admin"])
    check("wonderland" in found, f"svcrack: {found}")


def svcrack_finds_any_password_where_nobody_counts(lab):
    found, _ = svcrack(lab, [*(f"guess{number}" for number in range(100)), "wonderland"], "--max-wrong-passwords=0")
    check("wonderland" in found, f"svcrack: {found}")


def svcrack_is_slowed_down(lab):
    found, log = svcrack(lab, [*(f"guess{number}" for number in range(100)), "wonderland"])
    check("wonderland" not in found, f"svcrack: {found}")
    tried = log.count("Wrong User or Password")
    check(10 <= tried <= 14, f"{tried} passwords were tried")  # ten, and one for each six seconds


def guesses(lab, server, number, password="guess"):
    for _ in range(number):
        Phone(lab, server.endpoints[0]).log_in(password, expect=401)


def a_guesser_locks_out_nobody_elsewhere(lab):
    server = lab.server(*ALICE, listen=["127.0.0.1:0", "[::1]:0"])
    guesses(lab, server, 10)
    Phone(lab, server.endpoints[0]).log_in("wonderland", expect=403)
    Phone(lab, server.endpoints[1]).log_in("wonderland")


def a_forged_source_locks_out_nobody(lab):
    """Who forges an address hears no challenge, so the nonces are made up."""
    server = lab.server(*ALICE)
    for number in range(500):
        phone = Phone(lab, server.endpoints[0])
        phone.send(phone.request("REGISTER", f"Contact: {phone.contact}", 'Authorization: Digest username="alice", '
                                 f'realm="example.com", nonce="made-up-{number}", uri="sip:example.com", '
                                 f'response="{number:032x}", algorithm=MD5, cnonce="c", qop=auth, nc=00000001'))
    Phone(lab, server.endpoints[0]).log_in("wonderland")


def what_was_heard_is_worth_nothing(lab):
    """The same request again, from two other ports, to this and to another registrar, by each of its workers."""
    server, other = lab.server(*ALICE, "--workers=3"), lab.server(*ALICE)
    phone, spy = Phone(lab, server.endpoints[0]), Phone(lab, server.endpoints[0])
    credentials, _ = phone.log_in("wonderland")
    proof = credentials.field("sip:example.com")
    request = phone.request("REGISTER", f"Contact: {phone.contact}", "Expires: 60", proof)
    phone.send(request)
    first = phone.hear()
    check(first.status == 200, f"{first.status}")
    phone.register(credentials.field("sip:example.com"), expires=0)
    check(not server.bindings(), "still bound")
    for number in range(20):
        for who in (spy, Phone(lab, server.endpoints[0]), Phone(lab, other.endpoints[0])):
            changed = request.replace(b"branch=z9hG4bK", b"branch=z9hG4bK%d" % number) if number % 2 else request
            who.send(changed)
            # a retransmission by another way may be answered, and changes nothing
            check(who.hear().status == 401 or changed is request, "let in")
    check(not server.bindings() and not other.bindings(), "bound by what was heard")


def workers_share_their_nonces(lab):
    server = lab.server(*ALICE, "--workers=3")
    phone = Phone(lab, server.endpoints[0])
    credentials, _ = phone.log_in("wonderland")
    for _ in range(24):
        other = Phone(lab, server.endpoints[0])  # which another worker serves, now and then
        other.call_id, other.cseq = phone.call_id, phone.cseq
        other.register(credentials.field("sip:example.com"), contact=phone.contact)
        phone.cseq = other.cseq
    check(server.status()[1]["refreshed"] == 24, "not all were let in with the nonce of another")


def fail2ban_bans_who_guesses(lab):
    """The filter of the README, by fail2ban's own tester, over a log with guesses and all else."""
    lab.need("fail2ban-regex")
    (lab.folder / "filter.conf").write_text(re.search(r"```ini\n(.*?)```", README.read_text(), re.DOTALL)[1])
    server = lab.server(*ALICE, listen=["127.0.0.1:0", "[::1]:0"])
    guesses(lab, server, 10)
    Phone(lab, server.endpoints[0]).log_in("wonderland", expect=403)
    for _ in range(3):
        Phone(lab, server.endpoints[1]).log_in("guess", expect=401)
    Phone(lab, server.endpoints[1]).log_in("wonderland")
    a_liar = Phone(lab, server.endpoints[0])
    a_liar.call_id = 'x reason="Wrong User or Password"'
    a_liar.send(a_liar.request("REGISTER"))
    a_liar.hear()
    log = lab.folder / "registrard.log"
    log.write_text("".join(f"2026-01-02 03:04:05 pbx {line}\n" for line in server.log.read_text().splitlines()))
    told = lab.run(["fail2ban-regex", "--print-all-matched", log, lab.folder / "filter.conf"])
    matched = re.search(r"Lines: \d+ lines, \d+ ignored, (\d+) matched", told)
    check(matched and int(matched[1]) == 14, f"matched: {told[-1500:]}")
    hosts = subprocess.run(["fail2ban-regex", "-o", "ip", log, lab.folder / "filter.conf"], capture_output=True,
                           text=True, timeout=15, check=False).stdout.split()
    check(sorted(set(hosts)) == ["127.0.0.1", "::1"], f"hosts: {sorted(set(hosts))}")
    check(hosts.count("127.0.0.1") == 11, f"hosts: {hosts}")


CASES = [svcrack_finds_a_weak_password, svcrack_finds_any_password_where_nobody_counts, svcrack_is_slowed_down,
         a_guesser_locks_out_nobody_elsewhere, a_forged_source_locks_out_nobody, what_was_heard_is_worth_nothing,
         workers_share_their_nonces, fail2ban_bans_who_guesses]
