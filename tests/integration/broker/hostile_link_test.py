# SPDX-License-Identifier: Apache-2.0
"""A sudare-link that was taken over: what it can write into the log, and say of its recording. Each with a control."""
import hashlib
import os
import struct
import time
import unittest

from broker_link import Broker, Link

REFUSAL, STARTED, SEGMENT = 0x08, 0x15, 0x16
BURST = 4096  # LinkPeer::kFramesBurst


class HostileLink(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Broker()
        cls.addClassCleanup(cls.broker.remove)
        cls.user, cls.password = cls.broker.add()

    def setUp(self):
        self.link = Link(self.broker)
        self.addCleanup(self.link.close)
        self.session = self.link.session(self.user, self.password)["session"]
        self.count = len(self.violations())

    def violations(self):
        return [row["reason"] for row in self.broker.events("link_violation")]

    def alive(self):
        """It is, and all that it sent was read."""
        self.ends(self.link, self.session)
        self.assertEqual(self.violations()[self.count:], [])

    def ends(self, link, session):
        link.ended(session)
        self.broker.wait_until(lambda: any(row["session"] == session for row in self.broker.events("session_ended")))

    def cut_off(self, reason):
        self.assertIsNone(self.link.receive())
        self.broker.wait_until(lambda: len(self.violations()) > self.count)
        self.assertEqual(self.violations()[self.count:], [reason])

    def reports(self, count):
        for number in range(count):
            self.link.destination(self.session, f"host-{number}.example.jp")

    def test_reports_without_end_are_cut_off(self):
        other = Link(self.broker)
        self.addCleanup(other.close)
        self.broker.ctl("policy", "set", self.user, "access.sessions_max", "2")
        standing = other.session(self.user, self.password)["session"]
        try:
            self.reports(10 * BURST)
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.cut_off("too_fast")
        written = [row for row in self.broker.events("destination") if row["session"] == self.session]
        self.assertGreater(len(written), BURST / 2)
        self.assertLess(len(written), 2 * BURST)
        self.ends(other, standing)  # who else is there is not touched

    def test_what_a_busy_page_makes_is_not_cut_off(self):
        """Control: as many as a link lets through at once."""
        self.reports(2 * 1024 + 256)
        self.alive()

    def record(self):
        self.id = os.urandom(16)
        self.link.send(STARTED, struct.pack(">Q", self.session) + self.id + struct.pack(">Q", int(time.time() * 1000)) +
                       hashlib.sha256(b"header").digest())

    def segment(self, index, begin, end):
        self.link.send(SEGMENT, struct.pack(">Q", self.session) + self.id + struct.pack(">IIII", index, begin, end, 100) +
                       hashlib.sha256(bytes([index])).digest())

    def test_a_recording_is_not_longer_than_the_time_since_it_began(self):
        self.record()
        self.segment(0, 0, 1000)
        self.segment(1, 1000, 7 * 24 * 3600 * 1000)
        self.cut_off("malformed")
        self.assertEqual(self.broker.events("recording_failed")[-1]["cause"], "link_lost")

    def test_a_recording_does_not_go_backwards(self):
        self.record()
        self.segment(0, 0, 1000)
        self.segment(1, 0, 999)
        self.cut_off("malformed")

    def test_a_recording_as_it_should_be(self):
        """Control."""
        self.record()
        self.segment(0, 0, 1000)
        self.segment(1, 1000, 2000)
        self.alive()


if __name__ == "__main__":
    unittest.main()
