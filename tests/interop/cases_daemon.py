# SPDX-License-Identifier: BSL-1.0
"""What registrard does as a program, and on the wire where byte and address count."""

import re
import signal
import socket

from lab import check, wait_for
from phone import Phone

ALICE = "sip:alice@example.com"


def complaint(lab, status, *options):
    """What it says on stderr when it can't serve: one line."""
    said = lab.run([lab.subject, *options], expect=status)
    check(said.count("\n") == 1 and said.startswith("registrard: "), f"one clear line expected: {said!r}")
    return said


def registers_refreshes_and_unregisters(lab):
    server = lab.server()
    phone = Phone(lab, server.endpoints[0])
    phone.register(expires=60)
    (contact, seconds, source), = server.bindings(ALICE)
    check((f"<{contact}>", source) == (phone.contact, f"127.0.0.1:{phone.own_port}"), f"bound: {contact} from {source}")
    check(58 <= seconds <= 60, f"{seconds} s are left of 60")
    phone.register(expires=200)
    (_, seconds, _), = server.bindings(ALICE)
    check(198 <= seconds <= 200, f"{seconds} s are left of 200")
    listed, = phone.ask().all("Contact")
    check(listed.startswith(phone.contact + ";expires="), f"listed: {listed}")
    phone.register(expires=0)
    check(not server.bindings() and not phone.ask().all("Contact"), "still bound")


def a_binding_expires_by_itself(lab):
    server = lab.server("--min-expires", "1", "--max-expires=1")
    Phone(lab, server.endpoints[0]).register()
    check(len(server.bindings(ALICE)) == 1, "not bound")
    wait_for(lambda: not server.bindings(), "the binding goes", seconds=4)
    check(server.status()[1]["expired"] == 1, "not counted as expired")


def answers_from_the_address_that_was_asked(lab):
    server = lab.server(listen=["0.0.0.0:0"])
    for host in ("127.0.0.1", "127.0.0.2", "127.1.2.3"):
        Phone(lab, (host, server.port), user=host).register()  # connected: hears that address alone


def listens_on_ipv6(lab):
    server = lab.server(listen=["[::1]:0"])
    phone = Phone(lab, server.endpoints[0])
    via = phone.register()["Via"]
    check(f";received=::1;rport={phone.own_port}" in via, f"Via: {via}")
    (contact, _, source), = server.bindings(ALICE)
    check((f"<{contact}>", source) == (phone.contact, f"[::1]:{phone.own_port}"), f"bound: {contact} from {source}")


def one_wildcard_takes_both_versions_of_ip(lab):
    server = lab.server(listen=["[::]:0"])
    Phone(lab, ("127.0.0.2", server.port), user="four").register()
    Phone(lab, ("::1", server.port), user="six").register()
    sources = {source.rsplit(":", 1)[0] for binding in server.bindings().values() for _, _, source in binding}
    check(sources == {"127.0.0.1", "[::1]"}, f"sources: {sources}")


def two_wildcards_share_a_port(lab):
    port = lab.four_digits()
    server = lab.server(listen=[f"[::]:{port}", f"0.0.0.0:{port}"])
    Phone(lab, ("127.0.0.1", port), user="four").register()
    Phone(lab, ("::1", port), user="six").register()
    check(len(server.bindings()) == 2, "not both are bound")


def tells_where_a_request_came_from(lab):
    phone = Phone(lab, lab.server().endpoints[0])
    via = phone.register(via="192.0.2.9:5060")["Via"]
    check(f"192.0.2.9:5060;branch=" in via and f";received=127.0.0.1;rport={phone.own_port}" in via, f"Via: {via}")


def without_rport_answers_go_to_sent_by(lab):
    server = lab.server()
    phone = Phone(lab, server.endpoints[0], connected=False)
    other = Phone(lab, server.endpoints[0], connected=False)
    phone.send(phone.request(via=f"127.0.0.1:{other.own_port}", rport=""))
    check(other.hear().status == 200 and phone.hears_nothing(), "it went to the source")


