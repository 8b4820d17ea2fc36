# SPDX-License-Identifier: Apache-2.0
"""sudarectl emergency against a real broker, by links that the test plays: who ends and who does not, what no longer
gets in at each step of a log-in, restarts, a log that cannot be written, roles and the second person. As root."""
import contextlib
import hashlib
import os
import struct
import subprocess
import time
import unittest

from approval_test import ADMIN, DENIED, NOBODY, OPERATOR, PENDING, REVIEWER, SECOND, ApprovingBroker, Several
from broker_link import BIN, DEADLINE, OK, REFUSED, Link
from broker_test import BrokerTest

EMERGENCY, USER_ENDED = 31, 1
CHANGE_PASSWORD, BEGIN_FACTOR, CONFIRM_FACTOR, ASK_RENEWAL = 0x0F, 0x10, 0x11, 0x12
TERMINATE, LOGIN_VERDICT, FACTOR_SECRET = 0x46, 0x42, 0x47
NOT_FOUND, UNAVAILABLE = 4, 3
WHY = "case 26-201"


class EmergencyTest(BrokerTest):
    def setUp(self):
        super().setUp()
        self.user, self.password = self.broker.add()
        self.broker.add("tanaka", terminal="t2")

    def at(self, terminal):
        """How a link connects from there."""
        return {"terminal": terminal, "certificate": hashlib.sha256(terminal.encode()).digest(), "serial": "0b"}

    def session(self, user, terminal):
        link = self.link()
        grant = link.session(user, self.password, **self.at(terminal))
        return link, grant

    def refuses(self, *arguments, code=DENIED):
        done = self.broker.ctl("emergency", *arguments, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def stopped(self, link, session=None):
        """The link is told to end because of it, and does."""
        self.assertEqual(struct.unpack(">H", link.expect(TERMINATE))[0], EMERGENCY)
        if session:
            link.ended(session, EMERGENCY)
        link.close()

    def logs_in(self, user, terminal):
        link = self.link()
        self.assertEqual((link.connect(**self.at(terminal)), link.login(user, self.password)[0]), (0, OK))
        link.close()

    def refused_at_login(self, user, terminal):
        link = self.link()
        self.assertEqual(link.connect(**self.at(terminal)), 0)
        link.send_login(user, self.password)
        self.stopped(link)

    def refused_at_the_door(self, terminal):
        link = self.link()
        self.assertEqual(link.connect(**self.at(terminal)), EMERGENCY)
        link.close()

    def lives(self, link, grant):
        """It has not been told to end: the next thing that it hears is about what is asked now."""
        self.broker.ctl("session", "end", str(grant["session"]))
        self.assertEqual(struct.unpack(">H", link.expect(TERMINATE))[0], 3)
        link.close()


class Stopping(EmergencyTest):
    def test_a_user_is_stopped_and_others_are_not(self):
        concerned, grant = self.session(self.user, "t1")
        other = self.session("tanaka", "t2")
        row, = self.broker.ctl("emergency", "start", "--user", self.user, "--reason", WHY)
        self.assertEqual((row["users"], row["terminals"], row["everybody"], row["sessions"]),
                         (self.user, "", False, str(grant["session"])))
        self.stopped(concerned, grant["session"])
        for terminal in ("t1", "t2"):
            self.refused_at_login(self.user, terminal)
        self.logs_in("tanaka", "t1")  # control: it is the person, not the place
        wrong = self.link()
        wrong.connect()
        self.assertEqual(wrong.login(self.user, "not the password")[0], REFUSED)  # nobody learns it without the password
        self.lives(*other)
        status, = self.broker.ctl("status")
        self.assertEqual((status["emergencies"], status["logins"]), (1, "partly stopped"))
        self.assertEqual(self.broker.wait_for_event("session_ended")[0]["reason"], "emergency")
        self.broker.ctl("emergency", "end", "--reason", "cleared")
        self.logs_in(self.user, "t1")
        concerns, started, ended = self.broker.events("emergency_concerns", "emergency_started", "emergency_ended")
        self.assertEqual((concerns["user"], concerns["emergency"]), (self.user, row["emergency"]))
        self.assertEqual((started["cause"], started["number"], started["everybody"], started["admin_uid"]),
                         (WHY, 1, False, os.getuid()))
        self.assertEqual((ended["cause"], ended["emergency"]), ("cleared", row["emergency"]))
        hold, = self.broker.ctl("hold", "list")  # stays when the emergency is over
        self.assertEqual((hold["hold"], hold["reason"], hold["since"]), (row["hold"], WHY, row["since"]))
        self.assertLessEqual(row["started"] - 30 * 24 * 3600 - row["since"], DEADLINE)
        self.assertLess(started["index"], self.broker.events("session_terminated")[0]["index"])  # before the effect
        self.assertIn("emergency", [event["cause"] for event in self.broker.events("login_refused")])

    def test_a_terminal_is_stopped_whoever_is_there(self):
        concerned, _ = self.session(self.user, "t1")
        other = self.session("tanaka", "t2")
        self.broker.ctl("emergency", "start", "--terminal", "t1", "--reason", WHY)
        self.stopped(concerned)
        self.refused_at_the_door("t1")
        self.logs_in(self.user, "t2")
        self.lives(*other)

    def test_a_session_stands_for_its_user_and_its_terminal(self):
        concerned, grant = self.session(self.user, "t1")
        row, = self.broker.ctl("emergency", "start", "--session", str(grant["session"]), "--reason", WHY)
        self.assertEqual((row["users"], row["terminals"]), (self.user, "t1"))
        self.stopped(concerned)
        self.refused_at_the_door("t1")
        self.refused_at_login(self.user, "t2")
        self.logs_in("tanaka", "t2")

    def test_a_session_that_waits_for_its_person_is_over(self):
        link, grant = self.session(self.user, "t1")
        link.left(grant["session"])
        link.close()
        self.broker.wait_for_event("session_left")
        self.assertEqual(self.broker.ctl("session", "list")[0]["state"], "waiting")
        self.broker.ctl("emergency", "start", "--user", self.user, "--reason", WHY)
        self.assertEqual(self.broker.ctl("session", "list"), [])
        self.broker.ctl("emergency", "end", "--reason", "cleared")
        back = self.link()
        back.connect(**self.at("t1"))
        self.assertEqual(back.resume(grant["ticket"]), 29)  # gone for good

    def test_everybody_over_a_restart(self):
        links = [self.session(self.user, "t1")[0], self.session("tanaka", "t2")[0]]
        idle = self.link()
        idle.connect(**self.at("t2"))  # has shown its certificate and asks for nothing
        row, = self.broker.ctl("emergency", "start", "--all", "--reason", WHY)
        self.assertEqual((row["sessions_ended"], row["everybody"]), (2, True))
        for link in (*links, idle):
            self.stopped(link)
        self.refused_at_the_door("t1")
        self.broker = self.broker.restart()
        self.refused_at_the_door("t2")
        self.assertEqual(self.broker.ctl("status")[0]["logins"], "stopped")
        self.assertEqual([one["state"] for one in self.broker.ctl("emergency", "status")], ["running"])
        self.assertEqual(len(self.broker.events("emergency_started")), 1)  # a start is no second one
        self.broker.ctl("emergency", "end", str(row["emergency"]), "--reason", "cleared")
        self.logs_in("tanaka", "t2")
        self.broker = self.broker.restart()
        self.logs_in("tanaka", "t2")
        self.assertEqual([one["state"] for one in self.broker.ctl("emergency", "status")], ["ended"])

    def test_several_at_once_stand_each_for_itself(self):
        numbers = [self.broker.ctl("emergency", "start", *whom, "--reason", WHY)[0]["emergency"]
                   for whom in (("--user", self.user, "--user", "tanaka"), ("--user", self.user))]
        self.assertIn("several", self.refuses("end", "--reason", "x"))
        self.broker.ctl("emergency", "end", str(numbers[0]), "--reason", "x")
        self.logs_in("tanaka", "t2")
        self.refused_at_login(self.user, "t1")
        self.broker.ctl("emergency", "end", "--reason", "x")  # the only one
        self.logs_in(self.user, "t1")

    def test_the_limit_does_not_keep_everybody_in(self):
        for _ in range(50):
            self.broker.ctl("emergency", "start", "--user", self.user, "--reason", WHY)
        self.assertIn("50", self.refuses("start", "--user", "tanaka", "--reason", WHY))
        self.logs_in("tanaka", "t2")
        self.broker.ctl("emergency", "start", "--all", "--reason", WHY)
        self.refused_at_the_door("t2")
        self.refuses("start", "--all", "--reason", WHY)

    def test_what_is_asked_wrong_stops_nothing_and_says_so(self):
        concerned = self.session(self.user, "t1")
        for arguments, code, words in (
                (("--reason", WHY), DENIED, "--all"),
                (("--all", "--user", self.user, "--reason", WHY), DENIED, "--all"),
                (("--user", self.user, "--reason", ""), DENIED, "--reason"),
                (("--user", self.user, "--user", "nobody", "--reason", WHY), NOT_FOUND, "nobody"),
                (("--terminal", "t9", "--reason", WHY), NOT_FOUND, "t9"),
                (("--session", "99", "--reason", WHY), NOT_FOUND, "99"),
                (("--session", "x", "--reason", WHY), NOT_FOUND, "x"),
                (("--all", "--since", "yesterday", "--reason", WHY), DENIED, "--since"),
                (("--all", "--since", "2036-01-01", "--reason", WHY), DENIED, "--since")):
            self.assertIn(words, self.refuses("start", *arguments, code=code))
        self.refuses("end", "--reason", "x", code=NOT_FOUND)
        self.assertEqual(self.broker.events("emergency_started", "emergency_concerns"), [])
        self.logs_in("tanaka", "t2")
        self.lives(*concerned)


class UnderWay(EmergencyTest):
    """What had begun before it, and would have its effect after."""

    def enrolling(self, kind, *texts):
        link = self.link()
        link.connect(**self.at("t1"))
        link.send(kind, b"".join(Link.text(text) for text in texts))
        return link

    def test_a_log_in_without_a_session(self):
        link = self.link()
        link.connect(**self.at("t1"))
        link.login(self.user, self.password)
        self.broker.ctl("emergency", "start", "--user", self.user, "--reason", WHY)
        link.send(0x03, struct.pack(">HHHBB", 1280, 720, 120, 0, 0))
        self.stopped(link)
        self.assertEqual(self.broker.events("session_granted"), [])

    def test_a_password_that_is_being_looked_at(self):
        links = [self.link() for _ in range(2)]
        for link in links:  # fill the place of this terminal, so that one is under way whatever the machine does
            link.connect(**self.at("t1"))
            link.send_login(self.user, self.password)
        self.broker.ctl("emergency", "start", "--terminal", "t1", "--user", self.user, "--reason", WHY)
        for link in links:
            kind, payload = link.receive()
            if kind == LOGIN_VERDICT and payload[0] == OK:  # it was faster; then its log-in is ended
                kind, payload = link.receive()
            self.assertEqual((kind, struct.unpack(">H", payload)[0]), (TERMINATE, EMERGENCY))
        self.assertEqual(self.broker.ctl("session", "list"), [])

    def test_a_second_factor_that_was_begun(self):
        link = self.enrolling(BEGIN_FACTOR, self.user, self.password, "")
        link.expect(FACTOR_SECRET)
        self.broker.ctl("emergency", "start", "--user", self.user, "--reason", WHY)
        link.send(CONFIRM_FACTOR, b"123456")
        self.stopped(link)
        self.assertEqual(self.broker.events("second_factor_set"), [])

    def test_a_change_of_password(self):
        wanted = "another long password"
        self.broker.ctl("emergency", "start", "--user", self.user, "--reason", WHY)
        self.stopped(self.enrolling(CHANGE_PASSWORD, self.user, self.password, "", wanted))
        self.assertEqual(self.broker.events("password_changed"), [])
        self.broker.ctl("emergency", "end", "--reason", "x")
        link = self.enrolling(CHANGE_PASSWORD, self.user, self.password, "", wanted)  # control
        self.assertEqual(link.expect(LOGIN_VERDICT)[0], OK)

    def test_a_renewal_of_a_certificate(self):
        link = self.link()
        link.connect(**self.at("t1"))
        self.broker.ctl("emergency", "start", "--terminal", "t1", "--reason", WHY)
        link.send(ASK_RENEWAL, b"a request")
        self.stopped(link)
        self.assertEqual(self.broker.events("renewal_asked"), [])


class WithoutALog(EmergencyTest):
    def test_sessions_end_and_the_stop_stands_over_the_repair(self):
        concerned, _ = self.session(self.user, "t1")
        whole = self.broker.log_file.read_bytes()
        os.truncate(self.broker.log_file, len(whole) - 1)  # the next group fails; the database does not
        done = self.broker.ctl("emergency", "start", "--user", self.user, "--reason", WHY, check=False)
        self.assertEqual(done.returncode, UNAVAILABLE, done.stderr)
        self.assertIn("THE LOG CANNOT BE WRITTEN", done.stderr)
        self.assertFalse(self.broker.row(done.stdout)["recorded"])
        self.assertIn(struct.unpack(">H", concerned.expect(TERMINATE))[0], (EMERGENCY, 67))
        self.broker.kill()
        self.broker.log_file.rename(self.broker.directory / "damaged.log")  # as the broker's refusal says
        self.assertEqual(subprocess.run([BIN / "sudare-broker", "--config", self.broker.directory / "broker.toml",
                                         "--accept-log-loss"], capture_output=True, timeout=DEADLINE).returncode, 0)
        self.broker = self.broker.restart()
        self.refused_at_login(self.user, "t1")
        self.logs_in("tanaka", "t2")
        started, = self.broker.events("emergency_started")  # now, with the time when it began
        self.assertEqual(started["cause"], WHY)
        self.assertLessEqual(abs(started["begins"] - time.time()), DEADLINE * 10)
        self.broker = self.broker.restart()
        self.assertEqual(len(self.broker.events("emergency_started")), 1)

    def test_without_disk_it_stands_until_the_restart_and_says_so(self):
        concerned, _ = self.session(self.user, "t1")
        self.broker.limit_files(1)  # neither log nor database
        done = self.broker.ctl("emergency", "start", "--user", self.user, "--reason", WHY, check=False)
        self.assertEqual(done.returncode, UNAVAILABLE, done.stderr)
        for words in ("THE LOG CANNOT BE WRITTEN", "IT IS NOT STORED", "NOTHING IS HELD"):
            self.assertIn(words, done.stderr)
        self.assertIn(struct.unpack(">H", concerned.expect(TERMINATE))[0], (EMERGENCY, 67))


@unittest.skipUnless(os.geteuid() == 0, "needs root to be several people")
class Who(Several):
    def test_everybody_with_a_role_begins_one_and_administrators_end_it(self):
        self.give_roles()
        self.refused(NOBODY, "emergency", "start", "--all", "--reason", WHY)
        for uid in (ADMIN, SECOND, REVIEWER, OPERATOR):
            self.does(uid, "emergency", "start", "--user", self.user, "--reason", WHY)
            self.does(uid, "emergency", "status")
        for uid in (SECOND, REVIEWER, OPERATOR, NOBODY):
            self.assertEqual(self.broker.as_uid(uid, "emergency", "end", "1", "--reason", "x")[0], DENIED)
        for number in "1234":
            self.does(ADMIN, "emergency", "end", number, "--reason", "x")
        self.refused(OPERATOR, "backup", "--out", "/tmp/sudare-never")


class TwoPeople(Several):
    KIND = ApprovingBroker

    def test_the_end_loosens_and_so_waits_for_a_second_person(self):
        self.give_roles()
        self.does(ADMIN, "role", "give", str(NOBODY), "administrator")
        self.does(NOBODY, "role", "give", str(ADMIN), "approver")  # both, and still one person
        self.does(REVIEWER, "emergency", "start", "--all", "--reason", WHY)  # the start waits for nobody
        self.refused(SECOND, "emergency", "end", "--reason", "x", saying="administrator")  # it is not asked for yet
        row, = self.does(ADMIN, "emergency", "end", "--reason", "cleaned", code=PENDING)
        self.assertEqual(row["state"], "end_asked")
        self.refused(ADMIN, "emergency", "end", "--reason", "cleaned", saying="another person")
        self.refused(NOBODY, "emergency", "end", "--reason", "x", saying="approver")
        self.assertEqual(self.does(OPERATOR, "status")[0]["logins"], "stopped")
        self.broker.end()
        self.broker = self.KIND(self.broker.directory)
        self.assertEqual(self.does(OPERATOR, "emergency", "status")[0]["end_asked_by"], f"uid {ADMIN}")
        self.does(SECOND, "emergency", "end", "--reason", "seen")
        self.assertEqual(self.does(OPERATOR, "status")[0]["logins"], "open")
        asked, ended = [row for row in self.does(REVIEWER, "log")
                        if row["event"] in ("emergency_end_asked", "emergency_ended")]
        self.assertEqual((asked["admin_uid"], asked["cause"], ended["admin_uid"], ended["asker_uid"]),
                         (ADMIN, "cleaned", SECOND, ADMIN))


if __name__ == "__main__":
    unittest.main()
