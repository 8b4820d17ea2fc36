# SPDX-License-Identifier: Apache-2.0
"""Recordings that one reviewer alone does not get: asked for, given by another, used once, over after a day. And that a
recording can be demanded only where one can be made, on every way by which policy changes. A real broker; as root."""
import os
import pathlib
import time
import unittest

from approval_test import PENDING, REVIEWER, Several
from broker_test import REVIEWER as KEY

THIRD = 40005
RECORDING = "0123456789abcdef0123456789abcdef"
NOT_FOUND = 4
REASON = "case 26-114"


@unittest.skipUnless(os.geteuid() == 0, "needs root to be several people")
class Consent(Several):
    def setUp(self):
        super().setUp()
        self.give_roles()
        self.does(40001, "role", "give", str(THIRD), "reviewer")
        self.made = int(time.time())
        self.broker.store_recordings([(RECORDING, 7, self.user, self.made)])
        folder = self.broker.directory / "recordings" / time.strftime("%Y-%m-%d", time.gmtime(self.made))
        folder.mkdir(parents=True)
        (folder / f"{RECORDING}.rec").write_bytes(b"not a recording, and the broker cannot know")
        self.demand("true")
        self.count = 0

    def demand(self, value):
        self.does(40001, "policy", "set", self.user, "evidence.second_reviewer", value)

    def export(self, uid=REVIEWER, reason=REASON):
        """(exit code, rows, bytes that came or None)."""
        self.count += 1
        out = pathlib.Path(f"/tmp/sudare-consent-{os.getpid()}-{self.count}.rec")
        self.addCleanup(out.unlink, missing_ok=True)
        code, rows, _ = self.broker.as_uid(uid, "recording", "export", RECORDING, "--reason", reason, "--out", str(out))
        # What sudarectl says of these bytes is another matter: they came.
        return code, rows, out.read_bytes() if out.exists() else None

    def asked(self, **how):
        code, rows, content = self.export(**how)
        self.assertEqual((code, content), (PENDING, None))
        return rows[0]["consent"]

    def records(self, *names):
        return [row for row in self.does(REVIEWER, "log") if row["event"] in names]

    def test_without_the_demand_one_is_enough(self):
        self.demand("false")
        self.assertIsNotNone(self.export()[2])
        self.assertNotIn("consent", self.records("recording_opened")[-1])

    def test_asked_given_used_once(self):
        number = self.asked()
        self.assertEqual(number, self.asked(), "asking again is no other wish")
        self.refused(REVIEWER, "consent", "give", number, saying="another reviewer")
        self.refused(40001, "consent", "give", number)  # an administrator is no reviewer
        self.assertEqual(PENDING, self.export()[0], "neither of them counts")
        self.does(THIRD, "consent", "give", number)
        self.assertEqual(PENDING, self.export(uid=THIRD)[0], "it is the asker's")
        other = self.asked(reason="curiosity")
        self.assertNotEqual(number, other, "and for this reason")
        self.assertIsNotNone(self.export()[2])
        self.assertNotIn(self.asked(), (number, other), "used once")
        asked, given = self.records("consent_asked", "consent_given")[:2]
        opened, = self.records("recording_opened")
        self.assertEqual((asked["admin_uid"], asked["cause"], asked["user"], asked["recording"], asked["session"]),
                         (REVIEWER, REASON, self.user, RECORDING, 7))
        self.assertEqual((given["admin_uid"], given["asker_uid"], str(given["consent"])), (THIRD, REVIEWER, number))
        self.assertEqual((opened["admin_uid"], opened["second_uid"], str(opened["consent"]), opened["cause"]),
                         (REVIEWER, THIRD, number, REASON))

    def test_refused(self):
        number = self.asked()
        self.does(THIRD, "consent", "refuse", number, "--reason", "no such case")
        self.assertEqual(NOT_FOUND, self.broker.as_uid(THIRD, "consent", "give", number)[0])
        self.assertNotEqual(number, self.asked())
        row, = self.records("consent_refused")
        self.assertEqual((row["admin_uid"], row["asker_uid"], row["cause"]), (THIRD, REVIEWER, "no such case"))

    def age(self, column):
        with self.broker.database() as database:
            database.execute(f"UPDATE consents SET {column} = {column} - 86401")

    def test_both_are_over_after_a_day(self):
        number = self.asked()
        self.age("asked")
        self.assertEqual(NOT_FOUND, self.broker.as_uid(THIRD, "consent", "give", number)[0])
        number = self.asked()
        self.does(THIRD, "consent", "give", number)
        row, = self.does(THIRD, "consent", "list")
        self.assertEqual((row["state"], row["reason"], row["user"]), ("given", REASON, self.user))
        self.age("decided")
        self.assertEqual([], self.does(THIRD, "consent", "list"))
        number = self.asked()
        self.does(THIRD, "consent", "give", number)
        self.assertIsNotNone(self.export()[2])  # control: younger

    def test_the_consent_of_who_is_no_reviewer_any_more_does_not_count(self):
        number = self.asked()
        self.does(THIRD, "consent", "give", number)
        self.does(40001, "role", "take", str(THIRD), "reviewer")
        self.assertNotEqual(number, self.asked())
        self.does(40001, "role", "give", str(THIRD), "reviewer")
        self.assertIsNotNone(self.export()[2])  # control

    def test_one_reviewer_cannot_fill_the_list(self):
        with self.broker.database() as database:
            for number in range(50):
                database.execute("INSERT INTO consents (recording, reason, asker, asked, state) VALUES (?, ?, ?, ?, 1)",
                                 (RECORDING, f"wish {number}", REVIEWER, int(time.time())))
        self.assertEqual((1, None), self.export()[::2])
        self.asked(uid=THIRD)  # control: others may

    def test_it_outlives_the_broker(self):
        number = self.asked()
        self.does(THIRD, "consent", "give", number)
        self.broker.end()
        self.broker = self.KIND(self.broker.directory)
        self.assertIsNotNone(self.export()[2])

    def test_somebody_who_is_not_known_any_more_needs_two(self):
        self.demand("false")
        with self.broker.database() as database:
            database.execute("UPDATE recordings SET user = 'gone'")
        self.asked()

    def test_a_file_that_is_missing_uses_nothing_up(self):
        number = self.asked()
        self.does(THIRD, "consent", "give", number)
        file, = (self.broker.directory / "recordings").glob("*/*.rec")
        content = file.read_bytes()
        file.unlink()
        self.assertEqual(NOT_FOUND, self.export()[0])
        file.write_bytes(content)
        self.assertIsNotNone(self.export()[2])


