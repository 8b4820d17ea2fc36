# SPDX-License-Identifier: Apache-2.0
"""Where the browser cannot go: files, the browser's own pages, scripts in the address bar, other programs, private
addresses, refused hosts. Each by the address bar, as typed, and each got further in the control.

Runs in a network namespace of its own in which the private addresses answer (world.py)."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import world  # noqa: E402

if __name__ == "__main__":
    world.enter()
from harness import DENIED, PAGE_TOP, USER, Scene, wait_until  # noqa: E402

SCENE, INSIDE = None, None
RED = "cc0000"  # the page of the private servers


def setUpModule():
    global SCENE, INSIDE
    SCENE = Scene()
    unittest.addModuleCleanup(SCENE.close)
    INSIDE = world.Inside(*world.inside_certificate(SCENE.chain))
    unittest.addModuleCleanup(INSIDE.close)


class Going(unittest.TestCase):
    def setUp(self):
        for _, screen in SCENE.both:
            screen.combo("escape")
            SCENE.open_page(screen, "article")
        self.page = {name: screen.picture() for name, screen in SCENE.both}

    def tearDown(self):
        self.assertEqual("running", SCENE.session.probe.stats()["stage"])

    def left(self, name, screen):
        """The picture once the page of setUp is no longer there."""
        def other():
            picture = screen.still(0.8).picture()
            return picture.differing(self.page[name], PAGE_TOP) > 0.01 and picture
        return wait_until(other, what=f"another page ({name})")

    def becomes(self, screen, wanted):
        """Waits until the page looks as that picture."""
        wait_until(lambda: screen.picture().differing(wanted, PAGE_TOP) == 0, what=f"the look of {wanted.path}")


class Addresses(Going):
    def blocked_by_administrator(self):
        """Chromium's page of that name, from an address that nothing else would stop."""
        return self.left("session", SCENE.session.go("data:text/plain,x"))

    def test_what_the_browser_itself_refuses(self):
        blocked = self.blocked_by_administrator()
        self.assertLess(blocked.colours(PAGE_TOP), 1000)  # an icon and two lines
        shown = {self.page["control"].below(PAGE_TOP)}

        def something_new():
            picture = SCENE.control.picture()
            new = picture.below(PAGE_TOP) not in shown and picture.colours(PAGE_TOP) > 20
            return new and picture.differing(blocked, PAGE_TOP) > 0.005 and picture

        for address in ("file:///etc/passwd", "file:///usr/", f"view-source:{SCENE.session.site}article", "chrome://settings",
                        "chrome://policy", "chrome://extensions", "chrome://downloads", "chrome://inspect",
                        "chrome://net-export"):
            with self.subTest(address):
                SCENE.control.go(address.replace(SCENE.session.host, SCENE.control.host))
                shown.add(wait_until(something_new, what=f"{address} in the control").below(PAGE_TOP))
                SCENE.open_page(SCENE.session, "article")
                self.becomes(SCENE.session.go(address), blocked)

    def test_a_file_s_content(self):
        """More than a picture: a page from a file that calls the site runs in the control only."""
        call = SCENE.control.home / "page.html"
        call.write_text(f"<script>fetch('{SCENE.control.site}emblem.svg?file', {{mode: 'no-cors'}})</script>")
        call.chmod(0o644)
        for name, screen in SCENE.both:
            mark = SCENE.mark()
            screen.go(f"file://{call}")
            self.left(name, screen)
            if name == "control":
                SCENE.wait_request(mark, lambda r: r["path"] == "/emblem.svg?file", screen)
            else:
                self.assertEqual([], SCENE.requests(mark))

    def test_script_in_the_address_bar(self):
        script = ("javascript:fetch('/report',{method:'POST',body:JSON.stringify({what:'script',outcome:'ran',"
                  "detail:''})})")
        for name, screen in SCENE.both:
            mark = SCENE.open_page(screen, "bench/latency.html")  # a page without a policy of its own
            screen.go(script)
            if name == "control":
                SCENE.wait_report(mark, "script", screen)
            SCENE.open_page(screen, "article")  # what was typed before has been handled
            self.assertEqual(name == "control", bool(SCENE.reports(mark, "script", screen)))

    def test_other_programs(self):
        """A mailto: link of a page: the control starts the desktop's program for it."""
        blocked = self.blocked_by_administrator()
        for name, screen in SCENE.both:
            SCENE.open_page(screen, "check")
            screen.find_words("外部のアプリ")
            screen.combo("return")
            if name == "control":
                opened = screen.home / "opened"
                wait_until(lambda: opened.exists() and "mailto:help@sakura.test" in opened.read_text(), what="xdg-open")
            else:
                self.becomes(screen, blocked)


