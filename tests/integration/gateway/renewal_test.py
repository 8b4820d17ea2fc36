# SPDX-License-Identifier: Apache-2.0
"""Certificates of terminals on a real border: refused by serial while they have a session, renewed through
sudare-enrol/1 by a CA that no server reaches, announced before they end. The terminal's end is the test, with openssl."""
import datetime
import os
import shutil
import struct
import subprocess
import unittest

from border import (BIN, DEADLINE, ENVIRONMENT, OK, SESSION_STATE, SessionHost, context, eventually)
from handshake_test import BorderTest

ASK_RENEWAL, FETCH, RESULT, CERTIFICATE, END = 5, 6, 0x42, 0x45, 0x44
NOT_YET, NOTHING = 8, 9
NOT_PERMITTED, REVOKED, MALFORMED, ILLEGAL_STATE = 22, 25, 40, 42


def openssl(*arguments, stdin=b""):
    done = subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def openssl_time(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")


class RenewalTest(BorderTest):
    def setUp(self):
        self.name = "pc-" + str(abs(hash(self.id())) % 10**8)
        self.pki = self.border.pki
        self.folder = self.pki.directory / "terminal"
        self.pki.issue("terminal", self.name)
        self.certificate = self.folder / f"{self.name}.crt"
        self.key = self.folder / f"{self.name}.key"

    def register(self, pinned=True):
        self.border.ctl("terminal", "add", self.name, *(("--certificate", str(self.certificate)) if pinned else ()))

    def serial(self, certificate=None):
        text = openssl("x509", "-in", certificate or self.certificate, "-noout", "-serial").decode()
        return text.strip().partition("=")[2].lower()

    def request(self, name=None, signed_by=None, subject=None):
        """(new key, the CMS that asks for its certificate)."""
        base = self.border.directory / f"next-{name or self.name}"
        key, csr = base.with_suffix(".key"), base.with_suffix(".csr")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", csr,
                "-subj", subject or f"/CN={name or self.name}")
        certificate, own = signed_by or (self.certificate, self.key)
        return key, openssl("cms", "-sign", "-binary", "-nodetach", "-in", csr, "-signer", certificate, "-inkey", own,
                            "-outform", "DER", "-noattr")

    def enroller(self, certificate=None, key=None):
        tls = context(self.border, terminal=None, alpn=("sudare-enrol/1",))
        tls.load_cert_chain(certificate or self.certificate, key or self.key)
        out = self.terminal(tls=tls)
        out.send(1, struct.pack(">H", 1))
        return out, self.answer(out)[0]

    @staticmethod
    def answer(terminal):
        kind, payload = terminal.read()
        return kind, payload

    def ask(self, request, **options):
        terminal, _ = self.enroller(**options)
        terminal.send(ASK_RENEWAL, request)
        kind, payload = self.answer(terminal)
        return payload[0] if kind == RESULT else (kind, payload)

    def fetch(self, **options):
        """The DER form, a verdict, or the reason of an end."""
        terminal, welcome = self.enroller(**options)
        if welcome == END:
            return None
        terminal.send(FETCH)
        kind, payload = self.answer(terminal)
        if kind != CERTIFICATE:
            return payload[0]
        count, = struct.unpack(">H", payload[:2])
        self.assertEqual(payload[2 + count:], bytes(2046 - count))
        return payload[2:2 + count]

    def at_the_ca(self, out, *arguments):
        return subprocess.run([BIN / "sudarectl", "--json", "--lang", "en", "pki", "renew", out, "--dir",
                               self.pki.directory, *arguments], capture_output=True, text=True, env=ENVIRONMENT)

    def carried(self):
        """What is carried to the CA; of this test's terminal only."""
        out = self.border.directory / f"out-{self.name}"
        shutil.rmtree(out, ignore_errors=True)
        self.border.ctl("terminal", "renewals", "--out", str(out))
        for path in out.iterdir():
            if path.stem != self.name:
                path.unlink()
        return out

    def saved(self, der):
        path = self.border.directory / f"fetched-{self.name}.crt"
        path.write_bytes(openssl("x509", "-inform", "DER", stdin=der))
        return path


