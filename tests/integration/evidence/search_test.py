# SPDX-License-Identifier: Apache-2.0
"""sudarectl evidence against a real broker: what is found, who may ask, what is recorded, what a line can hold."""
import csv
import io
import json
import os
import pathlib
import socket
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "broker"))
from approval_test import SharedBroker  # noqa: E402
from broker_link import Broker  # noqa: E402

EVIL = "=HYPERLINK(1)"


class SearchTest(unittest.TestCase):
    def setUp(self):
        self.broker = Broker()
        self.addCleanup(lambda: self.broker.remove())
        self.user, _ = self.broker.add()
        self.other, _ = self.broker.add("tanaka", terminal="t2")
        self.broker.ctl("user", "disable", self.user)

    def search(self, *arguments, check=True):
        done = self.broker.ctl("evidence", "search", *arguments, check=False)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_conditions(self):
        rows = self.search("--user", self.user)
        self.assertGreater(len(rows), 1)
        self.assertEqual({row["user"] for row in rows}, {self.user})
        self.assertEqual([r["event"] for r in self.search("--user", self.user, "--event", "user_disabled")],
                         ["user_disabled"])
        self.assertEqual(self.search("--user", self.user, "--full"), rows)
        self.assertEqual(self.search("--user", self.user, "--last", "1"), rows[-1:])
        self.assertEqual(self.search("--user", self.user, "--first", str(rows[1]["index"])), rows[1:])
        self.assertEqual(self.search("--text", self.user[1:4].upper(), "--event", "user_disabled")[0]["user"], self.user)
        self.assertEqual(self.search("--user", self.user, "--from", "2020-01-01", "--until", "2100-01-01T09:00+09:00"), rows)
        self.assertEqual(self.search("--user", self.user, "--until", "2020-01-01", check=False), [])

    def test_exit_codes(self):
        for arguments, code in ((("--user", "nobody"), 4), (("--from", "yesterday"), 2), (("--event", "no_such"), 1),
                                (("--user", self.user), 0)):
            self.assertEqual(self.broker.ctl("evidence", "search", *arguments, check=False).returncode, code, arguments)

    def test_each_search_is_recorded_before_it_is_answered(self):
        self.search("--user", self.user, "--reason", "incident 12")
        row = self.broker.events("evidence_searched")[-1]
        self.assertIn("user=" + self.user, row["filter"])
        self.assertEqual(row["cause"], "incident 12")

    def test_no_output_can_be_forged(self):
        nasty = EVIL + " x=1 \u202e\u2028"
        self.broker.ctl("evidence", "search", "--text", nasty, check=False)
        self.assertEqual(self.broker.events("evidence_searched")[-1]["filter"].count("\u202e"), 0)
        self.broker.ctl("evidence", "search", "--text", "z", "--reason", EVIL, check=False)
        for arguments in (("--json", "evidence", "search"), ("evidence", "search"), ("evidence", "search", "--csv")):
            said = self.broker.ctl_text(*arguments, "--event", "evidence_searched")
            self.assertIn("HYPERLINK", said)
            self.assertNotRegex(said, "[\u202e\u2028\x1b\x00]")
        table = list(csv.reader(io.StringIO(said)))
        self.assertEqual(table[0][0], "\ufeffindex")
        causes = [line[table[0].index("cause")] for line in table[1:]]
        self.assertIn("'" + EVIL, causes)
        self.assertFalse([cell for line in table for cell in line if cell[:1] in ("=", "+", "-", "@")])


