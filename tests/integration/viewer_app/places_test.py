#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pixels and keys, with real ones and a real browser: a click is exact to the pixel, also in a page that is made
larger, and dead keys make their letter once."""

import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]
from hands_test import HandsTest  # noqa: E402
from viewer_harness import BANNER, BORDER  # noqa: E402
from display import VirtualDisplay  # noqa: E402
from processes import wait_until  # noqa: E402


class Places(HandsTest):
    def on_draft(self, scale=1, zoom=100):
        """A viewer with the page of drafts, on a desktop of that scale."""
        asked, focused = self.asked_for("/"), len(self.reports("draft-focus"))
        plain = self.display
        self.display = VirtualDisplay(plain.environment | {"QT_SCALE_FACTOR": str(scale)}, plain.process)
        viewer = self.view(self.password, ["--size", "%dx%d" % (1120 / scale, 840 / scale), "--zoom", str(zoom)])
        viewer.wait_for("STATE running")
        wait_until(lambda: self.asked_for("/") > asked, 40, "the portal")
        self.display.wait_still()
        viewer.keys("ctrl+l")
        self.display.wait_still()
        viewer.type(f"{self.chain.portal}draft")
        viewer.keys("Return")
        wait_until(lambda: len(self.reports("draft-focus")) > focused, 30, "the page of drafts")
        self.display.wait_still()
        return viewer

    def press(self, x, y, scale):
        """Where on the picture the page was told the press of that pixel of it."""
        before = len(self.reports("draft-press"))
        self.display.xdotool("mousemove", int(x + BORDER * scale), int(y + (BANNER + BORDER) * scale), "click", 1)
        wait_until(lambda: len(self.reports("draft-press")) > before, 15, f"the press at {x},{y}")
        told = self.reports("draft-press")[-1]
        self.assertEqual(told["outcome"], "mouse 0")
        return tuple(map(int, told["detail"].split()))

    def check_pixels(self, scale, zoom=100):
        viewer = self.on_draft(scale, zoom)
        for x, y in ((300, 500), (301, 500), (300, 501), (617, 533), (618, 534)):
            self.assertEqual(self.press(x, y, scale), (x, y), (scale, zoom))
        viewer.stop()


class Pixels(Places):
    def test_scale_100(self):
        self.check_pixels(1)

    def test_zoom_150(self):
        self.check_pixels(1, 150)


class Keys(Places):
    def test_dead_keys_make_their_letter_once(self):
        self.display._tool("setxkbmap", "us", "-variant", "intl")
        viewer = self.on_letters()
        viewer.keys("dead_acute", "e")
        self.display.wait_still()
        viewer.type("x")
        viewer.keys("dead_diaeresis", "u")
        self.display.wait_still()
        self.assertEqual(self.left(viewer), "éxü")


if __name__ == "__main__":
    unittest.main(verbosity=2)
