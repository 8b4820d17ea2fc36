# SPDX-License-Identifier: Apache-2.0
"""What the tests of refusals share: the whole chain with a logged-in person, and beside it the same
browser without the block. Both are worked by the same keys on the same site."""
import math
import os
import pathlib
import shutil
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "chain", HERE.parents[2] / "demo"):
    sys.path.insert(0, str(folder))
sys.dont_write_bytecode = True

from chain import DENIED, PORTAL, Chain  # noqa: E402
from control import SIZE, ControlBrowser  # noqa: E402
from pictures import Picture  # noqa: E402
from probe import Probe  # noqa: E402
from processes import wait_until  # noqa: E402

BIN = pathlib.Path(os.environ.get("SUDARE_BIN", "build/dev/bin")).resolve()
TESTS = pathlib.Path(os.environ.get("SUDARE_TESTS", "build/dev/tests")).resolve()
USER = "hanako"
# Rows of the browser's own bars, with some to spare.
PAGE_TOP = 130


def children_of(pid):
    """Everything below pid, by the kernel's word."""
    out = []
    for thread in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in thread.read_text().split():
                out += [int(child), *children_of(int(child))]
        except OSError:
            pass
    return out


def command_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return [""]


def find(chain, program, under="host"):
    """Pids below the host (or gateway) that run that program; for chromium: browser processes."""
    return [pid for pid in children_of(chain.parts[under].pid)
            if command_of(pid)[0].endswith(program) and not any("--type=" in word for word in command_of(pid))]


def renderers(chain):
    """Page processes; those of the zygote carry their arguments as one word."""
    return [pid for pid in children_of(chain.parts["host"].pid)
            if any("--type=renderer" in word for word in command_of(pid))]


class Session:
    """A person at a terminal: sudare-probe, logged in. The names are those of ControlBrowser."""

    def __init__(self, chain, user, password, terminal="terminal-1", **options):
        self.chain, self.host, self.site = chain, PORTAL, chain.portal
        self.probe = Probe(chain, user, password, terminal, size="%dx%d" % SIZE, **options)
        self._name, self._shots = f"{user}-{terminal}", 0
        try:
            self.probe.start()
            self.still()
        except BaseException:
            self.probe.stop()
            raise

    def combo(self, names):
        self.probe.press(names)

    def key(self, name):
        self.probe.press(name)

    def type(self, text):
        self.probe.type(text)

    def text(self, words):
        assert self.probe.command("text " + words)["left_out"] == 0

    def click(self, x, y):
        self.probe.click(x, y)

    def still(self, quiet=0.4, seconds=20):
        """Until nothing has changed for a while; in pieces, as a caret blinks every 600 ms."""
        for _ in range(math.ceil(quiet / 0.4)):
            self.probe.still(400, seconds * 1000)
        return self

    def picture(self):
        self.still()
        self._shots += 1
        return Picture(self.probe.png(f"{self._name}-{self._shots}.png"))

    def go(self, url):
        """Types an address. The page sees ctrl+l first, so the address bar's focus is waited for."""
        self.combo("ctrl+l")
        self.probe.command("wait_text_field url 20000")
        self.type(url)
        self.key("return")
        return self

    def find_words(self, words):
        """Finds words in the page; a link that holds them, or the place, then has the focus."""
        self.combo("ctrl+f")
        self.probe.command("wait_text_field active 20000")
        self.text(words)
        self.combo("return")  # the same words as last time are sought only when asked
        self.still(0.8)
        self.combo("escape")
        self.still()

    def places(self):
        """The directories of the box that can be written, seen from outside."""
        root = f"/proc/{find(self.chain, 'sudare-box-init')[-1]}/root"
        return [pathlib.Path(root + name) for name in ("/home/s", "/tmp", "/dev/shm", "/run")]

    def stop(self):
        self.probe.stop()


def files_holding(places, content, name=None):
    """Files there that hold those bytes, or bear that name."""
    found = []
    for place in places:
        for folder, _, names in os.walk(place):
            for each in names:
                path = pathlib.Path(folder, each)
                try:
                    if each == name or (path.is_file() and content in path.read_bytes()):
                        found.append(path)
                except OSError:
                    pass  # gone in between, or a socket
    return found


