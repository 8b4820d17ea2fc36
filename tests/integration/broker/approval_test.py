# SPDX-License-Identifier: Apache-2.0
"""Roles, and a second person for changes that loosen: a real broker, asked by processes of several uids. As root."""
import json
import os
import struct
import subprocess
import time
import unittest

from broker_link import BIN, DEADLINE, Broker
from broker_test import BrokerTest

ROOT, ADMIN, SECOND, REVIEWER, OPERATOR, NOBODY = 0, 40001, 40002, 40003, 40004, 40005
ALL = (ADMIN, SECOND, REVIEWER, OPERATOR, NOBODY)
DENIED, PENDING = 1, 5


class SharedBroker(Broker):
    """One whose admin socket other uids can reach."""
    SETTINGS = ""

    def __init__(self, directory=None):
        super().__init__(directory, "admin_socket = \"{directory}/admin.sock\"\nadmin_uids = [" +
                         ", ".join(f'"{uid}"' for uid in ALL) + f"]\n{self.SETTINGS}")
        self.directory.chmod(0o755)
        self.admin_socket = self.directory / "admin.sock"

    def as_uid(self, uid, *arguments):
        """(exit code, rows, stderr) of sudarectl run by that uid."""
        done = subprocess.run(
            ["setpriv", "--reuid", str(uid), "--regid", str(os.getegid()), "--clear-groups", BIN / "sudarectl", "--json",
             "--lang", "en", "--socket", self.admin_socket, *arguments],
            capture_output=True, text=True, timeout=DEADLINE)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


class ApprovingBroker(SharedBroker):
    SETTINGS = 'approval = "loosening"\n'


@unittest.skipUnless(os.geteuid() == 0, "needs root to be several people")
class Several(BrokerTest):
    KIND = SharedBroker

    def setUp(self):
        self.broker = self.KIND()
        self.addCleanup(lambda: self.broker.remove())
        self.assertTrue(self.broker.ready.startswith("READY"), self.broker.ready)
        self.user, self.password = self.broker.add()

    def give_roles(self):
        self.broker.ctl("role", "give", str(ADMIN), "administrator")
        for uid, role in [(SECOND, "approver"), (REVIEWER, "reviewer"), (OPERATOR, "operator")]:
            self.does(ADMIN, "role", "give", str(uid), role)

    def does(self, uid, *arguments, code=0):
        got, rows, errors = self.broker.as_uid(uid, *arguments)
        self.assertEqual(got, code, (uid, arguments, rows, errors))
        return rows

    def refused(self, uid, *arguments, saying="role"):
        got, rows, errors = self.broker.as_uid(uid, *arguments)
        self.assertEqual((got, rows), (DENIED, []), (uid, arguments, errors))
        self.assertIn(saying, errors)