def reply_to_source_overrules_sent_by(lab):
    for rule, via, follows in (("on", "192.0.2.9:9", True), ("private", "10.0.0.9:9", True),
                               ("private", "192.0.2.9:9", False), ("off", "10.0.0.9:9", False)):
        phone = Phone(lab, lab.server("--reply-to-source", rule).endpoints[0])
        phone.send(phone.request(via=via, rport=""))
        check(phone.hears_nothing() != follows, f"--reply-to-source {rule}, sent by {via}")


def a_repeat_hears_the_same_bytes(lab):
    server = lab.server()
    phone = Phone(lab, server.endpoints[0])
    request = phone.request("REGISTER", f"Contact: {phone.contact}")
    phone.send(request)
    first = phone.hear()
    phone.send(request)
    check(phone.hear().data == first.data, "another answer")
    check(server.status()[1]["repeated"] == 1, "not counted as repeated")


def keep_alives_are_dropped_silently(lab):
    server = lab.server()
    phone = Phone(lab, server.endpoints[0])
    for data in (b"\r\n\r\n", b"\r\n", b"\0\0\0\0", b""):
        phone.send(data)
    check(phone.hears_nothing(), "a keep-alive was answered")
    phone.register()
    check(server.status()[1]["keep-alive"] == 4, "not all counted")


def noise_is_dropped_silently(lab):
    server = lab.server()
    phone = Phone(lab, server.endpoints[0])
    for data in (b"\xff" * 65000, b"GET / HTTP/1.1\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n", b"REGISTER"):
        phone.send(data)
    check(phone.hears_nothing(), "noise was answered")
    phone.register()


def serves_the_domains_named(lab):
    at = lab.server("--domain", "example.com", "--domain", "*.example.org",
                    "--alias", "pbx.example.net=example.com").endpoints[0]
    for domain, status in (("example.com", 200), ("EXAMPLE.com", 200), ("a.example.com", 404), ("example.org", 200),
                           ("a.b.example.org", 200), ("evilexample.org", 404), ("pbx.example.net", 200)):
        Phone(lab, at, domain=domain).register(expect=status)
    check(len(Phone(lab, at, domain="pbx.example.net").ask().all("Contact")) == 3, "an alias is not its domain")


def keeps_to_its_limits(lab):
    at = lab.server("--min-expires=40", "--max-expires", "50", "--default-expires=45",
                    "--max-contacts", "2").endpoints[0]
    phone = Phone(lab, at)
    check(phone.register(expires=39, expect=423)["Min-Expires"] == "40", "Min-Expires")
    for asked, granted in ((3600, 50), (41, 41), ("", 45)):
        fields = [f"Contact: {phone.contact}"] + [f"Expires: {asked}"] * (asked != "")
        check(phone.ask("REGISTER", *fields)["Contact"].endswith(f";expires={granted}"), f"{asked} is not {granted}")
    phone.register(contact="<sip:second@192.0.2.2>")
    phone.register(contact="<sip:third@192.0.2.3>", expect=403)


def each_cap_has_an_option(lab):
    two = "Contact: <sip:a@192.0.2.1;x;y>;p, <sip:a@192.0.2.1>;r"
    for option, least in (("--max-request-contacts", 2), ("--max-uri-fields", 2), ("--max-contact-params", 2),
                          ("--max-alike", 2), ("--max-aor-bytes", 16), ("--max-contact-bytes", 22 + 20),
                          ("--max-answer-bytes", 600)):
        for size, status in ((least, 200), (1, 403)):
            phone = Phone(lab, lab.server(f"{option}={size}").endpoints[0])
            phone.call_id = "a-call-id-of-20-byte"
            phone.send(phone.request("REGISTER", two))
            answered = phone.hear().status
            check(answered == status, f"{option}={size}: {answered}")


def full_records_and_users_follow_the_options(lab):
    at = lab.server("--max-contacts=1", "--when-full=replace-oldest", "--case-insensitive-user", "--strict-domain",
                    "--server", "a registrar").endpoints[0]
    phone = Phone(lab, at)
    phone.register(contact="<sip:first@192.0.2.1>")
    said = Phone(lab, at, user="ALICE").register(contact="<sip:second@192.0.2.1>")
    check(len(said.all("Contact")) == 1 and "sip:second@" in said["Contact"], f"bound: {said.all('Contact')}")
    check(said["Server"] == "a registrar", f"Server: {said['Server']}")
    phone.ask("REGISTER", uri="sip:example.org", expect=404)


