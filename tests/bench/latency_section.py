# SPDX-License-Identifier: Apache-2.0
"""Input to pixel on two screens of one size, in turns: the local browser and the viewer. One
program presses the keys and watches the pixels of both, so what it adds is in both. The CPU time
of every process on the way is read around the same presses."""
import contextlib
import subprocess
import time

from accounting import Accounts, milliseconds_each
from bench import Unmeasured
from pixels import marker_origin
from report import Row, judged, timed_row
from screen import changing_points

NAME = "latency"
# key of pages/latency.html: (what changes, most milliseconds behind local at the median)
CHANGES = {"m": ("small change (64x64 px)", 5), "p": ("whole page, one colour", None),
           "t": ("whole page of text", 25)}
ROLES = ["session", "relay", "link", "decoder", "viewer", "browser", "display"]


class Side:
    """One screen with one program in front of it that shows latency.html."""

    def __init__(self, bench, screen, roots):
        self.bench, self.screen, self.accounts = bench, screen, Accounts(*roots)
        self.times = {key: [] for key in CHANGES}
        self.cpu = {key: [] for key in CHANGES}
        self.points = {}

    def press(self, key, count):
        """Milliseconds of each press, as the bench program saw them."""
        argv = [self.bench.tools / "sudare-bench-latency", self.screen.display, self.screen.path, key, count,
                *(f"{x},{y}" for x, y in self.points[key])]
        done = subprocess.run([str(a) for a in argv], check=True, capture_output=True, text=True)
        return [float(line) for line in done.stdout.split()]

    def find_points(self, key):
        """Where pixels change with every press, spread over the page: all of them must have
        changed before a press counts as shown."""
        left, top = marker_origin(self.screen.picture())
        if key == "m":
            self.points[key] = [(left + 96, top + 96)]
            return
        raws = []
        for _ in range(4):
            self.screen.xdotool("key", key)
            time.sleep(0.3)
            raws.append(self.screen.wait_still(0.4, top=top))
        area = (left, top, self.screen.width - left, self.screen.height - top)
        self.points[key] = changing_points(raws, self.screen.stride, area)
        if len(self.points[key]) < 10:
            raise Unmeasured(f"key {key} changes only {len(self.points[key])} places of the page")

    def measure(self, key, count):
        self.screen.wait_still(0.3)
        before = self.accounts.read()
        times = self.press(key, count)
        time.sleep(0.2)  # what comes after the pixels belongs to the event as well
        self.cpu[key].append(milliseconds_each(before, self.accounts.read(), count))
        self.times[key] += times

    def seen(self, key):
        seen = [ms for ms in self.times[key] if ms >= 0]
        if len(seen) < 0.98 * len(self.times[key]):
            raise Unmeasured(f"key {key}: {len(self.times[key]) - len(seen)} of {len(self.times[key])} presses unseen")
        return seen

    def cpu_of(self, key, role):
        """The median of the rounds."""
        values = sorted(round_[role] for round_ in self.cpu[key] if role in round_)
        return values[len(values) // 2] if values else None


def _wait_for_page(screen):
    deadline = time.monotonic() + 30
    while True:
        try:
            marker_origin(screen.picture())
            return screen.wait_still(1.0)
        except RuntimeError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def run(bench):
    rounds, count = (2, 10) if bench.quick else (5, 20)
    page = bench.page("latency.html")
    with contextlib.ExitStack() as stack:
        near = stack.enter_context(bench.screen("local"))
        browser = stack.enter_context(bench.local_browser(near, page))
        far = stack.enter_context(bench.screen("viewer"))
        viewer = stack.enter_context(bench.viewer(far, page))
        for screen in (near, far):
            _wait_for_page(screen)
        chain = bench.chain
        local = Side(bench, near, [browser.pid, near.process.pid])
        ours = Side(bench, far, [chain.parts["host"].pid, chain.parts["gateway"].pid, viewer.pid, far.process.pid])
        for key, (what, _) in CHANGES.items():
            for side in (local, ours):
                side.find_points(key)
            for turn in range(rounds):
                bench.say(f"latency: {what}, round {turn + 1} of {rounds}")
                for side in (local, ours):
                    side.measure(key, count)
        size = viewer.picture_size()
    return list(_rows(local, ours, size))


def _rows(local, ours, size):
    note = (f"the local window and the viewer each fill a display of 1920x1080; the viewer's bar leaves "
            f"{size[0]}x{size[1]} for the remote browser")
    for key, (what, limit) in CHANGES.items():
        row = timed_row("latency", what, ours.seen(key), local.seen(key), note=note)
        if limit:
            judged(row, f"local + {limit} ms", row.difference <= limit)
        yield row
    for key, (what, _) in CHANGES.items():
        for role in ROLES:
            value = ours.cpu_of(key, role)
            if value is not None:
                yield Row("cpu", what, value, "ms", local=local.cpu_of(key, role), role=role,
                          samples=len(ours.times[key]))