class Roles(Several):
    def test_before_there_is_an_administrator_everybody_who_is_let_in_is_one(self):
        self.does(NOBODY, "user", "list")
        self.does(NOBODY, "log")
        self.broker.ctl("role", "give", str(REVIEWER), "reviewer")
        self.does(NOBODY, "user", "list")
        self.broker.ctl("role", "give", str(ADMIN), "administrator")
        self.refused(NOBODY, "user", "list")
        self.refused(ROOT, "user", "list")

    def test_each_role_does_its_own_and_nothing_else(self):
        self.give_roles()
        rights = {
            ADMIN: [("user", "list"), ("policy", "set", self.user, "input.text", "false"), ("policy", "explain", self.user),
                    ("terminal", "list"), ("role", "list"), ("user", "disable", self.user), ("user", "enable", self.user)],
            SECOND: [("change", "list"), ("policy", "explain", self.user)],
            REVIEWER: [("log",), ("policy", "explain", self.user), ("policy", "history")],
            OPERATOR: [("session", "list"), ("user", "list")],
        }
        only = {("log",): {REVIEWER}, ("change", "approve", "1"): {SECOND}, ("policy", "history"): {ADMIN, SECOND, REVIEWER},
                ("policy", "set", self.user, "input.text", "false"): {ADMIN}, ("user", "disable", self.user): {ADMIN},
                ("role", "give", "7", "operator"): {ADMIN}, ("session", "end", "1"): {ADMIN, OPERATOR},
                ("terminal", "revoke", "t1"): {ADMIN, OPERATOR}, ("user", "add", "late"): {ADMIN}}
        for uid, requests in rights.items():
            for request in requests:
                self.does(uid, *request)
        for request, who in only.items():
            for uid in (ROOT, NOBODY, *rights):
                if uid not in who:
                    self.refused(uid, *request)
            for uid in who:  # control: it is not the request that is refused
                self.assertNotIn("role list", self.broker.as_uid(uid, *request)[2])
        rows = [row for row in self.does(REVIEWER, "log") if row["event"] == "admin_refused"]
        self.assertIn((OPERATOR, "log"), [(row["admin_uid"], row["filter"]) for row in rows])

    def test_nobody_gives_a_role_to_themselves(self):
        self.refused(ROOT, "role", "give", "0", "administrator", saying="themselves")
        self.give_roles()
        self.refused(ADMIN, "role", "give", str(ADMIN), "approver", saying="themselves")
        self.does(ADMIN, "role", "give", str(SECOND), "administrator")
        self.does(SECOND, "role", "give", str(ADMIN), "approver")  # control: by another

    def test_the_last_administrator_cannot_be_lost(self):
        self.give_roles()
        self.refused(ADMIN, "role", "take", str(ADMIN), "administrator", saying="last administrator")
        self.does(ADMIN, "role", "give", str(SECOND), "administrator")
        self.does(SECOND, "role", "take", str(ADMIN), "administrator")  # control: not the last one
        self.refused(ADMIN, "user", "list")  # at once
        rows = [row for row in self.does(REVIEWER, "log") if row["event"] in ("role_given", "role_taken")]
        self.assertEqual([(row["event"], row["admin_uid"], row["uid"], row["role"]) for row in rows[-2:]],
                         [("role_given", ADMIN, SECOND, "administrator"), ("role_taken", SECOND, ADMIN, "administrator")])

    def test_errors(self):
        for words, hint in [(("7", "boss"), "approver"), (("no-such-account", "reviewer"), "no-such-account"),
                            (("4294967295", "reviewer"), "4294967295")]:
            self.refused(ROOT, "role", "give", *words, saying=hint)
        self.does(ROOT, "role", "give", "7", "reviewer")  # control
        self.does(ROOT, "role", "give", "daemon", "reviewer")
        self.assertEqual([row["uid"] for row in self.does(ROOT, "role", "list")], [1, 7])


