# SPDX-License-Identifier: Apache-2.0
"""A sudare-link that was taken over: what it can write into the log, and say of its recording. Each with a control."""
import hashlib
import os
import struct
import time
import unittest

from broker_link import OK, Broker, Link

ASK_EXCEPTION, STARTED, SEGMENT, FAILED, DISK = 0x0A, 0x15, 0x16, 0x18, 4
BURST, RECORDINGS = 4096, 16  # LinkPeer::kFramesBurst, kRecordingsBurst


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

    def record_and_fail(self, times):
        for _ in range(times):
            self.record()
            self.link.send(FAILED, struct.pack(">Q", self.session) + self.id + struct.pack(">B", DISK))

    def test_recordings_that_begin_without_end_are_cut_off(self):
        """Each is a row on the disk, for which everybody waits."""
        try:
            self.record_and_fail(10 * RECORDINGS)
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.cut_off("too_fast")

    def test_a_recorder_that_fails_now_and_then(self):
        """Control."""
        self.record_and_fail(RECORDINGS)
        self.alive()

    def test_a_question_that_comes_after_the_session_has_moved(self):
        """It may have been on its way."""
        former, self.link = self.link, Link(self.broker)
        self.assertEqual(self.link.connect(), 0)
        self.assertEqual(self.link.login(self.user, self.password)[0], OK)
        self.assertEqual(self.link.open()["session"], self.session)
        self.link.started(self.session)
        former.send(ASK_EXCEPTION, struct.pack(">QIH", self.session, 0, 443) + Link.text("example.jp"))
        self.broker.wait_until(lambda: [row for row in self.broker.events("exception_asked")
                                        if row.get("host") == "example.jp" and row["session"] == self.session])
        former.close()
        self.alive()

    def test_a_recording_as_it_should_be(self):
        """Control."""
        self.record()
        self.segment(0, 0, 1000)
        self.segment(1, 1000, 2000)
        self.alive()


if __name__ == "__main__":
    unittest.main()
