# SPDX-License-Identifier: Apache-2.0
"""A session ends with the connection of its link, where its policy does not let it wait: real launcher, relay, compositor, egress
process and Chromium; the test is the link, over mutual TLS.

Programs are stopped with SIGSTOP in the middle: one that hangs, or that was taken over and plays
dead, is the case in which nobody can be asked to end.
"""
import os
import pathlib
import shutil
import signal
import socket
import ssl
import struct
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "gateway")]
from border import Pki  # noqa: E402
from frames import *  # noqa: F401,F403,E402
from launcher import DEADLINE, ROOT, Launcher, eventually  # noqa: E402

MOVE, UPDATE = 0x05, 0x44


class Link:
    """The link's end of the connection. Reads only when it is told to."""

    def __init__(self, pki, port):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        tls.check_hostname = False
        tls.load_verify_locations(pki / "ca.crt")
        tls.load_cert_chain(pki / "border/border.crt", pki / "border/border.key")
        tls.set_alpn_protocols(["sudare-host/1"])
        raw = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
        self.socket = tls.wrap_socket(raw)

    def send(self, kind, payload=b""):
        self.socket.sendall(frame(kind, payload))

    def until(self, wanted):
        while True:
            kind, payload = read_frame(self.socket.recv)
            if kind == wanted:
                return payload

    def start(self):
        self.send(START, session_start())
        self.until(STARTED)
        self.until(UPDATE)
        return self

    def move(self, count):
        """Sends so many moves at once."""
        self.socket.sendall(frame(MOVE, struct.pack(">HH", 5, 5)) * count)


@unittest.skipUnless(ROOT, "the processes of a session have uids of their own")
class EndOfTheConnection(unittest.TestCase):
    # More than a Unix stream holds for a reader that does not read (some 280 small frames), less
    # than Relay::kInputQueueBytes.
    MOVES_THAT_WAIT = 4000
    MOVES_TOO_MANY = 40000
    real = ("relay", "session", "egress")

    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-relay-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        pki = Pki(cls.directory / "pki")
        pki.issue("host", "host")
        pki.issue("border", "border")
        cls.pki = pki.directory
        cls.launcher = Launcher(real=cls.real, tls={
            "certificate": cls.pki / "host/host.crt", "key": cls.pki / "host/host.key",
            "authority": cls.pki / "ca.crt", "revoked": cls.pki / "crl.pem"})
        cls.addClassCleanup(cls.launcher.close)

    def setUp(self):
        self.link = Link(self.pki, self.launcher.port).start()
        self.addCleanup(self.link.socket.close)

    def freeze(self, program):
        pid = self.launcher.find(program)[0]
        os.kill(pid, signal.SIGSTOP)
        eventually(lambda: "State:\tT" in pathlib.Path(f"/proc/{pid}/status").read_text(), "stop")

    def assert_served_on(self):
        self.launcher.assert_nothing_left()
        Link(self.pki, self.launcher.port).start().socket.close()
        self.launcher.assert_nothing_left()

    def test_control_nothing_hangs(self):
        self.link.move(self.MOVES_THAT_WAIT)
        self.link.socket.close()
        self.assert_served_on()

    def test_session_hangs_and_the_link_goes(self):
        self.freeze("sudare-session")
        self.link.move(self.MOVES_THAT_WAIT)
        self.link.socket.close()
        self.assert_served_on()

    def test_session_hangs_and_the_link_says_stop(self):
        self.freeze("sudare-session")
        self.link.move(self.MOVES_THAT_WAIT)
        self.link.send(STOP, struct.pack(">H", USER_ENDED))
        self.assertEqual(USER_ENDED, struct.unpack(">H", self.link.until(ENDED))[0])
        self.assert_served_on()

    def test_session_that_stays_behind_is_ended(self):
        self.freeze("sudare-session")
        self.link.move(self.MOVES_TOO_MANY)
        self.assertEqual(SESSION_CRASHED, struct.unpack(">H", self.link.until(ENDED))[0])
        self.assert_served_on()

    def test_relay_hangs_and_the_link_goes(self):
        self.freeze("sudare-relay")
        self.link.socket.close()
        self.assert_served_on()

    def test_link_that_does_not_read_and_breaks_the_rules(self):
        """The reason cannot be told to it; the session ends all the same."""
        self.link.socket.sendall(b"\xff\0\0\0")
        self.launcher.assert_nothing_left()


if __name__ == "__main__":
    unittest.main(verbosity=2)
