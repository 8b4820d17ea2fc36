#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sessions that outlive their link, as the broker sees them: who may take one up, and what is recorded."""
import hashlib
import struct
import time
import unittest

from broker_link import DEADLINE, Broker, Link

SERVER_STOPPING, REPLACED, SESSION_GONE, AUDIT_UNAVAILABLE = 4, 6, 29, 67
TERMINATE = 0x46


class ResumeTest(unittest.TestCase):
    def setUp(self):
        self.broker = Broker()
        self.addCleanup(lambda: self.broker.stop())
        self.user, self.password = self.broker.add()
        self.first = self.link()
        self.grant = self.first.session(self.user, self.password)

    def link(self, **options):
        link = Link(self.broker)
        self.addCleanup(link.close)
        return link

    def connected(self, **options):
        link = self.link()
        self.assertEqual(link.connect(**options), 0)
        return link

    def logged_in(self, **options):
        link = self.connected(**options)
        self.assertEqual(link.login(self.user, self.password)[0], 0)
        return link

    def states(self):
        return [row["state"] for row in self.broker.ctl("session", "list")]

    def reason(self, link):
        return struct.unpack(">H", link.expect(TERMINATE))[0]


class WhoMay(ResumeTest):
    def test_the_ticket_from_its_terminal(self):
        again = self.connected().resume(self.grant["ticket"])
        self.assertTrue(again["resumed"])
        self.assertEqual((again["session"], again["key"]), (self.grant["session"], self.grant["key"]))
        self.assertNotEqual(again["ticket"], self.grant["ticket"])
        self.assertEqual(self.reason(self.first), REPLACED)
        row = self.broker.wait_for_event("session_resumed")[0]
        self.assertEqual((row["user"], row["cause"], row["former_terminal"]), (self.user, "ticket", "t1"))

    def test_not_from_another_terminal(self):
        self.broker.ctl("terminal", "add", "t2")
        thief = self.connected(terminal="t2", certificate=hashlib.sha256(b"t2").digest())
        self.assertEqual(thief.resume(self.grant["ticket"]), SESSION_GONE)
        row = self.broker.wait_for_event("session_refused")[0]
        self.assertEqual((row["cause"], row["session"], row["terminal"]),
                         ("ticket_of_another_terminal", self.grant["session"], "t2"))
        self.assertIn("resumed", self.connected().resume(self.grant["ticket"]))  # control

    def test_no_other_ticket(self):
        for ticket in (bytes(16), b"\1" * 16, bytes([self.grant["ticket"][0] ^ 1]) + self.grant["ticket"][1:],
                       self.grant["key"]):
            with self.subTest(ticket=ticket):
                self.assertEqual(self.connected().resume(ticket), SESSION_GONE)

    def test_one_try_on_a_connection(self):
        link = self.connected()
        self.assertEqual(link.resume(bytes(16)), SESSION_GONE)
        link.send(0x0C, self.grant["ticket"] + struct.pack(">HHHB", 1280, 720, 120, 0))
        self.assertIsNone(link.receive())
        self.assertEqual(self.broker.events("link_violation")[-1]["reason"], "illegal_state")

    def test_an_answer_that_was_lost_on_the_way(self):
        """The terminal never saw the new ticket: it comes again with the old one, until the new one is used."""
        lost = self.connected().resume(self.grant["ticket"])
        second = self.connected().resume(self.grant["ticket"])
        self.assertEqual(second["session"], self.grant["session"])
        third = self.connected().resume(second["ticket"])
        self.assertTrue(third["resumed"])
        for ticket in (self.grant["ticket"], lost["ticket"]):
            self.assertEqual(self.connected().resume(ticket), SESSION_GONE)

    def test_by_password_at_another_terminal(self):
        self.broker.ctl("terminal", "add", "t2")
        again = self.logged_in(terminal="t2", certificate=hashlib.sha256(b"t2").digest()).open()
        self.assertEqual((again["session"], again["resumed"]), (self.grant["session"], True))
        self.assertEqual(self.reason(self.first), REPLACED)
        self.assertEqual(self.connected().resume(self.grant["ticket"]), SESSION_GONE)  # the old terminal's is void

    def test_a_second_session_where_policy_permits_one(self):
        self.broker.ctl("policy", "set", self.user, "access.sessions_max", "2")
        self.assertFalse(self.logged_in().open()["resumed"])
        self.first.detached(self.grant["session"])
        self.broker.wait_for_event("session_detached")
        again = self.logged_in().open()
        self.assertEqual((again["session"], again["resumed"]), (self.grant["session"], True))

    def test_not_another_person(self):
        other, password = self.broker.add("someone-else", terminal="t3")
        link = self.connected()
        link.login(other, password)
        self.assertNotEqual(link.open()["session"], self.grant["session"])

    def test_not_who_is_disabled_or_no_longer_permitted(self):
        self.first.left(self.grant["session"])
        self.broker.wait_for_event("session_left")
        self.broker.ctl("policy", "set", self.user, "access.enabled", "false")
        self.assertEqual(self.broker.wait_for_event("session_ended")[0]["reason"], "policy_changed")
        self.assertEqual(self.connected().resume(self.grant["ticket"]), SESSION_GONE)

    def test_not_one_that_an_administrator_ends(self):
        """Its link has not ended it yet; taking it up would save it."""
        self.broker.ctl("session", "end", str(self.grant["session"]))
        self.assertEqual(self.connected().resume(self.grant["ticket"]), SESSION_GONE)

    def test_not_one_that_does_not_run_yet(self):
        self.first.ended(self.grant["session"])
        link = self.logged_in()
        starting = link.open()
        self.assertEqual(self.connected().resume(starting["ticket"]), SESSION_GONE)


