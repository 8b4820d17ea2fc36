# SPDX-License-Identifier: Apache-2.0
"""What every section gets: the chain, its users, and how thorough to be."""
import contextlib
import os
import platform
import time

from local_browser import LocalBrowser, recipe_of
from remote import Terminal, Viewer
from screen import Screen

WIDTH, HEIGHT = 1920, 1080


class Unmeasured(Exception):
    """A section that could not find out what it is there for."""


class Bench:
    def __init__(self, chain, bin_dir, quick, say):
        self.chain, self.quick, self.say = chain, quick, say
        self.bin = bin_dir
        self.tools = bin_dir.parent / "tests"
        self.failures = []  # fidelity, and what could not be measured
        self._users = 0
        self.recipe = None

    def page(self, name):
        return f"{self.chain.portal}bench/{name}"

    def user(self, start_page):
        """A new person each time: nothing of an earlier section is resumed."""
        self._users += 1
        name = f"bench{self._users}"
        password = self.chain.add_user(name)
        self.chain.ctl("policy", "set", name, "web.start_page", start_page)
        return name, password

    def learn_recipe(self):
        """How a session runs its browser, for the local one. It is also the warm-up."""
        with self.terminal(self.page("latency.html")):
            self.recipe = recipe_of(self.chain)

    def fail(self, text):
        self.say(f"FAILED: {text}")
        self.failures.append(text)

    @contextlib.contextmanager
    def terminal(self, start_page, size=f"{WIDTH}x{HEIGHT}"):
        name, password = self.user(start_page)
        with Terminal(self.chain, name, password, terminal="bench-probe", size=size) as terminal:
            yield terminal.open()

    @contextlib.contextmanager
    def viewer(self, screen, start_page):
        name, password = self.user(start_page)
        viewer = Viewer(self.chain, screen, name, password)
        try:
            viewer.wait("PICTURE")
            yield viewer
        finally:
            viewer.stop()

    @contextlib.contextmanager
    def screen(self, name):
        screen = Screen(name, self.chain.logs, WIDTH, HEIGHT)
        try:
            yield screen
        finally:
            screen.stop()

    @contextlib.contextmanager
    def local_browser(self, screen, url):
        browser = LocalBrowser("local-browser", self.recipe, {"DISPLAY": screen.display}, url, self.chain.logs,
                               ["--window-position=0,0", f"--window-size={WIDTH},{HEIGHT}"])
        try:
            yield browser
        finally:
            browser.stop()


def machine():
    return {"time": time.strftime("%Y-%m-%d %H:%M:%S"), "cores": os.cpu_count(), "kernel": platform.release(),
            "processor": _processor(), "load": os.getloadavg()[0]}


def _processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")
