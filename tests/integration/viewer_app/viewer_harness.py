# SPDX-License-Identifier: Apache-2.0
"""A running viewer in a virtual display, against the whole chain with a real browser: what its tests share."""

import os
import pathlib
import select
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "demo"))
sys.dont_write_bytecode = True

from chain import VIEWER_UID, Chain  # noqa: E402
from display import VirtualDisplay  # noqa: E402
from processes import Process, wait_until  # noqa: E402

BIN = pathlib.Path(os.environ.get("SUDARE_BIN", ROOT / "build" / "dev" / "bin"))
USER = "sakura"
SIZE = (1100, 760)
BANNER, BORDER = 40, 4  # client/app/banner.h, session_page.h


class Viewer:
    """One running viewer and the lines it has said."""

    def __init__(self, chain, display, password, extra=()):
        self.chain, self.display = chain, display
        home = chain._folder(f"viewer-{time.monotonic_ns()}", VIEWER_UID)
        argv = [chain.bin / "sudare", "--server", chain.server, "--user", USER, "--cert", chain.terminal[0], "--key",
                chain.terminal[1], "--ca", chain.pki / "ca.crt", "--crl", chain.pki / "crl.pem", "--lang", "en",
                "--size", "%dx%d" % SIZE, *extra]
        env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
        read_end = None
        if password is not None:
            read_end, write_end = os.pipe()
            os.write(write_end, password.encode() + b"\n")
            os.close(write_end)
            argv += ["--password-fd", read_end]
        self.process = Process("viewer", argv, chain.logs, env=env | display.environment, uid=chain._uid(VIEWER_UID),
                               pass_fds=() if read_end is None else (read_end,))
        if read_end is not None:
            os.close(read_end)
        self.lines = []
        self._pending = b""

    def _read(self, seconds):
        out = self.process.popen.stdout
        if not select.select([out], [], [], seconds)[0]:
            return
        piece = os.read(out.fileno(), 4096)
        if not piece:
            raise AssertionError(f"the viewer has ended after {self.lines}:\n{self.logs()}")
        *whole, self._pending = (self._pending + piece).split(b"\n")
        self.lines += [line.decode() for line in whole]

    def wait_for(self, start, seconds=40, after=0):
        """The first line from number `after` on that begins like this."""
        deadline = time.monotonic() + seconds
        while True:
            for line in self.lines[after:]:
                if line.startswith(start):
                    return line
            if time.monotonic() > deadline:
                raise AssertionError(f"no {start!r} in {self.lines}\n{self.logs()}")
            self._read(0.2)

    def logs(self):
        parts = [self.process, *(self.chain.parts[name] for name in ("gateway", "host"))]
        return "\n".join(f"--- {part.name}\n{part.log_tail()}" for part in parts)

    def wait_end(self, seconds=20):
        status = self.process.popen.wait(seconds)
        self.process.popen.stdout.close()
        return status

    def keys(self, *names):
        self.display.xdotool("key", *names)

    def type(self, text):
        self.display.xdotool("type", "--delay", 12, text)

    def click(self, x, y, button=1):
        """A click on a pixel of the remote picture."""
        self.display.xdotool("mousemove", x + BORDER, y + BANNER + BORDER, "click", button)

    def stop(self):
        self.process.stop()


class ViewerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # All viewers of this test are one source, and one test kills a link, which costs a source a pause.
        cls.chain = Chain(BIN, gateway_settings="[throttle]\npenalties = false\n")
        cls.addClassCleanup(cls.chain.stop)
        cls.chain.start()
        cls.chain.ctl("policy", "set", "default", "access.resume_minutes", "0")
        cls.password = cls.chain.add_user(USER)
        cls.chain.terminal = cls.chain.issue_terminal("terminal-1")
        cls.chain.ctl("terminal", "add", "terminal-1", check=False)

    def setUp(self):
        self.display = VirtualDisplay.start(self.chain.logs)
        self.addCleanup(self.display.stop)

    def view(self, password, extra=()):
        viewer = Viewer(self.chain, self.display, password, extra)
        self.addCleanup(viewer.stop)
        return viewer

    def running(self):
        asked_before = self.asked_for("/")
        viewer = self.view(self.password)
        viewer.wait_for("STATE running")
        viewer.wait_for("PICTURE")
        wait_until(lambda: self.asked_for("/") > asked_before, 40, "the portal")
        self.display.wait_still()
        return viewer

    def asked_for(self, path):
        return sum(1 for request in self.chain.site_requests() if request.get("path") == path)

    def screenshot(self, name):
        if folder := os.environ.get("SUDARE_PICTURES"):
            self.display.screenshot(pathlib.Path(folder) / f"{name}.png")


def stat_of(pid):
    """(name, parent, state) or None."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    name, rest = text[text.index("(") + 1:text.rindex(")")], text[text.rindex(")") + 2:].split()
    return name, int(rest[1]), rest[0]


def all_processes():
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := stat_of(entry.name)):
            yield int(entry.name), *stat


def children_of(parent, name):
    return [pid for pid, this, its_parent, _ in all_processes() if its_parent == parent and this == name[:15]]


def below(ancestor, name):
    """Every process of this name that descends from that one: never somebody else's."""
    rows = list(all_processes())
    tree = {ancestor}
    while more := {pid for pid, _, parent, _ in rows if parent in tree} - tree:
        tree |= more
    return [pid for pid, this, _, _ in rows if pid in tree and this == name]


def alive(pid):
    stat = stat_of(pid)
    return stat is not None and stat[2] != "Z"
