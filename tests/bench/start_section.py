# SPDX-License-Identifier: Apache-2.0
"""How long people wait in the morning: the viewer until its log-in window is on the screen, and
from the log-in until the start page is; beside it a local browser until it shows the same page.
Programs and libraries are in the page cache, as after a first start; nothing else is warm."""
import contextlib
import time

from bench import Unmeasured
from remote import Viewer
from report import judged, timed_row
from screen import changing_points

NAME = "start"
LOGIN_AIM_S, PAGE_AIM_S = 0.5, 2.5
TOOLBARS = 200  # rows that show session number or address


class Expectation:
    """What a screen shows in the end, as some points of it: found once, then waited for."""

    def __init__(self, screen, before, top=0):
        shots = []
        for _ in range(6):  # a caret blinks in between
            time.sleep(0.25)
            shots.append(screen.raw())
        area = (0, top, screen.width, screen.height - top)
        points = changing_points([before, shots[0]], screen.stride, area, 12, 10)
        at = [y * screen.stride + x * 4 for x, y in points]
        steady = [i for i, place in enumerate(at) if len({shot[place:place + 3] for shot in shots}) == 1]
        self.pixels = [(points[i], shots[0][at[i]:at[i] + 3]) for i in steady]
        if len(self.pixels) < 5:
            raise Unmeasured("the screen shows nothing to wait for")

    def wait(self, screen, shown=True, seconds=30):
        """The moment at which all points were as expected (or none of them any more); looks every
        millisecond."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if all((screen.pixel(x, y) == colour) == shown for (x, y), colour in self.pixels):
                return time.monotonic()
            time.sleep(0.001)
        raise Unmeasured(f"the screen does not {'show again' if shown else 'lose'} what it showed")


class Morning:
    """One person, one screen, again and again."""

    def __init__(self, bench, screen):
        self.bench, self.screen = bench, screen
        self.user, self.password = bench.user(bench.chain.portal)
        self.empty = screen.raw()
        self.login = self.page = None
        self.times = {"login": [], "running": [], "picture": [], "page": []}

    def once(self):
        if self.login:
            self.login.wait(self.screen, shown=False)
        viewer = Viewer(self.bench.chain, self.screen, self.user)
        try:
            login = self._wait_login(viewer)
            self._log_in(viewer, login)
        finally:
            viewer.stop()

    def _wait_login(self, viewer):
        if self.login:
            return self.login.wait(self.screen)
        viewer.wait("STATE login")
        self.screen.wait_still(0.3, top=self.screen.height // 2)
        self.login = Expectation(self.screen, self.empty)
        return None

    def _log_in(self, viewer, login):
        self.screen.xdotool("type", "--delay", "5", self.password)
        before = self.screen.raw()
        self.screen.xdotool("key", "Return")
        pressed, _ = viewer.wait("STATE connecting")
        if not self.page:
            viewer.wait("PICTURE")
            self.screen.wait_still(1.5)
            self.page = Expectation(self.screen, before, TOOLBARS)
            return
        shown = self.page.wait(self.screen)
        self.times["login"].append((login - viewer.began))
        self.times["running"].append(viewer.wait("STATE running")[0] - pressed)
        self.times["picture"].append(viewer.wait("PICTURE")[0] - pressed)
        self.times["page"].append(shown - pressed)


def _local_starts(bench, screen, count):
    """Seconds from the start of a local browser until the start page is on its screen."""
    empty, expected, times = screen.raw(), None, []
    for _ in range(count + 1):
        if expected:
            expected.wait(screen, shown=False)
        begin = time.monotonic()
        with bench.local_browser(screen, bench.chain.portal):
            if expected:
                times.append(expected.wait(screen) - begin)
            else:
                time.sleep(1)
                screen.wait_still(1.5)
                expected = Expectation(screen, empty, TOOLBARS)
    return times


def run(bench):
    count = 2 if bench.quick else 7
    with contextlib.ExitStack() as stack:
        near, far = (stack.enter_context(bench.screen(name)) for name in ("start-local", "start-viewer"))
        morning, local = Morning(bench, far), []
        morning.once()
        for turn in range(count):
            bench.say(f"start: {turn + 1} of {count}")
            morning.once()
        local = _local_starts(bench, near, count)
    return list(_rows(morning.times, local))


def _rows(times, local):
    row = timed_row("start", "viewer to its log-in window", times["login"], unit="s")
    yield judged(row, f"{LOGIN_AIM_S} s", row.value <= LOGIN_AIM_S)
    yield timed_row("start", "log-in to running session", times["running"], unit="s")
    yield timed_row("start", "log-in to the browser's first picture", times["picture"], unit="s")
    row = timed_row("start", "log-in to start page on the screen", times["page"], local, unit="s",
                    note="local: start of a local browser until the same page is on its screen")
    yield judged(row, f"{PAGE_AIM_S} s", row.value <= PAGE_AIM_S)
