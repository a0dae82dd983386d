# SPDX-License-Identifier: BSL-1.0
"""Programs that people use, over TCP, TLS and WebSocket: each registers, refreshes, and loses its connection."""

import contextlib
import functools
import http.server
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import threading

from cases_clients import SHORT, lives_a_life, start_baresip, start_kamailio, start_linphone
from cases_sipp import sipp
from lab import HERE, Skip, check, wait_for

BROWSERS = HERE.parents[1] / "build" / "browsers"
USERS = ["--user=alice:secret", "--algorithms=MD5"]


def count(server, name):
    return server.status()[1][name]


def over(client, name, protocol, start):
    """A case that lets a client live its life over a protocol, between two networks."""

    def case(lab):
        lab.need(client)
        registrar_side, phone_side = lab.network()
        port = 5061 if protocol == "tls" else 5060
        options = lab.certificate("192.0.2.1") if protocol == "tls" else []
        server = lab.server(*SHORT, *options, *USERS, listen=[f"{protocol}:192.0.2.1:{port}"], inside=registrar_side)
        lives_a_life(server, *start(lab, phone_side, "secret", over=protocol))

    case.__name__ = f"{name}_{protocol}"
    return case


def kamailio_over(protocol):
    def case(lab):
        lab.need("kamailio")
        if protocol == "tls" and not list(pathlib.Path("/usr/lib").glob("*/kamailio/modules/tls.so")):
            raise Skip("this Kamailio knows no TLS")
        registrar_side, trunk_side = lab.network()
        options = lab.certificate("192.0.2.1") if protocol == "tls" else []
        port = 5061 if protocol == "tls" else 5060
        server = lab.server(*SHORT, *options, *USERS, listen=[f"{protocol}:192.0.2.1:{port}"], inside=registrar_side)
        trunk = start_kamailio(lab, trunk_side, "secret", over=protocol)
        wait_for(lambda: count(server, "created") == 1, "it registers", seconds=8)
        wait_for(lambda: count(server, "refreshed") >= 2, "it refreshes", seconds=6)
        trunk.terminate()
        wait_for(lambda: not server.bindings(), "its binding ends", seconds=6)

    case.__name__ = f"kamailio_{protocol}"
    return case


def sipp_over(protocol, way):
    def case(lab):
        lab.need("sipp")
        if protocol == "tls" and "TLS" not in lab.run(["sipp", "-v"], expect=None):
            raise Skip("this sipp knows no TLS")
        options = lab.certificate("127.0.0.1") if protocol == "tls" else []
        server = lab.server("--log=warning", *options, listen=[f"{protocol}:127.0.0.1:0"])
        more = ["-tls_cert", lab.folder / "certificate.pem", "-tls_key", lab.folder / "key.pem"] if options else []
        sipp(lab, server.endpoints[0], "thousand", "-t", way, "-m", 1000, "-r", 500, "-l", 1000, *more)
        counters = server.status()[1]
        check(counters["created"] == 1000, f"not all are bound: {counters}")

    case.__name__ = f"sipp_{protocol}"
    return case


