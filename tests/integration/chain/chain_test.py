# SPDX-License-Identifier: Apache-2.0
"""The whole of Sudare with a real browser, seen by the viewer without a window."""
import os
import pathlib
import sys
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
from probe import Probe  # noqa: E402
from chain import SESSION_UIDS_COUNT, Chain  # noqa: E402
from processes import wait_until  # noqa: E402

POINTER = 4  # wp_cursor_shape: the hand over a link
DARK, LIGHT = "102a43", "f0b429"  # the marker of bench/latency.html


def session_processes(chain):
    """Command lines of what runs for any session of this chain."""
    found = []
    for process in pathlib.Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            uid = process.stat().st_uid
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if command and chain.session_uids <= uid < chain.session_uids + SESSION_UIDS_COUNT:
            found.append(command[:60])
    return found


class ChainTest(unittest.TestCase):
    terminals = 0  # of this run; each probe is a terminal of its own

    @classmethod
    def setUpClass(cls):
        cls.chain = Chain(os.environ["SUDARE_BIN"]).__enter__()
        cls.addClassCleanup(cls.chain.stop)
        cls.passwords = {name: cls.chain.add_user(name) for name in ("sakura", "tsubaki")}

    def probe(self, user="sakura", **options):
        ChainTest.terminals += 1
        probe = Probe(self.chain, f"terminal{ChainTest.terminals}", user, self.passwords[user], **options)
        self.addCleanup(probe.stop)
        return probe

    def session(self, user="sakura", **options):
        """A running session that ends with the test."""
        probe = self.probe(user, **options).log_in().start_page()
        self.addCleanup(lambda: probe.ask("end"))
        return probe

    def events(self, user, kind):
        return [e for e in self.chain.ctl_json("log", user) if e.get("event") == kind]

    def requests(self, path):
        return [r for r in self.chain.site_requests() if r.get("path") == path]

    def marker(self, probe):
        """A point inside the marker of bench/latency.html, found by its colour."""
        for y in range(60, 400, 4):
            if probe("pixel", 96, y)["colour"] == DARK:
                return 96, y + 8
        self.fail("the marker is not on the screen")

    def find_link(self, probe, x, top, bottom):
        """Moves the pointer down a column until it becomes a hand, as a person looks for a link."""
        for y in range(top, bottom, 12):
            probe("move", x, y)
            answer = probe.ask("wait_cursor", 150, POINTER)
            if answer["ok"]:
                return x, y
        self.fail("there is no link in that column")


class Browsing(ChainTest):
    def test_start_page_is_shown(self):
        before = len(self.requests("/"))
        probe = self.session()
        self.assertGreater(len(self.requests("/")), before)
        stats = probe.stats()
        self.assertEqual((1280, 720), (stats["width"], stats["height"]))
        # The portal's deep indigo fills the left of the first screen.
        self.assertIn(True, [probe("pixel", 3, y)["colour"] == "14283f" for y in range(250, 400, 5)])

    def test_key_changes_exact_pixels(self):
        probe = self.session()
        probe.go(self.chain.portal + "bench/latency.html")
        x, y = self.marker(probe)
        for colour in (LIGHT, DARK, LIGHT):
            probe("key", "m", "press")
            probe("wait_colour", 5000, x, y, colour)

    def test_click_follows_a_link(self):
        probe = self.session()
        before = len(self.requests("/article"))
        probe("click", *self.find_link(probe, 120, 400, 700))
        wait_until(lambda: len(self.requests("/article")) > before, what="the linked page")

    def test_form_arrives_as_typed(self):
        probe = self.session()
        probe.go(self.chain.portal + "form")
        for _ in range(20):
            probe("key", "Tab", "press")
            if probe.ask("wait_field", 300, "active")["ok"]:
                break
        probe("text", "山﨑 花子")
        probe("key", "Tab", "press")
        probe("type", "Yamasaki-Hanako")
        # department, three parts of a date and its button, number, choice, reason, check box
        for _ in range(9):
            probe("key", "Tab", "press")
        probe("key", "Space", "press")
        probe("key", "Tab", "press")
        probe("key", "Return", "press")
        fields = [("氏名", "山﨑 花子"), ("ふりがな", "Yamasaki-Hanako"), ("所属", "市民課"), ("希望する日", ""),
                  ("勤務できる日数", ""), ("連絡の方法", "内線"), ("理由", ""), ("確認", "確認した")]
        sent = wait_until(lambda: self.requests("/form/sent"), what="the form")
        self.assertEqual(len(urllib.parse.urlencode(fields)), sent[-1]["received"])

    def test_scroll_is_a_copy_and_exact(self):
        probe = self.session(size="1920x1080")
        probe.go(self.chain.portal + "bench/ja-dense.html")
        probe("move", 900, 600)
        probe("stats_reset")
        probe("wheel", 0, 120)
        probe("wait_still", 400, 10000)
        stats = probe.stats()
        self.assertGreaterEqual(stats["scrolls"], 1)
        self.assertLess(stats["update_bytes"], 80_000)  # a whole page has three times as much
        area = (0, 150, 1900, 900)
        scrolled = probe("hash", *area)["hash"]
        # The same state painted from nothing: another size makes a snapshot, and back again.
        probe("resize", 1600, 1000)
        probe("wait_size", 10000, 1600, 1000)
        probe("resize", 1920, 1080)
        probe("wait_size", 10000, 1920, 1080)
        probe("wait_still", 600, 10000)
        self.assertEqual(scrolled, probe("hash", *area)["hash"])

    def test_resize_lays_out_again(self):
        probe = self.session()
        probe("resize", 900, 640)
        probe("wait_size", 10000, 900, 640)
        probe("wait_still", 400, 10000)
        narrow = probe("hash")["hash"]
        probe("resize", 1100, 640)
        probe("wait_size", 10000, 1100, 640)
        probe("wait_still", 400, 10000)
        self.assertNotEqual(narrow, probe("hash", 0, 0, 900, 640)["hash"])

    def test_still_page_sends_nothing(self):
        probe = self.session()
        probe("wait_still", 1500, 20000)
        probe("stats_reset")
        probe("pause", 3000)
        self.assertEqual(0, probe.stats()["updates"])


