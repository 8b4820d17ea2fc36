#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pixels, keys and screens, with real ones and a real browser: a click is exact to the pixel, at each scale of the
desktop and in a page that is made larger, dead keys make their letter once, a terminal that slept goes on where it
was, and full screen is on the monitor where the window is."""

import math
import pathlib
import signal
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]
from hands_test import HandsTest  # noqa: E402
from viewer_harness import BANNER, BORDER  # noqa: E402
from display import VirtualDisplay  # noqa: E402
from processes import Process, wait_until  # noqa: E402


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
        left, top = (math.floor(length * scale + 0.5) for length in (BORDER, BANNER + BORDER))
        self.display.xdotool("mousemove", x + left, y + top, "click", 1)
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

    def test_scale_125(self):
        self.check_pixels(1.25)

    def test_scale_150(self):
        self.check_pixels(1.5)

    def test_scale_200(self):
        self.check_pixels(2)

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


class Sleep(Places):
    def test_a_terminal_that_slept_goes_on_where_it_was(self):
        self.set_policy("access.resume_minutes", "5")
        viewer = self.on_letters()
        viewer.type("before ")
        self.display.wait_still()
        lines = len(viewer.lines)
        viewer.process.popen.send_signal(signal.SIGSTOP)
        session = self.chain.ctl_json("session", "list")[0]["session"]
        wait_until(lambda: any(row["event"] == "session_detached" and row["session"] == session
                               for row in self.chain.ctl_json("log")), 60, "the link to notice")
        viewer.process.popen.send_signal(signal.SIGCONT)
        viewer.wait_for("STATE reconnecting", after=lines)
        viewer.wait_for("STATE running", after=lines)
        self.display.wait_still()
        viewer.type(" after")
        self.assertEqual(self.left(viewer), "before  after")
        self.assertEqual(self.chain.ctl_json("session", "list")[0]["session"], session)


class Screens(Places):
    SIZES = (900, 760), (1000, 700)  # of the left and the right monitor

    def setUp(self):
        super().setUp()
        self.display.stop()
        (w1, h1), (w2, h2) = self.SIZES
        self.display = VirtualDisplay.start(self.chain.logs, f"{w1 + w2}x{max(h1, h2)}")
        self.addCleanup(self.display.stop)
        self.display._tool("xrandr", "--setmonitor", "left", f"{w1}/240x{h1}/200+0+0", "screen")
        self.display._tool("xrandr", "--setmonitor", "right", f"{w2}/260x{h2}/190+{w1}+0", "none")
        manager = Process("openbox", ["openbox", "--sm-disable"], self.chain.logs, env=self.display.environment)
        self.addCleanup(manager.stop)
        # A window that is mapped while the manager starts may be seen by neither.
        wait_until(lambda: self.answered("get_num_desktops"), 30, "the window manager")

    def answered(self, *words):
        try:
            return self.display.xdotool(*words)
        except subprocess.CalledProcessError:
            return None

    def window(self):
        """The viewer's, when the window manager shows it."""
        found = self.answered("search", "--onlyvisible", "--name", "Sudare")
        return found and found.split()[-1]

    def test_full_screen_is_on_the_monitor_where_the_window_is(self):
        viewer = self.view(self.password, ["--size", "800x600"])
        viewer.wait_for("STATE running")
        viewer.wait_for("PICTURE")
        self.display.wait_still()
        window = wait_until(self.window, 15, "the window under its manager")
        for x, (width, height) in ((self.SIZES[0][0] + 40, self.SIZES[1]), (20, self.SIZES[0])):
            self.display.xdotool("windowmove", "--sync", window, x, 30)
            self.display.wait_still()
            seen = len(viewer.lines)
            viewer.keys("ctrl+alt+Return")
            picture = viewer.wait_for("PICTURE", after=seen)
            self.assertEqual(picture, f"PICTURE {width - 2 * BORDER} {height - BANNER - 2 * BORDER}")
            self.display.wait_still()
            self.screenshot(f"monitor-{width}")
            seen = len(viewer.lines)
            viewer.keys("ctrl+alt+Return")
            viewer.wait_for("PICTURE", after=seen)


if __name__ == "__main__":
    unittest.main(verbosity=2)