class WithoutALink(ResumeTest):
    def test_what_is_left_waits_and_can_be_ended(self):
        self.first.left(self.grant["session"], SERVER_STOPPING)
        row = self.broker.wait_for_event("session_left")[0]
        self.assertEqual((row["reason"], row["bytes_up"], row["updates"]), ("server_stopping", 11, 33))
        self.assertEqual(self.states(), ["waiting"])
        self.broker.ctl("session", "end", str(self.grant["session"]))
        self.assertEqual(self.broker.wait_for_event("session_ended")[0]["reason"], "admin_ended")
        self.assertEqual(self.states(), [])

    def test_a_crashed_link_leaves_its_session(self):
        self.first.close()
        self.assertEqual(self.broker.wait_for_event("session_left")[0]["reason"], "link_crashed")
        again = self.connected().resume(self.grant["ticket"])
        self.assertEqual(again["session"], self.grant["session"])
        self.assertEqual(self.broker.events("session_ended"), [])

    def test_a_log_that_fails_ends_all_that_wait(self):
        """Each end is a record that cannot be written, which ends all others from within."""
        links = [self.first]
        for number in range(3):
            user, password = self.broker.add(f"waits{number}", terminal=f"w{number}")
            link = self.link()
            grant = link.session(user, password, terminal=f"w{number}",
                                 certificate=hashlib.sha256(b"w").digest())
            link.left(grant["session"])
            links.append(link)
        self.first.left(self.grant["session"])
        end = time.monotonic() + DEADLINE
        while self.states() != ["waiting"] * 4 and time.monotonic() < end:
            time.sleep(0.02)
        self.assertEqual(self.states(), ["waiting"] * 4)
        self.broker.limit_files(self.broker.log_file.stat().st_size)
        while self.link().connect(terminal="t1") != AUDIT_UNAVAILABLE and time.monotonic() < end:
            time.sleep(0.02)
        self.assertIsNone(self.broker.process.poll(), "the broker serves on")
        self.assertEqual(self.link().connect(terminal="t1"), AUDIT_UNAVAILABLE)

    def test_revoked_terminals_and_disabled_people_lose_it(self):
        self.first.left(self.grant["session"])
        self.broker.wait_for_event("session_left")
        self.broker.ctl("terminal", "revoke", "t1")
        self.assertEqual(self.broker.wait_for_event("session_ended")[0]["reason"], "certificate_revoked")

    def test_the_last_reports_of_a_link_that_was_replaced_are_recorded(self):
        number = self.grant["session"]
        self.connected().resume(self.grant["ticket"])
        self.assertEqual(self.reason(self.first), REPLACED)
        self.first.destination(number, "late.example")
        self.first.counters(number)
        self.first.left(number, REPLACED)
        self.broker.wait_for_event("session_left")
        self.assertEqual(self.broker.events("destination")[-1]["host"], "late.example")
        self.assertEqual(self.broker.events("counters")[-1]["session"], number)
        self.assertEqual(self.broker.events("link_violation"), [])
        self.assertEqual(self.states(), ["running"])


if __name__ == "__main__":
    unittest.main()
