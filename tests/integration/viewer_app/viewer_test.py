#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The viewer as a person meets it: real keys and clicks in a virtual display, against the whole chain with a
real browser. What it says on stdout and what the demo site is asked for are the evidence."""

import contextlib
import os
import pathlib
import signal
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from viewer_harness import BANNER, BORDER, SIZE, ViewerTest, alive, below, children_of  # noqa: E402
from processes import wait_until  # noqa: E402


class Viewers(ViewerTest):
    def test_log_in_browse_resize_and_end_by_keyboard(self):
        viewer = self.running()
        self.assertEqual(viewer.wait_for("PICTURE"),
                         f"PICTURE {SIZE[0] - 2 * BORDER} {SIZE[1] - BANNER - 2 * BORDER}")
        self.screenshot("running")
        viewer.keys("ctrl+l")
        viewer.type(f"{self.chain.portal}typed-by-hand")
        viewer.keys("Return")
        wait_until(lambda: self.asked_for("/typed-by-hand") == 1, 30, "the typed address")
        viewer.keys("alt+Left")
        lines = len(viewer.lines)
        window = self.display.xdotool("search", "--onlyvisible", "--name", "Sudare").split()[-1]
        self.display.xdotool("windowsize", window, 900, 600)
        self.assertEqual(viewer.wait_for("PICTURE 892 552", after=lines), "PICTURE 892 552")
        self.display.wait_still()
        self.screenshot("resized")
        viewer.keys("ctrl+alt+End")
        self.display.wait_still()
        self.screenshot("asking")
        viewer.keys("shift+Tab", "Return")
        self.assertEqual(viewer.wait_for("STATE ended"), "STATE ended user_ended")
        self.display.wait_still()
        self.screenshot("ended")
        viewer.keys("Tab", "Return")  # from "log in again" to "close"
        self.assertEqual(viewer.wait_end(), 0)

    def test_log_in_by_hand_after_a_wrong_password(self):
        viewer = self.view(None)
        viewer.wait_for("READY")
        self.display.wait_still()
        viewer.type("not the password")
        viewer.keys("Return")
        self.assertEqual(viewer.wait_for("STATE refused"), "STATE refused 1")
        self.display.wait_still()
        self.screenshot("refused")
        viewer.type(self.password)
        viewer.keys("Return")
        viewer.wait_for("STATE running")

    def test_a_dead_decoder_is_said(self):
        viewer = self.running()
        decoders = children_of(viewer.process.pid, "sudare-decoder")
        self.assertEqual(len(decoders), 1)
        os.kill(decoders[0], signal.SIGKILL)
        self.assertEqual(viewer.wait_for("STATE ended"), "STATE ended decoder/decoder_failed")

    def test_a_killed_browser_is_said(self):
        viewer = self.running()
        browsers = below(self.chain.parts["host"].pid, "chromium")
        self.assertTrue(browsers)
        for pid in browsers:
            with contextlib.suppress(ProcessLookupError):  # one may have ended with another
                os.kill(pid, signal.SIGKILL)
        self.assertIn(viewer.wait_for("STATE ended"), ("STATE ended browser_crashed", "STATE ended browser_closed"))
        self.display.wait_still()
        self.screenshot("browser-crashed")

    def test_a_killed_session_is_said(self):
        viewer = self.running()
        sessions = below(self.chain.parts["host"].pid, "sudare-session")
        self.assertEqual(len(sessions), 1)
        os.kill(sessions[0], signal.SIGKILL)
        self.assertEqual(viewer.wait_for("STATE ended"), "STATE ended session_crashed")

    def test_a_killed_link_is_a_lost_connection_and_one_can_log_in_again(self):
        viewer = self.running()
        for pid in below(self.chain.parts["gateway"].pid, "sudare-link"):
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(viewer.wait_for("STATE ended"), "STATE ended lost")
        lines = len(viewer.lines)
        viewer.keys("Return")  # log in again
        viewer.wait_for("STATE login", after=lines)
        viewer.type(self.password)
        viewer.keys("Return")
        viewer.wait_for("STATE running", after=lines)

    def test_a_server_that_is_not_there_is_said(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            viewer = self.view(self.password, ["--server", "127.0.0.1:%d" % unused.getsockname()[1]])
            self.assertEqual(viewer.wait_for("STATE ended"), "STATE ended unreachable")
        self.display.wait_still()
        self.screenshot("unreachable")

    def test_nothing_is_left_of_a_viewer_that_is_killed(self):
        viewer = self.running()
        decoders = children_of(viewer.process.pid, "sudare-decoder")
        viewer.process.kill()
        wait_until(lambda: not any(alive(pid) for pid in decoders), 10, "the decoder's end")


if __name__ == "__main__":
    unittest.main(verbosity=2)