class Accounts(ChainTest):
    def test_wrong_password_and_unknown_user_look_the_same(self):
        probe = self.probe()
        probe("connect")
        wrong = probe("login", "sakura", "not-it")
        unknown = probe("login", "nobody-here", "not-it")
        self.assertEqual((1, 1), (wrong["verdict"], unknown["verdict"]))
        self.assertEqual(0, probe("login")["verdict"])  # control: the right one is accepted
        self.assertTrue(self.events("sakura", "login_refused"))

    def test_two_people_at_once_see_their_own(self):
        first, second = self.session("sakura"), self.session("tsubaki")
        for probe in (first, second):
            probe.go(self.chain.portal + "bench/typing.html")
        second("wait_still", 800, 10000)
        before = second("hash", 0, 120, 1280, 500)["hash"]
        first_before = first("hash", 0, 120, 1280, 500)["hash"]
        first("type", "only for my eyes")
        first("wait_still", 500, 10000)
        self.assertNotEqual(first_before, first("hash", 0, 120, 1280, 500)["hash"])
        second("move", 640, 400)  # something happens there too
        second("wait_still", 500, 10000)
        self.assertEqual(before, second("hash", 0, 120, 1280, 500)["hash"])
        numbers = {p.stats()["session"]["number"] for p in (first, second)}
        self.assertEqual(2, len(numbers))

    def test_default_policy_denies(self):
        probe = self.session()
        probe("stats_reset")
        probe.go("https://denied.sakura.test:%d/" % self.chain.site_port)
        notices = probe("wait_notice", 5000)["notices"]
        self.assertEqual(1, notices[0]["code"])
        self.assertFalse([r for r in self.chain.site_requests() if r.get("host") == "denied.sakura.test"])
        refused = [e for e in self.events("sakura", "destination") if e.get("host") == "denied.sakura.test"]
        self.assertTrue(refused)
        self.assertTrue(all(e["verdict"].startswith("denied") for e in refused))


class Ends(ChainTest):
    def nothing_left(self):
        wait_until(lambda: not session_processes(self.chain), what="the session's processes to end")
        wait_until(lambda: not [p for p in self.chain.runtime.iterdir() if p.name.isdigit()], what="empty slots")

    def test_end_leaves_nothing(self):
        probe = self.probe().log_in().start_page()
        self.assertTrue(session_processes(self.chain))  # control: they would be seen
        answer = probe("end")
        self.assertEqual("user_ended", answer["ending"]["reason"])
        self.nothing_left()
        self.assertEqual("user_ended", self.events("sakura", "session_ended")[-1]["reason"])

    def test_last_window_closed(self):
        probe = self.probe().log_in().start_page()
        probe("combo", "ctrl+w")
        answer = probe("wait_state", 10000, "ended")
        self.assertEqual("browser_closed", answer["ending"]["reason"])
        self.nothing_left()

    def test_administrator_ends_it(self):
        probe = self.probe().log_in().start_page()
        number = probe.stats()["session"]["number"]
        self.chain.ctl("session", "end", str(number))
        self.assertEqual("admin_ended", probe("wait_state", 10000, "ended")["ending"]["reason"])
        self.nothing_left()


if __name__ == "__main__":
    unittest.main(verbosity=2)
