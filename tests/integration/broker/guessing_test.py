# SPDX-License-Identifier: Apache-2.0
"""Software that holds a terminal's certificate and no account, against all other terminals."""
import time
import unittest

from broker_link import BUSY, DEADLINE, OK, REFUSED
from broker_test import BrokerTest


class Guessing(BrokerTest):
    def codes_of_a_flood(self, terminals):
        """60 tries at once, each of an invented name; and the code of an honest login meanwhile."""
        user, password = self.broker.add()
        for name in ["honest", *terminals]:
            if name != "t1":
                self.broker.ctl("terminal", "add", name)
        honest = self.link()
        honest.connect(terminal="honest")
        links = [self.link() for _ in range(60)]
        for i, link in enumerate(links):
            link.connect(terminal=terminals[i % len(terminals)])
        for i, link in enumerate(links):
            link.send(0x02, link.text(f"nobody{i}") + link.text("a guess of many") + link.text(""))
        last = links.pop().expect(0x42)[0]  # all of them have been seen
        code = honest.login(user, password)[0]
        return code, [last, *(link.expect(0x42)[0] for link in links)]

    def test_one_terminal_cannot_fill_the_queue(self):
        honest, codes = self.codes_of_a_flood(["t1"])
        self.assertEqual(honest, OK)
        self.assertIn(BUSY, codes)
        # Nor can it go on with other names: those that were looked at are counted for the terminal.
        for i in range(20 - codes.count(REFUSED)):
            link = self.link()
            link.connect()
            self.assertEqual(link.login(f"nobody{100 + i}", "a guess of many")[:2], (REFUSED, 0))
        link = self.link()
        link.connect()
        self.assertGreater(link.login("somebody else", "a guess of many")[1], 0)

    def test_control_many_terminals_can(self):
        _, codes = self.codes_of_a_flood([f"t{i}" for i in range(1, 31)])
        self.assertIn(BUSY, codes)

    def test_who_does_not_wait_for_the_answer_is_recorded_all_the_same(self):
        user, password = self.broker.add()
        for word, kinds in ((password, {"right_but_gone", None}), ("not the password", {"gone", "wrong_password"})):
            before = len(self.broker.events("login_accepted")) + len(self.broker.events("login_refused"))
            link = self.link()
            link.connect()
            link.send(0x02, link.text(user) + link.text(word) + link.text(""))
            link.close()
            end = time.monotonic() + DEADLINE
            rows = []
            while len(rows) <= before and time.monotonic() < end:
                rows = self.broker.events("login_accepted") + self.broker.events("login_refused")
            new = [row for row in rows if row.get("cause") in kinds and row["user"] == user]
            self.assertTrue(new, rows)


del BrokerTest


if __name__ == "__main__":
    unittest.main(verbosity=2)