def net_sip_over(protocol):
    def case(lab):
        lab.need("perl")
        for module in ["Net::SIP"] + (["IO::Socket::SSL"] if protocol == "tls" else []):
            if subprocess.run(["perl", f"-M{module}", "-e", "1"], capture_output=True).returncode != 0:
                raise Skip(f"{module} is not installed")
        options = lab.certificate("127.0.0.1") if protocol == "tls" else []
        server = lab.server("--domain=example.com", *USERS, *options, listen=[f"{protocol}:127.0.0.1:0"])
        client = lab.start(["perl", HERE / "net_sip.pl", f"{protocol}:127.0.0.1:{server.port}", "secret"],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for expires in (60, 200, 0):
            client.stdin.write(f"{expires}\n")
            client.stdin.flush()
            said = client.stdout.readline().strip()
            check(said == f"granted {expires}", f"{expires} s were not granted: {said}")
            check(len(server.bindings()) == (expires > 0), f"bound: {server.bindings()}")

    case.__name__ = f"net_sip_{protocol}"
    return case


def register_text(way, local, number=1, user="alice", extra=""):
    return (f"REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/{way} 127.0.0.1:{local};branch=z9hG4bK{number}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{user}@example.com>;tag=1\r\nTo: <sip:{user}@example.com>\r\n"
            f"Call-ID: {user}\r\nCSeq: {number} REGISTER\r\nContact: <sip:{user}@127.0.0.1:{local}>\r\n{extra}"
            "Content-Length: 0\r\n\r\n")


def openssl_client(lab):
    """The client of OpenSSL talks to it, resumes its session, and hears the certificate of the name it gives."""
    options = lab.certificate("example.com")
    server = lab.server(*options, "--domain=example.com", "--domain=example.org", listen=["tls:127.0.0.1:0"])
    check("certificate-lacks domain=example.org " in server.log.read_text(), "it does not say what it lacks")
    check("certificate-lacks domain=example.com " not in server.log.read_text(), "it says what it has")
    to = ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-servername", "example.com", "-CAfile",
          lab.folder / "certificate.pem", "-verify_return_error"]
    client = lab.start([*to, "-quiet"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                       stderr=subprocess.DEVNULL)
    client.stdin.write(register_text("TLS", 9))
    client.stdin.flush()
    check(client.stdout.readline().startswith("SIP/2.0 200 OK"), "no 200")
    for version in ("-tls1_2", "-tls1_3"):
        ticket = lab.folder / f"session{version}"
        lab.run([*to, version, "-ign_eof", "-sess_out", ticket], input_text="x\r\n\r\n")
        said = lab.run([*to, version, "-sess_in", ticket], input_text="x\r\n\r\n")
        check("Reused, TLSv1" in said, f"not resumed: {said[-300:]!r}")
    said = lab.run([*to, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], expect=1)
    check("alert protocol version" in said or "no protocols available" in said, f"an old version: {said[-300:]!r}")


def reload_certificate(lab):
    """SIGHUP exchanges the certificate; who is connected stays so, and a broken file changes nothing."""
    options = lab.certificate("example.com")
    server = lab.server(*options, listen=["tls:127.0.0.1:0"])

    def connect():
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        made = context.wrap_socket(socket.create_connection(("127.0.0.1", server.port), 5))
        lab.finally_do(made.close)
        return made

    first = connect()
    old = first.getpeercert(binary_form=True)
    (lab.folder / "key.pem").write_text("no key")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "--certificate: " in server.log.read_text(), "it complains")
    check(connect().getpeercert(binary_form=True) == old, "another certificate")
    lab.certificate("example.com")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: connect().getpeercert(binary_form=True) != old, "the new certificate is shown")
    first.sendall(register_text("TLS", 9).encode())
    check(first.recv(4096).startswith(b"SIP/2.0 200 OK"), "the old connection has gone")


def a_connection_ends(lab):
    """The binding of a connection's own address goes with it, over TCP and TLS; a stopped server takes none."""
    options = lab.certificate("example.com")
    server = lab.server(*options, listen=["tcp:127.0.0.1:0", "tls:127.0.0.1:0"])
    for number, (host, port) in enumerate(server.endpoints):
        plain = socket.create_connection((host, port), 5)
        local = plain.getsockname()[1]
        if number == 1:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            plain = context.wrap_socket(plain)
        with contextlib.closing(plain) as client:
            client.sendall(register_text("TCP", local, user=f"user{number}").encode())
            check(client.recv(4096).startswith(b"SIP/2.0 200 OK"), "no 200")
            check(len(server.bindings()) == 1, f"bound: {server.bindings()}")
            client.sendall(b"\r\n\r\n")
            check(client.recv(4096) == b"\r\n", "a ping was not answered")
        wait_for(lambda: not server.bindings(), "its binding goes")


def proxy_protocol(lab):
    server = lab.server("--proxy-protocol=127.0.0.1", listen=["tcp:127.0.0.1:0"])
    with contextlib.closing(socket.create_connection((server.host, server.port), 5)) as client:
        client.sendall(b"PROXY TCP4 203.0.113.7 198.51.100.1 40000 5060\r\n" + register_text("TCP", 9).encode())
        check(b";received=203.0.113.7" in client.recv(4096), "not told where it came from")
        (_, _, source), = server.bindings("sip:alice@example.com")
        check(source == "203.0.113.7:40000", f"from {source}")
    with contextlib.closing(socket.create_connection((server.host, server.port), 5)) as client:
        client.sendall(register_text("TCP", 9).encode())
        with contextlib.suppress(ConnectionResetError):
            check(client.recv(4096) == b"", "served without a header")


