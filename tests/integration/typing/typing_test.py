#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Typing by script into a real browser: a thousand characters of Japanese, the caret at every scale, and every
key of US and JIS keyboards. What the page says that it holds is the evidence.

SUDARE_LETTERS sets how many characters are typed (1000), SUDARE_RATE how many a second (15)."""

import hashlib
import os
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "chain"))
from harness import ChainTest  # noqa: E402
from processes import wait_until  # noqa: E402

LETTERS, RATE = int(os.environ.get("SUDARE_LETTERS", "1000")), float(os.environ.get("SUDARE_RATE", "15"))
# Words as an input method commits them, names with letters that normalisation would replace among them.
WORDS = ("市民", "税務", "課長", "おせわに", "なって", "おります。", "﨑山", "神﨟", "都筑", "羽﨟", "﨔", "塚本", "晴れ", "資料", "髙橋",
         "ご確認", "ください", "、", "ー", "「", "」", "令和八年", "ﾊﾟｽ", "全角　空白", "〒", "①", "㈱")


class Draft(ChainTest):
    def reports(self, what):
        told = [request["report"] for request in self.chain.site_requests() if "report" in request]
        return [report for report in told if report["what"] == what]

    def on_draft(self, **options):
        probe = self.probe(**options)
        probe.start()
        probe.still()
        self.addCleanup(lambda: probe.process.poll() is None and probe.ask("end"))
        before = len(self.reports("draft-focus"))
        probe.press("ctrl+l")
        probe.command("wait_text_field url 10000")
        probe.command(f"text {self.chain.portal}draft")  # as text: the keys would mean something else on JIS
        probe.press("Return")
        wait_until(lambda: len(self.reports("draft-focus")) > before, 20)
        probe.command("wait_text_field text 10000")
        probe.still(600)
        return probe

    def left(self, probe):
        """(field, letters, SHA-256) of the field that the keyboard leaves."""
        before = len(self.reports("draft-left"))
        probe.press("Tab")
        wait_until(lambda: len(self.reports("draft-left")) > before, 20)
        told = self.reports("draft-left")[-1]
        field, letters = told["outcome"].split()
        return field, int(letters.removeprefix("letters=")), told["detail"]


class Amount(Draft):
    def type_words(self, probe):
        typed, turn, begin = "", 0, time.monotonic()
        while len(typed) < LETTERS:
            word = WORDS[turn % len(WORDS)][:LETTERS - len(typed)]
            probe.command("text " + word if not word.isspace() else "text \\u3000")
            typed, turn = typed + word, turn + 1
            time.sleep(max(0.0, begin + len(typed) / RATE - time.monotonic()))
        return typed

    def check(self, probe, field):
        typed = self.type_words(probe)
        probe.still()
        name, letters, digest = self.left(probe)
        self.assertEqual((field, len(typed)), (name, letters))
        self.assertEqual(hashlib.sha256(typed.encode()).hexdigest(), digest)

    def test_a_form_field_and_a_rich_text(self):
        self.chain.ctl("policy", "set", "sakura", "input.characters_per_minute", "3000")
        self.addCleanup(self.chain.ctl, "policy", "unset", "sakura", "input.characters_per_minute")
        probe = self.on_draft()
        self.check(probe, "plain")
        self.check(probe, "rich")


class Caret(Draft):
    """The rectangle that TextField tells, beside the one that the page measures itself."""

    def check(self, probe, scale):
        pressed = len(self.reports("draft-press"))
        # Into the plain field: the pointer tells the page exactly where it begins in the window.
        probe.command(f"click {300 * scale // 120} {400 * scale // 120}")
        wait_until(lambda: len(self.reports("draft-press")) > pressed, 15)
        self.left(probe)  # into the rich one
        for text in ("さくら市", "の資料を", "abc"):
            before = len(self.reports("draft-caret"))
            probe.command("text " + text)
            wait_until(lambda: len(self.reports("draft-caret")) > before, 15)
            probe.still()
            time.sleep(0.3)
            x, y, height = map(float, self.reports("draft-caret")[-1]["detail"].split())
            told = probe.stats()["text_field"]
            logical = scale / 120
            self.assertAlmostEqual(told["x"], x, delta=logical, msg=(scale, text, told, x))
            middle = told["y"] + told["height"] / 2
            self.assertAlmostEqual(middle, y + height / 2, delta=logical, msg=(scale, text, told, y))

    def test_at_every_scale(self):
        for scale, size in ((120, "1024x768"), (150, "1280x960"), (180, "1536x1152"), (240, "2048x1536")):
            with self.subTest(scale=scale):
                probe = self.on_draft(scale=scale, size=size)
                try:
                    self.check(probe, scale)
                finally:
                    probe.ask("end")
                    self.assert_nothing_left()


class Keyboards(Draft):
    """Keys by their places; the page tells the code and the meaning that it got."""

    US = {"semicolon": ("Semicolon", ";"), "apostrophe": ("Quote", "'"), "grave": ("Backquote", "`"),
          "backslash": ("Backslash", "\\"), "equal": ("Equal", "="), "leftbrace": ("BracketLeft", "[")}
    # evdev: RO 89, YEN 124, HENKAN 92, MUHENKAN 94, KATAKANAHIRAGANA 93, ZENKAKUHANKAKU 85
    JIS = {"semicolon": ("Semicolon", ";"), "apostrophe": ("Quote", ":"), "equal": ("Equal", "^"),
           "leftbrace": ("BracketLeft", "@"), "89": ("IntlRo", "\\"), "124": ("IntlYen", "\\"),
           "92": ("Convert", "Convert"), "94": ("NonConvert", "NonConvert"), "93": ("KanaMode", "HiraganaKatakana"),
           "85": ("Lang5", "ZenkakuHankaku"), "41": ("Backquote", "ZenkakuHankaku")}
    SHIFTED = {"us": {"2": "@", "semicolon": ":", "equal": "+"}, "jp": {"2": '"', "semicolon": "+", "equal": "~", "89": "_"}}
    CODES = {"semicolon": "39", "apostrophe": "40", "grave": "41", "backslash": "43", "equal": "13", "leftbrace": "26"}

    def keys(self):
        return [tuple(report["outcome"].split(" ", 1)) for report in self.reports("draft-key")]

    def press(self, probe, name, shift=False):
        before = len(self.keys())
        code = self.CODES.get(name, name)
        if shift:
            probe.command("key 42 down")
        probe.command(f"key {code} press")
        if shift:
            probe.command("key 42 up")
        modifiers = ("ShiftLeft", "CapsLock")
        return wait_until(lambda: [key for key in self.keys()[before:] if key[0] not in modifiers], 10)[0]

    def check(self, layout, table):
        probe = self.on_draft(keyboard=layout)
        for name, wanted in table.items():
            with self.subTest(layout=layout, key=name):
                self.assertEqual(wanted, self.press(probe, name))
        for name, wanted in self.SHIFTED[layout].items():
            with self.subTest(layout=layout, shifted=name):
                self.assertEqual(wanted, self.press(probe, name, shift=True)[1])
        probe.end()

    def test_us(self):
        self.check("us", self.US)

    def test_jis(self):
        self.check("jp", self.JIS)

    def test_a_held_key_is_repeated_by_the_session_alone(self):
        probe = self.on_draft()
        probe.command("key a down")
        wait_until(lambda: sum("repeat=true" in r["detail"] for r in self.reports("draft-key")) >= 3, 15)
        probe.command("key a up")
        probe.still()
        field, letters, _ = self.left(probe)
        keys = [report["detail"] for report in self.reports("draft-key") if report["outcome"] == "KeyA a"]
        self.assertEqual(("plain", len(keys)), (field, letters))
        self.assertEqual(1, sum("repeat=false" in detail for detail in keys), keys)

    def test_letting_go_of_everything_turns_caps_lock_off(self):
        probe = self.on_draft()
        probe.command("key 58 press")
        self.assertEqual(("KeyA", "A"), self.press(probe, "a"))
        probe.command("release_all")
        self.assertEqual(("KeyA", "a"), self.press(probe, "a"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
