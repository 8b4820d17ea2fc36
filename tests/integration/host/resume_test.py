# SPDX-License-Identifier: Apache-2.0
"""A session outlives the connection of its link: who may take it up, how long it waits, what is not lost.

A real sudare-host with real browser boxes; session and egress are stand-ins that tell what they were given,
the relay is one too, or the real one.
"""
import os
import pathlib
import signal
import struct
import sys
import unittest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "gateway")]
from frames import *  # noqa: F401,F403,E402
from launcher import DEADLINE, ROOT, eventually  # noqa: E402
from host_test import LauncherTest  # noqa: E402
import relay_test  # noqa: E402


class Resuming(LauncherTest):
    def setUp(self):
        super().setUp()
        self.first = self.border().start(session=7, resume=5)
        self.session = self.first.told["session"]["pid"]

    def resume(self, **fields):
        border = self.border()
        border.send(RESUME, session_resume(**fields))
        return border

    def taken_up(self, **fields):
        border = self.resume(**fields)
        self.assertEqual(7, struct.unpack(">Q", border.until(STARTED))[0])
        border.until_told("attached")
        return border

    def test_after_its_connection_has_closed(self):
        self.first.close()
        again = self.taken_up(width=1600, height=900)
        self.assertEqual(struct.pack(">HHHB", 1600, 900, 120, 1).hex(), again.told["attached"])
        again.send(STOP, struct.pack(">H", USER_ENDED))
        self.assertEqual(USER_ENDED, again.ended())
        self.launcher.assert_nothing_left()

    def test_from_a_connection_that_still_has_it(self):
        again = self.taken_up()
        with self.assertRaises((EOFError, OSError)):
            self.first.until(ENDED)
        self.assertIn(self.session, self.launcher.find("sudare-session"))
        again.command("end")
        self.assertEqual(USER_ENDED, again.ended())
        self.launcher.assert_nothing_left()

    def test_only_with_number_and_key(self):
        for fields in ({"session": 8}, {"key": bytes(16)}, {"key": KEY[:-1] + b"\xff"}):
            with self.subTest(**fields):
                self.assertEqual(SESSION_GONE, self.resume(**fields).ended())
        self.taken_up()  # control

    def test_not_once_it_has_ended(self):
        self.first.send(STOP, struct.pack(">H", USER_ENDED))
        self.first.ended()
        self.assertEqual(SESSION_GONE, self.resume().ended())

    def test_one_after_the_other(self):
        for _ in range(3):
            again = self.taken_up()
            again.close()
        self.assertIn(self.session, self.launcher.find("sudare-session"))

    def test_two_at_once_and_one_that_goes_before_its_turn(self):
        pid = self.launcher.find("sudare-relay")[0]
        borders = [self.resume() for _ in range(4)]
        borders[1].close()
        reasons = []
        for border in (borders[0], *borders[2:]):
            try:
                kind = None
                while kind not in (STARTED, ENDED):
                    kind, payload = border.read()
                reasons.append("started" if kind == STARTED else struct.unpack(">H", payload)[0])
            except (EOFError, OSError):
                reasons.append("closed")
        self.assertIn("started", reasons)
        self.assertLessEqual(set(reasons), {"started", "closed", SESSION_GONE})
        eventually(lambda: pid not in self.launcher.find("sudare-relay"), "the first relay is gone")
        self.assertIn(self.session, self.launcher.find("sudare-session"))

    def test_a_policy_that_lets_nothing_wait(self):
        self.first.send(POLICY, policy(version=2, resume=0))
        eventually(lambda: "policy version 2" in self.launcher.log.read_text(), "the policy")
        self.first.close()
        self.launcher.assert_nothing_left()

    def test_malformed_resumes(self):
        for payload in (session_resume(session=0), session_resume(width=0)):
            border = self.border()
            border.send(RESUME, payload)
            self.assertEqual(MALFORMED, border.ended())

    def test_the_launcher_stops_while_it_waits(self):
        self.first.close()
        eventually(lambda: "waits for" in self.launcher.log.read_text(), "waiting")
        self.launcher.process.terminate()
        self.assertEqual(0, self.launcher.process.wait(DEADLINE))
        self.assertEqual([], self.launcher.slots())

    def test_control_room_for_others(self):
        """A session that waits takes a place of sessions.max and none of the connections."""
        self.first.close()
        other = self.border().start(session=9)
        other.send(STOP, struct.pack(">H", USER_ENDED))
        self.assertEqual(USER_ENDED, other.ended())


@unittest.skipUnless(ROOT, "the processes of a session have uids of their own")
class Reports(relay_test.EndOfTheConnection):
    """With the real relay: what the egress process reports is passed on, whichever relay is killed when."""

    real = ("relay",)

    def setUp(self):
        pass

    def link(self):
        link = relay_test.Link(self.pki, self.launcher.port)
        self.addCleanup(link.socket.close)
        return link

    def number(self, link):
        return struct.unpack(">Q", link.until(EGRESS_SAYS)[:8])[0]

    def test_no_report_is_lost_between_relays(self):
        link = self.link()
        link.send(START, session_start(resume=5, start_page="https://ticking.example/"))
        link.until(STARTED)
        last = max(self.number(link) for _ in range(5))
        for _ in range(4):
            os.kill(self.launcher.find("sudare-relay")[0], signal.SIGKILL)
            try:
                while True:
                    last = self.number(link)
            except (EOFError, OSError):
                pass
            link = self.link()
            link.send(RESUME, session_resume())
            link.until(STARTED)
            first = self.number(link)
            self.assertLessEqual(first, last + 1, "reports are missing")
            self.assertGreaterEqual(first, last, "more than one came twice")
            last = max(first, *(self.number(link) for _ in range(5)))
        link.send(STOP, struct.pack(">H", USER_ENDED))
        link.until(ENDED)
        self.launcher.assert_nothing_left()


for name in [name for name in dir(Reports) if name.startswith("test_") and name not in vars(Reports)]:
    setattr(Reports, name, None)  # those of the class that lends its set-up

if __name__ == "__main__":
    unittest.main(verbosity=2)