def liberties_have_options(lab):
    letter = Phone(lab, lab.server().endpoints[0])
    free = Phone(lab, lab.server("--when-brief=raise", "--same-cseq", "show", "--unasked-body=ignore",
                                 "--options-user=bound", "--options-contact").endpoints[0])
    letter.register(expires=1, expect=423)
    check(free.register(expires=1)["Contact"].endswith(";expires=30"), "a brief lifetime is not raised")
    for phone, again, body, unknown in ((letter, 482, 415, 200), (free, 200, 200, 404)):
        fields = [f"Contact: {phone.contact}", "Expires: 60"]
        phone.ask("REGISTER", *fields)
        phone.cseq -= 1
        phone.ask("REGISTER", *fields, expect=again)
        request = phone.request("REGISTER", *fields, "Content-Type: text/plain")
        phone.send(request.replace(b"Content-Length: 0\r\n\r\n", b"Content-Length: 2\r\n\r\nhi"))
        answered = phone.hear().status
        check(answered == body, f"a body: {answered}")
        phone.ask("OPTIONS", uri="sip:nobody@example.com", expect=unknown)
        contact = phone.ask("OPTIONS", uri="sip:alice@example.com")["Contact"]
        at = phone.at
        check(contact == (f"<sip:{at[0]}:{at[1]}>" if phone is free else ""), f"Contact of OPTIONS: {contact}")


def what_cannot_be_read_or_answered_is_told(lab):
    server = lab.server()
    phone = Phone(lab, server.endpoints[0])
    phone.send(phone.request(via="192.0.2.9:5060;;x"))
    refused = phone.hear()
    check((refused.status, refused["Via"][:27]) == (400, "SIP/2.0/UDP 192.0.2.9:5060;"), f"heard: {refused.data}")
    phone.send(phone.request()[:-2])
    check(phone.hear().status == 400, "a message without its end is not refused")
    phone.send(b"GET / HTTP/1.1\r\n\r\n")
    phone.send(b"REGISTER sip:example.com SIP/2.0\r\n\r\n")
    check(phone.hears_nothing(), "what can't be answered was answered")
    log = server.log.read_text()
    for reason in ("Malformed Via", "Incomplete Message", "No SIP Start Line", "No Via"):
        check(log.count(f'reason="{reason}"') == 1, f"the log does not name {reason}: {log!r}")


def answers_to_peers_cannot_be_aimed(lab):
    """Neither maddr nor a received of the client's own leads the answer elsewhere."""
    server = lab.server()
    victim, phone = (Phone(lab, server.endpoints[0]) for _ in range(2))
    victim_at = f"127.0.0.1:{victim.own_port}"
    phone.register(via=f"192.0.2.9:5060;maddr=127.0.0.1;received=127.0.0.1:{victim.own_port}")
    phone.send(phone.request(via=f"{victim_at};maddr=127.0.0.1", rport=f";rport={victim.own_port}"))
    phone.hear()
    check(victim.hears_nothing(), "an answer went astray")


def sigusr1_prints_bindings_and_counters(lab):
    server = lab.server()
    for number in range(105):
        Phone(lab, server.endpoints[0], user=f"user{number}").register()
    Phone(lab, server.endpoints[0], user="a%0Ab%1b%5B2J").register()
    bindings, counters = server.status()
    check(len(bindings) == 100, f"{len(bindings)} addresses-of-record, 100 expected")
    check((counters["created"], counters["answered"], counters["rejected"]) == (106, 106, 0), f"counters: {counters}")


def receive_buffers_are_logged(lab):
    for options, pattern in (([], "asked=4194304 granted=[1-9]"), (["--receive-buffer=0"], "asked=0 granted=[1-9]"),
                             (["--receive-buffer=9000", "--batch=0"], "asked=9000 granted=9000")):
        server = lab.server(*options, listen=["127.0.0.1:0", "[::1]:0"])
        said = re.findall(f"^receive-buffer listener=(.*):\\d+ {pattern}", server.log.read_text(), re.MULTILINE)
        check(said == ["127.0.0.1", "[::1]"], f"logged: {said}")


