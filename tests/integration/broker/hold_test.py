# SPDX-License-Identifier: Apache-2.0
"""Who sets a hold, who ends it, and what the log says of it. A real broker; as root."""
import os
import unittest

from approval_test import ADMIN, OPERATOR, PENDING, REVIEWER, ROOT, SECOND, ApprovingBroker, Several

DAY = 86400


@unittest.skipUnless(os.geteuid() == 0, "needs root to be several people")
class Hold(Several):
    KIND = ApprovingBroker

    def setUp(self):
        super().setUp()
        self.give_roles()

    def holds(self):
        return {row["hold"]: row for row in self.broker.as_uid(REVIEWER, "hold", "list")[1]}

    def events(self, *names):
        return [row for row in self.broker.as_uid(REVIEWER, "log")[1] if row["event"] in names]

    def refused_as(self, *arguments, saying):
        self.refused(REVIEWER, "hold", "add", *arguments, saying=saying)

    def test_set_by_one_ended_by_two_and_all_of_it_recorded(self):
        self.does(REVIEWER, "hold", "add", "case-1", "--reason", "leak of 3 May", "--user", self.user, "--session", "7",
                  "--since", "2026-05-01", "--until", "2026-05-03")
        self.does(ADMIN, "hold", "add", "case-2", "--reason", "everything", "--all")
        first, second = self.events("hold_set")
        self.assertEqual((first["hold"], first["user"], first["session"], first["cause"], first["admin_uid"]),
                         ("case-1", self.user, 7, "leak of 3 May", REVIEWER))
        self.assertEqual(first["ends"] - first["begins"], 3 * DAY)  # to the end of the last day
        self.assertFalse({"user", "session", "begins", "ends"} & set(second))
        self.assertEqual(set(self.holds()), {"case-1", "case-2"})

        # Nobody but administrators and approvers, and never one alone.
        for uid in (REVIEWER, OPERATOR):
            self.refused(uid, "hold", "end", "case-1", "--reason", "over")
        self.does(SECOND, "hold", "end", "case-2", "--reason", "over", code=PENDING)
        self.refused(SECOND, "hold", "end", "case-2", "--reason", "over", saying="another person")
        self.does(ADMIN, "hold", "end", "case-2", "--reason", "over", code=PENDING)  # no approver: it asks anew
        self.assertIn(f"uid {ADMIN}", self.holds()["case-2"]["state"])
        self.does(SECOND, "hold", "end", "case-2", "--reason", "it is over")
        self.assertEqual(set(self.holds()), {"case-1"})
        ended, = self.events("hold_ended")
        self.assertEqual((ended["hold"], ended["admin_uid"], ended["asker_uid"], ended["cause"]),
                         ("case-2", SECOND, ADMIN, "it is over"))

        # A wish is over after a day.
        self.does(ADMIN, "hold", "end", "case-1", "--reason", "over", code=PENDING)
        with self.broker.database() as database:
            database.execute(f"UPDATE holds SET asked_end = asked_end - {DAY} - 1")
        self.does(SECOND, "hold", "end", "case-1", "--reason", "over", code=PENDING)
        self.does(ADMIN, "role", "give", str(REVIEWER), "approver")
        self.does(REVIEWER, "hold", "end", "case-1", "--reason", "over")
        self.assertEqual(self.holds(), {})
        self.does(ADMIN, "hold", "end", "case-1", "--reason", "over", code=4)

    def test_what_is_no_hold(self):
        self.refused_as("case", "--reason", "x", saying="--all")
        self.refused_as("case", "--reason", "x", "--all", "--user", self.user, saying="--all")
        self.refused_as("case", "--reason", "", "--all", saying="reason")
        self.refused_as("ca se", "--reason", "x", "--all", saying="ca se")
        self.refused_as("case", "--reason", "x", "--since", "2026-05-03", "--until", "2026-05-01", saying="--until")
        self.refused_as("case", "--reason", "x", "--session", "seven", saying="seven")
        self.does(ADMIN, "role", "give", str(ROOT), "reviewer")
        refused = self.broker.request(0x53, "case", "x", "", "", "0", "9" * 18, "")  # no sum of it is a time
        self.assertEqual((refused[0], b"9999" in refused[1]), (0x43, True), refused)
        self.does(REVIEWER, "hold", "add", "case", "--reason", "x", "--user", "nobody", code=4)
        self.assertEqual((self.holds(), self.events("hold_set")), ({}, []))
        self.does(REVIEWER, "hold", "add", "case", "--reason", "x", "--all")  # control
        self.refused_as("case", "--reason", "x", "--all", saying="stands already")
        self.refused(OPERATOR, "hold", "add", "other", "--reason", "x", "--all")
        self.assertEqual(len(self.events("hold_set")), 1)


if __name__ == "__main__":
    unittest.main()
