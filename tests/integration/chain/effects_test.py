# SPDX-License-Identifier: Apache-2.0
"""Fields of the policy by what they do in a real browser, at a real viewer's end, each with a control."""

import unittest

from harness import ChainTest, wait_until  # first: it makes the others found
from chain import PORTAL

# Canvas rows of the page's first line, the masthead's, without and with the bar; the bar's one button and the first
# row of its menu.
LINE, BARE, BELOW_BAR, BUTTON, FIRST = "1e3a5f", 93, 127, (100, 104), (70, 149)


class EffectsTest(ChainTest):
    def policy(self, field, value, user="sakura"):
        self.chain.ctl("policy", "set", user, field, str(value))
        self.addCleanup(self.chain.ctl, "policy", "unset", user, field)


class DeniedAddresses(EffectsTest):
    def test_a_denied_path_is_never_asked_for(self):
        self.policy("web.denied_urls", f"{PORTAL}/gallery")
        before = len(self.chain.site_requests())
        probe = self.session()
        for url in self.spellings():
            probe.go(url)
        probe.go(self.chain.portal + "article")  # the same site, another path; what came before it would be here
        wait_until(lambda: "/article" in self.paths(before), what="a path that is not denied")
        self.assertEqual([], [path for path in self.paths(before) if path.startswith("/gallery")])
        # The limit, which docs/policy.md states: another spelling of the path is another path.
        probe.go(self.chain.portal + "%67allery")
        wait_until(lambda: "/%67allery" in self.paths(before), what="the path in another spelling")
        # Control: the same addresses in the same browser, for somebody without that policy.
        other = self.session("tsubaki")
        for url in self.spellings():
            before = len(self.chain.site_requests())
            other.go(url)
            wait_until(lambda: [path for path in self.paths(before) if path.startswith("/gallery")],
                       what="the control's " + url)

    def spellings(self):
        root = self.chain.portal
        return [root + "gallery", root + "gallery?x", root + "x/../gallery", root.replace("portal", "PORTAL") + "gallery",
                root.replace(PORTAL, PORTAL + ".") + "gallery"]

    def paths(self, before):
        return [request["path"] for request in self.chain.site_requests()[before:]]


class Bookmarks(EffectsTest):
    def test_the_bar_has_them_by_title_and_opens_their_addresses(self):
        # Titles in an order that is not that of the alphabet, so that a key tells the title and a click the place.
        self.policy("web.bookmarks", f"Photographs|{self.chain.portal}gallery\nArticle|{self.chain.portal}article?by-title")
        probe = self.probe()
        probe.start()
        probe.colour(3, BELOW_BAR, LINE)
        probe.still()
        self.assertNotEqual(LINE, probe.pixel(3, BARE))
        for how, path in ((lambda: probe.click(*FIRST), "/gallery"), (lambda: probe.press("a"), "/article?by-title")):
            before = self.requests_of(path)
            probe.click(*BUTTON)
            probe.still()
            self.assertEqual(before, self.requests_of(path))
            how()
            wait_until(lambda: self.requests_of(path) > before, what=path)
            probe.still()
        probe.end()
        # Control: with none the bar is hidden, and the same hands open nothing.
        other = self.session("tsubaki")
        self.assertEqual(LINE, other.pixel(3, BARE))
        before = self.requests_of("/gallery")
        for place in (BUTTON, FIRST):
            other.click(*place)
            other.still()
        self.assertEqual(before, self.requests_of("/gallery"))

    def requests_of(self, path):
        return len(self.requests(path))


class Display(EffectsTest):
    WINDOW_MS = 6000

    def rate(self, probe):
        """Updates and bytes that come in a while of a page that never stands still."""
        probe.command("stats_reset")
        self.assertFalse(probe.ask(f"wait_still {self.WINDOW_MS} {self.WINDOW_MS}")["ok"])
        stats = probe.stats()
        return {"updates": stats["updates"], "bytes": stats["update_bytes"]}

    def moving(self):
        probe = self.session()
        probe.press("ctrl+l")
        probe.command("wait_text_field url 10000")
        probe.type(self.chain.portal + "bench/canvas.html")
        probe.press("Return")
        wait_until(lambda: self.rate(probe)["updates"] > 20, what="a page that moves")
        return probe

    def compare(self, field, value, counted, ratio):
        """Without a limit, with it, and without again, in one running session."""
        probe = self.moving()
        free = self.rate(probe)
        self.policy(field, value)
        self.rate(probe)  # what is under way, and until the change has come
        limited = self.rate(probe)
        self.chain.ctl("policy", "unset", "sakura", field)
        self.rate(probe)
        again = self.rate(probe)
        self.assertGreater(limited[counted], 0)
        for control in (free, again):
            self.assertGreater(control[counted], ratio * limited[counted])

    def test_frames_per_second(self):
        self.compare("display.frames_per_second", 1, "updates", 3)

    def test_kilobits_per_second(self):
        self.compare("display.kilobits_per_second", 100, "bytes", 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