def datagrams_that_the_system_drops_are_counted_and_logged(lab):
    for batch in ("--batch=64", "--batch=0"):
        server = lab.server("--receive-buffer=9000", batch, "--log=warning")
        phone = Phone(lab, server.endpoints[0])
        server.process.send_signal(signal.SIGSTOP)
        for _ in range(100):
            phone.send(b"OPTIONS")
        server.process.send_signal(signal.SIGCONT)
        wait_for(lambda: server.status()[1]["not-sip"] > 0, "what was not dropped is read")
        phone.register()  # with this the system tells what it dropped
        counters = wait_for(lambda: (now := server.status()[1])["overrun"] and now, "the loss is counted")
        check(counters["overrun"] + counters["not-sip"] == 100, f"counters: {counters}")
        line = f"overrun lost={counters['overrun']} listener=127.0.0.1:{server.port}\n"
        check(line in server.log.read_text(), f"no {line!r} in {server.log.read_text()!r}")


def sigterm_and_sigint_end_it_with_0(lab):
    for how in (signal.SIGTERM, signal.SIGINT):
        lab.server().end(how)


def a_port_in_use_is_named_with_status_1(lab):
    server = lab.server()
    at = f"127.0.0.1:{server.port}"
    check(f"{at}: the address and port are already in use" in complaint(lab, 1, "--listen", at), "not named")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    complaint(lab, 1, "--listen", f"127.0.0.1:{free}", "--listen", at)
    check("192.0.2.99:5060" in complaint(lab, 1, "--listen", "192.0.2.99:5060"), "not named")


def wrong_options_are_named_with_status_2(lab):
    for options in (["--frobnicate"], ["--listen"], ["--listen", "localhost:5060"], ["--listen=127.0.0.1"],
                    ["--listen=[::1"], ["--listen=127.0.0.1:65536"], ["--listen=:5060"], ["--batch=1"],
                    ["--batch=1025"], ["--receive-buffer=-1"], ["--receive-buffer=1073741825"], ["--domain", "a b"],
                    ["--domain=*.192.0.2.1"], ["--alias", "a"], ["--alias=b=c", "--domain=a"], ["--min-expires=x"],
                    ["--min-expires=-1"], ["--min-expires", "301"], ["--max-expires=0"], ["--max-expires=29"],
                    ["--max-expires=4294967295"], ["--default-expires=301"], ["--max-contacts=0"],
                    ["--max-contacts=100000"], ["--max-request-contacts=65"], ["--max-contact-bytes=1000000"],
                    ["--max-aor-bytes=1025"], ["--max-answer-bytes=65508"], ["--max-uri-fields=x"],
                    ["--max-contact-params=x"], ["--max-alike=32"],
                    ["--when-full=never"], ["--stale-cseq=accept"], ["--retry-after=-1"], ["--strict-domain=yes"],
                    ["--server", "a\x01b"], ["--reply-to-source=maybe"], ["--log=loud"], ["--log-rate=x"],
                    ["--max-aors=0"], ["--max-bytes=0"], ["stray"]):
        named = options[0].split("=")[0]
        check(named in complaint(lab, 2, *options), f"{options} is not named")


def help_and_version(lab):
    said = lab.run([lab.subject, "--help"])
    check(max(len(line) for line in said.split("\n")) <= 120, "lines of --help are too long")
    explained = re.findall(r"^  (--[a-z-]+)", said, re.MULTILINE)
    check(len(explained) > 20 and len(explained) == len(set(explained)), f"explained: {explained}")
    for option in explained:
        if option != "--help":
            check("no such option" not in complaint(lab, 2, option + "=\x01"), f"{option} is not known")
    check(lab.run([lab.subject, "--version"]).startswith("registrard "), "no version")


CASES = [value for value in list(globals().values())
         if callable(value) and getattr(value, "__module__", "") == __name__ and value is not complaint]
