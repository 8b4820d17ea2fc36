# SPDX-License-Identifier: Apache-2.0
"""A browser that is older than browser.max_age_days: who may go on, who may not begin, what is told before.

A real sudare-host with real browser boxes, which sees Chromium with a date that the test sets."""
import pathlib
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from dated_browser import DatedBrowser  # noqa: E402
from frames import *  # noqa: F401,F403,E402
from launcher import ROOT, Launcher, eventually  # noqa: E402

BROWSER_STARTED, BROWSER_DAYS, BROWSER_OLD = 1, 5, 30


@unittest.skipUnless(ROOT, "a mount namespace needs root")
class OldBrowser(unittest.TestCase):
    def setUp(self):
        self.browser = DatedBrowser()
        self.addCleanup(self.browser.remove)

    def launch(self, days):
        self.launcher = Launcher(sections=f"[browser]\nmax_age_days = {days}\n", prefix=self.browser.prefix)
        self.addCleanup(self.launcher.close)

    def border(self):
        border = self.launcher.connect()
        self.addCleanup(border.close)
        return border

    def refused(self, session):
        border = self.border()
        border.send(START, session_start(session=session))
        return border.ended()

    def days_told(self, session):
        """What is told of the browser's age when a session starts; the first picture comes after it."""
        border = self.border()
        border.send(START, session_start(session=session))
        told = {}
        while BROWSER_STARTED not in told:
            kind, value = struct.unpack(">BI", border.until(HOST_EVENT))
            told[kind] = value
        return told.get(BROWSER_DAYS)

    def test_too_old_is_refused_until_it_is_updated(self):
        self.launch(60)
        self.browser.built(61)
        self.assertEqual(BROWSER_OLD, self.refused(1))
        self.assertIn("61 days old, browser.max_age_days is 60", self.launcher.log.read_text())
        self.launcher.assert_nothing_left()
        # Controls: the last day, and an update while the host runs.
        self.browser.built(60)
        self.border().start(session=2)
        self.browser.built(0)
        self.border().start(session=3)

    def test_one_of_tomorrow_is_refused(self):
        self.launch(60)
        self.browser.built(-3)
        self.assertEqual(BROWSER_OLD, self.refused(1))
        self.assertIn("date in the future", self.launcher.log.read_text())

    def test_running_and_waiting_sessions_go_on(self):
        self.launch(60)
        running = self.border().start(session=1)
        left = self.border().start(session=2, resume=5)
        left.close()
        self.browser.built(61)
        self.assertEqual(BROWSER_OLD, self.refused(3))  # control: it counts
        again = self.border()
        again.send(RESUME, session_resume(session=2))
        self.assertEqual(2, struct.unpack(">Q", again.until(STARTED))[0])
        again.until_told("attached")
        running.told.clear()
        running.send(POLICY, policy(version=2))
        running.until_told("frame", "egress")
        for border in (running, again):
            border.send(STOP, struct.pack(">H", USER_ENDED))
            self.assertEqual(USER_ENDED, border.ended())

    def test_days_are_told_beforehand(self):
        self.launch(60)
        self.browser.built(50)
        self.assertEqual(10, self.days_told(1))
        self.browser.built(60)
        self.assertEqual(0, self.days_told(2))

    def test_without_the_setting_nothing_is_refused_or_told(self):
        self.launch(0)
        self.browser.built(3000)
        self.assertIsNone(self.days_told(1))

    def test_the_host_says_it_when_it_starts(self):
        self.browser.built(61)
        self.launch(60)
        eventually(lambda: "no session may start: the browser is 61 days old" in self.launcher.log.read_text(),
                   "the line of the log")


if __name__ == "__main__":
    unittest.main(verbosity=2)