class Destinations(Going):
    # Address, host as the egress process sees it, and the private server that must not hear of it. A port that no
    # rule names is refused before the address is looked at.
    PRIVATE = (
        ("go/private", "192.168.0.1", "http://192.168.0.1:80"),
        ("go/metadata", "169.254.169.254", "http://169.254.169.254:80"),
        ("go/loopback", "127.0.0.1", "https://127.0.0.1:443"),
        ("http://192.168.0.1/", "192.168.0.1", "http://192.168.0.1:80"),
        ("https://192.168.0.1/", "192.168.0.1", "https://192.168.0.1:443"),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254", "http://169.254.169.254:80"),
        ("http://[::1]:8080/", "::1", "http://::1:8080"),
        ("https://[::1]/", "::1", "https://::1:443"),
        ("http://0x7f000001/", "127.0.0.1", "http://127.0.0.1:80"),
        ("https://2130706433/", "127.0.0.1", "https://127.0.0.1:443"),
        ("https://[::ffff:192.168.0.1]/", "::ffff:192.168.0.1", None),
    )

    applied = 0

    def policy(self, **fields):
        """Sets fields of the person's policy and waits until the running session has them; a limit that nobody
        reaches changes each time, so that something is applied in any case."""
        Destinations.applied += 1
        for name, value in [*fields.items(), ("connections_max", str(100 + Destinations.applied))]:
            SCENE.chain.ctl("policy", "set", USER, "web." + name, value)
        version = SCENE.log("policy_set")[-1]["policy_version"]
        wait_until(lambda: SCENE.log("policy_applied")[-1]["policy_version"] >= version, what="the policy in the session")

    def verdicts(self, since, host):
        return {record["verdict"] for record in SCENE.log("destination")[since:] if record["host"] == host}

    def visit(self, address, host, server):
        """The control sees the private page; the session sees something else and nobody was called."""
        here, there = (address if "://" in address else screen.site + address for _, screen in SCENE.both)
        hits = len(INSIDE.hits)
        SCENE.control.go(there)
        if server:
            wait_until(lambda: server in [name for name, _ in INSIDE.hits[hits:]], what=f"{server} in the control")
            wait_until(lambda: SCENE.control.picture().share_of(RED) > 0.5, what="its page in the control")
            SCENE.open_page(SCENE.control, "article")
        else:
            self.left("control", SCENE.control)
        calls = len(INSIDE.connections)
        SCENE.session.go(here)
        picture = self.left("session", SCENE.session)
        self.assertEqual(0, picture.share_of(RED), picture.path)
        self.assertEqual([], INSIDE.connections[calls:])

    def test_private_addresses(self):
        """The default policy names no host that it allows; then one that allows every host, plain HTTP and these
        very addresses: what is left is the check of the address itself."""
        self.policy(hosts="", allow_by_default="true")
        self.policy(allow_by_default="false")
        start = len(SCENE.log("destination"))
        self.visit(*self.PRIVATE[4])
        wait_until(lambda: "denied_by_default" in self.verdicts(start, "192.168.0.1"), what="the record")
        self.policy(allow_by_default="true", plain_http="true",
                    hosts="allow:192.168.0.1,allow:169.254.169.254,allow:127.0.0.1")
        start = len(SCENE.log("destination"))
        for address, host, server in self.PRIVATE:
            with self.subTest(address):
                SCENE.open_page(SCENE.session, "article")
                self.visit(address, host, server)
                verdict = "denied_port" if address.endswith(":8080/") else "denied_address"
                wait_until(lambda: verdict in self.verdicts(start, host),
                           what=f"{verdict} of {host} among {SCENE.log('destination')[start:]}")
                self.assertNotIn("allowed", self.verdicts(start, host))

    def test_denied_host(self):
        """A rule is recorded with its number, and the person is told that number."""
        self.policy(allow_by_default="true", hosts=f"allow:.sakura.test:{SCENE.chain.site_port},deny:{DENIED}")
        for way in (f"https://{DENIED}:{SCENE.chain.site_port}/", "go/denied"):
            with self.subTest(way):
                for name, screen in SCENE.both:
                    SCENE.open_page(screen, "article")
                    mark = SCENE.mark()
                    screen.go(way if "://" in way else screen.site + way)
                    self.left(name, screen)
                    asked = [r for r in SCENE.requests(mark) if r["host"] == DENIED]
                    self.assertEqual(name == "control", bool(asked))
        refused = wait_until(lambda: [r for r in SCENE.log("destination") if r["host"] == DENIED
                                      and r["verdict"] == "denied_by_rule"], what="the record")
        self.assertEqual(SCENE.chain.site_port, refused[-1]["host_port"])
        notice = SCENE.session.probe.command("wait_notice site_refused 20000")
        self.assertEqual(refused[-1]["rule"], notice["a"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
