# SPDX-License-Identifier: Apache-2.0
"""Drives sudare-probe: one command, one answer. For end-to-end tests and measurements."""
import json
import os
import select
import subprocess
import sys
import time
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "demo"))
from chain import VIEWER_UID  # noqa: E402


class Refused(AssertionError):
    """The probe answered {"ok": false}."""


class Probe:
    """One terminal of a Chain: a certificate of its own, a process of its own."""

    def __init__(self, chain, terminal, user="", password="", size="1280x720", scale=120, keyboard="us",
                 locale="ja", register=True, server=None, crl=True):
        certificate, key = chain.issue_terminal(terminal)
        if register:
            chain.ctl("terminal", "add", terminal, check=False)
        read_end, write_end = os.pipe()
        os.write(write_end, password.encode() + b"\n")
        os.close(write_end)
        argv = [chain.bin / "sudare-probe", "--server", server or chain.server, "--cert", certificate, "--key", key,
                "--ca", chain.pki / "ca.crt", "--user", user, "--password-fd", read_end, "--size", size,
                "--scale", scale, "--keyboard", keyboard, "--locale", locale]
        if crl:
            argv += ["--crl", chain.pki / "crl.pem"]
        identity = {"user": VIEWER_UID, "group": VIEWER_UID, "extra_groups": []} if chain.root else {}
        self.log = open(chain.logs / f"probe-{terminal}.log", "ab")
        self.folder = chain._folder(f"probe-{terminal}", VIEWER_UID)
        self.process = subprocess.Popen([str(a) for a in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.log, pass_fds=(read_end,), cwd=self.folder,
                                        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, **identity)
        os.close(read_end)
        self._pending = b""
        if self._line(20) != "READY":
            raise RuntimeError("sudare-probe did not start; see " + self.log.name)

    def _line(self, seconds):
        deadline = time.monotonic() + seconds
        while b"\n" not in self._pending:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise TimeoutError("sudare-probe does not answer")
            piece = os.read(self.process.stdout.fileno(), 1 << 16)
            if not piece:
                raise RuntimeError(f"sudare-probe ended with {self.process.wait()}")
            self._pending += piece
        line, _, self._pending = self._pending.partition(b"\n")
        return line.decode()

    def ask(self, *words, seconds=650):
        """The answer, whatever it is."""
        self.process.stdin.write((" ".join(str(w) for w in words) + "\n").encode())
        self.process.stdin.flush()
        return json.loads(self._line(seconds))

    def __call__(self, *words):
        """The answer to a command that must succeed."""
        answer = self.ask(*words)
        if not answer.pop("ok"):
            raise Refused(answer["error"])
        return answer

    def log_in(self):
        """connect, login and open; returns self with a running session."""
        for command in ("connect", "login", "open"):
            answer = self(command)
            if "ending" in answer or answer.get("verdict", 0) != 0:
                raise Refused(f"{command}: {answer}")
        return self

    def start_page(self, seconds=20):
        """Waits until a page is there and nothing moves."""
        self("wait_still", 400, seconds * 1000)
        return self

    def go(self, url, quiet=400):
        """Opens an address by the address bar, as a person does."""
        self("combo", "ctrl+l")
        self("type", url)
        self("key", "Return", "press")
        return self("wait_still", quiet, 20000)

    def stats(self):
        return self("stats")["stats"]

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