class SecondPerson(Several):
    KIND = ApprovingBroker

    def setUp(self):
        super().setUp()
        self.give_roles()

    def effective(self, field):
        rows = self.does(ADMIN, "policy", "explain", self.user)
        return next(row["value"] for row in rows if row["field"] == field)

    def ask(self, *arguments, uid=ADMIN):
        row, = self.does(uid, *arguments, code=PENDING)
        return row["pending"]

    def events(self, *names):
        return [row for row in self.does(REVIEWER, "log") if row["event"] in names]

    def test_what_loosens_waits_and_what_does_not_is_done(self):
        self.does(ADMIN, "policy", "set", "default", "input.text", "false")  # permits less
        number = self.ask("policy", "set", self.user, "input.text", "true")
        self.assertEqual(self.effective("input.text"), "false")
        row, = self.does(SECOND, "change", "list")
        self.assertEqual((row["change"], row["by"], row["what"]), (int(number), f"uid {ADMIN}", f"{self.user} input.text = true"))
        row, = self.does(SECOND, "change", "show", number)
        self.assertEqual((row["layer"], row["field"], row["after"], row["loosens"]), (self.user, "input.text", "true", True))
        link = self.link()
        grant = link.session(self.user, self.password)
        self.does(SECOND, "change", "approve", number)
        self.assertNotEqual(link.expect(0x45)[4:], grant["policy"][4:])
        self.assertEqual(self.effective("input.text"), "true")
        self.assertEqual(self.does(SECOND, "change", "list"), [])
        asked, part, approved = self.events("change_asked", "policy_set", "change_approved")[-3:]
        self.assertEqual((asked["admin_uid"], asked["number"], asked["loosens"]), (ADMIN, int(number), True))
        self.assertEqual((part["event"], part["admin_uid"], part["after"]), ("policy_set", ADMIN, "true"))
        self.assertEqual((approved["admin_uid"], approved["number"], approved["policy_version"]), (SECOND, int(number), 2))

    def test_nobody_approves_what_they_asked_for(self):
        self.does(ADMIN, "role", "give", str(SECOND), "administrator")
        number = self.ask("policy", "set", "default", "web.allow_by_default", "true", uid=SECOND)
        self.refused(SECOND, "change", "approve", number, saying="your own")
        self.assertEqual(self.effective("web.allow_by_default"), "false")
        self.does(SECOND, "role", "give", str(ADMIN), "approver")
        self.does(ADMIN, "change", "approve", number)  # control
        self.assertEqual(self.effective("web.allow_by_default"), "true")

    def test_refused_with_a_reason_and_decided_once(self):
        number = self.ask("policy", "set", "default", "web.allow_by_default", "true")
        self.refused(SECOND, "change", "refuse", number, "--reason", "", saying="1 to 400")
        self.does(SECOND, "change", "refuse", number, "--reason", "not before April")
        for act in (("approve", number), ("refuse", number, "--reason", "x")):
            self.does(SECOND, "change", *act, code=4)
        self.assertEqual(self.effective("web.allow_by_default"), "false")
        row, = self.events("change_refused")
        self.assertEqual((row["number"], row["cause"], row["admin_uid"]), (int(number), "not before April", SECOND))

    def test_groups_exceptions_and_rollback_wait_too(self):
        self.does(ADMIN, "group", "add", "tax")  # nobody is in it
        self.does(ADMIN, "policy", "set", "group:tax", "web.allow_by_default", "true")  # nobody gains
        version = self.does(ADMIN, "status")[0]["policy_version"]
        self.does(SECOND, "change", "approve", self.ask("group", "join", self.user, "tax"))
        self.assertEqual(self.effective("web.allow_by_default"), "true")
        self.does(ADMIN, "group", "leave", self.user, "tax")
        self.assertEqual(self.effective("web.allow_by_default"), "false")
        back = self.ask("policy", "rollback", str(version + 1))
        wanted = ("exception", "add", self.user, "access.idle_minutes", "480", "--until", "1h", "--reason", "a course")
        exception = self.ask(*wanted)
        self.assertEqual(self.does(ADMIN, "exception", "list"), [])
        self.does(SECOND, "change", "approve", exception)
        self.assertEqual(len(self.does(ADMIN, "exception", "list")), 1)
        self.assertEqual(self.effective("access.idle_minutes"), "480")
        self.does(SECOND, "change", "approve", back)
        self.assertEqual(self.effective("web.allow_by_default"), "true")

    def test_an_exception_does_not_hide_what_loosens_when_it_is_over(self):
        """A restriction for some seconds needs nobody else; what is set under it comes out when it ends."""
        def exception(value, until):
            return "exception", "add", self.user, "input.text", value, "--until", until, "--reason", "x"
        self.does(ADMIN, "policy", "set", "default", "input.text", "false")
        self.does(ADMIN, *exception("false", "1h"))
        self.ask("policy", "set", self.user, "input.text", "true")
        self.does(ADMIN, "policy", "set", self.user, "input.text", "false")  # control: the value, not the field
        self.does(SECOND, "change", "approve", self.ask(*exception("true", "2h")))
        self.ask(*exception("true", "3h"))  # as it is now, but for longer
        self.does(ADMIN, *exception("true", "30m"))  # control: not longer than what was approved

    def test_tries_that_nobody_may_make_are_recorded(self):
        self.does(ADMIN, "role", "give", str(SECOND), "administrator")
        number = self.ask("policy", "set", "default", "web.allow_by_default", "true", uid=SECOND)
        self.refused(SECOND, "change", "approve", number, saying="your own")
        self.refused(ADMIN, "role", "give", str(ADMIN), "approver", saying="themselves")
        self.does(ADMIN, "role", "take", str(SECOND), "administrator")
        self.refused(ADMIN, "role", "take", str(ADMIN), "administrator", saying="last administrator")
        self.assertEqual([(row["admin_uid"], row["filter"]) for row in self.events("admin_refused")],
                         [(SECOND, f"change approve {number}: own"), (ADMIN, f"role give {ADMIN} approver: own"),
                          (ADMIN, f"role take {ADMIN} administrator: last")])

    def test_what_is_shown_about_people_is_recorded(self):
        number = self.ask("policy", "set", self.user, "access.idle_minutes", "60")
        path = self.broker.directory / "people.csv"
        path.write_text(f"user,groups\n{self.user},-\n")
        path.chmod(0o644)
        for words in [("change", "list"), ("change", "show", number), ("policy", "rollback", "0", "--dry-run"),
                      ("import", str(path), "--dry-run")]:
            self.does(ADMIN, *words)
        self.assertEqual([row["filter"] for row in self.events("state_read")],
                         ["change list", f"change show {number}", "policy rollback * 0 dry", "import dry"])

    def test_another_end_counts_only_with_the_approval(self):
        number = self.ask("exception", "add", self.user, "access.idle_minutes", "480", "--until", "1h", "--reason", "x")
        before = self.does(SECOND, "change", "list")[0]["what"]
        self.broker.limit_files(self.broker.log_file.stat().st_size + 10)
        self.assertNotEqual(self.broker.as_uid(SECOND, "change", "approve", number, "--until", "9h")[0], 0)
        self.broker.end()
        self.broker = self.KIND(self.broker.directory)
        self.assertEqual(self.does(SECOND, "change", "list")[0]["what"], before)

    def test_an_exception_whose_time_is_over_cannot_be_approved(self):
        number = self.ask("exception", "add", self.user, "access.idle_minutes", "480", "--until", "1s", "--reason", "x")
        time.sleep(1.5)
        self.refused(SECOND, "change", "approve", number, saying="over")
        self.assertEqual(self.effective("access.idle_minutes"), "30")

    def test_what_waits_survives_a_restart_and_changes_as_the_policy_is_then(self):
        first = self.ask("policy", "set", "default", "access.idle_minutes", "60")
        second = self.ask("policy", "set", "default", "access.idle_minutes", "90")
        self.broker.end()
        self.broker = self.KIND(self.broker.directory)
        self.assertEqual([row["change"] for row in self.does(SECOND, "change", "list")], [int(first), int(second)])
        self.does(SECOND, "change", "approve", second)
        row, = self.does(SECOND, "change", "show", first)
        self.assertEqual((row["before"], row["after"], row["loosens"]), ("90", "60", False))

    def test_without_its_record_nothing_waits_and_nothing_is_approved(self):
        number = self.ask("policy", "set", "default", "access.idle_minutes", "60")
        self.broker.limit_files(self.broker.log_file.stat().st_size + 10)
        for uid, words in [(ADMIN, ("policy", "set", "default", "access.idle_minutes", "90")),
                           (SECOND, ("change", "approve", number))]:
            self.assertNotIn(self.broker.as_uid(uid, *words)[0], (0, PENDING))
        self.broker.end()
        self.broker = self.KIND(self.broker.directory)
        self.assertEqual([row["change"] for row in self.does(SECOND, "change", "list")], [int(number)])
        self.assertEqual(self.effective("access.idle_minutes"), "30")


