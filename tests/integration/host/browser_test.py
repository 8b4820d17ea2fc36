# SPDX-License-Identifier: Apache-2.0
"""Chromium in its real box, under the real launcher, compositor and egress process, all at once.

Shows that Chromium's own sandbox is up inside ours, that a page's request comes out at the egress
process and nowhere else, that a changed policy reaches the running browser, and that closing the
last window ends the session as "browser closed". The relay is a stand-in without TLS.
"""
import os
import pathlib
import socket
import struct
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from frames import *  # noqa: F401,F403,E402
from launcher import DEADLINE, ROOT, UID_BASE, Launcher, eventually  # noqa: E402

KEY, ACK, UPDATE = 0x04, 0x0B, 0x44
CTRL, ALT, HOME, W = 29, 56, 102, 17


class Screen:
    """The link's side: acknowledges every update, keeps what else comes, on its own thread."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=None)
        self.lock = threading.Condition()
        self.frames, self.updates, self.closed = [], 0, False
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        try:
            while True:
                kind, payload = read_frame(self.socket.recv)
                if kind == UPDATE and not payload.startswith(b"{"):
                    self.send(ACK, payload[:4] + struct.pack(">IB", 1000, 0))
                with self.lock:
                    if kind == UPDATE:
                        self.updates += 1
                    else:
                        self.frames.append((kind, payload))
                    self.lock.notify_all()
        except (EOFError, OSError):
            with self.lock:
                self.closed = True
                self.lock.notify_all()

    def send(self, kind, payload=b""):
        self.socket.sendall(frame(kind, payload))

    def press(self, *keys):
        for code in keys:
            self.send(KEY, struct.pack(">HB", code, 1))
        for code in reversed(keys):
            self.send(KEY, struct.pack(">HB", code, 0))

    def wait(self, condition, what, seconds=DEADLINE):
        with self.lock:
            if not self.lock.wait_for(lambda: condition(self) or self.closed, seconds):
                raise AssertionError(f"never happened: {what}; {self.of(ENDED)}")
            if not condition(self):
                raise AssertionError(f"connection closed before: {what}; {self.of(ENDED)}")

    def of(self, kind):
        return [payload for found, payload in self.frames if found == kind]

    def destinations(self):
        """(verdict, port, host) of each report of the egress process."""
        return [(p[0], struct.unpack(">H", p[5:7])[0], p[45:].decode())
                for p in self.of(EGRESS_SAYS)]


def status_of(pid):
    with open(f"/proc/{pid}/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def namespace_of(pid, kind):
    return os.readlink(f"/proc/{pid}/ns/{kind}")


@unittest.skipUnless(ROOT, "reads /proc of other uids")
class RealBrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.launcher = Launcher(real=("session", "egress"))

    @classmethod
    def tearDownClass(cls):
        cls.launcher.close()

    def setUp(self):
        self.screen = Screen(self.launcher.port)
        self.screen.send(START, session_start())
        self.screen.wait(lambda s: s.of(HOST_EVENT), "first picture")
        self.screen.wait(lambda s: s.updates > 0, "a picture")

    def tearDown(self):
        try:
            self.screen.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side was first
        self.screen.socket.close()
        self.launcher.assert_nothing_left()

    def pid_of(self, part):
        return eventually(lambda: self.launcher.find(part), part)[0]

    def press_until(self, condition, *keys, patience=(1, 2, 4, 8, 16, 32)):
        """Again, as a person would: the very first picture may come before the window takes keys."""
        for seconds in patience:
            try:
                self.screen.press(*keys)
            except BrokenPipeError:
                pass  # the last press was the one
            with self.screen.lock:
                if self.screen.lock.wait_for(condition, seconds):
                    return
        self.fail(f"keys {keys} had no effect")

    def asked_for(self, name):
        return [report for report in self.screen.destinations() if report[2] == name]

    def test_chromiums_own_sandbox_is_up_inside_ours(self):
        box = self.pid_of("sudare-box-init")
        browser = self.pid_of("/chromium")
        renderer = eventually(self.launcher.find_renderers, "renderer")[0]
        eventually(lambda: status_of(renderer)["Seccomp_filters"] == "2", "renderer's own filter")
        # Ours alone is what the browser process has: the control for what the renderer adds.
        self.assertEqual(("2", "1"), tuple(status_of(browser)[n] for n in
                                           ("Seccomp", "Seccomp_filters")))
        for kind in ("user", "pid", "net"):
            with self.subTest(kind):
                self.assertNotEqual(namespace_of(os.getpid(), kind), namespace_of(box, kind))
                self.assertEqual(namespace_of(box, kind), namespace_of(browser, kind))
                self.assertNotEqual(namespace_of(box, kind), namespace_of(renderer, kind))
        for pid in (box, browser, renderer):
            self.assertEqual(0, int(status_of(pid)["CapEff"], 16))
            self.assertEqual("1", status_of(pid)["NoNewPrivs"])
            self.assertGreaterEqual(os.stat(f"/proc/{pid}").st_uid, UID_BASE)

    def test_requests_come_out_at_the_egress_process(self):
        # The start page's host is always permitted; its address is an exception of the settings
        # that leads nowhere here, so the report says that connecting failed.
        self.screen.wait(lambda s: self.asked_for("portal.example"), "portal.example")
        self.assertEqual(443, self.asked_for("portal.example")[0][1])

    def test_a_new_policy_reaches_the_running_browser(self):
        self.screen.wait(lambda s: self.asked_for("portal.example"), "portal.example")
        self.screen.press(ALT, HOME)
        self.assertEqual([], self.asked_for("new.example"))
        self.screen.send(POLICY, policy(version=2, start_page="https://new.example/"))
        # Chromium puts off its own work, reading policies too, while a page is asked for again and
        # again: never within 60 s when the keys come each second, within 7 s when they do not
        # (measured), and later on a machine that is busy.
        self.press_until(lambda: self.asked_for("new.example"), ALT, HOME, patience=(8, 16, 32, 64, 96))

    def test_closing_the_last_window_ends_the_session(self):
        self.press_until(lambda: self.screen.of(ENDED), CTRL, W)
        self.assertEqual(BROWSER_CLOSED, struct.unpack(">H", self.screen.of(ENDED)[0])[0])

    def test_a_crash_is_told_apart(self):
        os.kill(self.pid_of("/chromium"), 11)
        self.screen.wait(lambda s: s.of(ENDED), "end")
        self.assertEqual(BROWSER_CRASHED, struct.unpack(">H", self.screen.of(ENDED)[0])[0])


if __name__ == "__main__":
    unittest.main(verbosity=2)
