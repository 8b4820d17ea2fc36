#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What makes a viewer good to use all day, with real keys in a virtual display against a real browser: it comes
back after a cut, zooms, keeps Caps Lock in step, reaches every window, and marks the picture where policy says."""

import pathlib
import signal
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "resume")]
from line import Line  # noqa: E402
from viewer_harness import USER, ViewerTest  # noqa: E402
from processes import wait_until  # noqa: E402


class HandsTest(ViewerTest):
    def setUp(self):
        super().setUp()
        wait_until(lambda: not self.chain.ctl_json("session", "list"), 20, "no session of a test before")

    def reports(self, what):
        told = [request["report"] for request in self.chain.site_requests() if "report" in request]
        return [report for report in told if report["what"] == what]

    def on_letters(self, extra=()):
        """A viewer with the page of letters, the keyboard in its first field."""
        asked, focused = self.asked_for("/"), len(self.reports("focus"))
        viewer = self.view(self.password, extra)
        viewer.wait_for("STATE running")
        wait_until(lambda: self.asked_for("/") > asked, 40, "the portal")
        self.display.wait_still()
        viewer.keys("ctrl+l")
        self.display.wait_still()
        viewer.type(f"{self.chain.portal}letters")
        viewer.keys("Return")
        wait_until(lambda: len(self.reports("focus")) > focused, 30, "the page of letters")
        self.display.wait_still()
        return viewer

    def left(self, viewer):
        """What the field held when it was left."""
        before = len(self.reports("left"))
        viewer.keys("Tab")
        wait_until(lambda: len(self.reports("left")) > before, 15, "the field to be left")
        return self.reports("left")[-1]["detail"]

    def set_policy(self, field, value):
        self.chain.ctl("policy", "set", USER, field, value)
        self.addCleanup(self.chain.ctl, "policy", "unset", USER, field)


class Coming(HandsTest):
    def test_back_after_a_cut_by_itself_with_everything_as_it_was(self):
        self.set_policy("access.resume_minutes", "5")
        line = Line(self.chain.server)
        self.addCleanup(line.stop)
        viewer = self.on_letters(["--server", line.address])
        viewer.type("before")
        self.display.wait_still()
        lines = len(viewer.lines)
        line.cut("reset")
        viewer.wait_for("STATE reconnecting", after=lines)
        self.display.wait_still()
        self.screenshot("interrupted")
        viewer.type("lost")  # the overlay is in front: this must not arrive later
        line.mend()
        viewer.wait_for("STATE running", after=lines)
        self.display.wait_still()
        self.screenshot("back")
        viewer.type("after")
        self.assertEqual("beforeafter", self.left(viewer))

    def test_giving_up_ends_at_the_message(self):
        self.set_policy("access.resume_minutes", "1")
        line = Line(self.chain.server)
        self.addCleanup(line.stop)
        viewer = self.on_letters(["--server", line.address])
        lines = len(viewer.lines)
        line.cut("reset")
        viewer.wait_for("STATE reconnecting", after=lines)
        viewer.keys("Tab", "Return")  # to "give up": "try now" is off while a try is under way
        self.assertEqual("STATE ended user_ended", viewer.wait_for("STATE ended", after=lines))


class Holding(HandsTest):
    LET_GO = "held keys are released"

    def let_go(self):
        return self.chain.parts["host"].log_path.read_text(errors="replace").count(self.LET_GO)

    def test_a_key_that_a_frozen_viewer_holds_goes_up_by_itself(self):
        """The session makes the repeats; a viewer that says nothing any more cannot stop them."""
        viewer = self.on_letters()
        before = self.let_go()
        self.display.xdotool("keydown", "x")
        self.addCleanup(self.display.xdotool, "keyup", "x")
        time.sleep(4)  # control: as long as the viewer is well the key stays down
        self.assertEqual(self.let_go(), before)
        viewer.process.popen.send_signal(signal.SIGSTOP)
        wait_until(lambda: self.let_go() > before, 20, "the key to be let go")
        self.display.xdotool("keyup", "x")
        viewer.process.popen.send_signal(signal.SIGCONT)
        viewer.keys("z")
        text = self.left(viewer)
        self.assertRegex(text, "^x{20,}z$")


class Strict(HandsTest):
    def test_a_fast_typist_loses_nothing(self):
        """Twelve keys a second, capitals too; the pointer and the wheel are coarser and still arrive."""
        viewer = self.on_letters()
        self.set_policy("input.profile", "strict")
        viewer.wait_for("STATE running")
        text = "Strict takes Every letter of 12 keys a second"
        self.display.xdotool("type", "--delay", "80", text)
        self.assertEqual(self.left(viewer), text)
        viewer.keys("shift+Tab")
        self.display.xdotool("type", "--delay", "0", "x" * 100)  # control: a program is cut to the rate
        self.display.wait_still()  # so that there is room for the Tab again
        self.assertLess(len(self.left(viewer)), 100)
        sums = {}
        self.chain.ctl("session", "end", str(self.chain.ctl_json("session", "list")[0]["session"]))
        wait_until(lambda: any(row["event"] == "session_ended" for row in self.chain.ctl_json("log")), 20, "the end")
        for row in self.chain.ctl_json("log"):
            if row["event"] == "counters":
                for name in ("keys", "dropped"):
                    sums[name] = sums.get(name, 0) + row[name]
        self.assertGreater(sums["dropped"], 0)


class Looking(HandsTest):
    def test_zoom_by_keys_makes_the_page_larger(self):
        viewer = self.on_letters()
        places = [self.reports("focus")[-1]["detail"]]
        for keys in (("ctrl+alt+plus",), ("ctrl+alt+plus",)):
            viewer.keys(*keys)
            self.display.wait_still()
        self.screenshot("zoomed")
        # The page's own measure, in pixels of the picture: the field is larger by the zoom.
        viewer.keys("Tab", "shift+Tab")
        wait_until(lambda: self.reports("focus")[-1]["outcome"].startswith("text")
                   and self.reports("focus")[-1]["detail"] != places[0], 15, "the field's new place")
        before = [float(n) for n in places[0].split()]
        after = [float(n) for n in self.reports("focus")[-1]["detail"].split()]
        self.assertAlmostEqual(after[3] / before[3], 1.25, delta=0.06)
        viewer.keys("ctrl+alt+0")
        self.display.wait_still()

    def test_a_window_behind_another_can_be_reached(self):
        viewer = self.on_letters()
        first = self.display.raw()
        viewer.keys("ctrl+n")
        wait_until(lambda: self.display.raw() != first, 20, "another window")
        self.display.wait_still()
        second = self.display.raw()
        viewer.keys("ctrl+alt+Next")
        self.display.wait_still()
        viewer.type("here")
        self.assertEqual("here", self.left(viewer))
        viewer.keys("ctrl+alt+Next")
        self.display.wait_still()
        self.assertNotEqual(self.display.raw(), first)

    def test_the_watermark_is_on_the_screen_where_policy_says(self):
        self.on_letters().stop()
        plain = self.areas()
        self.set_policy("display.watermark", "user,session")
        self.on_letters()
        self.screenshot("watermark")
        # Same page, same place: what differs is the mark, spread over the picture.
        for place, marked in self.areas().items():
            self.assertNotEqual(plain[place], marked, place)

    def areas(self):
        """Parts of the picture, by their corners."""
        raw, width = self.display.raw(), 1440  # of the virtual display
        return {(x, y): b"".join(raw[3 * (width * row + x):3 * (width * row + x + 330)] for row in range(y, y + 200))
                for y in range(260, 660, 200) for x in range(20, 1000, 330)}


class Locks(HandsTest):
    def test_caps_lock_that_was_pressed_elsewhere(self):
        viewer = self.on_letters()
        self.display.xdotool("key", "Caps_Lock")
        self.addCleanup(self.display.xdotool, "key", "Caps_Lock")
        viewer.type("a")  # control: pressed here, both sides know
        value = self.left(viewer)
        viewer.keys("shift+Tab")
        self.assertEqual(1, len(value))
        window = self.display.xdotool("search", "--onlyvisible", "--name", "Sudare").split()[-1]
        root = self.display.xdotool("search", "--maxdepth", 0, "--name", "").split()[0]
        self.display.xdotool("windowfocus", root)
        self.display.xdotool("key", "Caps_Lock")  # off, and the viewer does not see it
        time.sleep(0.3)
        self.display.xdotool("windowfocus", window)
        time.sleep(0.5)
        self.display.xdotool("key", "--clearmodifiers", "b")
        self.assertTrue(self.left(viewer).endswith("b"))
        self.display.xdotool("key", "Caps_Lock")


if __name__ == "__main__":
    unittest.main(verbosity=2)
