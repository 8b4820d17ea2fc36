# SPDX-License-Identifier: Apache-2.0
"""A browser's own pixels: the same Chromium on our compositor without pipeline, link and viewer
(tests/integration/session/compositor_probe.cpp), which writes them down as they were committed."""
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

from local_browser import LocalBrowser
from pixels import Picture

EVDEV = {"Down": 108, "End": 107, "Home": 102}


class Reference:
    """One page in a browser of its own, `width` x `height` with its toolbar."""

    def __init__(self, bench, url, width, height):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sudare-bench-reference-"))
        self.folder.chmod(0o755)
        self._browser = self._log = self._probe = None
        self._pending, self._last_damage = b"", time.monotonic()
        try:
            self._start(bench, url, width, height)
        except BaseException:
            self.stop()
            raise

    def _start(self, bench, url, width, height):
        socket = self.folder / "wayland"
        self._log = open(bench.chain.logs / "compositor-probe.log", "ab")
        self._probe = subprocess.Popen([bench.tools / "compositor_probe", socket, str(width), str(height), "120"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log)
        while self._line(20) != "READY":
            pass
        self._browser = LocalBrowser("reference-browser", bench.recipe, {"WAYLAND_DISPLAY": str(socket)}, url,
                                     bench.chain.logs)

    def _line(self, seconds):
        """The next line, or None when none came in time. Damage is noted on the way."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._pending:
            readable, _, _ = select.select([self._probe.stdout], [], [], max(0, deadline - time.monotonic()))
            if not readable:
                return None
            piece = os.read(self._probe.stdout.fileno(), 65536)
            if not piece:
                raise RuntimeError("compositor_probe ended")
            self._pending += piece
        line, _, self._pending = self._pending.partition(b"\n")
        if line.startswith(b"damage"):
            self._last_damage = time.monotonic()
        return line.decode()

    def command(self, *words):
        self._probe.stdin.write((" ".join(str(word) for word in words) + "\n").encode())
        self._probe.stdin.flush()
        while not (line := self._line(20) or "failed: no answer").startswith(("ok", "failed")):
            pass
        if line.startswith("failed"):
            raise RuntimeError(f"compositor_probe: {words[0]}: {line}")
        return line

    def press(self, key):
        self.command("key", EVDEV[key], 1)
        self.command("key", EVDEV[key], 0)

    def wait_still(self, quiet=1.0, seconds=30):
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            line = self._line(quiet)
            if line == "gone":
                raise RuntimeError("the reference browser ended")
            if line is None and time.monotonic() - self._last_damage >= quiet:
                return
        raise TimeoutError("the reference browser is never still")

    def picture(self):
        path = self.folder / "picture.png"
        self.command("png", path)
        return Picture.read(path)

    def stop(self):
        if self._browser:
            self._browser.stop()
        if self._probe:
            self._probe.stdin.close()
            try:
                self._probe.wait(10)
            except subprocess.TimeoutExpired:
                self._probe.kill()
                self._probe.wait()
            self._probe.stdout.close()
        if self._log:
            self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
