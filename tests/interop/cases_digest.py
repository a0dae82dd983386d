# SPDX-License-Identifier: BSL-1.0
"""Programs that people use, asked for a password: with the right one they register, with a wrong one they do not.

Some know MD5 alone, and give up when any challenge names something else, or the first does: baresip 1.0, Kamailio 5.6
and sipsak. With these a registrar has to ask for MD5 alone.
"""

import os
import pty
import re
import signal
import subprocess

from cases_clients import SHORT, start_baresip, start_kamailio, start_linphone
from cases_sipp import sipp
from lab import HERE, Skip, check, wait_for
from phone import Phone, digest

BROWSERS = HERE.parents[1] / "build" / "browsers"

RIGHT, WRONG = "wonderland", "wanderland"
ALICE = f"--user=alice:{RIGHT}"
MD5_ALONE = "--algorithms=MD5"


def sipsak_password(lab):
    lab.need("sipsak")
    port = lab.four_digits()
    server = lab.server(ALICE, MD5_ALONE, listen=[f"127.0.0.1:{port}"])
    to = ["sipsak", "-U", "-s", f"sip:alice@127.0.0.1:{port}", "-C", "sip:alice@127.0.0.1:7099", "-x", "60",
          "-u", "alice", "-a"]
    check(lab.start([*to, WRONG], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait(10) != 0, "a wrong one")
    check(not server.bindings(), "bound with a wrong password")
    lab.run([*to, RIGHT])
    check(len(server.bindings("sip:alice@127.0.0.1")) == 1, "not bound")


def net_sip_password(lab):
    lab.need("perl")
    server = lab.server(ALICE, "--domain=example.com")

    def registers(password):
        client = lab.start(["perl", HERE / "net_sip.pl", f"127.0.0.1:{server.port}", password],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        client.stdin.write("60\n")
        client.stdin.flush()
        return client.stdout.readline().strip()

    check(registers(WRONG).startswith("failed"), "registered with a wrong password")
    check(not server.bindings(), "bound with a wrong password")
    check(registers(RIGHT) == "granted 60", "not registered")
    check(len(server.bindings("sip:alice@example.com")) == 1, "not bound")


def logs_in(lab, start, *options):
    """Lets a phone register and refresh twice, while each nonce is used for more than one of its REGISTERs."""
    registrar_side, phone_side = lab.network()
    server = lab.server(ALICE, *SHORT, *options, listen=["192.0.2.1:5060"], inside=registrar_side)
    start(lab, phone_side, RIGHT)

    def count(name):
        return server.status()[1][name]

    wait_for(lambda: count("created") == 1, "it registers", seconds=6)
    wait_for(lambda: count("refreshed") >= 2, "it refreshes", seconds=12)
    check(len(server.bindings("sip:alice@192.0.2.1")) == 1, "not bound")


def stays_out(lab, start, *options):
    """Lets a phone try with a wrong password."""
    registrar_side, phone_side = lab.network()
    server = lab.server(ALICE, *SHORT, *options, listen=["192.0.2.1:5060"], inside=registrar_side)
    start(lab, phone_side, WRONG)
    wait_for(lambda: server.status()[1]["rejected"] >= 2, "it tries", seconds=6)
    check(server.status()[1]["created"] == 0, "bound with a wrong password")


def baresip_password(lab):
    lab.need("baresip")
    logs_in(lab, start_baresip, MD5_ALONE)


def baresip_wrong_password(lab):
    lab.need("baresip")
    stays_out(lab, start_baresip, MD5_ALONE)


def linphone_password(lab):
    lab.need("linphonec")
    logs_in(lab, start_linphone)


def linphone_password_md5(lab):
    lab.need("linphonec")
    logs_in(lab, start_linphone, MD5_ALONE)


def linphone_wrong_password(lab):
    lab.need("linphonec")
    stays_out(lab, start_linphone)


def kamailio_password(lab):
    lab.need("kamailio")
    logs_in(lab, start_kamailio, MD5_ALONE)


def sipp_password(lab):
    sipp(lab, lab.server(ALICE, MD5_ALONE, "--domain=example.com").endpoints[0], "login")


def browser(library):
    """A case that lets a SIP library of browsers register twice, over UDP in the place of a WebSocket."""

    def case(lab):
        lab.need("node")
        if not (BROWSERS / "node_modules").is_dir():
            raise Skip("its packages are not installed")
        server = lab.server(ALICE, "--reply-to-source=on")

        def registers(password):
            client = lab.start(["node", "register.mjs", library, server.host, server.port, password],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=BROWSERS)
            said = client.stdout.readline().strip()
            client.stdin.write("\n")
            client.stdin.flush()
            return client, said

        _, said = registers(WRONG)
        check(said == "failed 401", f"with a wrong password: {said}")
        check(not server.bindings(), "bound with a wrong password")
        client, said = registers(RIGHT)
        check(said == "registered", f"with the right one: {said}")
        wait_for(lambda: client.poll() is None and server.status()[1]["refreshed"] >= 1, "it refreshes")

    case.__name__ = f"{library}_password"
    return case


def each_algorithm(lab):
    """By hashes that are not ours, in the forms that no phone here knows as well."""
    for algorithm in ("MD5", "SHA-256", "SHA-512-256", "MD5-sess", "SHA-256-sess", "SHA-512-256-sess"):
        server = lab.server(ALICE, "--domain=example.com", f"--algorithms={algorithm}")
        phone = Phone(lab, server.endpoints[0])
        credentials, _ = phone.log_in(RIGHT, algorithm)
        phone.register(credentials.field("sip:example.com"))
        phone.log_in(WRONG, algorithm, expect=401)
        server.end()


def more_addresses(lab):
    """A line of the file grants one more address-of-record; the name of who used it is in the log if that is wanted."""
    users = lab.folder / "users"
    ha1 = digest("MD5", f"alice:example.com:{RIGHT}")
    users.write_text(f"alice:example.com:{ha1}\nalice:example.com:sip:sales@example.com\n")
    server = lab.server(f"--users={users}", "--domain=example.com", "--log-users")
    Phone(lab, server.endpoints[0]).log_in(RIGHT)
    Phone(lab, server.endpoints[0], "sales").log_in(RIGHT, user="alice")
    Phone(lab, server.endpoints[0], "boss").log_in(RIGHT, user="alice", expect=403)
    log = server.log.read_text()
    check(re.search(r'created .*aor="sales@example.com".* user="alice@example.com"', log), f"log: {log}")
    check(re.search(r'rejected status=403 .* user="alice@example.com" reason="Address of Somebody Else"', log), log)


def users_of_apache(lab):
    """A file that Apache's htdigest has written; it asks a terminal for the password."""
    lab.need("htdigest")
    users = lab.folder / "users"
    child, terminal = pty.fork()
    if child == 0:
        os.execvp("htdigest", ["htdigest", "-c", str(users), "example.com", "alice"])
    said = b""
    for asked in (1, 2):  # it asks once more, to be sure
        while said.count(b"password:") < asked:
            said += os.read(terminal, 1024)
        os.write(terminal, RIGHT.encode() + b"\n")
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    check(status == 0, f"htdigest ended with status {status}")
    server = lab.server(f"--users={users}", "--domain=example.com", MD5_ALONE)
    Phone(lab, server.endpoints[0]).log_in(RIGHT)
    Phone(lab, server.endpoints[0]).log_in(WRONG, expect=401)


def what_add_user_leaves(lab):
    """Whatever is not the password of this user in this realm: other realms, one with a colon, addresses, comments."""
    users = lab.folder / "users"
    ha1 = digest("MD5", "x")
    kept = [f"alice:home:2:{ha1}", "alice:home:sip:sales@example.com", f"alice:homes:{ha1}:MD5", f"bob:home:{ha1}",
            "# alice:home:x", ""]
    users.write_text("\n".join([f"alice:home:{ha1}:MD5", *kept[:3], f"alice:home:{ha1}", *kept[3:]]))
    command = [lab.subject, "--add-user=alice", "--realm=home", MD5_ALONE]

    def add(file):
        return subprocess.run([*command, f"--users={file}"], input=f"{RIGHT}\n", capture_output=True, text=True,
                              timeout=10, check=False)

    done = add(users)
    check(done.returncode == 0, f"--add-user: {done.stderr}")
    fresh = digest("MD5", f"alice:home:{RIGHT}")
    check(users.read_text() == "\n".join(kept) + f"alice:home:{fresh}:MD5\n", f"lines: {users.read_text()}")
    done = add(lab.folder)
    check(done.returncode == 1 and "can't be read" in done.stderr, f"a folder: {done.returncode} {done.stderr}")


def what_is_told_at_start(lab):
    """That anybody may register, and that passwords of the command line can be seen, each where it is so."""
    for options, told in (((), "every-user"), ((ALICE,), "passwords-seen"), ((ALICE, "--domain=a.example"), "")):
        server = lab.server(*options)
        server.end()
        log = server.log.read_text()
        for name in ("every-user", "passwords-seen"):
            known = name == told or (name == "passwords-seen" and ALICE in options)
            check((f"{name} reason=" in log) == known, f"{options}: {log}")
        server.log.write_text("")


def users_file(lab):
    """Users are added and read again while the registrar runs; a bad line is told and changes nothing."""
    lab.need("sipsak")
    users = lab.folder / "users"

    def add(password):
        command = [lab.subject, "--add-user=alice", "--realm=home", f"--users={users}"]
        done = subprocess.run(command, input=password + "\n",
                              capture_output=True, text=True, timeout=10, check=False)
        check(done.returncode == 0, f"--add-user: {done.stderr}")

    add(WRONG)
    check(users.stat().st_mode & 0o777 == 0o600, "others can read it")
    port = lab.four_digits()
    server = lab.server(f"--users={users}", "--realm=home", MD5_ALONE, listen=[f"127.0.0.1:{port}"])
    to = ["sipsak", "-U", "-s", f"sip:alice@127.0.0.1:{port}", "-C", "sip:alice@127.0.0.1:7099", "-x", "60",
          "-u", "alice", "-a", RIGHT]

    def registers():
        return lab.start(to, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait(10) == 0

    def reads_again():
        server.process.send_signal(signal.SIGHUP)
        server.status()  # which comes behind it

    check(not registers(), "let in with another password")
    add(RIGHT)
    check(not registers(), "let in before the file was read")
    reads_again()
    check(registers(), "not let in")
    kept = users.read_text()
    check(kept.count("alice:home:") == 2, f"lines: {kept}")
    users.write_text(kept + "nonsense\n")
    reads_again()
    check("users: line 3: no user" in server.log.read_text(), "the bad line is not told")
    check(registers(), "not let in after a bad line")


CASES = [users_file, users_of_apache, what_add_user_leaves, what_is_told_at_start, each_algorithm, more_addresses,
         sipp_password, browser("jssip"), browser("sipjs"), sipsak_password, net_sip_password, baresip_password,
         baresip_wrong_password, linphone_password, linphone_password_md5, linphone_wrong_password, kamailio_password]
