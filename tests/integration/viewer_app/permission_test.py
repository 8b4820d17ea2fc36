#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A refused site, asked for in the viewer, permitted by an administrator until a set time, and open in the same session."""

import time
import unittest

from viewer_harness import USER, ViewerTest, wait_until

HOST = "www.asked-for.example"


class Permission(ViewerTest):
    def verdicts(self):
        return [row["verdict"] for row in self.chain.ctl_json("log") if row["event"] == "destination" and row["host"] == HOST]

    def visit(self, viewer):
        viewer.keys("ctrl+l")
        viewer.type(f"https://{HOST}/")
        viewer.keys("Return")
        self.display.wait_still()

    def hosts(self):
        return next(row["value"] for row in self.chain.ctl_json("policy", "explain", USER) if row["field"] == "web.hosts")

    def test_asked_for_and_permitted(self):
        viewer = self.view(self.password)
        viewer.wait_for("STATE running")
        viewer.wait_for("PICTURE")
        self.display.wait_still()
        viewer.click(500, 400)
        self.visit(viewer)
        wait_until(lambda: self.verdicts() == ["denied_by_default"], 30, "the site to be refused")
        self.display.wait_still()
        self.screenshot("permission-offer")
        viewer.keys("ctrl+alt+Home")  # into the bar: the offer comes first
        viewer.keys("space")
        self.display.wait_still()
        self.screenshot("permission-question")
        viewer.keys("shift+Tab", "space")
        row, = wait_until(lambda: self.chain.ctl_json("change", "list"), 20, "the request")
        self.assertEqual(row["by"], "the user")
        self.assertIn(f"{USER} web.hosts = allow:{HOST} until ", row["what"])
        asked = next(row for row in self.chain.ctl_json("log") if row["event"] == "exception_asked")
        self.assertEqual((asked["host"], asked["host_port"], asked["user"]), (HOST, 443, USER))
        self.display.wait_still()
        self.screenshot("permission-asked")
        self.assertNotIn(HOST, self.hosts())  # control: asking alone permits nothing
        self.chain.ctl("change", "approve", str(row["change"]), "--until", "2h")
        given, = self.chain.ctl_json("exception", "list")
        self.assertAlmostEqual(given["ends"], time.time() + 7200, delta=120)
        # Nobody answers for that name here: what is left is that it is looked up at all.
        self.assertIn(f"allow:{HOST}", self.hosts())
        self.visit(viewer)
        wait_until(lambda: "not_resolved" in self.verdicts(), 60, "the site to be permitted")


if __name__ == "__main__":
    unittest.main(verbosity=2)
