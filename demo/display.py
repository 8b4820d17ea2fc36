# SPDX-License-Identifier: Apache-2.0
"""A display for the viewer: the one at hand, or Xvfb with real windows and XTEST input."""

import os
import pathlib
import subprocess
import time

from processes import Process


class VirtualDisplay:
    def __init__(self, environment, process=None):
        self.environment = environment
        self.process = process
        self.virtual = process is not None

    @classmethod
    def or_real(cls, log_dir):
        for name in ("WAYLAND_DISPLAY", "DISPLAY"):
            if os.environ.get(name):
                kept = ("WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE")
                return cls({k: os.environ[k] for k in kept if k in os.environ})
        return cls.start(log_dir)

    @classmethod
    def start(cls, log_dir, size="1440x960"):
        """Xvfb chooses a free display number itself and tells it through a pipe."""
        read_end, write_end = os.pipe()
        process = Process("xvfb", ["Xvfb", "-displayfd", write_end, "-screen", "0", f"{size}x24", "-nolisten", "tcp",
                                   "-noreset"], log_dir, pass_fds=(write_end,))
        os.close(write_end)
        with os.fdopen(read_end) as reader:
            number = reader.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start:\n" + process.log_tail())
        return cls({"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}, process)

    def _tool(self, *argv):
        env = {"PATH": "/usr/bin:/bin", "DISPLAY": self.environment["DISPLAY"]}
        return subprocess.run([str(a) for a in argv], env=env, capture_output=True, check=True).stdout

    def xdotool(self, *argv):
        return self._tool("xdotool", *argv).decode()

    def screenshot(self, path):
        self._tool("import", "-silent", "-window", "root", f"PNG24:{path}")
        pathlib.Path(path).chmod(0o644)

    def raw(self):
        """The screen, three bytes for each pixel."""
        return self._tool("import", "-silent", "-window", "root", "-depth", "8", "rgb:-")

    def colours(self):
        """How many different colours the screen shows."""
        raw = self.raw()
        return len({raw[i:i + 3] for i in range(0, len(raw), 3)})

    def wait_still(self, seconds=10, quiet=1.0):
        """Waits until two pictures that are `quiet` apart are the same."""
        deadline = time.monotonic() + seconds
        before = self.raw()
        while time.monotonic() < deadline:
            time.sleep(quiet)
            now = self.raw()
            if now == before:
                return True
            before = now
        return False

    def stop(self):
        if self.process:
            self.process.stop()
