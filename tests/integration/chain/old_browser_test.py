# SPDX-License-Identifier: Apache-2.0
"""An old browser through the whole chain: what administrators are told beforehand, and what people are told."""

import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "host")]
from harness import BIN, ChainTest, Chain  # noqa: E402
from dated_browser import DatedBrowser  # noqa: E402


class OldBrowser(ChainTest):
    @classmethod
    def setUpClass(cls):
        cls.browser = DatedBrowser()
        cls.addClassCleanup(cls.browser.remove)
        cls.chain = Chain(BIN, browser_settings="max_age_days = 60", host_prefix=cls.browser.prefix).__enter__()
        cls.addClassCleanup(cls.chain.stop)
        cls.chain.ctl("policy", "set", "default", "access.resume_minutes", 0)
        cls.passwords = {name: cls.chain.add_user(name) for name in ("sakura", "tsubaki")}

    def status(self):
        row = self.chain.ctl_json("status")[0]
        return row["browser"], row.get("browser_days")

    def announced(self):
        return [event["number"] for user in self.passwords for event in self.events("host_event", user)
                if event["kind"] == "browser_old"]

    def test_announced_then_refused_then_updated(self):
        self.assertEqual(("unknown", None), self.status())
        self.session().end()
        self.assertEqual(("ok", 60), self.status())
        self.assertEqual([], self.announced())  # control of what follows

        self.browser.built(50)
        running = self.session()
        self.session("tsubaki").end()
        self.assertEqual([10], self.announced())  # once a day, not for each session
        self.assertEqual(("update_soon", 10), self.status())

        self.browser.built(61)
        probe = self.probe("tsubaki")
        answer = probe.ask("start")
        self.assertFalse(answer["ok"], answer)
        self.assertEqual("browser_old", self.events("session_ended", "tsubaki")[-1]["reason"])
        self.assertEqual("browser_old", answer["reason"], answer)
        self.assertEqual(("too_old", 0), self.status())
        running.go(self.chain.portal + "gallery")  # who is in may go on
        self.assertTrue(self.requests("/gallery"))

        self.browser.built(0)
        self.session("tsubaki")
        self.assertEqual(("ok", 60), self.status())


if __name__ == "__main__":
    unittest.main(verbosity=2)
