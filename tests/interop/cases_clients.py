# SPDX-License-Identifier: BSL-1.0
"""Programs that people use: each registers, refreshes and unregisters, as the registrar sees it."""

import os
import signal
import subprocess

from lab import HERE, Skip, check, wait_for

SHORT = ["--min-expires=1", "--max-expires=3"]  # so that a phone soon refreshes


def sipsak(lab):
    lab.need("sipsak")
    port = lab.four_digits()
    server = lab.server(listen=[f"127.0.0.1:{port}"])
    to = ["sipsak", "-U", "-i", "-s", f"sip:alice@127.0.0.1:{port}"]
    aor, contact = "sip:alice@127.0.0.1", "sip:alice@127.0.0.1:7099"
    lab.run([*to, "-C", contact, "-x", "60"])
    (bound, seconds, _), = server.bindings(aor)
    check(bound == contact and 58 <= seconds <= 60, f"bound: {bound} for {seconds} s")
    lab.run([*to, "-C", contact, "-x", "200"])
    (_, seconds, _), = server.bindings(aor)
    check(198 <= seconds <= 200, f"{seconds} s are left of 200")
    said = lab.run([*to, "-C", "empty", "-vvv"])
    check(f"Contact: <{contact}>;expires=" in said, f"not listed: {said!r}")
    lab.run([*to, "-C", "star", "-x", "0"])
    check(not server.bindings(), "still bound")


def sipsak_options(lab):
    lab.need("sipsak")
    port = lab.four_digits()
    lab.server(listen=[f"127.0.0.1:{port}"])
    lab.run(["sipsak", "-s", f"sip:alice@127.0.0.1:{port}"])