class Renewal(RenewalTest):
    def test_the_whole_way(self):
        self.register()
        old = self.serial()
        self.assertEqual(self.fetch(), NOTHING)
        key, request = self.request()
        self.assertEqual(self.ask(request), OK)
        self.assertEqual(self.border.wait_for_event("renewal_asked", terminal=self.name)["serial"], old)
        self.assertEqual(self.fetch(), NOT_YET)
        out = self.carried()
        self.assertEqual((out / f"{self.name}.renewal").stat().st_mode & 0o777, 0o600)
        keep = self.border.directory / f"old-{self.name}.crt"
        shutil.copy(self.certificate, keep)
        done = self.at_the_ca(out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.border.ctl("terminal", "install", str(out))
        self.border.wait_for_event("renewal_signed", terminal=self.name)
        der = self.fetch(certificate=keep)
        self.assertIsInstance(der, bytes)
        new = self.saved(der)
        self.assertEqual(openssl("x509", "-in", new, "-noout", "-pubkey"), openssl("pkey", "-in", key, "-pubout"))
        self.assertNotEqual(self.serial(new), old)
        self.assertIsInstance(self.fetch(certificate=keep), bytes)  # until the new one was used, the old one is good
        terminal, welcome = self.enroller(certificate=new, key=key)
        self.assertEqual(welcome, 0x41)
        row = self.border.wait_for_event("renewed", terminal=self.name)
        self.assertEqual((row["before"], row["serial"]), (old, self.serial(new)))
        self.assertIsNone(self.fetch(certificate=keep))  # registered is the new one instead
        self.border.wait_for_event("connection_refused", terminal=self.name, cause="certificate_not_registered")
        self.assertEqual([row["serial"] for row in self.border.ctl("terminal", "list") if row["terminal"] == self.name],
                         [self.serial(new)])
        self.assertNotIn(self.name, [row["terminal"] for row in self.border.ctl("terminal", "renewals")])

    def refused_at_the_ca(self, request, because):
        self.assertEqual(self.ask(request), OK)
        out = self.carried()
        done = self.at_the_ca(out)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(because, done.stderr)
        self.assertEqual(list(out.glob("*.crt")), [])

    def test_what_the_ca_does_not_sign(self):
        self.register()
        other, other_key = self.pki.issue("terminal", self.name + "-b")
        self.refused_at_the_ca(b"no request", "not CMS")
        _, request = self.request()
        self.refused_at_the_ca(request + b"\0", "not CMS")
        self.refused_at_the_ca(request[:-1] + bytes([request[-1] ^ 1]), "not signed by a valid certificate")
        # The border passes on what another terminal signed: for this name, and for the other's own.
        _, foreign = self.request(signed_by=(other, other_key))
        self.refused_at_the_ca(foreign, "is for")
        _, own = self.request(name=self.name + "-b", signed_by=(other, other_key))
        self.refused_at_the_ca(own, "not of")
        gateway = self.pki.directory / "gateway"
        _, server = self.request(signed_by=(gateway / "gateway.crt", gateway / "gateway.key"))
        self.refused_at_the_ca(server, "not signed by a valid certificate")
        border = self.pki.directory / "border"  # a TLS client of this CA too
        _, client = self.request(signed_by=(border / "border.crt", border / "border.key"))
        self.refused_at_the_ca(client, "is for")
        _, named = self.request(subject=f"/CN={self.name}/CN=admin")
        self.refused_at_the_ca(named, "exactly one")
        self.assertEqual(self.ask(self.request()[1]), OK)  # control
        self.assertEqual(self.at_the_ca(self.carried()).returncode, 0)

    def test_a_revoked_certificate_asks_for_nothing(self):
        self.register()
        self.assertEqual(self.ask(self.request()[1]), OK)
        out = self.carried()
        self.pki.revoke(self.name)
        done = self.at_the_ca(out)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("revoked", done.stderr)
        self.border.ctl("terminal", "revoke", self.name)
        self.pki.issue("terminal", self.name)  # a valid one of that name does not bring it back
        shutil.copy(self.certificate, out)
        done = subprocess.run([BIN / "sudarectl", "--lang", "en", "--socket", self.border.state / "admin.sock",
                               "terminal", "install", out], capture_output=True, text=True, env=ENVIRONMENT)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("revoked", done.stderr)

    def test_once_on_a_connection_and_no_longer_than_allowed(self):
        self.register()
        terminal, _ = self.enroller()
        terminal.send(ASK_RENEWAL, bytes(6144))
        self.assertEqual(self.answer(terminal)[0], RESULT)
        terminal.send(ASK_RENEWAL, bytes(1))
        kind, payload = self.answer(terminal)
        self.assertEqual((kind, struct.unpack(">H", payload)[0]), (END, ILLEGAL_STATE))
        self.assertEqual(self.border.events("link_violation"), [])  # the link has not passed it on
        terminal, _ = self.enroller()
        terminal.send(ASK_RENEWAL, bytes(6145))
        kind, payload = self.answer(terminal)
        self.assertEqual((kind, struct.unpack(">H", payload)[0]), (END, MALFORMED))

    def test_only_whoever_asked_is_answered(self):
        self.register(pinned=False)
        self.assertEqual(self.ask(self.request()[1]), OK)
        first = self.border.directory / f"first-{self.name}"
        shutil.copy(self.certificate, first.with_suffix(".crt"))
        shutil.copy(self.key, first.with_suffix(".key"))
        self.pki.issue("terminal", self.name)  # another certificate of the same name
        self.assertEqual(self.fetch(), NOTHING)
        self.assertEqual(self.fetch(certificate=first.with_suffix(".crt"), key=first.with_suffix(".key")), NOT_YET)


class Viewer(RenewalTest):
    """The real viewer, without a screen: it does all of it by itself, one step at each start."""

    def setUp(self):
        super().setUp()
        self.home = self.border.directory / f"home-{self.name}"
        self.home.mkdir(mode=0o700)
        self.files = {kind: self.home / f"{self.name}.{kind}" for kind in ("crt", "key")}

    def begin_with(self, days):
        self.pki.ctl("issue", "terminal", self.name, "--days", str(days), "--dir", self.pki.directory)
        self.register()
        for kind, path in self.files.items():
            shutil.copy(self.folder / f"{self.name}.{kind}", path)

    def start(self, wanted):
        """Starts the viewer until it says that line; what it said before."""
        viewer = subprocess.Popen(
            [BIN / "sudare", "--server", "%s:%d" % self.border.address, "--cert", self.files["crt"], "--key",
             self.files["key"], "--ca", self.pki.directory / "ca.crt", "--lang", "en"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env={**ENVIRONMENT, "QT_QPA_PLATFORM": "offscreen", "HOME": str(self.home)})
        lines = []
        try:
            for line in viewer.stdout:
                lines.append(line.strip())
                if lines[-1] == wanted:
                    return lines
            self.fail(f"{lines} {viewer.stderr.read()}")
        finally:
            viewer.kill()
            viewer.communicate()

    def signed(self):
        out = self.carried()
        done = self.at_the_ca(out)
        self.assertEqual(done.returncode, 0, done.stderr)
        return out

    def test_the_whole_way(self):
        self.begin_with(9)  # of nine days all are in the last third only when six have passed
        self.start("CERTIFICATE ends 9")
        self.assertFalse((self.home / f"{self.name}.key.next").exists())
        self.shorten()
        self.start("CERTIFICATE asked")
        key = self.home / f"{self.name}.key.next"
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        self.start("CERTIFICATE waiting")
        before = self.serial(self.files["crt"])
        out = self.signed()
        self.start("CERTIFICATE waiting")  # signed is not handed in
        self.border.ctl("terminal", "install", str(out))
        self.start("CERTIFICATE renewed")
        self.border.wait_for_event("renewed", terminal=self.name, before=before)
        self.assertNotEqual(self.serial(self.files["crt"]), before)
        self.assertEqual(openssl("x509", "-in", self.files["crt"], "-noout", "-pubkey"),
                         openssl("pkey", "-in", self.files["key"], "-pubout"))
        self.assertEqual(list(self.home.glob("*.next")), [])
        self.enroller(certificate=self.files["crt"], key=self.files["key"])

    def shorten(self):
        """A certificate in its last third: made by the CA's own key with the times of a year ago."""
        base = self.border.directory / f"aged-{self.name}"
        csr, extensions = base.with_suffix(".csr"), base.with_suffix(".ext")
        openssl("req", "-new", "-key", self.files["key"], "-out", csr, "-subj", f"/CN={self.name}")
        extensions.write_text("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                              "extendedKeyUsage=clientAuth\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always\n"
                              f"subjectAltName=URI:sudare:terminal:{self.name}\n")
        (base.with_suffix(".db")).write_text("")
        (base.with_suffix(".cnf")).write_text(
            f"[ca]\ndefault_ca=d\n[d]\ndatabase={base}.db\nnew_certs_dir={self.border.directory}\nrand_serial=yes\n"
            "default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n")
        begin, end = (openssl_time(days) for days in (-80, 9))
        openssl("ca", "-batch", "-config", f"{base}.cnf", "-in", csr, "-out", self.files["crt"], "-cert",
                self.pki.directory / "ca.crt", "-keyfile", self.pki.directory / "ca.key", "-startdate", begin, "-enddate", end,
                "-extfile", extensions, "-notext")
        facts = openssl("x509", "-in", self.files["crt"], "-noout", "-fingerprint", "-sha256").decode()
        fingerprint = facts.strip().partition("=")[2].replace(":", "").lower()
        index = self.pki.directory / "index.txt"
        index.write_text(index.read_text() + "\t".join([self.serial(self.files["crt"]), "terminal", self.name, fingerprint,
                                                       "4102444800", "0"]) + "\n")
        self.border.ctl("terminal", "add", self.name, "--certificate", str(self.files["crt"]))

    def test_a_certificate_of_another_key_is_not_taken(self):
        self.begin_with(9)
        self.shorten()
        self.start("CERTIFICATE asked")
        before = self.files["crt"].read_bytes()
        _, other = self.request(signed_by=(self.files["crt"], self.files["key"]))
        self.assertEqual(self.ask(other, certificate=self.files["crt"], key=self.files["key"]), OK)  # the border's doing
        self.border.ctl("terminal", "install", str(self.signed()))
        self.start("CERTIFICATE failed")
        self.assertEqual(self.files["crt"].read_bytes(), before)
        self.start("CERTIFICATE asked")  # and begins anew


class Deny(RenewalTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host = SessionHost(cls.border.pki)
        cls.border.write_settings("penalties = false", cls.host.address)
        cls.border.gateway.stop()
        cls.border.start_gateway()
        cls.border.ctl("policy", "set", "suzuki", "access.sessions_max", "4")
        cls.border.ctl("policy", "set", "suzuki", "access.resume_minutes", "10")  # not even waiting for the way back

    @classmethod
    def tearDownClass(cls):
        cls.host.close()
        super().tearDownClass()

    def running(self, name):
        terminal = self.terminal(terminal=name).enter()
        terminal.open()
        self.session = struct.unpack(">Q", self.host.start())[0]
        self.addCleanup(self.host.socket.close)
        while terminal.until(SESSION_STATE)[0] != 1:
            pass
        return terminal

    def test_a_live_session_ends_and_another_certificate_of_the_name_is_good(self):
        self.register(pinned=False)
        serial = self.serial()
        terminal = self.running(self.name)
        session = self.session
        bystander = self.terminal()
        bystander.greet()
        shown = ":".join(serial[i:i + 2] for i in range(0, len(serial), 2)).upper()  # as a browser shows it
        row, = self.border.ctl("terminal", "deny", shown)
        self.assertEqual((row["serial"], row["terminal"], row["connections"]), (serial, self.name, 1))
        self.assertEqual(terminal.end(), REVOKED)
        self.border.wait_for_event("session_ended", session=session, reason="certificate_revoked")
        self.border.wait_for_event("certificate_denied", serial=serial, terminal=self.name)
        refused = self.terminal(terminal=self.name)
        self.assertEqual(refused.end(), REVOKED)
        self.border.wait_for_event("connection_refused", terminal=self.name, cause="certificate_denied")
        self.assertEqual(bystander.log_in(), OK)
        self.pki.issue("terminal", self.name)
        self.terminal(terminal=self.name).greet()  # control: the terminal is not revoked

    def test_a_hung_link_does_not_keep_its_session(self):
        """The broker ends it even when the link does nothing any more."""
        self.register(pinned=False)
        before = set(self.border.links())
        terminal = self.running(self.name)
        link, = set(self.border.links()) - before
        session = self.session
        os.kill(link, 19)  # SIGSTOP
        self.addCleanup(lambda: os.path.exists(f"/proc/{link}") and os.kill(link, 18))
        self.border.ctl("terminal", "deny", self.serial())
        self.border.wait_for_event("session_ended", session=session)
        os.kill(link, 18)
        terminal.end()

    def test_no_serial(self):
        for wrong in ("", "xyz", "00", "0" * 50, "a" * 41):
            done = subprocess.run([BIN / "sudarectl", "--socket", self.border.state / "admin.sock", "terminal", "deny", wrong],
                                  capture_output=True, text=True, env=ENVIRONMENT)
            self.assertNotEqual(done.returncode, 0, wrong)

    def test_it_outlives_the_broker(self):
        self.register()
        self.border.ctl("terminal", "deny", self.serial())
        self.border.broker.stop()
        self.border.start_broker()
        self.assertEqual(self.terminal(terminal=self.name).end(), REVOKED)
        self.assertTrue([row for row in self.border.ctl("terminal", "list")
                         if row["serial"] == self.serial() and row["denied"]])


class Lists(RenewalTest):
    """A list that has ended lets nobody in, and says so; a newer one is used without a start of the gateway."""

    def old_list(self):
        base = self.border.directory / "old-list"
        base.with_suffix(".db").write_text("")
        base.with_suffix(".cnf").write_text(
            f"[ca]\ndefault_ca=d\n[d]\ndatabase={base}.db\ndefault_md=sha256\ncrl_extensions=e\n"
            "[e]\nauthorityKeyIdentifier=keyid:always\n")
        begin, end = (openssl_time(days) for days in (-8, -1))
        openssl("ca", "-gencrl", "-config", f"{base}.cnf", "-cert", self.pki.directory / "ca.crt", "-keyfile",
                self.pki.directory / "ca.key", "-crl_lastupdate", begin, "-crl_nextupdate", end, "-out", f"{base}.pem")
        os.replace(f"{base}.pem", self.pki.directory / "crl.pem")

    def test_an_ended_list_fails_closed_and_a_new_one_opens_again(self):
        self.register()
        pid = self.border.gateway.pid
        self.terminal(terminal=self.name).greet()  # control
        self.old_list()
        eventually(lambda: "revocation lists have ended" in self.border.gateway.text(), self.border.gateway.text)
        connection = self.raw()
        port = connection.getsockname()[1]
        try:
            wrapped = context(self.border, terminal=self.name).wrap_socket(connection)
            self.addCleanup(wrapped.close)
            self.assertEqual(wrapped.recv(1), b"")
        except OSError:
            pass
        self.border.wait_for_event("handshake_failed", port=port)
        said = self.border.gateway.text().count("check their peers again")
        self.pki.ctl("crl", "--dir", self.pki.directory)
        eventually(lambda: self.border.gateway.text().count("check their peers again") > said, self.border.gateway.text)
        self.terminal(terminal=self.name).greet()
        self.assertEqual(self.border.gateway.pid, pid)

    def test_certificates_of_the_gateway_are_announced(self):
        self.assertNotIn("certificate of tls or host ends", self.border.gateway.text())  # they are good for a year
        self.pki.ctl("issue", "gateway", "gateway", "--days", "20", "--dir", self.pki.directory)
        self.border.gateway.stop()
        self.border.start_gateway()
        eventually(lambda: "certificate of tls or host ends" in self.border.gateway.text(), self.border.gateway.text)


class Expiry(RenewalTest):
    def issue_for(self, days):
        self.pki.ctl("issue", "terminal", self.name, "--days", str(days), "--dir", self.pki.directory)

    def expiring(self, *arguments):
        done = subprocess.run([BIN / "sudarectl", "--json", "--socket", self.border.state / "admin.sock", "terminal",
                               "expiring", *arguments], capture_output=True, text=True, env=ENVIRONMENT)
        return done.returncode, self.name in done.stdout

    def test_registered_and_seen_certificates_are_announced(self):
        self.issue_for(10)
        self.register()
        self.assertEqual(self.expiring(), (6, True))
        self.assertEqual(self.expiring("--within", "5"), (0, False))
        self.border.broker.stop()
        self.border.start_broker()
        row = self.border.wait_for_event("expires_soon", terminal=self.name)
        self.assertEqual(row["serial"], self.serial())
        self.issue_for(80)  # a longer one of the same terminal: nothing to announce
        self.border.ctl("terminal", "add", self.name, "--certificate", str(self.certificate))
        self.assertEqual(self.expiring(), (0, False))

    def test_a_terminal_that_is_registered_by_name_is_known_by_what_it_showed(self):
        self.issue_for(10)
        self.register(pinned=False)
        self.assertFalse(self.expiring()[1])  # nobody has seen it
        self.terminal(terminal=self.name).greet()
        self.assertEqual(self.expiring(), (6, True))
        self.border.ctl("terminal", "deny", self.serial())
        self.assertFalse(self.expiring()[1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