def stun_client(lab):
    """The client of coturn asks where it is seen."""
    lab.need("turnutils_stunclient")
    server = lab.server()
    said = lab.run(["turnutils_stunclient", "-p", server.port, "127.0.0.1"])
    check("UDP reflexive addr: 127.0.0.1:" in said, f"no address: {said!r}")
    check(count(server, "stun") >= 1, f"counters: {server.status()[1]}")


def bundle(lab):
    lab.need("node")
    if not (BROWSERS / "node_modules" / "esbuild").is_dir():
        raise Skip("the libraries of browsers are not installed")
    made = lab.folder / "phone.js"
    lab.run([BROWSERS / "node_modules/.bin/esbuild", "phone.mjs", "--bundle", "--log-level=error", "--format=iife",
             f"--outfile={made}"], cwd=BROWSERS)
    return made


class Phone:
    """A library of browsers that registers as alice, in Node; `says` waits for what it says next."""

    def __init__(self, lab, library, url, password="secret"):
        self.process = lab.start(["node", "--experimental-websocket", "--no-warnings", bundle(lab), library, url,
                                  password], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                 env={**os.environ, "NODE_TLS_REJECT_UNAUTHORIZED": "0"})

    def says(self, what):
        said = []
        while what not in said:
            said.append(self.process.stdout.readline().strip())
            check(said[-1], f"it ended, and said {said} before")


def in_node(library, protocol):
    """A case that lets a library register with a password, lose its server, and come back."""

    def case(lab):
        options = lab.certificate("127.0.0.1") if protocol == "wss" else []
        options += [*USERS, "--domain=example.com"]
        first = lab.server(*options, listen=[f"{protocol}:127.0.0.1:0"])
        phone = Phone(lab, library, f"{protocol}://127.0.0.1:{first.port}")
        phone.says("registered")
        (contact, _, _), = first.bindings("sip:alice@example.com")
        check(".invalid;transport=ws" in contact, f"bound: {contact}")
        first.end()
        phone.says("disconnected")
        second = lab.server(*options, listen=[f"{protocol}:127.0.0.1:{first.port}"])
        phone.says("registered")
        check(len(second.bindings("sip:alice@example.com")) == 1, f"bound: {second.bindings()}")
        phone.process.kill()
        wait_for(lambda: not second.bindings(), "its binding goes")
        Phone(lab, library, f"{protocol}://127.0.0.1:{first.port}", "wrong").says("failed 401")

    case.__name__ = f"{library}_{protocol}"
    return case


