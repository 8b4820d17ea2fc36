# SPDX-License-Identifier: Apache-2.0
"""Who gets in, and what each refusal leaves in the audit log. Every refusal has its control: the
same terminal code succeeds when only the one thing is right."""
import os
import signal
import socket
import ssl
import subprocess
import unittest

from border import (Border, DEADLINE, ENVIRONMENT, Pki, REFUSED, Terminal, context, end_reason, eventually, frame)

NOT_PERMITTED, REVOKED, LOGIN_FAILED, MALFORMED, UNKNOWN_TYPE, ILLEGAL_STATE = 22, 25, 26, 40, 41, 42


class BorderTest(unittest.TestCase):
    """One border for a class."""
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.border = Border(**cls.settings)

    @classmethod
    def tearDownClass(cls):
        cls.border.close()

    def terminal(self, **options):
        terminal = Terminal(self.border, **options)
        self.addCleanup(terminal.close)
        return terminal

    def raw(self):
        out = socket.create_connection(self.border.address, timeout=DEADLINE)
        self.addCleanup(out.close)
        return out

    def is_dropped(self, connection):
        """True when the other side ends it, in order or not; False when it is still there at the deadline."""
        try:
            while connection.recv(4096):
                pass
        except TimeoutError:
            return False
        except OSError:
            pass
        return True

    def assert_lives(self):
        """The control that follows whatever was tried."""
        self.assertEqual(self.terminal().greet()[:2], b"\0\1")

    def reload(self, what="check their peers again"):
        """SIGHUP, until the gateway says so."""
        before = self.border.gateway.text().count(what)
        self.border.gateway.process.send_signal(signal.SIGHUP)
        eventually(lambda: self.border.gateway.text().count(what) > before, self.border.gateway.text)


class Handshake(BorderTest):
    def test_mutual_tls_and_login(self):
        terminal = self.terminal()
        self.assertEqual((terminal.socket.version(), terminal.socket.selected_alpn_protocol()),
                         ("TLSv1.3", "sudare/1"))
        terminal.enter()
        port = terminal.socket.getsockname()[1]
        row = self.border.wait_for_event("connected", port=port)
        self.assertEqual((row["terminal"], row["address"]), ("t1", "127.0.0.1"))
        self.border.wait_for_event("login_accepted", port=port, user="suzuki")

    def refused(self, tls, cause):
        """A handshake with this set-up never yields a byte, and is recorded under that cause."""
        connection = self.raw()
        port = connection.getsockname()[1]
        try:
            # With TLS 1.3 the client learns of its refusal after its own last message.
            wrapped = tls.wrap_socket(connection)
            self.addCleanup(wrapped.close)
            wrapped.sendall(frame(1, bytes(8)))
            self.assertEqual(wrapped.recv(1), b"")
        except OSError:
            pass
        row = self.border.wait_for_event("handshake_failed", port=port)
        self.assertEqual((row["cause"], row["address"]), (cause, "127.0.0.1"))
        self.assertFalse([row for row in self.border.events("connected") if row["port"] == port])
        self.assert_lives()

    def test_tls_1_2(self):
        tls = context(self.border)
        tls.maximum_version = ssl.TLSVersion.TLSv1_2
        self.refused(tls, "tls_version")

    def test_openssl_s_client_agrees(self):
        base = self.border.pki.directory
        command = ["openssl", "s_client", "-connect", "%s:%d" % self.border.address, "-alpn", "sudare/1", "-CAfile",
                   base / "ca.crt", "-cert", base / "terminal" / "t1.crt", "-key", base / "terminal" / "t1.key",
                   "-verify_return_error", "-brief"]
        def run(*options):
            return subprocess.run([*command, *options], input="", capture_output=True, text=True, timeout=DEADLINE,
                                  env=ENVIRONMENT).stderr
        self.assertIn("Protocol version: TLSv1.3", run())
        self.assertNotIn("CONNECTION ESTABLISHED", run("-tls1_2"))
        self.assertNotIn("CONNECTION ESTABLISHED", run("-sigalgs", "RSA+SHA1"))

    def test_no_certificate(self):
        self.refused(context(self.border, terminal=None), "no_certificate")

    def test_certificate_of_another_ca(self):
        other = Pki(self.border.directory / "other")
        other.issue("terminal", "t1")
        self.refused(context(self.border, pki=other), "wrong_ca")

    def test_certificates_of_servers_are_no_terminals(self):
        for kind in ("gateway", "border", "host"):
            with self.subTest(kind):
                self.refused(context(self.border, terminal=kind, kind=kind), "other")

    def test_another_protocol_or_none(self):
        for alpn in (("sudare-host/1",), ("h2", "http/1.1"), ()):
            with self.subTest(alpn):
                self.refused(context(self.border, alpn=alpn), "alpn")

    def test_garbage(self):
        for garbage in (b"GET / HTTP/1.1\r\n\r\n", os.urandom(4096), b"\x16\x03\x01\xff\xff" + bytes(70000)):
            connection = self.raw()
            port = connection.getsockname()[1]
            try:
                connection.sendall(garbage)
            except OSError:
                pass  # refused before it had all
            self.assertTrue(self.is_dropped(connection))
            self.assertEqual(self.border.wait_for_event("handshake_failed", port=port)["cause"], "garbage")
        self.assert_lives()

    def test_silence_ends(self):
        connection = self.raw()
        self.assertEqual(connection.recv(1), b"")
        port = connection.getsockname()[1]
        self.assertEqual(self.border.wait_for_event("handshake_failed", port=port)["cause"], "timeout")
        self.assert_lives()

    def test_an_unknown_terminal_is_told_why(self):
        self.border.pki.issue("terminal", "unknown")
        terminal = self.terminal(terminal="unknown")
        self.assertEqual(terminal.end(), NOT_PERMITTED)
        self.border.wait_for_event("connection_refused", terminal="unknown", cause="terminal_not_registered")
        self.assert_lives()


