#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Japanese typing as a person does it: keys into a real input method (fcitx5 with mozc) at the terminal, and what
the page in the Internet zone says that it holds. Which keys crossed is counted by the page and by the link."""

import os
import pathlib
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
for folder in ("demo", "tests/integration/viewer_app"):
    sys.path.insert(0, str(ROOT / folder))
sys.dont_write_bytecode = True

from chain import VIEWER_UID, Chain  # noqa: E402
from display import VirtualDisplay  # noqa: E402
from input_method import InputMethod  # noqa: E402
from processes import wait_until  # noqa: E402
from processes import Process  # noqa: E402
from viewer_harness import BANNER, BIN, BORDER, SIZE, USER, Viewer  # noqa: E402

TOOLS = pathlib.Path(os.environ.get("SUDARE_TESTS", ROOT / "build" / "dev" / "tests"))
SCREEN = 1440, 1240  # high enough for the candidates to stand below the field at each scale
KEYS_TO_LEAVE = 1         # the Tab that leaves a field is a key that the page sees
PADDING, LETTER = 14, 16  # from the field's edge to its first letter, and a letter's width: demo/site/style.css


class TypingTest(unittest.TestCase):
    SCALE, SIZE = 1, SIZE  # of the terminal's desktop; of the viewer in its logical pixels

    @classmethod
    def setUpClass(cls):
        cls.chain = Chain(BIN)
        cls.addClassCleanup(cls.chain.stop)
        cls.chain.start()
        cls.chain.ctl("policy", "set", "default", "access.resume_minutes", "0")
        cls.password = cls.chain.add_user(USER)
        cls.chain.terminal = cls.chain.issue_terminal("terminal-1")
        cls.chain.ctl("terminal", "add", "terminal-1", check=False)

    def setUp(self):
        """The page of letters is open, the keyboard is in its first field, and the input method composes there."""
        self.toggles = 0
        self.reports_before = len(self.all_reports())
        self.display = VirtualDisplay.start(self.chain.logs, "%dx%d" % SCREEN)
        self.addCleanup(self.display.stop)
        self.ime = InputMethod(self.chain, self.display, f"ime-{time.monotonic_ns()}", VIEWER_UID)
        self.addCleanup(self.ime.stop)
        desktop = self.display.environment | self.ime.environment() | {"QT_SCALE_FACTOR": str(self.SCALE)}
        self.viewer = Viewer(self.chain, VirtualDisplay(desktop, self.display.process), self.password,
                             ["--size", "%dx%d" % self.SIZE])
        self.addCleanup(self.viewer.stop)
        self.viewer.wait_for("STATE running")
        self.viewer.wait_for("PICTURE")
        self.display.wait_still()
        self.viewer.keys("ctrl+l")
        wait_until(self.ime.is_on, 20, "the input method")
        self.switch(on=False)
        self.viewer.type(self.chain.portal + "letters")
        self.viewer.keys("Return")
        self.field = self.wait_focus("text")
        self.switch(on=True)
        self.display.wait_still()

    def switch(self, on):
        """Presses the toggling key until the input method has taken it, and not the page: from then on the viewer
        has heard of the field and lets it compose there."""
        self.assertNotEqual(self.ime.is_on(), on)
        for _ in range(15):
            self.viewer.keys("ctrl+space")
            self.toggles += 1
            try:
                return wait_until(lambda: self.ime.is_on() == on, 2)
            except TimeoutError:
                pass
        self.fail("the input method never took its key\n" + self.viewer.logs())

    # --- what is seen ------------------------------------------------------------------------
    def all_reports(self):
        return [request["report"] for request in self.chain.site_requests() if "report" in request]

    def reports(self, what, field):
        reports = self.all_reports()[self.reports_before:]
        return [r for r in reports if r["what"] == what and r["outcome"].split()[0] == field]

    def wait_focus(self, field):
        """The rectangle of the field on the screen of the terminal, as the page tells it: x, y, width, height."""
        told = wait_until(lambda: self.reports("focus", field), 30, f"the keyboard in {field}")[-1]["detail"]
        x, y, width, height = map(int, told.split())
        return x + round(BORDER * self.SCALE), y + round((BANNER + BORDER) * self.SCALE), width, height

    def letters_from(self, count):
        """Where on the screen the letter behind `count` ones begins in the first field."""
        return self.field[0] + (PADDING + count * LETTER) * self.SCALE

    def leave(self, field):
        """Goes to the next field; what this one held, and how many keys and changes the page has seen in it."""
        self.viewer.keys("Tab")
        left = wait_until(lambda: self.reports("left", field), 30, f"the end of {field}")
        self.assertEqual(len(left), 1)
        counts = dict(part.split("=") for part in left[0]["outcome"].split()[1:])
        return left[0]["detail"], int(counts["keys"]) - KEYS_TO_LEAVE, int(counts["inputs"])

    def pixels(self, area):
        x, y, width, height = area
        raw = self.display.raw()
        screen = SCREEN[0] * 3
        return [raw[line * screen + x * 3:line * screen + (x + width) * 3] for line in range(y, y + height)]

    def screenshot(self, name):
        if folder := os.environ.get("SUDARE_PICTURES"):
            self.display.screenshot(pathlib.Path(folder) / f"{name}.png")

    def end_and_count(self, code_points):
        """Ends the session; what its link has counted, once that is so many code points: keys, code points, dropped."""
        self.viewer.keys("ctrl+alt+End")
        self.display.wait_still()
        self.viewer.keys("shift+Tab", "Return")
        self.viewer.wait_for("STATE ended user_ended")
        return wait_until(lambda: (sums := self.counted())[1] >= code_points and sums, 20, "the counters")

    def counted(self):
        events = [event for event in self.chain.ctl_json("log", USER) if "session" in event]
        newest = max(event["session"] for event in events)
        own = [event for event in events if event["event"] == "counters" and event["session"] == newest]
        return [sum(event[name] for event in own) for name in ("keys", "code_points", "dropped")]

    def assert_composed_at_the_caret(self, before):
        """What has changed in the field begins where its letters begin, in the middle of its height."""
        now = self.pixels(self.field)
        rows = [number for number, (old, new) in enumerate(zip(before, now)) if old != new]
        columns = [column for column in range(self.field[2])
                   if any(old[column * 3:column * 3 + 3] != new[column * 3:column * 3 + 3]
                          for old, new in zip(before, now))]
        self.assertAlmostEqual(self.field[0] + columns[0], self.letters_from(0), delta=self.SCALE)
        self.assertLess(columns[-1], self.field[2] // 2)
        self.assertGreater(rows[0], 0)

    def assert_candidates_begin_at(self, place):
        """Left edge at the beginning of the clause, upper edge at the lower edge of its line."""
        x, y, _, _ = wait_until(self.ime.candidates, 20, "the candidates")
        self.assertAlmostEqual(x, place, delta=self.SCALE)
        _, top, _, height = self.field
        self.assertTrue(top + height / 2 < y <= top + height, (y, self.field))


class Typing(TypingTest):
    def test_romaji_is_composed_converted_and_committed(self):
        before = self.pixels(self.field)
        self.viewer.type("nihongo")
        wait_until(lambda: self.pixels(self.field) != before, 20, "the composition")
        self.viewer.keys("space")
        self.display.wait_still()
        self.screenshot("ime-converted")
        self.viewer.keys("space")
        self.assert_candidates_begin_at(self.letters_from(0))
        self.display.wait_still()
        self.screenshot("ime-candidates")
        self.assert_composed_at_the_caret(before)
        self.viewer.keys("shift+space", "Return")
        wait_until(lambda: not self.ime.candidates(), 20, "the end of the candidates")
        self.assertEqual(self.leave("text"), ("日本語", 0, 1))

    def test_a_second_composition_stands_behind_the_first(self):
        self.viewer.type("nihongo")
        self.viewer.keys("space", "Return")
        self.display.wait_still()
        before = self.pixels(self.field)
        self.viewer.type("toukyou")
        self.viewer.keys("space", "space")
        self.assert_candidates_begin_at(self.letters_from(3))
        self.display.wait_still()
        self.screenshot("ime-second")
        first = 3 * (PADDING + 3 * LETTER - 3)
        self.assertEqual([row[:first] for row in before], [row[:first] for row in self.pixels(self.field)])
        self.viewer.keys("shift+space", "Return")
        self.assertEqual(self.leave("text"), ("日本語東京", 0, 2))

    def test_a_password_is_typed_key_by_key(self):
        shown = self.display.raw()
        self.viewer.keys("Tab")
        secret = self.wait_focus("secret")
        wait_until(lambda: self.display.raw() != shown, 20, "the ring around the field")
        self.display.wait_still()
        before = self.pixels(secret)
        self.viewer.type("himitsu")
        wait_until(lambda: self.pixels(secret) != before, 20, "the points")
        self.assertIsNone(self.ime.candidates())
        self.assertEqual(self.leave("secret"), ("7 characters", 7, 7))
        # A control: the same keys in the next field are composed.
        self.wait_focus("lines")
        self.switch(on=False)
        self.switch(on=True)
        self.viewer.type("himitsu")
        self.viewer.keys("Return")
        self.assertEqual(self.leave("lines"), ("ひみつ", 0, 1))

    def test_what_is_dropped_never_arrives(self):
        self.viewer.type("nihon")
        self.viewer.keys("Escape")
        self.switch(on=False)
        self.viewer.type("plain")
        self.assertEqual(self.leave("text"), ("plain", 5, 5))

    def test_the_input_methods_own_clipboard_crosses_nothing(self):
        """fcitx5 keeps what was copied on the terminal and commits it by Ctrl+semicolon: without a composition."""
        copied = "市民の住所と氏名の一覧"
        owner = Process("clipboard-owner", [TOOLS / "clipboard_owner", copied], self.chain.logs,
                        env={"PATH": "/usr/bin:/bin", "HOME": str(self.ime.home)} | self.display.environment)
        self.addCleanup(owner.stop)
        owner.wait_ready()
        time.sleep(0.5)  # the input method asks for it by itself
        self.viewer.keys("ctrl+semicolon")
        wait_until(self.ime.candidates, 20, "the list of what was copied")
        self.screenshot("ime-clipboard")
        self.viewer.keys("1")
        wait_until(lambda: not self.ime.candidates(), 20, "the end of the list")
        self.display.wait_still()
        self.screenshot("ime-paste-dropped")
        # Control: what is typed with the same input method passes, right behind it.
        self.viewer.type("nihongo")
        self.viewer.keys("space", "Return")
        self.assertEqual(self.leave("text"), ("日本語", 0, 1))

    def test_a_full_width_space_is_typed(self):
        self.viewer.type("a")
        self.viewer.keys("Return", "space")
        self.viewer.type("a")
        self.viewer.keys("Return")
        self.assertEqual(self.leave("text")[0], "あ\u3000あ")

    def test_fast_typing_loses_and_doubles_nothing(self):
        words = [("a", "あ"), ("ki", "き"), ("su", "す"), ("te", "て"), ("no", "の"),
                 ("ha", "は"), ("mi", "み"), ("yu", "ゆ"), ("re", "れ"), ("wo", "を")] * 3
        # One call of xdotool: keys follow each other as fast as XTEST takes them.
        typed = [key for romaji, _ in words for key in (*romaji, "Return")]
        self.viewer.keys("--delay", "12", *typed)
        self.assertEqual(self.leave("text"), ("".join(kana for _, kana in words), 0, len(words)))
        keys, code_points, dropped = self.end_and_count(len(words))
        self.assertEqual((code_points, dropped), (len(words), 0))
        # The address, Ctrl+L, Return, Tab, Ctrl+Alt, and two colons' Shift; of the toggling key Control, and Space too
        # where it came too early. Not one of those that the text was composed with.
        address = len(self.chain.portal + "letters")
        self.assertLessEqual(address, keys)
        self.assertLessEqual(keys, address + 8 + 2 * self.toggles)


class TypingAtAFractionalScale(TypingTest):
    SCALE, SIZE = 1.5, (900, 600)

    def test_composition_and_candidates_stand_at_the_caret(self):
        self.viewer.type("nihongo")
        self.viewer.keys("space", "Return")
        self.display.wait_still()
        self.viewer.type("toukyou")
        self.viewer.keys("space", "space")
        self.assert_candidates_begin_at(self.letters_from(3))
        self.display.wait_still()
        self.screenshot("ime-scaled")
        self.viewer.keys("shift+space", "Return")
        self.assertEqual(self.leave("text"), ("日本語東京", 0, 2))


if __name__ == "__main__":
    unittest.main(verbosity=2)
