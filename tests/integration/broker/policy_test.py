# SPDX-License-Identifier: Apache-2.0
"""Groups, exceptions and versions of the policy, with a real broker, its database and sudarectl."""
import os
import struct
import time
import unittest

from broker_test import BrokerTest, NOT_PERMITTED, POLICY_CHANGED

DAY = 24 * 60 * 60


class Rules(BrokerTest):
    def setUp(self):
        super().setUp()
        self.user, self.password = self.broker.add()

    def effective(self, field, user=None, *more):
        rows = {row["field"]: row for row in self.broker.ctl("policy", "explain", user or self.user, *more)}
        return rows[field]["value"], rows[field]["origin"]

    def fails(self, *arguments, code=1, saying=()):
        done = self.broker.ctl(*arguments, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        for part in saying:
            self.assertIn(part, done.stderr)
        return done

    def groups(self, **places):
        for name, place in places.items():
            self.broker.ctl("group", "add", name, "--place", str(place))

    def version(self):
        return self.broker.ctl("status")[0]["policy_version"]


class Groups(Rules):
    def test_the_group_with_the_larger_place_decides_and_the_user_over_it(self):
        self.groups(tax=10, chiefs=20)
        for layer, minutes in [("default", 10), ("group:tax", 20), ("group:chiefs", 40), (self.user, 50)]:
            self.broker.ctl("policy", "set", layer, "access.idle_minutes", str(minutes))
        self.broker.ctl("policy", "unset", self.user, "access.idle_minutes")
        seen = [self.effective("access.idle_minutes")]
        for act in [("group", "join", self.user, "tax"), ("group", "join", self.user, "chiefs"),
                    ("group", "move", "tax", "30"), ("policy", "set", self.user, "access.idle_minutes", "50"),
                    ("policy", "unset", self.user, "access.idle_minutes"), ("group", "leave", self.user, "tax"),
                    ("group", "remove", "chiefs")]:
            self.broker.ctl(*act)
            seen.append(self.effective("access.idle_minutes"))
        self.assertEqual(seen, [("10", "default"), ("20", "group tax"), ("40", "group chiefs"), ("20", "group tax"),
                                ("50", "user"), ("20", "group tax"), ("40", "group chiefs"), ("10", "default")])

    def test_a_change_of_groups_reaches_a_running_session_and_can_end_it(self):
        self.groups(tax=10, leaving=20)
        self.broker.ctl("policy", "set", "group:tax", "web.hosts", "allow:.tax.example")
        self.broker.ctl("policy", "set", "group:leaving", "access.enabled", "false")
        link = self.link()
        grant = link.session(self.user, self.password)
        self.assertNotIn(b".tax.example", grant["policy"])  # control
        self.broker.ctl("group", "join", self.user, "tax")
        self.assertIn(b".tax.example", link.expect(0x45))
        self.broker.ctl("policy", "set", "group:tax", "web.hosts", "allow:.other.example")
        self.assertIn(b".other.example", link.expect(0x45))
        self.broker.ctl("group", "join", self.user, "leaving")
        self.assertEqual(struct.unpack(">H", link.expect(0x46))[0], POLICY_CHANGED)

    def test_a_group_that_was_removed_permits_nobody_anything_when_it_comes_back(self):
        self.groups(tax=10)
        self.broker.ctl("policy", "set", "group:tax", "web.allow_by_default", "true")
        self.broker.ctl("group", "join", self.user, "tax")
        before = self.version()
        self.assertEqual(self.effective("web.allow_by_default"), ("true", "group tax"))
        self.broker.ctl("group", "remove", "tax")
        self.groups(tax=10)
        self.assertEqual(self.effective("web.allow_by_default"), ("false", "built-in"))
        row, = self.broker.ctl("group", "list")
        self.assertEqual((row["members"], row["fields"]), (0, 0))
        self.broker.ctl("policy", "rollback", str(before))  # what was can be had again
        self.assertEqual(self.effective("web.allow_by_default"), ("true", "group tax"))

    def test_what_is_listed_and_recorded(self):
        self.groups(tax=10, chiefs=20)
        self.broker.ctl("group", "join", self.user, "tax")
        self.broker.ctl("group", "join", self.user, "tax")  # as it is: no version, no record
        self.broker.ctl("group", "join", self.user, "chiefs")
        self.broker.ctl("group", "move", "tax", "30")
        rows = self.broker.ctl("group", "list")
        self.assertEqual([(row["group"], row["place"], row["members"]) for row in rows],
                         [("chiefs", 20, 1), ("tax", 30, 1)])
        self.assertEqual(self.broker.ctl("user", "list")[0]["groups"], "chiefs,tax")
        rows = self.broker.events("membership")
        self.assertEqual([(row["user"], row.get("before"), row["after"]) for row in rows],
                         [(self.user, None, "tax"), (self.user, "tax", "tax,chiefs")])
        row = self.broker.events("group_moved")[0]
        self.assertEqual((row["group"], row["before"], row["after"], row["admin_uid"]), ("tax", "10", "30", os.getuid()))
        self.assertEqual([row["policy_version"] for row in self.broker.events("group_added", "membership", "group_moved")],
                         [1, 2, 3, 4, 5])

    def test_errors(self):
        self.groups(tax=10)
        self.fails("group", "add", "tax", saying=["tax", "exists already"])
        self.fails("group", "add", "a:b", saying=["a:b"])
        self.fails("group", "add", "default", saying=["default"])
        self.fails("group", "add", "late", "--place", "10000", saying=["10000", "0 to 9999"])
        self.fails("group", "join", self.user, "nothing", code=4, saying=["nothing", "group list"])
        self.fails("policy", "set", "group:nothing", "input.text", "false", code=4, saying=["nothing"])
        for number in range(16):
            self.groups(**{f"g{number}": number})
            self.broker.ctl("group", "join", self.user, f"g{number}")
        self.fails("group", "join", self.user, "tax", saying=[self.user, "16"])
        self.broker.ctl("group", "leave", self.user, "g3")
        self.broker.ctl("group", "join", self.user, "tax")  # control

    def test_groups_of_one_person_must_fit_into_a_message_together(self):
        def rules(letter, count):
            return ",".join(f"allow:{letter}{number}.{'x' * 60}.{'y' * 60}.{'z' * 60}.lg.jp" for number in range(count))

        def set_hosts(layer, letter, count):
            return self.broker.request(0x0A, layer, "web.hosts", rules(letter, count))
        self.groups(a=1, b=2)
        link = self.link()
        link.session(self.user, self.password)
        for group in "ab":
            self.assertEqual(set_hosts(f"group:{group}", group, 5000)[0], 0x42)
        self.broker.ctl("group", "join", self.user, "a")
        self.assertIn(b"a4999.", link.expect(0x45))
        self.fails("group", "join", self.user, "b", saying=[self.user, "1536 KiB"])
        self.assertEqual(set_hosts("group:b", "b", 2000)[0], 0x42)  # control
        self.broker.ctl("group", "join", self.user, "b")
        self.assertIn(b"b1999.", link.expect(0x45))
        kind, why = set_hosts("group:b", "b", 4000)
        self.assertEqual(kind, 0x43)
        self.assertIn(self.user.encode(), why)


class Exceptions(Rules):
    def add(self, field, value, until="1h", *more, user=None):
        return self.broker.ctl("exception", "add", user or self.user, field, value, "--until", until, "--reason",
                               "a course", *more)[0]

    def test_it_counts_over_every_layer_until_its_end_and_the_session_gets_both(self):
        self.broker.ctl("policy", "set", self.user, "input.text", "false")
        link = self.link()
        grant = link.session(self.user, self.password)
        self.add("input.text", "true", "3s")
        self.assertEqual(self.effective("input.text"), ("true", "exception 1"))
        with_it = link.expect(0x45)
        self.assertNotEqual(with_it[4:], grant["policy"][4:])
        self.assertEqual(link.expect(0x45)[4:], grant["policy"][4:])  # by itself, when the time has come
        self.assertEqual(self.effective("input.text"), ("false", "user"))
        self.assertEqual(self.broker.ctl("exception", "list"), [])

    def test_it_begins_by_itself(self):
        link = self.link()
        grant = link.session(self.user, self.password)
        begins = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
        self.add("input.text", "false", "1h", "--from", begins)
        self.assertEqual(self.effective("input.text"), ("true", "built-in"))
        self.assertNotEqual(link.expect(0x45)[4:], grant["policy"][4:])
        self.assertEqual(self.effective("input.text"), ("false", "exception 1"))

    def test_one_that_ends_can_end_the_session(self):
        self.broker.ctl("policy", "set", "default", "access.enabled", "false")
        link = self.link()
        link.connect()
        link.login(self.user, self.password)
        self.assertEqual(link.open(), NOT_PERMITTED)  # control
        self.add("access.enabled", "true", "3s")
        grant = link.open()
        link.started(grant["session"])
        self.assertEqual(struct.unpack(">H", link.expect(0x46))[0], POLICY_CHANGED)

    def test_a_broker_that_was_away_knows_what_is_over(self):
        self.add("input.text", "false", "2s")
        self.add("input.keyboard", "false", "1h")
        self.broker.kill()
        time.sleep(2.1)
        self.broker = self.broker.restart()
        self.assertEqual(self.effective("input.text"), ("true", "built-in"))
        self.assertEqual(self.effective("input.keyboard"), ("false", "exception 2"))

    def test_listed_recorded_and_ended(self):
        self.add("web.allow_by_default", "true", "7d")
        row, = self.broker.ctl("exception", "list", self.user)
        self.assertEqual((row["exception"], row["user"], row["field"], row["value"], row["reason"], row["begins"]),
                         (1, self.user, "web.allow_by_default", "true", "a course", 0))
        self.assertAlmostEqual(row["ends"], time.time() + 7 * DAY, delta=60)
        row, = self.broker.events("exception_added")
        self.assertEqual((row["user"], row["field"], row["after"], row["cause"], row["loosens"], row["number"]),
                         (self.user, "web.allow_by_default", "true", "a course", True, 1))
        self.broker.ctl("exception", "end", "1")
        self.assertEqual(self.effective("web.allow_by_default"), ("false", "built-in"))
        self.assertEqual(self.broker.events("exception_ended")[0]["number"], 1)
        self.fails("exception", "end", "1", code=4, saying=["exception list"])

    def test_a_permission_that_begins_later_is_a_loosening_now(self):
        self.add("web.allow_by_default", "true", "7d", "--from", time.strftime("%Y-%m-%d", time.localtime(time.time() + DAY)))
        self.add("web.clipboard_in_browser", "false", "7d")  # control
        self.assertEqual([row["loosens"] for row in self.broker.events("exception_added")], [True, False])

    def test_a_date_alone_is_the_end_of_that_day_here(self):
        today = time.strftime("%Y-%m-%d")
        self.add("input.text", "false", today)
        row, = self.broker.ctl("exception", "list")
        self.assertEqual(time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(row["ends"] - 1)), f"{today} 23:59:59")

    def test_errors(self):
        base = ["exception", "add", self.user, "input.text", "false"]
        self.fails(*base, "--until", "2h", code=2)  # why?
        self.fails(*base, "--until", "2h", "--reason", "", saying=["--reason", "1 to 400"])
        for until in ("2026-02-31", "soon", "12345678d", "2026-13-01", "2026-04-01T25:00"):
            self.fails(*base, "--until", until, "--reason", "x", saying=[until, "2026-04-30"])
        self.fails(*base, "--until", "2020-01-01", "--reason", "x", saying=["--until", "later"])
        self.fails(*base, "--until", "400d", "--reason", "x", saying=["--until", "366 days"])
        self.fails("exception", "add", self.user, "input.text", "perhaps", "--until", "2h", "--reason", "x",
                   saying=["input.text", "perhaps"])
        for _ in range(16):
            self.add("input.text", "false")
        self.fails(*base, "--until", "2h", "--reason", "x", saying=[self.user, "16"])
        self.broker.ctl("exception", "end", "3")
        self.add("input.text", "false")  # control