class Try:
    """Something that was tried on one screen. The title of the check page, TITLE, tells what came of it: it stays
    to be seen unless a window, a dialog or another page covers it."""

    TITLE = (0, 170, 850, 170)  # x, y, width, height; the download bubble is further right

    def __init__(self, scene, name, screen, mark, before):
        self.scene, self.name, self.screen, self.mark, self.before = scene, name, screen, mark, before

    def reports(self, what):
        return [(r["outcome"], r["detail"]) for r in self.scene.reports(self.mark, what, self.screen)]

    def wait_report(self, what, outcome):
        return wait_until(lambda: [d for o, d in self.reports(what) if o == outcome], what=f"{what} {outcome}")[0]

    def still_shown(self, picture):
        return picture.shows_part(self.before, *self.TITLE)

    def wait_covered(self):
        """Control: something has opened over the page. Returns that picture."""
        return wait_until(lambda: not self.still_shown(picture := self.screen.picture()) and picture,
                          what=f"something over the page ({self.name})")

    def settle(self):
        """Session: all keys so far have been handled and the page has the focus, as a later key proves (5 copies
        a word within the page and says so). Returns the picture."""
        mark = self.scene.mark()
        self.screen.combo("5")
        wait_until(lambda: self.scene.reports(mark, "clipboard-write", self.screen), what="the page takes keys")
        return self.screen.picture()


class Scene:
    """Chain, session and control; one for all tests of a file."""

    def __init__(self):
        if os.getuid() != 0:
            raise unittest.SkipTest("needs root: network namespaces, and identities for session and control")
        self.chain = Chain(BIN)
        self.parts = []
        try:
            self.chain.start()
            shutil.copy2(TESTS / "compositor_probe", self.chain.bin)
            self.chain.ctl("policy", "set", "default", "access.resume_minutes", "0")
            self.password = self.chain.add_user(USER)
            self.chain.ctl("policy", "set", USER, "input.characters_per_minute", "60000")
            self.session = Session(self.chain, USER, self.password)
            self.parts.append(self.session)
            self.flags = command_of(find(self.chain, "/chromium")[0])
            self.control = ControlBrowser(self.chain, self.flags)
            self.parts.append(self.control)
            for _, screen in self.both:
                self.wait_request(0, lambda r: r["path"] == "/", screen, what="the start page")
        except BaseException:
            self.close()
            raise

    @property
    def both(self):
        return (("session", self.session), ("control", self.control))

    # --- what the site saw -------------------------------------------------------------------------
    def mark(self):
        return len(self.chain.site_requests())

    def requests(self, mark):
        return self.chain.site_requests()[mark:]

    def wait_request(self, mark, condition, screen=None, what="a request"):
        """Requests since the mark, of that screen only if it is given."""
        def found():
            return [r for r in self.requests(mark) if condition(r) and (not screen or r["host"] == screen.host)]
        return wait_until(found, what=f"{what} ({screen and screen.host})")

    def reports(self, mark, what, screen=None):
        return [r["report"] for r in self.requests(mark) if r.get("report", {}).get("what") == what
                and (not screen or r["host"] == screen.host)]

    def wait_report(self, mark, what, screen=None):
        return wait_until(lambda: self.reports(mark, what, screen), what=f"report of {what}")[-1]

    def open_page(self, screen, path):
        """Opens a page of the site and waits for it; returns the mark after its requests."""
        mark = self.mark()
        screen.go(screen.site + path)
        self.wait_request(mark, lambda r: r["path"] == "/" + path and r["complete"], screen, f"page {path}")
        screen.still()
        return self.mark()

    def try_keys(self, path, *keys, text=None):
        """On both screens: opens a page, presses the keys. Two Tries: the session's and the control's."""
        out = []
        for name, screen in self.both:
            self.open_page(screen, path)
            before = screen.picture()
            mark = self.mark()
            for key in keys:
                screen.combo(key)
            if text:
                screen.type(text)
            out.append(Try(self, name, screen, mark, before))
        return out

    def log(self, *events):
        return [record for record in self.chain.ctl_json("log", USER) if not events or record["event"] in events]

    def close(self):
        for part in reversed(self.parts):
            part.stop()
        self.parts.clear()
        self.chain.stop()
