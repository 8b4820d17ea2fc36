# SPDX-License-Identifier: Apache-2.0
"""sudarectl evidence timeline: a session in sentences, from the connection and the log-in that led to it."""
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "broker"))
from broker_link import BIN, DEADLINE, Broker, Link  # noqa: E402


class TimelineTest(unittest.TestCase):
    def link(self):
        link = Link(self.broker)
        self.addCleanup(link.close)
        return link

    def timeline(self, session, language):
        done = subprocess.run([BIN / "sudarectl", "--lang", language, "--socket", self.broker.admin_socket, "evidence", "timeline",
                               str(session), "--reason", "case 1"], capture_output=True, text=True, timeout=DEADLINE, check=True)
        return done.stdout.splitlines()

    def test_from_the_log_in_to_the_end(self):
        self.broker = Broker()
        self.addCleanup(lambda: self.broker.remove())
        user, password = self.broker.add()
        # Connection 1 of a former run of the broker must not be taken for connection 1 of this one.
        self.link().session(user, password)
        self.broker.stop()
        self.broker = self.broker.restart()
        link = self.link()
        self.assertEqual(link.connect(), 0)
        self.assertNotEqual(link.login(user, "wrong " + password)[0], 0)
        self.assertEqual(link.login(user, password)[0], 0)
        grant = link.open()
        link.started(grant["session"])
        self.broker.wait_for_event("session_started")
        self.broker.ctl("session", "end", str(grant["session"]))
        self.broker.wait_for_event("session_end_asked")
        english, japanese = self.timeline(grant["session"], "en"), self.timeline(grant["session"], "ja")
        self.assertEqual(len(english), len(japanese))
        self.assertRegex(english[0], r"^\d{4}-\d\d-\d\d \(UTC[+-]\d{4}\)$")
        said = [re.sub(r"^\S+ (.*) \[\d+\]$", r"\1", line).strip() for line in english[1:]]
        self.assertTrue(said[0].startswith("Terminal t1 connected from "), said)
        self.assertTrue(said[1].startswith(f"! A log-in of {user} at terminal t1 was refused: the password was wrong"), said)
        self.assertEqual(said[2], f"{user} logged in at terminal t1.")
        self.assertTrue(said[3].startswith(f"{user} was permitted to begin a session at terminal t1"), said)
        self.assertIn("The administrator with user id 0 asked for the end of the session.", said)
        self.assertEqual(len([line for line in said if " connected from " in line]), 1)
        self.assertIn(f"「{user}」さんが端末 t1 からログインしました。", "\n".join(japanese))
        self.assertNotRegex("\n".join(english + japanese), "[a-z]_[a-z]")
        rows = self.broker.ctl("evidence", "timeline", str(grant["session"]))  # --json: as the search gives them
        self.assertEqual({row["session"] for row in rows}, {grant["session"]})


if __name__ == "__main__":
    unittest.main()