class IndexTest(unittest.TestCase):
    """More records than a block has, so that there is an index, in the broker's sandbox."""
    BLOCK = 16384

    def fill(self, broker):
        """Reads the list of users as often: each is a record."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as admin:
            admin.connect(str(broker.admin_socket))
            answers = admin.makefile("rb")
            for _ in range(self.BLOCK):
                admin.sendall(b"\x06\0\0\2\0\0")
                while answers.read(1) != b"\x42":
                    answers.read(int.from_bytes(answers.read(3), "big"))
                answers.read(int.from_bytes(answers.read(3), "big"))

    def wait(self, done):
        for _ in range(200):
            if done():
                return
            time.sleep(0.1)
        self.fail("it did not come")

    def test_made_used_damaged_and_made_anew(self):
        broker = Broker()
        self.addCleanup(lambda: broker.remove())
        user, _ = broker.add()
        broker.ctl("user", "disable", user)
        self.fill(broker)
        self.wait(lambda: broker.ctl("status")[0]["indexed_records"] == self.BLOCK)
        wanted = broker.ctl("evidence", "search", "--user", user, "--full")
        self.assertEqual(broker.ctl("evidence", "search", "--user", user), wanted)
        self.assertIn("user_disabled", [row["event"] for row in wanted])
        self.assertEqual(broker.events("index_rebuilt"), [])
        (index,) = broker.directory.rglob("*.idx")
        content = index.read_bytes()
        index.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        self.assertEqual(broker.ctl("evidence", "search", "--user", user), wanted)
        self.wait(lambda: broker.events("index_rebuilt"))
        self.assertEqual(index.read_bytes(), content)
        self.assertEqual(len(broker.events("index_rebuilt")), 1)


class ReasonTest(unittest.TestCase):
    def test_where_a_reason_is_demanded(self):
        broker = Broker(settings_text="[evidence]\nsearch_reason = true\n")
        self.addCleanup(broker.remove)
        user, _ = broker.add()
        self.assertEqual(broker.ctl("evidence", "search", "--user", user, check=False).returncode, 1)
        self.assertEqual(broker.ctl("evidence", "search", "--user", user, "--reason", "control", check=False).returncode, 0)


@unittest.skipUnless(os.geteuid() == 0, "needs root to be several people")
class RoleTest(unittest.TestCase):
    ADMIN, APPROVER, OPERATOR, REVIEWER = 40001, 40002, 40003, 40004

    def test_evidence_is_for_reviewers(self):
        broker = SharedBroker()
        self.addCleanup(broker.remove)
        user, _ = broker.add()
        for role, uid in (("administrator", self.ADMIN), ("approver", self.APPROVER), ("operator", self.OPERATOR), ("reviewer", self.REVIEWER)):
            code, _, said = broker.as_uid(self.ADMIN if role != "administrator" else os.geteuid(), "role", "give", str(uid), role)
            self.assertEqual(code, 0, said)
        out = broker.directory / "out"
        out.mkdir()
        out.chmod(0o777)
        for uid in (self.ADMIN, self.APPROVER, self.OPERATOR):
            for arguments in (("search", "--user", user), ("search", "--full"), ("timeline", "1"),
                              ("export", "--reason", "r", "--out", str(out / "bundle"))):
                code, rows, said = broker.as_uid(uid, "evidence", *arguments)
                self.assertEqual((code, rows), (1, []), (uid, arguments))
                self.assertIn("is not for the roles of uid", said)
        code, rows, _ = broker.as_uid(self.REVIEWER, "evidence", "search", "--user", user)  # control
        self.assertEqual((code, {row["user"] for row in rows}), (0, {user}))
        _, refused, _ = broker.as_uid(self.REVIEWER, "evidence", "search", "--event", "admin_refused")
        self.assertEqual([(row["admin_uid"], row["filter"]) for row in refused],
                         [(uid, "evidence " + what) for uid in (self.ADMIN, self.APPROVER, self.OPERATOR)
                          for what in ("search", "search", "search", "export")])
        self.assertEqual(list(out.iterdir()), [])
        _, searches, _ = broker.as_uid(self.REVIEWER, "evidence", "search", "--event", "evidence_searched")
        self.assertEqual({row["admin_uid"] for row in searches}, {self.REVIEWER})
        code, _, said = broker.as_uid(self.REVIEWER, "evidence", "export", "--user", user, "--reason", "r", "--out", str(out / "one"))  # control
        self.assertEqual(code, 0, said)


if __name__ == "__main__":
    unittest.main()
