# SPDX-License-Identifier: Apache-2.0
"""Named lists of hosts, with a real broker, its database and sudarectl."""
import json
import unittest

from broker_link import Broker
from broker_test import BrokerTest


class Lists(BrokerTest):
    def setUp(self):
        super().setUp()
        self.user, self.password = self.broker.add()

    def set_list(self, name, *hosts, more=(), check=True):
        done = self.broker.ctl("host-list", "set", name, "-", *more, stdin="\n".join(hosts) + "\n", check=check)
        return done[0] if check else done

    def fails(self, *arguments, code=1, saying=(), **options):
        done = self.broker.ctl(*arguments, check=False, **options)
        self.assertEqual(done.returncode, code, done.stderr)
        for part in saying:
            self.assertIn(part, done.stderr)
        return done

    def decides(self, host, user=None):
        row, = self.broker.ctl("policy", "host", user or self.user, host)
        return row["verdict"], row["origin"], row["list"], row["number"]

    def test_one_list_permits_for_one_group_and_denies_for_another(self):
        self.assertEqual(self.set_list("video", "www.video.example", ".tube.example", "WWW.Video.example"),
                         {"list": "video", "hosts": 2, "added": 2, "removed": 0})
        other, _ = self.broker.add("tanaka")
        for group, user, what in (("press", self.user, "allow"), ("tax", other, "deny")):
            self.broker.ctl("group", "add", group)
            self.broker.ctl("group", "join", user, group)
            self.broker.ctl("policy", "set", f"group:{group}", "web.hosts", f"{what}:first.example,{what}:@video")
        for host in ("www.video.example", "a.tube.example"):
            self.assertEqual(self.decides(host), ("allow", "group press", "video", 1_000_002))
            self.assertEqual(self.decides(host, other), ("deny", "group tax", "video", 2_000_002))
        self.assertEqual(self.decides("other.example"), ("deny", "built-in", "", 0))  # control
        row, = self.broker.ctl("host-list", "list")
        self.assertEqual((row["list"], row["hosts"], row["used_by"]), ("video", 2, "group:press,group:tax"))
        explained = {row["field"]: row for row in self.broker.ctl("policy", "explain", self.user)}["web.hosts"]
        self.assertEqual((explained["value"], explained["origin"]), ("allow:first.example,allow:@video", "group press"))

    def test_a_list_that_changes_reaches_running_sessions_of_those_who_name_it(self):
        other, password = self.broker.add("tanaka")
        self.set_list("gov", "a.example")
        self.broker.ctl("policy", "set", self.user, "web.hosts", "allow:@gov")
        link, bystander = self.link(), self.link()
        grant = link.session(self.user, self.password)
        bystander.session(other, password)
        self.assertIn(b"a.example", grant["policy"])
        shown = self.broker.ctl("host-list", "set", "gov", "-", "--dry-run", stdin="a.example\nb.example\n")
        self.assertEqual([(row["user"], row["after"], row["loosens"], row["sessions"]) for row in shown[1:]],
                         [(self.user, "allow:b.example", True, 1)])
        self.set_list("gov", "b.example")
        policy = link.expect(0x45)
        self.assertIn(b"b.example", policy)
        self.assertNotIn(b"a.example", policy)
        self.broker.ctl("policy", "set", other, "input.text", "false")
        self.assertNotIn(b"b.example", bystander.expect(0x45))  # the first thing that it hears of
        record = self.broker.events("host_list_set")[-1]
        self.assertEqual((record["host_list"], record["added"], record["removed"], record["before"], record["after"],
                          record["loosens"]), ("gov", 1, 1, "a.example", "b.example", True))

    def test_what_is_named_exists(self):
        self.fails("policy", "set", self.user, "web.hosts", "allow:@gov", code=4, saying=[self.user, "gov", "host-list list"])
        self.set_list("gov", "a.example")
        self.broker.ctl("policy", "set", self.user, "web.hosts", "allow:@gov")
        self.broker.ctl("exception", "add", self.user, "web.hosts", "deny:@gov", "--until", "1h", "--reason", "a course")
        self.assertEqual(self.decides("a.example"), ("deny", "exception 1", "gov", 200_001))
        self.fails("host-list", "remove", "gov", saying=["gov", self.user])
        self.broker.ctl("policy", "unset", self.user, "web.hosts")
        self.fails("host-list", "remove", "gov", saying=["gov", self.user, "exception 1"])
        self.broker.ctl("exception", "end", "1")
        self.broker.ctl("host-list", "remove", "gov")
        self.assertEqual(self.broker.ctl("host-list", "list"), [])
        self.assertEqual(self.broker.events("host_list_removed")[0]["removed"], 1)
        self.fails("host-list", "show", "gov", code=4)
        self.fails("host-list", "remove", "gov", code=4)
        self.fails("host-list", "show", "never", code=4)

    def test_earlier_versions_and_the_way_back(self):
        self.set_list("gov", "a.example")
        self.broker.ctl("policy", "set", "default", "web.hosts", "allow:@gov")
        then = self.broker.ctl("status")[0]["policy_version"]
        self.set_list("gov", "a.example", "b.example")
        diff, = self.broker.ctl("policy", "diff", self.user, str(then))
        self.assertEqual((diff["before"], diff["after"], diff["loosens"]), ("", "allow:b.example", True))
        self.broker.ctl("policy", "unset", "default", "web.hosts")
        self.broker.ctl("host-list", "remove", "gov")
        self.assertEqual(self.broker.ctl("host-list", "show", "gov", "--as-of", str(then))[0]["hosts"], "a.example")
        history = self.broker.ctl("policy", "history", "host-list:gov")
        self.assertEqual([(row["layer"], row["field"], row["value"]) for row in history],
                         [("host-list:gov", "hosts", ""), ("host-list:gov", "hosts", "a.example\nb.example"),
                          ("host-list:gov", "hosts", "a.example")])
        self.fails("policy", "rollback", str(then), "--layer", "default", code=4, saying=["gov"])
        rows = self.broker.ctl("policy", "rollback", str(then))
        self.assertEqual(sorted(row["layer"] for row in rows), ["default", "host-list:gov"])
        self.assertEqual(self.decides("a.example")[:3], ("allow", "default", "gov"))
        self.assertEqual(self.decides("b.example")[0], "deny")

    def test_a_restart_reads_the_same(self):
        self.set_list("gov", "a.example")
        self.broker.ctl("policy", "set", "default", "web.hosts", "deny:@gov,allow:b.example")
        before = self.decides("a.example"), self.decides("b.example")
        self.broker.stop()
        self.broker = self.broker.restart()
        self.addCleanup(self.broker.remove)
        self.assertEqual((self.decides("a.example"), self.decides("b.example")), before)
        self.assertEqual(before[0], ("deny", "default", "gov", 1))

    def test_bad_files_change_nothing(self):
        done = self.set_list("gov", "good.example", "https://a.example/", "# fine", "*.b.example", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual([json.loads(line)["line"] for line in done.stdout.splitlines()], [2, 4])
        self.assertIn("2 lines", done.stderr)
        self.assertEqual(self.broker.ctl("host-list", "list"), [])
        self.assertEqual(self.set_list("gov", "# nothing", check=False).returncode, 1)
        self.assertEqual(self.fails("host-list", "set", "gov", "/no/such/file", code=4).stdout, "")
        for name in ("a b", "x/y", "", "a@b", "default"):
            self.assertEqual(self.set_list(name, "a.example", check=False).returncode, 1, name)
        # A peer that is not sudarectl.
        for hosts in ("allow:a.example", "a.example\n\nb.example", "@other", "A.example"):
            kind, why = self.broker.request(0x30, "gov", hosts, "")
            self.assertEqual(kind, 0x43, hosts)
        self.assertEqual(self.broker.request(0x30, "gov", "a.example", "")[0], 0x41)  # control
        self.fails("policy", "set", "host-list:gov", "input.text", "false", saying=["host-list"])
        self.fails("policy", "get", "host-list:gov", saying=["host-list"])

    def test_sixty_thousand_names(self):
        names = [f"www{100000 + number}.example.jp" for number in range(60_000)]
        self.set_list("large", *names)
        self.broker.ctl("policy", "set", "default", "web.hosts", "deny:@large,allow:.example.jp")
        link = self.link()
        policy = link.session(self.user, self.password)["policy"]
        self.assertIn(b"www159999.example.jp", policy)
        self.assertEqual(self.decides("www100000.example.jp"), ("deny", "default", "large", 1))
        self.assertEqual(self.decides("mail.example.jp"), ("allow", "default", "", 2))
        self.assertEqual(self.broker.ctl("host-list", "show", "large")[0]["hosts"].splitlines(), names)
        record = self.broker.events("host_list_set")[0]
        self.assertEqual(record["added"], 60_000)
        self.assertTrue(record["after"].startswith("sha256:"), record["after"][:80])
        # A user has less, and is told.
        self.fails("policy", "set", self.user, "web.hosts", "allow:@large", saying=[self.user, "256 KiB"])
        self.set_list("small", "a.example")
        self.broker.ctl("policy", "set", self.user, "web.hosts", "allow:@small")
        self.assertIn(b"a.example", link.expect(0x45))
        done = self.set_list("small", *names[:30_000], check=False)
        self.assertIn(self.user, done.stderr)
        self.assertEqual(done.returncode, 1)
        # No list may be larger than what any layer has.
        done = self.set_list("small", *(f"{name}.{'x' * 20}.jp" for name in names), check=False)
        self.assertIn("host-list:small", done.stderr)

    def test_a_long_value_from_a_file(self):
        hosts = ",".join(f"allow:www{number}.example.jp" for number in range(20_000))
        path = self.broker.directory / "hosts.txt"
        path.write_text("\ufeff" + hosts.replace(",", "\r\n") + "\r\n")
        self.broker.ctl("policy", "set", "default", "web.hosts", "--file", str(path))
        self.assertEqual(self.broker.ctl("policy", "get", "default")[0]["value"], hosts)
        self.fails("policy", "set", "default", "web.hosts", saying=["--file"])
        self.broker.ctl("policy", "set", "default", "web.hosts", "")  # no host is a value too
        self.fails("policy", "set", "default", "web.hosts", "allow:a.example", "--file", str(path), saying=["--file"])


class Approval(BrokerTest):
    def setUp(self):
        self.broker = Broker(settings_text='approval = "loosening"\n')
        self.addCleanup(lambda: self.broker.remove())
        self.assertTrue(self.broker.ready.startswith("READY"), self.broker.ready)

    def test_a_list_by_which_somebody_may_do_more_waits(self):
        user, _ = self.broker.add()
        first = self.broker.ctl("host-list", "set", "gov", "-", stdin="a.example\n", check=False)
        self.assertEqual(first.returncode, 0, first.stderr)  # nobody names it
        asked = self.broker.ctl("policy", "set", user, "web.hosts", "allow:@gov", check=False)
        self.assertEqual(asked.returncode, 5, asked.stderr)
        # Nobody may do more by it yet, but who approves the other one would approve something else.
        behind = self.broker.ctl("host-list", "set", "gov", "-", stdin="a.example\n.example\n", check=False)
        self.assertEqual(behind.returncode, 5, behind.stderr)
        self.assertEqual(self.broker.ctl("host-list", "show", "gov")[0]["hosts"], "a.example")
        unnamed = self.broker.ctl("host-list", "set", "free", "-", stdin="c.example\n", check=False)
        self.assertEqual(unnamed.returncode, 0, unnamed.stderr)  # control
        for row in self.broker.ctl("change", "list"):
            self.broker.ctl("change", "refuse", str(row["change"]), "--reason", "not now")
        self.broker.ctl("policy", "set", "default", "web.hosts", "deny:@gov")
        wider = self.broker.ctl("host-list", "set", "gov", "-", stdin="b.example\n", check=False)
        self.assertEqual(wider.returncode, 5, wider.stderr)  # no denial for a.example
        tighter = self.broker.ctl("host-list", "set", "gov", "-", stdin="a.example\nb.example\n", check=False)
        self.assertEqual(tighter.returncode, 0, tighter.stderr)
        listed = {row["what"] for row in self.broker.ctl("change", "list")}
        self.assertEqual(listed, {"host-list:gov hosts = b.example"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
