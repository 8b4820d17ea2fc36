# SPDX-License-Identifier: Apache-2.0
"""The whole of Sudare with a real browser, used through the client without a window."""

import os
import signal
import unittest
import urllib.parse

from harness import ChainTest, children_of, session_processes, slots, wait_until
from probe import Probe, ProbeError

PAGE_TOP = 92  # canvas pixels of tabs and address bar
DARK, LIGHT = "102a43", "f0b429"  # the marker of bench/latency.html


class Browsing(ChainTest):
    def find_link(self, probe, x, top, bottom):
        """Moves the pointer down a column until it becomes a hand, as a person looks for a link."""
        for y in range(top, bottom, 12):
            probe.command(f"move {x} {y}")
            if probe.ask("wait_cursor pointer 500")["ok"]:
                return x, y
        self.fail("there is no link in that column")

    def test_start_page_is_shown(self):
        before = len(self.requests("/"))
        probe = self.session()
        self.assertGreater(len(self.requests("/")), before)
        self.assertEqual([1024, 768], probe.stats()["size"])
        # The hero: plain indigo between the slats on the left, a photograph on the right.
        self.assertIn("14283f", {probe.pixel(x, 540) for x in range(300, 309)})
        self.assertNotIn("14283f", {probe.pixel(x, 400) for x in range(600, 609)})

    def test_click_follows_a_link(self):
        probe = self.session()
        before = len(self.requests("/article"))
        probe.click(*self.find_link(probe, 114, 450, 520))
        wait_until(lambda: len(self.requests("/article")) > before, what="the linked page")
        probe.change()

    def test_keys_change_exact_pixels(self):
        probe = self.session()
        probe.go(self.chain.portal + "bench/latency.html")
        column = {y: probe.pixel(96, y) for y in range(PAGE_TOP, 400, 4)}
        y = next(y for y, colour in column.items() if colour == DARK) + 8
        for colour in (LIGHT, DARK, LIGHT):
            probe.press("m")
            probe.colour(96, y, colour)

    def test_typed_address_arrives_character_by_character(self):
        probe = self.session()
        probe.go(self.chain.portal + "?Q=aZ09-_.~!$()*,;:@")
        self.assertTrue(self.requests("/?Q=aZ09-_.~!$()*,;:@"))

    def test_form_arrives_as_typed(self):
        probe = self.session(size="1024x1400")
        probe.go(self.chain.portal + "form")
        probe.press("Tab")  # from the page to its first link
        while not probe.ask("wait_text_field text 500")["ok"]:
            probe.press("Tab")
        self.assertEqual(0, probe.command("text 山﨑 花子")["left_out"])
        probe.press("Tab")
        probe.type("Yamasaki-Hanako")
        # department, year, month, day, its button, number, choice, reason, check box
        for _ in range(9):
            probe.press("Tab")
        probe.press("Space")
        probe.press("Tab")
        probe.press("Return")
        fields = [("氏名", "山﨑 花子"), ("ふりがな", "Yamasaki-Hanako"), ("所属", "市民課"), ("希望する日", ""),
                  ("勤務できる日数", ""), ("連絡の方法", "内線"), ("理由", ""), ("確認", "確認した")]
        sent = wait_until(lambda: self.requests("/form/sent"), what="the form")
        self.assertEqual(len(urllib.parse.urlencode(fields)), sent[-1]["received"])
        probe.change()  # the page that echoes it

    def test_typing_shows_in_the_field_alone(self):
        probe = self.session()
        probe.go(self.chain.portal + "form")
        probe.press("Tab")
        while not probe.ask("wait_text_field text 500")["ok"]:
            probe.press("Tab")
        probe.still()
        field = probe.stats()["text_field"]  # now with its caret
        area = (field["x"] + 4, field["y"], 200, max(field["height"], 8))
        outside = (0, PAGE_TOP, 1000, 100)
        before, before_outside = probe.hash(*area), probe.hash(*outside)
        probe.type("abc")
        probe.change(*area)
        self.assertNotEqual(before, probe.hash(*area))
        self.assertEqual(before_outside, probe.hash(*outside))
        moved = probe.command("wait_text_field active 1000")
        self.assertGreater(moved["x"], field["x"])  # the caret went along

    def test_denied_site_is_refused_and_told(self):
        probe = self.session()
        while probe.ask("wait_notice site_refused 0")["ok"]:
            pass  # what the browser asked for by itself
        probe.go(f"https://denied.sakura.test:{self.chain.site_port}/")
        probe.command("wait_notice site_refused 10000")
        self.assertFalse([r for r in self.chain.site_requests() if r["host"] == "denied.sakura.test"])
        refused = [e for e in self.events("destination") if e["host"] == "denied.sakura.test"]
        self.assertTrue(refused)
        self.assertTrue(all(e["verdict"].startswith("denied") for e in refused))


