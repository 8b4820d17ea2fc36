#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two links at once, and an account, a terminal or a rule that changes between two steps of one: what a
log-in that went well may still do. All orders of such steps: tests/unit/server/broker/auth/login_model_test.cpp."""
import pathlib
import struct
import sys
import time
import unittest

from broker_link import DEADLINE, OK, REFUSED
from broker_test import NOT_PERMITTED, BrokerTest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "gateway"))
import totp  # noqa: E402

TERMINATE, VERDICT, SECRET = 0x46, 0x42, 0x47
CTL_TERMINAL_REVOKE = 0x09
WRONG = "not the password"


class LockoutTest(BrokerTest):
    def connected(self, terminal="t1"):
        link = self.link()
        self.assertEqual(link.connect(terminal=terminal), 0)
        return link

    def logged_in(self, user, password, terminal="t1"):
        link = self.connected(terminal)
        self.assertEqual(link.login(user, password)[0], OK)
        return link

    def verdict(self, link):
        return struct.unpack(">BII", link.expect(VERDICT))

    def log_in(self, user, password, code="", terminal="t1"):
        link = self.connected(terminal)
        link.send(0x02, link.text(user) + link.text(password) + link.text(code))
        return self.verdict(link)

    def begin_factor(self, user, password):
        link = self.connected()
        link.send(0x10, link.text(user) + link.text(password) + link.text(""))
        return link, link.expect(SECRET)

    def confirm(self, link, code):
        link.send(0x11, code.encode())
        return self.verdict(link)[0]

    def set_up(self, user, password):
        link, secret = self.begin_factor(user, password)
        step = totp.now()
        self.assertEqual(self.confirm(link, totp.code(secret, step)), OK)
        return secret, step

    def causes(self, event):
        return [row.get("cause") for row in self.broker.events(event)]


class BeingEnded(LockoutTest):
    def refused_after(self, user, password, change, terminal="t1"):
        link = self.logged_in(user, password, terminal)
        change()
        link.expect(TERMINATE)
        answer = link.open()
        self.assertIsInstance(answer, int, "a session")
        self.assertIn("ending", self.causes("session_refused"))
        return answer

    def test_a_password_that_an_administrator_changes(self):
        user, password = self.broker.add()
        self.refused_after(user, password,
                           lambda: self.broker.ctl("user", "passwd", user, "--password-stdin", stdin="another long one\n"))
        self.assertIsInstance(self.logged_in(user, "another long one").open(), dict)  # control

    def test_a_password_that_its_owner_changes_on_another_link(self):
        user, password = self.broker.add()

        def change():
            link = self.connected()
            link.send(0x0F, b"".join(map(link.text, (user, password, "", "another long one"))))
            self.assertEqual(self.verdict(link)[0], OK)
        self.refused_after(user, password, change)

    def test_an_account_that_was_disabled_for_a_moment(self):
        user, password = self.broker.add()

        def change():
            self.broker.ctl("user", "disable", user)
            self.broker.ctl("user", "enable", user)
        self.refused_after(user, password, change)
        self.assertIsInstance(self.logged_in(user, password).open(), dict)  # control

    def test_a_terminal_that_is_revoked(self):
        user, password = self.broker.add()
        self.broker.ctl("terminal", "add", "t2")
        self.refused_after(user, password, lambda: self.broker.ctl("terminal", "revoke", "t2"), "t2")
        self.assertIsInstance(self.logged_in(user, password).open(), dict)  # control

    def test_a_log_in_under_way_when_its_terminal_is_revoked(self):
        """Whether the revocation comes in between is seen by the order of the answers; tried until it does."""
        user, password = self.broker.add()
        end = time.monotonic() + DEADLINE
        for number in range(1000):
            self.assertLess(time.monotonic(), end, "never in between")
            terminal = f"r{number}"
            self.broker.ctl("terminal", "add", terminal)
            link = self.connected(terminal)
            link.send_login(user, password)
            self.broker.request(CTL_TERMINAL_REVOKE, terminal)
            kind, payload = link.receive()
            if kind == TERMINATE:
                self.assertEqual(self.verdict(link)[0], REFUSED)
                break
            self.assertEqual((kind, payload[0]), (VERDICT, OK))
        self.assertIn("ending", self.causes("login_refused"))


class TheDecidingTurn(LockoutTest):
    def test_a_certificate_that_is_not_listed(self):
        """Registered without a list at first: then one certificate is listed, and it is another."""
        user, password = self.broker.add()
        first = self.link()
        grant = first.session(user, password)
        first.left(grant["session"])
        self.broker.wait_for_event("session_left")
        opens, resumes, logs_in = self.logged_in(user, password), self.connected(), self.connected()
        with self.broker.database() as database:
            database.execute("INSERT INTO certificates (fingerprint, serial, terminal) VALUES (?, '0b', 't1')", ("ab" * 32,))
        self.assertEqual(opens.open(), NOT_PERMITTED)
        self.assertEqual(resumes.resume(grant["ticket"]), NOT_PERMITTED)
        self.assertEqual(logs_in.login(user, password)[0], REFUSED)
        self.assertEqual(self.causes("session_refused"), ["certificate_not_registered"] * 2)
        with self.broker.database() as database:
            database.execute("DELETE FROM certificates")
        self.assertTrue(self.connected().resume(grant["ticket"])["resumed"])  # control

    def test_a_factor_that_became_mandatory(self):
        user, password = self.broker.add()
        without = self.logged_in(user, password)
        secret, step = self.set_up(user, password)
        again = self.logged_in(user, password)
        self.broker.ctl("policy", "set", "default", "access.second_factor", "required")
        for link in (without, again):
            self.assertEqual(link.open(), NOT_PERMITTED)
        link = self.connected()
        link.send(0x02, link.text(user) + link.text(password) + link.text(totp.code(secret, step + 1)))
        self.assertEqual(self.verdict(link)[0], OK)
        self.assertIsInstance(link.open(), dict)  # control: with the code

    def test_a_password_that_became_too_old(self):
        user, password = self.broker.add()
        link = self.logged_in(user, password)
        self.broker.ctl("policy", "set", "default", "access.password_days", "30")
        with self.broker.database() as database:
            database.execute("UPDATE users SET password_at = 1")
        self.assertEqual(link.open(), NOT_PERMITTED)

    def test_a_lock_is_about_guessing_and_stops_nobody_who_is_in(self):
        """docs/decisions/0016: a link that has logged in, and a ticket, are no guesses."""
        user, password = self.broker.add()
        self.broker.ctl("policy", "set", user, "access.sessions_max", "2")
        first = self.link()
        grant = first.session(user, password)
        ready = self.logged_in(user, password)
        for _ in range(5):
            self.assertEqual(self.log_in(user, WRONG)[:2], (REFUSED, 0))
        self.assertGreater(self.log_in(user, password)[1], 0)  # control: it is locked
        self.assertIsInstance(ready.open(), dict)
        self.assertTrue(self.connected().resume(grant["ticket"])["resumed"])


class Factor(LockoutTest):
    def test_a_secret_told_before_a_reset_sets_nothing_up(self):
        """No factor, one, and none again: for whoever was told a secret before, nothing seems to have changed."""
        user, password = self.broker.add()
        early, stolen = self.begin_factor(user, password)
        self.set_up(user, password)
        self.broker.ctl("user", "reset-factor", user)
        self.assertEqual(self.confirm(early, totp.code(stolen, totp.now())), REFUSED)
        self.assertEqual(self.causes("login_refused"), ["changed_meanwhile"])
        self.set_up(user, password)  # control

    def test_a_secret_told_before_the_account_was_disabled_sets_nothing_up(self):
        user, password = self.broker.add()
        early, stolen = self.begin_factor(user, password)
        self.broker.ctl("user", "disable", user)
        self.broker.ctl("user", "enable", user)
        self.assertEqual(self.confirm(early, totp.code(stolen, totp.now())), REFUSED)
        self.set_up(user, password)  # control


class TheLastTry(LockoutTest):
    def test_a_right_password_and_code_after_nineteen_failures_of_others(self):
        user, password = self.broker.add()
        secret, step = self.set_up(user, password)
        self.broker.ctl("policy", "set", "default", "access.second_factor", "required")
        for number in range(19):
            self.assertEqual(self.log_in(f"nobody{number}", WRONG)[:2], (REFUSED, 0))
        self.assertEqual(self.log_in(user, password, totp.code(secret, step + 1))[0], OK)
        # It took only its own tries back: the next failure is the twentieth.
        self.assertEqual(self.log_in("nobody", WRONG)[:2], (REFUSED, 0))
        self.assertGreater(self.log_in(user, password)[1], 0)

    def test_control_a_wrong_code_then_locks(self):
        user, password = self.broker.add()
        secret, step = self.set_up(user, password)
        self.broker.ctl("policy", "set", "default", "access.second_factor", "required")
        for number in range(19):
            self.log_in(f"nobody{number}", WRONG)
        self.assertEqual(self.log_in(user, password, totp.code(secret, step + 9))[:2], (REFUSED, 0))
        self.assertGreater(self.log_in("nobody", WRONG)[1], 0)


del BrokerTest, LockoutTest


if __name__ == "__main__":
    unittest.main(verbosity=2)