class Demanded(Several):
    """Without a reviewer's key nothing can be recorded, and on no way can it be demanded."""
    def setUp(self):
        super().setUp()
        self.broker.ctl("reviewer", "add", "kanri", KEY)
        self.broker.ctl("policy", "set", self.user, "evidence.recording", "on")
        self.version = self.broker.ctl("policy", "history")[0]["version"]
        self.broker.ctl("policy", "unset", self.user, "evidence.recording")

    def without_key(self):
        self.broker.ctl("reviewer", "remove", "kanri")

    def fails(self, *arguments):
        before = self.broker.ctl("policy", "history"), self.broker.ctl("user", "list")
        done = self.broker.ctl(*arguments, check=False)
        self.assertEqual((done.returncode != 0, "evidence.recording" in done.stderr), (True, True), done.stderr)
        self.assertEqual(before, (self.broker.ctl("policy", "history"), self.broker.ctl("user", "list")))

    def test_rolled_back(self):
        self.without_key()
        self.fails("policy", "rollback", str(self.version))
        self.broker.ctl("reviewer", "add", "kanri", KEY)  # control
        self.broker.ctl("policy", "rollback", str(self.version))

    def test_imported(self):
        path = self.broker.directory / "people.csv"
        path.write_text("user,evidence.recording\r\ntanaka,required\r\n")
        self.without_key()
        self.fails("import", str(path))
        self.fails("import", str(path), "--dry-run")
        self.broker.ctl("reviewer", "add", "kanri", KEY)  # control
        self.broker.ctl("import", str(path))

    def test_in_an_exception(self):
        words = "exception", "add", self.user, "evidence.recording", "on", "--until", "1h", "--reason", "test"
        self.without_key()
        self.fails(*words)
        self.broker.ctl("reviewer", "add", "kanri", KEY)  # control
        self.broker.ctl(*words)


if __name__ == "__main__":
    unittest.main(verbosity=2)