def net_sip(lab):
    lab.need("perl")
    if subprocess.run(["perl", "-MNet::SIP", "-e", "1"], capture_output=True).returncode != 0:
        raise Skip("Net::SIP is not installed")
    server = lab.server("--domain=example.com")
    client = lab.start(["perl", HERE / "net_sip.pl", f"127.0.0.1:{server.port}"], stdin=subprocess.PIPE,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def register(expires):
        client.stdin.write(f"{expires}\n")
        client.stdin.flush()
        return client.stdout.readline().strip()

    for expires in (60, 200):
        check(register(expires) == f"granted {expires}", f"{expires} s were not granted")
        (_, seconds, _), = server.bindings("sip:alice@example.com")
        check(expires - 2 <= seconds <= expires, f"{seconds} s are left of {expires}")
    check(register(0) == "granted 0" and not server.bindings(), "still bound")


def lives_a_life(server, client, leave):
    """Waits until a phone has registered and refreshed, lets it leave, and waits until it has unregistered."""
    def count(name):
        return server.status()[1][name]

    wait_for(lambda: client.poll() is not None or count("created") == 1, "it registers", seconds=6)
    wait_for(lambda: client.poll() is not None or count("refreshed") >= 1, "it refreshes", seconds=6)
    (contact, _, source), = server.bindings("sip:alice@192.0.2.1")
    check(source.startswith("192.0.2.2:") and "@192.0.2.2" in contact, f"bound: {contact} from {source}")
    leave()
    wait_for(lambda: count("removed") == 1, "it unregisters", seconds=4)
    counters = server.status()[1]
    challenged = counters.get("rejected-401", 0)  # where it has a password
    check(not server.bindings() and counters["rejected"] == challenged, f"counters: {counters}")


def start_baresip(lab, inside, password=None, over="udp"):
    """Starts it as alice of 192.0.2.1; returns it, and how to let it leave.

    Without its module stdio it needs no terminal; it registers at an address and from an interface of its own.
    """
    (lab.folder / "config").write_text(
        "module_path /usr/lib/baresip/modules\nmodule g711.so\nmodule_tmp uuid.so\nmodule_tmp account.so\n")
    login = "" if password is None else f";auth_pass={password}"
    way = "" if over == "udp" else f";transport={over}"
    (lab.folder / "accounts").write_text(f"<sip:alice@192.0.2.1{way}>;regint=60;audio_codecs=pcmu{login}\n")
    (lab.folder / "contacts").write_text("")
    client = lab.start([*inside, "baresip", "-f", lab.folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return client, lambda: client.send_signal(signal.SIGINT)


def start_linphone(lab, inside, password=None, over="udp"):
    """Starts it as alice of 192.0.2.1; returns it, and how to let it leave."""
    (lab.folder / ".local/share/linphone").mkdir(parents=True)
    (lab.folder / "linphonerc").write_text(
        "[sip]\nsip_port=-1\nsip_tcp_port=-1\nsip_tls_port=-1\nverify_server_certs=0\nverify_server_cn=0\n"
        "default_proxy=0\n"
        f"[proxy_0]\nreg_proxy=<sip:192.0.2.1;transport={over}>\nreg_identity=sip:alice@192.0.2.1\n"
        "reg_expires=60\nreg_sendregister=1\npublish=0\n" +
        ("" if password is None else f"[auth_info_0]\nusername=alice\npasswd={password}\nrealm=192.0.2.1\n"
         "domain=192.0.2.1\n"))
    client = lab.start([*inside, "linphonec", "-c", lab.folder / "linphonerc"], stdin=subprocess.PIPE,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env={**os.environ, "HOME": str(lab.folder)})

    def leave():
        client.stdin.write("unregister\nquit\n")
        client.stdin.flush()

    return client, leave


def baresip(lab):
    lab.need("baresip")
    registrar_side, phone_side = lab.network()
    server = lab.server(*SHORT, listen=["192.0.2.1:5060"], inside=registrar_side)
    lives_a_life(server, *start_baresip(lab, phone_side))


def linphone(lab):
    lab.need("linphonec")
    registrar_side, phone_side = lab.network()
    server = lab.server(*SHORT, listen=["192.0.2.1:5060"], inside=registrar_side)
    lives_a_life(server, *start_linphone(lab, phone_side))


def start_kamailio(lab, inside, password="none", over="udp"):
    """Starts it as the trunk alice of 192.0.2.1: its module uac, which never unregisters."""
    (lab.folder / "db").mkdir()
    (lab.folder / "db/version").write_text("id(int,auto) table_name(string) table_version(int)\n1:uacreg:5\n")
    (lab.folder / "db/uacreg").write_text(
        "id(int,auto) l_uuid(string) l_username(string) l_domain(string) r_username(string) r_domain(string) "
        "realm(string) auth_username(string) auth_password(string) auth_ha1(string,null) auth_proxy(string) "
        "expires(int) flags(int) reg_delay(int) contact_addr(string) socket(string)\n"
        f"1:trunk:alice:192.0.2.2:alice:192.0.2.1:192.0.2.1:alice:{password}::"
        f"sip\\:192.0.2.1;transport={over}:60:0:0:192.0.2.2\\:5060:{over}\\:192.0.2.2\\:5060\n")
    return lab.start([*inside, "kamailio", "-DD", "-E", "-f", HERE / "kamailio.cfg", "-Y", lab.folder,
                      "-A", f'DB="text://{lab.folder}/db"', "-A", f"WITH_{over.upper()}",
                      "-A", f'CERTIFICATE="{lab.folder}/certificate.pem"', "-A", f'KEY="{lab.folder}/key.pem"'],
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kamailio(lab):
    lab.need("kamailio")
    registrar_side, trunk_side = lab.network()
    server = lab.server(*SHORT, listen=["192.0.2.1:5060"], inside=registrar_side)
    trunk = start_kamailio(lab, trunk_side)

    def count(name):
        return server.status()[1][name]

    wait_for(lambda: count("created") == 1, "it registers", seconds=6)
    wait_for(lambda: count("refreshed") >= 2, "it refreshes", seconds=6)
    (contact, _, source), = server.bindings("sip:alice@192.0.2.1")
    check((contact, source) == ("sip:trunk@192.0.2.2:5060", "192.0.2.2:5060"), f"bound: {contact} from {source}")
    trunk.terminate()
    wait_for(lambda: count("expired") == 1, "its binding ends", seconds=6)
    check(not server.bindings() and count("rejected") == 0, f"counters: {server.status()[1]}")


CASES = [sipsak, sipsak_options, net_sip, baresip, linphone, kamailio]