class Pictures(ChainTest):
    def repainted(self, probe, width, height):
        """The same state painted from nothing: a change of size is a snapshot."""
        snapshots = probe.stats()["snapshots"]
        probe.resize(width, height - 40)
        probe.resize(width, height)
        self.assertGreaterEqual(probe.stats()["snapshots"], snapshots + 2)

    def test_scrolls_are_copies_and_exact(self):
        probe = self.session()
        probe.go(self.chain.portal + "bench/ja-dense.html")
        probe.command("move 400 500")
        probe.still()
        probe.command("stats_reset")
        for _ in range(5):
            probe.command("wheel 0 120")
            probe.change()
        probe.still()
        stats = probe.stats()
        self.assertGreaterEqual(stats["scrolls"], 5)
        self.assertLess(stats["lossless_pixels"], stats["scrolls_pixels"])
        page = (0, PAGE_TOP, 1024, 768 - PAGE_TOP)
        scrolled = probe.hash(*page)
        self.repainted(probe, 1024, 768)
        self.assertEqual(scrolled, probe.hash(*page))

    def test_photographs_are_exact_when_still(self):
        probe = self.session()
        probe.go(self.chain.portal + "bench/photo.html")
        probe.still(1000)
        shown = probe.hash()
        self.repainted(probe, 1024, 768)
        probe.still(1000)
        self.assertEqual(shown, probe.hash())

    def test_resize_lays_out_again(self):
        probe = self.session()
        probe.resize(1280, 800)
        probe.colour(1260, 93, "1e3a5f")  # the masthead's line reaches further than before
        probe.resize(640, 480)
        self.assertEqual([640, 480], probe.stats()["size"])
        probe.colour(3, 93, "1e3a5f")

    def test_the_policy_limits_the_picture(self):
        """At the start, at a resize, and when the policy changes while the session runs."""
        self.chain.ctl("policy", "set", "sakura", "display.width_max", "800")
        self.addCleanup(self.chain.ctl, "policy", "unset", "sakura", "display.width_max")
        probe = self.session()
        width, height = probe.stats()["size"]
        self.assertEqual(800, width)
        probe.command("resize 1200 700")
        probe.command("wait_size 800 700 20000")
        self.chain.ctl("policy", "set", "sakura", "display.width_max", "1000")
        probe.command("wait_size 1000 700 20000")
        self.chain.ctl("policy", "set", "sakura", "display.width_max", "640")
        probe.command("wait_size 640 700 20000")

    def test_still_page_sends_nothing(self):
        probe = self.session()
        probe.still(1500)
        probe.command("stats_reset")
        probe.still(3000)
        self.assertEqual(0, probe.stats()["updates"])


