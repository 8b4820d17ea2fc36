# SPDX-License-Identifier: Apache-2.0
"""The broker's side of a self-test: whose word it takes, what it records, and that silence is told. No session is opened
here; selftest/selftest_test.py does that."""
import json
import os
import time
import unittest

from approval_test import ADMIN, OPERATOR, REVIEWER, SECOND, Several, SharedBroker
from broker_link import Broker

BEGIN, END, DONE, FAILED, ROW = 0x5C, 0x5D, 0x42, 0x43, 0x41
TRIES = ["download", "upload", "print", "clipboard_write", "clipboard_read", "private_address", "dev_tools", "file_url",
         "unknown_message", "oversize_message", "tls_1_2", "revoked_certificate"]
HOUR = 3600


def outcome(**others):
    """The arguments of an end at which everything was refused, record 0 being the evidence of all; but for others."""
    told = {name: [name, "refused", "", "0"] for name in TRIES} | {name: [name, *words] for name, words in others.items()}
    return [word for words in told.values() for word in words]


class Told(unittest.TestCase):
    def setUp(self):
        self.broker = Broker()
        self.addCleanup(lambda: self.broker.remove())
        self.broker.add("selftest")

    def end(self, arguments):
        return self.broker.request(END, *arguments)[0]

    def status(self):
        return self.broker.ctl("status")[0]["self_test"]

    def test_all_refused_passes_and_one_other_result_is_an_alarm(self):
        self.assertEqual("never", self.status())
        self.assertEqual(ROW, self.end(outcome()))
        self.assertEqual(("passed", 12, 1), (self.status(), len(self.broker.events("self_test_try")),
                                             len(self.broker.events("self_test_passed"))))
        for result in ("happened", "unclear", "no_evidence"):
            self.assertEqual(ROW, self.end(outcome(print=[result, "7", ""])))
            row = self.broker.events("self_test_alarm")[-1]
            self.assertEqual(("print", result, 7, False), (row["test"], row["cause"], row["session"], "evidence" in row))
        self.assertEqual(("alarm", 1, 3), (self.status(), len(self.broker.events("self_test_passed")),
                                           len(self.broker.events("self_test_alarm"))))
        self.broker = self.broker.restart()
        self.assertEqual("alarm", self.status())  # after a restart too
        self.assertIn("self-test ALARM: print: unclear", (self.broker.directory / "stderr").read_text())

    def test_half_a_story_is_none(self):
        whole = outcome()
        for bad in ([], whole[:-4], whole + whole[:4], whole[:4] + whole[:-4], whole[1:], outcome(print=["fine", "", "0"]),
                    ["other", *whole[1:]], outcome(print=["refused", "x", "0"]), outcome(print=["refused", "", "99999"])):
            self.assertEqual(FAILED, self.end(bad), bad)
        self.assertEqual(("never", []), (self.status(), self.broker.events("self_test_try", "self_test_alarm", "self_test_passed")))
        self.assertEqual(ROW, self.end(whole))  # control

    def test_it_begins_as_somebody(self):
        self.assertEqual(FAILED, self.broker.request(BEGIN, "nobody")[0])
        self.assertEqual(ROW, self.broker.request(BEGIN, "selftest")[0])
        self.assertEqual(["selftest"], [row["user"] for row in self.broker.events("self_test_begun")])


class Silence(unittest.TestCase):
    def start(self, text, hours=2):
        broker = Broker(settings_text=f"self_test.hours = {hours}\n")
        broker.end()
        (broker.state / "self_test").write_text(text)
        self.broker = broker.restart()
        self.addCleanup(self.broker.remove)  # of this one; the next takes its place

    def test_is_told_at_the_start_and_only_when_it_is_long(self):
        now = int(time.time())
        for text, hours, told in ((f"passed {now - HOUR}\n", 2, False), (f"alarm {now - 3 * HOUR}\n", 2, True),
                                  (f"never {now - 3 * HOUR}\n", 2, True), (f"passed {now - 3 * HOUR}\n", 0, False)):
            with self.subTest(text, hours=hours):
                self.start(text, hours)
                rows = self.broker.events("self_test_missing")
                self.assertEqual(told, bool(rows))
                if told:
                    self.assertEqual((1, now - 3 * HOUR), (len(rows), rows[0]["ends"]))
                    self.assertGreaterEqual(rows[0]["seconds"], 3 * HOUR)

    def test_another_content_of_the_file_is_said_and_counts_as_never(self):
        for text in ("fine 1\n", "passed\n", "passed -1\n", "passed 1", "passed 1\n2\n"):
            with self.subTest(text):
                self.start(text)
                status = self.broker.ctl("status")[0]
                self.assertEqual("never", status["self_test"])
                self.assertAlmostEqual(time.time(), status["self_test_time"], delta=600)
                self.assertIn("is not the end of a self-test", (self.broker.directory / "stderr").read_text())


@unittest.skipUnless(os.geteuid() == 0, "needs root to be several people")
class Asked(Several):
    def test_it_is_for_reviewers_and_a_tester_that_does_not_run_is_an_alarm_of_every_try(self):
        self.give_roles()
        config = self.broker.directory / "selftest.toml"
        password = self.broker.directory / "password"
        password.write_text("x\n")
        config.write_text("".join(f'{name} = "/none"\n' for name in (
            "certificate", "key", "authority", "revoked_certificate", "revoked_key")) + f'server = "127.0.0.1:1"\nuser = "{self.user}"\n'
            f'password_file = "{password}"\nprivate = ["192.168.0.1"]\nprogram = "/bin/false"\n')
        for uid in (ADMIN, SECOND, OPERATOR):
            self.assertIn("role list", self.broker.as_uid(uid, "self-test", "--config", config)[2])
        code, rows, said = self.broker.as_uid(REVIEWER, "self-test", "--config", config)
        self.assertEqual((1, {name: "unclear" for name in TRIES}), (code, {row["test"]: row["result"] for row in rows}))
        for name in TRIES:
            self.assertIn(f"self-test ALARM: {name}: unclear", said)
        alarms = [row for row in self.does(REVIEWER, "log") if row["event"] == "self_test_alarm"]
        self.assertEqual([(name, REVIEWER) for name in TRIES], [(row["test"], row["admin_uid"]) for row in alarms])

    def test_settings_say_what_is_wrong(self):
        config = self.broker.directory / "selftest.toml"
        good = {name: "x" for name in ("server", "user", "password_file", "certificate", "key", "authority", "revoked_certificate",
                                       "revoked_key")} | {"private": ["192.168.0.1"]}
        for change, word in (({"private": []}, "private"), ({"server": None}, "server"), ({"requirements": ["§3"]}, "SECTION"),
                             ({"requirements": ["§3 | | | fly"]}, "fly"), ({"colour": "red"}, "colour"), ({"run_as": {"uid": 1}}, "run_as")):
            values = {name: value for name, value in (good | change).items() if value is not None}
            tables = {name: values.pop(name) for name in list(values) if isinstance(values[name], dict)}
            text = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())
            text += "".join(f"[{name}]\n" + "".join(f"{a} = {b}\n" for a, b in table.items()) for name, table in tables.items())
            config.write_text(text)
            done = self.broker.ctl("self-test", "--config", str(config), check=False)
            self.assertEqual((1, True), (done.returncode, word in done.stderr), (change, done.stderr))
        self.assertEqual([], self.broker.events("self_test_begun"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
