# SPDX-License-Identifier: Apache-2.0
"""What the tests of the whole chain share: one chain for a class of tests, and what must not stay."""

import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE, HERE.parents[2] / "demo"):
    sys.path.insert(0, str(folder))
sys.dont_write_bytecode = True

from chain import SESSION_UIDS_COUNT, Chain  # noqa: E402
from probe import Probe  # noqa: E402
from processes import wait_until  # noqa: E402

BIN = pathlib.Path(os.environ.get("SUDARE_BIN", "build/dev/bin")).resolve()


def children_of(pid):
    """Pids directly below pid."""
    out = []
    for thread in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            out += [int(child) for child in thread.read_text().split()]
        except OSError:
            pass  # the thread is gone
    return out


def session_processes(chain):
    """{pid: command} of everything that runs for sessions: below the host, below the gateway, and as root
    also whatever has one of the sessions' uids, wherever it hangs."""
    pids = set(children_of(chain.parts["host"].pid)) | set(children_of(chain.parts["gateway"].pid))
    if chain.root:
        for process in pathlib.Path("/proc").iterdir():
            try:
                if process.name.isdigit() and 0 <= process.stat().st_uid - chain.session_uids < SESSION_UIDS_COUNT:
                    pids.add(int(process.name))
            except OSError:
                pass  # gone in between
    found = {}
    for pid in pids:
        try:
            found[pid] = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:80]
        except OSError:
            pass
    return found


def slots(chain):
    return [path.name for path in chain.runtime.iterdir() if path.name.isdigit()]


class ChainTest(unittest.TestCase):
    """Every test begins and ends without any session."""

    RESUME_MINUTES = 0  # what is left without a viewer ends: nothing stays for the next test

    @classmethod
    def setUpClass(cls):
        # Killed links would shut their address out for a while, which is right, and tested elsewhere.
        cls.chain = Chain(BIN, gateway_settings="[throttle]\npenalties = false").__enter__()
        cls.addClassCleanup(cls.chain.stop)
        cls.chain.ctl("policy", "set", "default", "access.resume_minutes", cls.RESUME_MINUTES)
        cls.passwords = {name: cls.chain.add_user(name) for name in ("sakura", "tsubaki")}

    def setUp(self):
        self.addCleanup(self.assert_nothing_left)

    def probe(self, user="sakura", password=None, **options):
        """Not connected; a terminal of its own for each user."""
        probe = Probe(self.chain, user, password or self.passwords[user], f"terminal-{user}", **options)
        self.addCleanup(probe.stop)
        return probe

    def session(self, user="sakura", **options):
        """Logged in, with the start page on the screen; ends in order at the end of the test."""
        probe = self.probe(user, **options)
        probe.start()
        probe.colour(3, 93, "1e3a5f")  # the line above the portal's masthead
        probe.still()
        self.addCleanup(lambda: probe.process.poll() is None and probe.ask("end"))
        return probe

    def assert_nothing_left(self):
        try:
            wait_until(lambda: not session_processes(self.chain) and not slots(self.chain), 30)
        except TimeoutError:
            self.fail(f"left: {session_processes(self.chain)} {slots(self.chain)}")

    def events(self, kind, user="sakura"):
        return [event for event in self.chain.ctl_json("log", user) if event["event"] == kind]

    def requests(self, path):
        return [request for request in self.chain.site_requests() if request["path"] == path]

    def number_of(self, probe):
        return probe.stats()["session"]