class Page(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and says nothing about it."""

    def log_message(self, *_):
        pass


def in_chromium(library):
    """A case that lets a page of a real browser register with a password over WSS and show that it did."""

    def case(lab):
        lab.need("chromium")
        script = bundle(lab)
        (lab.folder / "index.html").write_text(f'<!doctype html><body><script src="{script.name}"></script>')
        web = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                              functools.partial(Page, directory=str(lab.folder)))
        threading.Thread(target=web.serve_forever, daemon=True).start()
        lab.finally_do(web.server_close)
        lab.finally_do(web.shutdown)
        origin = f"http://127.0.0.1:{web.server_port}"
        server = lab.server(*lab.certificate("127.0.0.1"), *USERS, "--domain=example.com", f"--origin={origin}",
                            listen=["wss:127.0.0.1:0"])
        url = f"{origin}/index.html?{library}&wss%3A%2F%2F127.0.0.1%3A{server.port}&secret"
        log = lab.folder / "browser.log"
        browser = lab.start(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                             "--no-first-run", "--disable-background-networking", "--ignore-certificate-errors",
                             f"--user-data-dir={lab.folder}/profile", "--enable-logging=stderr", "--v=0", url],
                            stdout=subprocess.DEVNULL, stderr=log.open("w"))
        wait_for(lambda: browser.poll() is not None or '"registered"' in log.read_text(), "the page shows it", 15)
        (contact, _, _), = server.bindings("sip:alice@example.com")
        check(".invalid;transport=ws" in contact, f"bound: {contact}")
        browser.terminate()
        wait_for(lambda: not server.bindings(), "its binding goes")

    case.__name__ = f"chromium_{library}"
    return case


def foreign_page(lab):
    """A script of a page that is not listed can't connect."""
    server = lab.server("--origin=https://phone.example.com", listen=["ws:127.0.0.1:0"])
    for origin, status in (("https://evil.example.com", b"403"), ("https://phone.example.com", b"101")):
        with contextlib.closing(socket.create_connection((server.host, server.port), 5)) as client:
            client.sendall(f"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: {origin}"
                           "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n"
                           "Sec-WebSocket-Version: 13\r\n\r\n".encode())
            check(client.recv(4096).startswith(b"HTTP/1.1 " + status), f"not {status} for {origin}")


def only_gateways(lab):
    """With --trust alone nobody registers but who shows the right certificate, by whatever way they come."""
    options = lab.certificate("gate.example.org")
    files = [option.partition("=")[2] for option in options]
    server = lab.server(*options, f"--client-ca={files[0]}", "--trust=gate.example.org=example.com",
                        listen=["udp:127.0.0.1:0", "tls:127.0.0.1:0"])
    (host, port), safe = server.endpoints
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as client:
        client.settimeout(5)
        client.sendto(register_text("UDP", client.getsockname()[1]).replace(";branch", ";rport;branch").encode(),
                      (host, port))
        check(client.recv(4096).startswith(b"SIP/2.0 401 "), "anybody may register")
    for shows, status in ((False, b"401"), (True, b"200")):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if shows:
            context.load_cert_chain(*files)
        with contextlib.closing(context.wrap_socket(socket.create_connection(safe, 5))) as client:
            client.sendall(register_text("TLS", 9, user=f"shows{shows}").encode())
            check(client.recv(4096).startswith(b"SIP/2.0 " + status), f"not {status}")


def workers_over_tcp(lab):
    """Several workers share a port of TCP; each connection is of one, and all see the same bindings."""
    server = lab.server("--workers=3", listen=["tcp:127.0.0.1:0"])
    clients = []
    for number in range(30):
        client = socket.create_connection((server.host, server.port), 5)
        lab.finally_do(client.close)
        client.sendall(register_text("TCP", client.getsockname()[1], user=f"user{number}").encode())
        check(client.recv(4096).startswith(b"SIP/2.0 200 OK"), "no 200")
        clients.append(client)
    check(len(server.bindings()) == 30, "not all are bound")
    for client in clients:
        client.close()
    wait_for(lambda: not server.bindings(), "their bindings go")


def bad_options(lab):
    for options, why in (
        (["--listen=tls:127.0.0.1:0"], "TLS needs --certificate and --key"),
        (["--certificate=x"], "each needs a --key"),
        (["--listen=tls:127.0.0.1:0", "--certificate=/nowhere", "--key=/nowhere"], "/nowhere: "),
        (["--trust=example.com"], "it needs --client-ca"),
        (["--listen=wss:127.0.0.1:0", "--certificate=x", "--key=x", "--client-ca=x", "--trust=example.com"],
         "it needs --origin"),
        (["--listen=sctp:127.0.0.1:0"], "is not [OVER:]ADDR:PORT"),
        (["--forwarded-for=nowhere"], "is not an IPv4 or IPv6 address"),
        (["--forwarded-for=192.0.2.1"], "it needs a --listen with ws: or wss:"),
        (["--client-ca=x"], "it needs a --listen with tls: or wss:"),
        (["--certificate=x", "--key=x"], "it needs a --listen with tls: or wss:"),
        (["--origin=phone.example.com"], "is not an origin"),
        (["--origin=https://phone.example.com/"], "is not an origin"),
        (["--origin=https://phone.example.com"], "it needs a --listen with ws: or wss:"),
    ):
        said = lab.run([lab.subject, *options], expect=None)
        check(why in said, f"{options}: {said!r}")


CASES = [
    over("baresip", "baresip", "tcp", start_baresip),
    over("baresip", "baresip", "tls", start_baresip),
    over("linphonec", "linphone", "tcp", start_linphone),
    over("linphonec", "linphone", "tls", start_linphone),
    kamailio_over("tcp"),
    kamailio_over("tls"),
    sipp_over("tcp", "t1"),
    sipp_over("tls", "l1"),
    net_sip_over("tcp"),
    net_sip_over("tls"),
    openssl_client,
    reload_certificate,
    a_connection_ends,
    proxy_protocol,
    stun_client,
    *(in_node(library, protocol) for library in ("jssip", "sipjs") for protocol in ("ws", "wss")),
    *(in_chromium(library) for library in ("jssip", "sipjs")),
    foreign_page,
    only_gateways,
    workers_over_tcp,
    bad_options,
]
