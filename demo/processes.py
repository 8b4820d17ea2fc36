# SPDX-License-Identifier: Apache-2.0
"""Starting real programs, waiting for their READY line, and ending all of them again."""

import os
import pathlib
import select
import signal
import subprocess
import time


def base_environment():
    """What every program of ours gets: nothing of the caller's but the wanted log level."""
    kept = {"SUDARE_LOG": os.environ["SUDARE_LOG"]} if "SUDARE_LOG" in os.environ else {}
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | kept


class StartFailed(Exception):
    """A program ended or stayed silent before it was ready."""


class Process:
    """One program of ours. Its stderr goes to a log file, its stdout is read for READY."""

    def __init__(self, name, argv, log_dir, env=None, uid=None, groups=(), pass_fds=(), cwd="/"):
        self.name = name
        self.log_path = pathlib.Path(log_dir) / f"{name}.log"
        self._log = open(self.log_path, "ab")
        identity = {} if uid is None else {"user": uid, "group": uid, "extra_groups": list(groups)}
        self.popen = subprocess.Popen(
            [str(part) for part in argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._log,
            env=env if env is not None else base_environment(), cwd=cwd,
            start_new_session=True, pass_fds=pass_fds, **identity)
        self.ready_text = None
        self._unread = b""

    @property
    def pid(self):
        return self.popen.pid

    def wait_ready(self, seconds=30):
        """Returns what stands after READY; StartFailed with the log's end otherwise."""
        self.ready_text = self.wait_line("READY", seconds)
        return self.ready_text

    def wait_line(self, start, seconds=30, never=None):
        """Reads stdout up to a line that begins like this and returns its rest. StartFailed with the log's end
        when the program ends, says a line that begins with `never`, or stays silent."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            line, newline, rest = self._unread.partition(b"\n")
            if newline:
                self._unread = rest
                text = line.decode("utf-8", "replace")
                if text.startswith(start):
                    return text[len(start):].strip()
                if never and text.startswith(never):
                    raise StartFailed(f"{self.name} said {text!r}:\n{self.log_tail()}")
            elif select.select([self.popen.stdout], [], [], 0.2)[0]:
                piece = os.read(self.popen.stdout.fileno(), 4096)
                if not piece:
                    break
                self._unread += piece
        raise StartFailed(f"{self.name} did not say {start!r}:\n{self.log_tail()}")

    def log_tail(self, lines=15):
        text = self.log_path.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def alive(self):
        return self.popen.poll() is None

    def kill(self, number=signal.SIGKILL):
        if self.alive():
            self.popen.send_signal(number)

    def stop(self, seconds=10):
        """SIGTERM, then SIGKILL to its whole process group; returns the exit status."""
        self.kill(signal.SIGTERM)
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        status = self.popen.wait()
        if self.popen.stdout:
            self.popen.stdout.close()
        self._log.close()
        return status


def wait_until(condition, seconds=20, what="condition"):
    """Polls a condition until it is true; for things that have no descriptor to wait on."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s for: {what}")
        time.sleep(0.02)