class Requests(Several):
    """What users ask for in the viewer; the link says of which site."""

    def setUp(self):
        super().setUp()
        self.give_roles()
        self.session = self.link()
        self.number = self.session.session(self.user, self.password)["session"]

    def ask_for(self, host, port=443, rule=0):
        self.session.send(0x0A, struct.pack(">QIH", self.number, rule, port) + self.session.text(host))

    def requests(self, count):
        Broker.wait_until(lambda: len([r for r in self.does(REVIEWER, "log") if r["event"] == "exception_asked"]) >= count)
        return self.does(SECOND, "change", "list")

    def test_asked_for_permitted_and_over(self):
        self.ask_for("www.example.lg.jp")
        row, = self.requests(1)
        self.assertEqual(row["by"], "the user")
        self.assertIn("web.hosts = allow:www.example.lg.jp until 20", row["what"])
        self.does(SECOND, "change", "approve", str(row["change"]), "--until", "3s")
        self.assertIn(b"www.example.lg.jp", self.session.expect(0x45))
        self.assertNotIn(b"www.example.lg.jp", self.session.expect(0x45))  # when its time is over
        added, approved = [r for r in self.does(REVIEWER, "log") if r["event"] in ("exception_added", "change_approved")]
        self.assertEqual((added["user"], added["after"], added["admin_uid"], approved["admin_uid"]),
                         (self.user, "allow:www.example.lg.jp", SECOND, SECOND))
        self.assertIn(f"session {self.number}", added["cause"])

    def test_what_no_administrator_could_permit_is_only_recorded(self):
        asked = ["", "bad host", "-a.example", "10.0.0.1.", "x" * 200, ".jp", "a.example,allow:.jp", "a.example:1", "a.example\u3000.jp"]
        for host in asked:
            self.ask_for(host)
        self.assertEqual(self.requests(len(asked)), [])
        self.ask_for("a.example", port=8443)  # control
        self.assertIn("allow:a.example:8443", self.requests(len(asked) + 1)[0]["what"])

    def test_one_person_does_not_fill_the_list(self):
        for number in range(8):
            self.ask_for(f"host{number}.example")
            self.ask_for(f"host{number}.example")
        rows = self.requests(16)
        self.assertEqual(len(rows), 5)
        self.does(SECOND, "change", "refuse", str(rows[0]["change"]), "--reason", "no")
        self.ask_for("one-more.example")
        self.assertEqual(len(self.requests(17)), 5)

    def test_an_end_must_be_one(self):
        self.ask_for("www.example.lg.jp")
        number = str(self.requests(1)[0]["change"])
        for until, part in [("2020-01-01", "later"), ("400d", "366"), ("soon", "2026-04-30")]:
            self.refused(SECOND, "change", "approve", number, "--until", until, saying=part)
        self.does(SECOND, "change", "approve", number, "--until", "2h")  # control


if __name__ == "__main__":
    unittest.main(verbosity=2)