class Accounts(ChainTest):
    def test_wrong_password_and_unknown_user_look_the_same(self):
        probe = self.probe("sakura", "not-it")
        probe.command("connect")
        wrong = probe.ask("login")
        unknown = self.probe_of_nobody()
        self.assertEqual(("refused", 0), (wrong["verdict"], wrong["retry_after_s"]))
        self.assertEqual({k: wrong[k] for k in ("verdict", "error")}, {k: unknown[k] for k in ("verdict", "error")})
        self.assertEqual("wrong_password", self.events("login_refused")[-1]["cause"])
        # Control: the same connection accepts the right one.
        self.assertTrue(probe.command("login " + self.passwords["sakura"])["ok"])

    def probe_of_nobody(self):
        with Probe(self.chain, "nobody-here", "not-it", "terminal-nobody") as probe:
            probe.command("connect")
            return probe.ask("login")

    def test_two_people_at_once_see_their_own(self):
        first, second = self.session("sakura"), self.session("tsubaki")
        for probe in (first, second):
            probe.go(self.chain.portal + "bench/table.html")
            probe.still(1000)
        page = (0, PAGE_TOP, 1024, 600)
        shown = second.hash(*page)
        before = first.hash(*page)
        requests = len(self.chain.site_requests())
        first.go(self.chain.portal + "gallery")
        self.assertNotEqual(before, first.hash(*page))
        second.still(500)
        self.assertEqual(shown, second.hash(*page))
        self.assertGreater(len(self.chain.site_requests()), requests)  # control
        self.assertNotEqual(self.number_of(first), self.number_of(second))
        self.assertEqual(2, len(slots(self.chain)))
        if self.chain.root:
            self.assertEqual(8, len(self.uids_of_sessions()))  # four each, none shared

    def uids_of_sessions(self):
        uids = set()
        for pid in session_processes(self.chain):
            try:
                uids.add(os.stat(f"/proc/{pid}").st_uid)
            except OSError:
                pass
        return {uid for uid in uids if uid >= self.chain.session_uids}


class Ends(ChainTest):
    def start(self):
        probe = self.probe()
        probe.start()
        self.assertTrue(session_processes(self.chain))  # control: they would be seen
        self.assertTrue(slots(self.chain))
        return probe

    def assert_ended(self, answer, reason):
        self.assertEqual(reason, answer["reason"])
        self.assert_nothing_left()
        self.assertEqual(reason, self.events("session_ended")[-1]["reason"])

    def test_by_the_user(self):
        self.assert_ended(self.start().end(), "user_ended")

    def test_last_window_closed(self):
        probe = self.start()
        probe.still(1000)
        probe.press("ctrl+w")
        self.assert_ended(probe.command("wait_state ended 20000"), "browser_closed")

    def test_by_the_administrator(self):
        probe = self.start()
        self.chain.ctl("session", "end", self.number_of(probe))
        self.assert_ended(probe.command("wait_state ended 20000"), "admin_ended")

    def test_session_process_killed(self):
        probe = self.start()
        victim = next(p for p, command in session_processes(self.chain).items() if "sudare-session" in command)
        os.kill(victim, signal.SIGKILL)
        self.assert_ended(probe.command("wait_state ended 20000"), "session_crashed")

    def test_session_process_hangs(self):
        """What reads the input is stopped; the person moves the mouse, sees nothing, and ends."""
        probe = self.start()
        victim = next(p for p, command in session_processes(self.chain).items() if "sudare-session" in command)
        os.kill(victim, signal.SIGSTOP)
        for step in range(12000):  # seconds of them: more than the stream to it holds
            probe.command(f"move {step % 100} {step // 100}")
        self.assert_ended(probe.end(), "user_ended")

    def test_link_killed(self):
        probe = self.start()
        os.kill(children_of(self.chain.parts["gateway"].pid)[0], signal.SIGKILL)
        self.assertEqual("lost", probe.command("wait_state ended 20000")["fault"])
        self.assert_nothing_left()
        self.assertEqual("link_crashed", self.events("session_ended")[-1]["reason"])

    def test_abandoned_connection(self):
        probe = self.start()
        first = self.number_of(probe)
        probe.command("abandon")
        self.assert_nothing_left()
        self.assertEqual("connection_closed", self.events("session_ended")[-1]["reason"])
        probe.start()
        self.assertGreater(self.number_of(probe), first)  # numbers are never used again
        probe.end()

    def test_forbidden_bytes(self):
        probe = self.start()
        probe.command("raw ff000001aa")  # a type that is not in the list
        self.assert_ended(probe.command("wait_state ended 20000"), "unknown_type")
        self.assertTrue(self.events("refusal"))

    def test_commands_after_the_end_are_answered(self):
        probe = self.start()
        probe.end()
        for line in ("click 3 3", "wait_still 10 100", "wait_change 100", "end", "nonsense"):
            with self.assertRaises(ProbeError, msg=line):
                probe.command(line)
        self.assertTrue(probe.start()["ok"])  # the same program may begin again
        probe.end()


if __name__ == "__main__":
    unittest.main(verbosity=2)