class Versions(Rules):
    def test_what_was_permitted_on_a_day(self):
        """Groups, their order and exceptions too."""
        self.groups(tax=10)
        self.broker.ctl("policy", "set", "group:tax", "access.idle_minutes", "20")
        self.broker.ctl("group", "join", self.user, "tax")
        self.broker.ctl("exception", "add", self.user, "input.text", "false", "--until", "1h", "--reason", "x")
        with self.broker.database() as database:  # all of that three days ago
            database.execute("UPDATE policy SET at = at - 3 * 86400")
            database.execute("UPDATE exceptions SET ends = ends - 3 * 86400")
            then = database.execute("SELECT max(at) FROM policy").fetchone()[0]
        self.broker = self.broker.restart()
        day = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(then + 60))
        self.broker.ctl("group", "leave", self.user, "tax")
        self.broker.ctl("policy", "set", "group:tax", "access.idle_minutes", "30")
        self.assertEqual(self.effective("access.idle_minutes"), ("30", "built-in"))
        for moment in (day, "4"):
            self.assertEqual(self.effective("access.idle_minutes", None, "--as-of", moment), ("20", "group tax"))
            self.assertEqual(self.effective("input.text", None, "--as-of", moment), ("false", "exception 1"))
        before = time.strftime("%Y-%m-%d", time.localtime(then - DAY))
        self.assertEqual(self.effective("access.idle_minutes", None, "--as-of", before), ("30", "built-in"))
        rows = {row["field"]: row for row in self.broker.ctl("policy", "diff", self.user, day)}
        self.assertEqual(set(rows), {"access.idle_minutes", "input.text"})
        row = rows["access.idle_minutes"]
        self.assertEqual((row["before"], row["before_origin"], row["after"], row["after_origin"], row["loosens"]),
                         ("20", "group tax", "30", "built-in", True))

    def test_history(self):
        self.groups(tax=10)
        self.broker.ctl("group", "join", self.user, "tax")
        self.broker.ctl("policy", "set", "group:tax", "input.text", "false")
        self.broker.ctl("policy", "unset", "group:tax", "input.text")
        rows = self.broker.ctl("policy", "history")
        self.assertEqual([(row["version"], row["layer"], row["field"], row["set"], row["value"]) for row in rows],
                         [(4, "group:tax", "input.text", False, ""), (3, "group:tax", "input.text", True, "false"),
                          (2, self.user, "groups", True, "tax"), (1, "group:tax", "place", True, "10")])
        self.assertEqual(len(self.broker.ctl("policy", "history", self.user)), 1)
        self.assertEqual([row["version"] for row in self.broker.ctl("policy", "history", "--count", "1")], [4])

    def test_rollback_is_a_new_version_and_can_be_looked_at_first(self):
        self.broker.ctl("policy", "set", self.user, "input.text", "false")
        self.broker.ctl("policy", "set", "default", "access.idle_minutes", "20")
        good = self.version()
        self.broker.ctl("policy", "set", "default", "access.idle_minutes", "99")
        self.broker.ctl("policy", "set", "default", "web.allow_by_default", "true")
        self.broker.ctl("policy", "unset", self.user, "input.text")
        rows = self.broker.ctl("policy", "rollback", str(good), "--dry-run")
        self.assertEqual([(row["layer"], row["field"], row["before"], row["after"]) for row in rows],
                         [("default", "access.idle_minutes", "99", "20"), ("default", "web.allow_by_default", "true", ""),
                          (self.user, "input.text", "", "false")])
        self.assertEqual(self.version(), good + 3)  # nothing has changed
        link = self.link()
        grant = link.session(self.user, self.password)
        self.broker.ctl("policy", "rollback", str(good), "--layer", "default")
        self.assertNotEqual(link.expect(0x45)[4:], grant["policy"][4:])
        self.assertEqual(self.effective("access.idle_minutes"), ("20", "default"))
        self.assertEqual(self.effective("input.text"), ("true", "built-in"))  # of another layer
        self.broker.ctl("policy", "rollback", str(good))
        self.assertEqual(self.effective("input.text"), ("false", "user"))
        self.assertEqual(self.version(), good + 6)
        first, second = self.broker.events("policy_rolled_back")
        self.assertEqual((first["policy_version"], first["number"], first["loosens"]), (good + 5, good, False))
        self.assertEqual((second["policy_version"], second["loosens"]), (good + 6, False))
        self.assertEqual(self.broker.ctl("policy", "rollback", str(good)), [])  # as it was

    def test_who_changes_if_this_is_saved(self):
        for name in ("sato", "tanaka"):
            self.broker.ctl("user", "add", name, "--password-stdin", stdin="correct horse battery\n")
        self.groups(tax=10)
        self.broker.ctl("group", "join", "sato", "tax")
        self.broker.ctl("policy", "set", "tanaka", "input.text", "true")
        link = self.link()
        link.session(self.user, self.password)
        version = self.version()

        def who(*arguments):
            rows = self.broker.ctl("policy", "what-if", *arguments)
            return [(row["user"], row["before"], row["after"], row["loosens"], row["sessions"]) for row in rows]
        self.assertEqual(who("default", "input.text", "false"),
                         [(self.user, "true", "false", False, 1), ("sato", "true", "false", False, 0)])
        self.assertEqual(who("group:tax", "access.idle_minutes", "60"), [("sato", "30", "60", True, 0)])
        self.assertEqual(who("tanaka", "input.text", "--unset"), [])
        self.assertEqual(self.version(), version)
        self.fails("policy", "what-if", "default", "input.text", saying=["--unset"])

    def test_moments_that_are_none(self):
        self.fails("policy", "explain", self.user, "--as-of", "17", saying=["17", "policy history"])
        self.fails("policy", "explain", self.user, "--as-of", "yesterday", saying=["yesterday", "2026-04-01"])
        self.broker.ctl("policy", "explain", self.user, "--as-of", "0")  # control: before everything


if __name__ == "__main__":
    unittest.main(verbosity=2)