class Login(BorderTest):
    def test_three_wrong_passwords_end_the_connection(self):
        self.border.ctl("user", "add", "tanaka", "--password-stdin", stdin="another good password\n")
        terminal = self.terminal()
        terminal.greet()
        for _ in range(3):
            self.assertEqual(terminal.log_in("tanaka", "wrong"), REFUSED)
        self.assertEqual(terminal.end(), LOGIN_FAILED)
        rows = [row for row in self.border.events("login_refused") if row.get("user") == "tanaka"]
        self.assertEqual([row["cause"] for row in rows], ["wrong_password"] * 3)
        self.terminal().enter(user="tanaka", password="another good password")  # control

    def test_what_is_not_in_order_ends_with_its_reason_and_a_record(self):
        cases = [("unknown type", 0x7F, b"", UNKNOWN_TYPE), ("a length that no frame has", 0x03, b"x" * 23, MALFORMED),
                 ("a message down sent up", 0x44, bytes(100), UNKNOWN_TYPE), ("Hello again", 0x01, bytes(8), ILLEGAL_STATE),
                 ("a key without a session", 0x04, bytes(3), ILLEGAL_STATE),
                 ("a display of no size", 0x03, bytes(24), MALFORMED)]
        for name, kind, payload, reason in cases:
            with self.subTest(name):
                terminal = self.terminal().enter()
                port = terminal.socket.getsockname()[1]
                terminal.send(kind, payload)
                self.assertEqual(terminal.end(), reason)
                row = self.border.wait_for_event("refusal", port=port)
                self.assertEqual((row["kind"], row["number"]), ("protocol", reason))
        self.assert_lives()

    def test_half_a_message_ends(self):
        terminal = self.terminal().enter()
        port = terminal.socket.getsockname()[1]
        terminal.socket.sendall(b"\x03\x00")  # and nothing more: not even the answer to a Ping
        self.assertTrue(self.is_dropped(terminal.socket))
        self.border.wait_for_event("disconnected", port=port)
        self.assert_lives()


class Revocation(BorderTest):
    def test_a_revoked_terminal_cannot_connect(self):
        self.border.add_terminal("r1")
        self.terminal(terminal="r1").greet()  # control
        self.border.pki.revoke("r1")
        self.reload()
        connection = self.raw()
        port = connection.getsockname()[1]
        try:
            wrapped = context(self.border, terminal="r1").wrap_socket(connection)
            self.addCleanup(wrapped.close)
            self.assertEqual(wrapped.recv(1), b"")
        except OSError:
            pass
        self.assertEqual(self.border.wait_for_event("handshake_failed", port=port)["cause"], "revoked")
        self.assert_lives()

    def test_revocation_ends_a_connection_and_only_that(self):
        self.border.add_terminal("r2")
        victim, other = self.terminal(terminal="r2").enter(), self.terminal()
        self.border.pki.revoke("r2")
        self.reload()
        self.assertEqual(victim.end(), REVOKED)
        other.enter()

    def test_without_a_signal_too(self):
        self.border.add_terminal("r3")
        victim = self.terminal(terminal="r3").enter()
        self.border.pki.revoke("r3")  # the gateway looks at its lists by itself
        self.assertEqual(victim.end(), REVOKED)

    def test_newer_lists_during_a_handshake_hold_for_it_and_do_not_break_it(self):
        self.border.add_terminal("r4")
        before = set(self.border.links())
        good, bad = self.raw(), self.raw()
        eventually(lambda: len(set(self.border.links()) - before) == 2, "two links wait for their peers")
        self.border.pki.revoke("r4")
        self.reload()
        terminal = context(self.border).wrap_socket(good)
        self.addCleanup(terminal.close)
        terminal.sendall(frame(1, b"\0\1" + bytes(6)))
        self.assertEqual(terminal.recv(1), b"\x41")
        # Its link was started with the lists from before.
        port = bad.getsockname()[1]
        revoked = context(self.border, terminal="r4").wrap_socket(bad)
        self.addCleanup(revoked.close)
        try:
            revoked.sendall(frame(1, b"\0\1" + bytes(6)))
            answer = revoked.recv(10)
        except OSError:
            answer = b""
        self.assertIn(answer[:1], (b"", b"\x49"))
        if answer:
            self.assertEqual(end_reason(answer[4:]), REVOKED)
        eventually(lambda: [row for row in self.border.events("handshake_failed", "connection_refused")
                            if row["port"] == port], "a record of the refusal")
        self.assertFalse([row for row in self.border.events("connected") if row["port"] == port])

    def test_a_torn_list_changes_nothing(self):
        terminal = self.terminal()
        path = self.border.pki.directory / "crl.pem"
        whole = path.read_bytes()
        path.write_bytes(whole[:len(whole) // 2])
        self.addCleanup(path.write_bytes, whole)
        self.reload("stay as they were")
        terminal.enter()
        self.assert_lives()


if __name__ == "__main__":
    unittest.main(verbosity=2)
