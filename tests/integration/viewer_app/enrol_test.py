#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a person does at the log-in: changes a password, sets a second factor up with the picture on the screen, and
logs in with its code. Real viewer, real keys; the QR code is read from the screen as a phone would."""

import pathlib
import subprocess
import sys
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/integration/gateway"))

import base64  # noqa: E402

import totp  # noqa: E402
from viewer_harness import USER, ViewerTest  # noqa: E402
from processes import wait_until  # noqa: E402


class Enrolling(ViewerTest):
    def setUp(self):
        super().setUp()
        self.chain.ctl("policy", "unset", "default", "access.second_factor", check=False)
        self.chain.ctl("user", "reset-factor", USER, check=False)
        self.give("first one of all", "--change")

    def give(self, password, *more):
        self.chain.ctl("user", "passwd", USER, "--password-stdin", *more, stdin=password + "\n")

    def enter(self, *fields):
        """Types into one field after the other and presses Enter in the last."""
        for number, field in enumerate(fields):
            if number:
                self.viewer.keys("Tab")
            self.viewer.type(field)
        self.display.wait_still()
        self.viewer.keys("Return")

    def after(self, start, action, *arguments):
        seen = len(self.viewer.lines)
        action(*arguments)
        return self.viewer.wait_for(start, after=seen)

    def read_qr_code(self):
        picture = self.chain.dir / "screen.png"
        self.display.screenshot(picture)
        done = subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def test_caps_lock_is_said(self):
        self.viewer = self.view("first one of all")
        self.viewer.wait_for("STATE enrolling")
        self.display.wait_still()
        pictures = []
        for press in (False, True, True):  # and off again
            if press:
                self.viewer.keys("Caps_Lock")
            self.display.wait_still()
            pictures.append(self.display.raw())
            self.screenshot(f"enrol-caps-{len(pictures)}")
        off, on, again = pictures
        self.assertGreater(self.pixels_changed(off, on), 1000)
        self.assertLess(self.pixels_changed(off, again), 100)  # the field's caret blinks

    @staticmethod
    def pixels_changed(one, other):
        return sum(one[at:at + 3] != other[at:at + 3] for at in range(0, len(one), 3))

    def change_password(self):
        self.viewer = self.view("first one of all")
        self.viewer.wait_for("STATE refused 4")
        self.viewer.wait_for("STATE enrolling")
        self.display.wait_still()
        self.screenshot("enrol-password")
        self.after("STATE login", self.enter, "first one of all", "mine alone now", "mine alone now")
        self.display.wait_still()
        self.screenshot("enrol-password-done")

    def test_a_password_that_has_to_be_changed(self):
        self.change_password()
        self.after("STATE running", self.enter, "mine alone now")

    def test_a_wrong_present_password_and_a_second_try(self):
        self.viewer = self.view("first one of all")
        self.viewer.wait_for("STATE enrolling")
        self.display.wait_still()
        self.enter("not the first one", "mine alone now", "mine alone now")
        wait_until(
            lambda: any(row["event"] == "login_refused" and row.get("cause") == "wrong_password"
                        for row in self.chain.ctl_json("log", USER)), 20, "the refusal")
        self.display.wait_still()
        self.screenshot("enrol-password-wrong")
        self.viewer.keys("ctrl+a")
        self.after("STATE login", self.enter, "first one of all")  # Enter sends what the other fields still hold

    def test_a_second_factor_is_set_up_and_used(self):
        self.give("first one of all")
        self.chain.ctl("policy", "set", "default", "access.second_factor", "required")
        self.viewer = self.view("first one of all")
        self.viewer.wait_for("STATE refused 5")
        self.viewer.wait_for("STATE enrolling")
        self.display.wait_still()
        self.enter("first one of all")
        uri = urllib.parse.urlparse(wait_until(self.read_qr_code, 30, "the QR code"))
        self.screenshot("enrol-factor")
        self.assertEqual((uri.scheme, uri.netloc, uri.path), ("otpauth", "totp", f"/Sudare:{USER}"))
        secret = base64.b32decode(urllib.parse.parse_qs(uri.query)["secret"][0])
        step = totp.now()
        self.after("STATE login", self.enter, totp.code(secret, step))
        self.display.wait_still()
        self.after("STATE refused 3", self.enter, "first one of all")
        self.display.wait_still()
        self.screenshot("enrol-code")
        self.after("STATE running", self.enter, totp.code(secret, step + 1))

    def test_escape_leads_back(self):
        self.viewer = self.view("first one of all")
        self.viewer.wait_for("STATE enrolling")
        self.display.wait_still()
        self.after("STATE login", self.viewer.keys, "Escape")


if __name__ == "__main__":
    unittest.main(verbosity=2)
