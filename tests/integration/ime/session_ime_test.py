#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where policy forbids text from the terminal, an input method in the session (fcitx5 with mozc in a box of its own)
makes Japanese from keys: what the page says that it holds, what the viewer shows, and what the box cannot do."""

import os
import pathlib
import signal
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
for folder in ("demo", "tests/integration/viewer_app"):
    sys.path.insert(0, str(ROOT / folder))
sys.dont_write_bytecode = True

from chain import SESSION_UIDS_COUNT  # noqa: E402
from processes import wait_until  # noqa: E402
from viewer_harness import USER, ViewerTest, all_processes  # noqa: E402


def uid_of(pid):
    try:
        return os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return -1


class SessionImeTest(ViewerTest):
    LAYOUT = "us"  # of the terminal

    def setUp(self):
        super().setUp()
        self.reports_before = len(self.all_reports())
        self.chain.ctl("policy", "set", "default", "input.text", "false")
        self.display._tool("setxkbmap", self.LAYOUT)
        self.viewer = self.view(self.password)
        self.viewer.wait_for("STATE running")
        self.viewer.wait_for("PICTURE")
        self.display.wait_still()
        self.viewer.keys("ctrl+l")
        self.display.wait_still()
        self.viewer.type(self.chain.portal + "letters")
        self.viewer.keys("Return")
        self.wait_focus("text")
        self.display.wait_still()

    def all_reports(self):
        return [request["report"] for request in self.chain.site_requests() if "report" in request]

    def reports(self, what, field):
        reports = self.all_reports()[self.reports_before:]
        return [r for r in reports if r["what"] == what and r["outcome"].split()[0] == field]

    def wait_focus(self, field):
        return wait_until(lambda: self.reports("focus", field), 30, f"the keyboard in {field}")[-1]

    def leave(self, field):
        self.viewer.keys("Tab")
        left = wait_until(lambda: self.reports("left", field), 30, f"the end of {field}")
        return left[-1]["detail"]

    def of_this_chain(self, name):
        """Processes of the sessions, oldest first."""
        first = self.chain.session_uids
        return [pid for pid, this, _, state in sorted(all_processes()) if this == name and state != "Z"
                and first <= uid_of(pid) < first + SESSION_UIDS_COUNT]

    def input_methods(self):
        return self.of_this_chain("fcitx5")

    # --- what runs -------------------------------------------------------------------------------
    def ended(self):
        """Ends the session; what its link has counted: keys and code points."""
        self.viewer.keys("ctrl+alt+End")
        self.display.wait_still()
        self.viewer.keys("shift+Tab", "Return")
        self.viewer.wait_for("STATE ended user_ended")
        return wait_until(self.counted, 20, "the counters")

    def counted(self):
        events = [event for event in self.chain.ctl_json("log", USER) if "session" in event]
        newest = max(event["session"] for event in events)
        own = [event for event in events if event["event"] == "counters" and event["session"] == newest]
        return own and [sum(event[name] for event in own) for name in ("keys", "code_points")]

    def compose(self, romaji, *then):
        """Types into an input method that is on; each step waits until the picture stands still."""
        self.viewer.type(romaji)
        self.display.wait_still()
        for key in then:
            self.viewer.keys(key)
            self.display.wait_still()


class SessionIme(SessionImeTest):
    def test_keys_become_japanese_and_no_text_crosses(self):
        self.viewer.keys("ctrl+space")
        self.display.wait_still()
        self.screenshot("session-ime-on")
        self.compose("nihongo", "space", "space")
        self.screenshot("session-ime-candidates")
        self.compose("", "Up", "Return")
        self.screenshot("session-ime-committed")
        self.assertEqual(self.leave("text"), "日本語")
        self.wait_focus("secret")
        self.viewer.type("nihongo")  # still on, but not for passwords
        self.assertEqual(self.leave("secret"), "7 characters")
        self.wait_focus("lines")
        self.compose("shiyakusho", "space", "Return")
        self.viewer.keys("ctrl+space")
        self.viewer.type("OK")
        self.viewer.keys("shift+Tab")
        left = wait_until(lambda: self.reports("left", "lines"), 30, "the end of the last field")
        self.assertEqual(left[-1]["detail"], "市役所OK")
        keys, code_points = self.ended()
        self.assertGreater(keys, 20)
        self.assertEqual(code_points, 0)

    def test_a_held_key_shortens_the_composition_and_then_the_text(self):
        self.viewer.type("abc")
        self.viewer.keys("ctrl+space")
        self.display.wait_still()
        self.compose("aiueo")
        self.display.xdotool("keydown", "BackSpace")
        self.display.wait_still()
        self.display.xdotool("keyup", "BackSpace")
        self.compose("ka", "Return")
        self.assertEqual(self.leave("text"), "か")

    def test_it_comes_and_goes_with_the_policy(self):
        wait_until(self.input_methods, 20, "an input method")
        self.chain.ctl("policy", "set", "default", "input.text", "true")
        wait_until(lambda: not self.input_methods(), 20, "its end")
        self.assertTrue(self.of_this_chain("chromium"))
        self.chain.ctl("policy", "set", "default", "input.text", "false")
        wait_until(self.input_methods, 20, "another one")
        self.chain.ctl("policy", "set", "default", "input.keyboard", "false")
        wait_until(lambda: not self.input_methods(), 20, "its end without keys")
        self.chain.ctl("policy", "unset", "default", "input.keyboard")

    def test_it_is_started_again_when_it_dies(self):
        first = wait_until(self.input_methods, 20, "an input method")
        self.viewer.keys("ctrl+space")
        self.compose("shi")
        os.kill(first[0], signal.SIGKILL)
        second = wait_until(lambda: [pid for pid in self.input_methods() if pid not in first], 20, "another one")
        self.assertTrue(second)
        self.display.wait_still()
        self.viewer.keys("ctrl+a", "BackSpace", "ctrl+space")  # also while none was there, keys reached the page
        self.display.wait_still()
        self.compose("shimin", "space", "Return")
        self.assertEqual(self.leave("text"), "市民")

    @unittest.skipIf(os.getuid() != 0, "the box of another user cannot be looked into")
    def test_its_box_has_no_way_out(self):
        method = wait_until(self.input_methods, 20, "an input method")[0]
        browser = self.of_this_chain("chromium")[0]
        for pid, egress in ((browser, True), (method, False)):
            inside = pathlib.Path(f"/proc/{pid}/root")
            self.assertEqual((inside / "run/egress.sock").exists(), egress)
            self.assertEqual((inside / "etc/chromium").exists(), egress)
            self.assertTrue((inside / "run/session/wayland-0").is_socket())
            interfaces = pathlib.Path(f"/proc/{pid}/net/dev").read_text().splitlines()[2:]
            self.assertEqual([line.split(":")[0].strip() for line in interfaces], ["lo"])
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            self.assertIn("Seccomp:\t2", status)
            self.assertIn("NoNewPrivs:\t1", status)
        uids = [uid_of(method), uid_of(browser)]
        self.assertNotEqual(*uids)
        sockets = [pathlib.Path(f"/proc/{pid}/root/run/session/wayland-0").stat() for pid in (method, browser)]
        self.assertNotEqual(sockets[0].st_ino, sockets[1].st_ino)
        self.assertEqual([place.st_uid for place in sockets], uids)


class JisKeyboard(SessionImeTest):
    LAYOUT = "jp"

    def test_the_keys_of_a_japanese_keyboard(self):
        self.viewer.keys("Zenkaku_Hankaku")
        self.display.wait_still()
        self.compose("shiyakusho", "Henkan_Mode", "Return")
        self.viewer.keys("Zenkaku_Hankaku")
        self.display.wait_still()
        self.viewer.type("@:\\_")
        self.assertEqual(self.leave("text"), "市役所@:\\_")


if __name__ == "__main__":
    unittest.main(verbosity=2)
