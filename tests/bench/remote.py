# SPDX-License-Identifier: Apache-2.0
"""Our side of the comparison: the real viewer on a Screen, and sudare-probe where bytes count."""
import os
import subprocess
import threading
import time

from chain import VIEWER_UID
from probe import Probe


class Viewer:
    """`sudare` over a whole screen (which has no window manager, so by size). Each line that it prints is kept with the moment of its arrival."""

    def __init__(self, chain, screen, user, password=None, terminal="bench-viewer"):
        certificate, key = chain.terminal(terminal)
        home = chain._folder("viewer-home", VIEWER_UID)
        argv = [chain.bin / "sudare", "--server", chain.server, "--user", user, "--cert", certificate, "--key", key,
                "--ca", chain.pki / "ca.crt", "--crl", chain.pki / "crl.pem", "--lang", "ja", "--size", f"{screen.width}x{screen.height}"]
        read_end = None
        if password:
            read_end, write_end = os.pipe()
            os.write(write_end, password.encode() + b"\n")
            os.close(write_end)
            argv += ["--password-fd", read_end]
        env = chain.environment() | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "DISPLAY": screen.display,
                                     "QT_QPA_PLATFORM": "xcb"}
        self.chain, self.lines, self._news = chain, [], threading.Condition()
        self._log = open(chain.logs / f"viewer-{user}.log", "ab")
        self.began = time.monotonic()
        self.popen = subprocess.Popen([str(a) for a in argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=self._log, env=env, cwd="/", pass_fds=(read_end,) if read_end else (),
                                      **chain.viewer_identity())
        if read_end:
            os.close(read_end)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.popen.stdout:
            with self._news:
                self.lines.append((time.monotonic(), line.decode().strip()))
                self._news.notify_all()
        with self._news:
            self.lines.append((time.monotonic(), "GONE"))
            self._news.notify_all()

    def wait(self, beginning, seconds=30):
        """(moment, line) of the first line with this beginning."""
        def look():
            return next((entry for entry in self.lines if entry[1].startswith((beginning, "GONE"))), None)
        with self._news:
            found = self._news.wait_for(look, seconds)
            if not found or found[1] == "GONE":
                raise RuntimeError(f"the viewer did not print {beginning}: {[line for _, line in self.lines]}")
            return found

    @property
    def pid(self):
        return self.popen.pid

    def picture_size(self):
        """Of the newest picture, in pixels."""
        self.wait("PICTURE")
        return [tuple(map(int, line.split()[1:])) for _, line in self.lines if line.startswith("PICTURE")][-1]

    def stop(self):
        """Ends the program and then its session, which would wait for it to come back."""
        self.popen.terminate()
        try:
            self.popen.wait(10)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        self._reader.join()
        self.popen.stdout.close()
        self._log.close()
        end_sessions(self.chain)


def end_sessions(chain, seconds=15):
    """So that no browser of an earlier section takes part in the next one."""
    deadline = time.monotonic() + seconds
    while sessions := chain.ctl_json("session", "list"):
        for session in sessions:
            chain.ctl("session", "end", session["session"], check=False)
        if time.monotonic() > deadline:
            raise TimeoutError(f"sessions do not end: {sessions}")
        time.sleep(0.1)


class Terminal(Probe):
    """A probe with what the sections need."""

    def open(self):
        self.start()
        self.still()
        return self

    def go(self, url):
        """By the address bar, as a person does."""
        self.press("ctrl+l")
        self.command("wait_text_field active 10000")
        self.type(url)
        self.press("Return")
        self.still(600)

    def counted(self, action, quiet_ms=250):
        """The statistics of what one action brings, until the picture is still."""
        self.command("stats_reset")
        action()
        self.still(quiet_ms)
        return self.stats()

    def stop(self):
        try:
            return super().stop()
        finally:
            end_sessions(self.chain)
