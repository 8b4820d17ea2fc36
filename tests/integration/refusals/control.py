# SPDX-License-Identifier: Apache-2.0
"""The control: Debian's Chromium with the flags of the real session, its own sandbox on, run by an
ordinary user, but without our block: no box, no egress process, no policy but the site's CA.

Its screen is our compositor (compositor_probe), so keys and pictures are those of the session."""
import base64
import json
import os
import pathlib
import re
import select
import shutil
import subprocess
import tempfile
import time

from chain import DENIED
from pictures import Picture
from processes import wait_until

CONTROL_UID = 64110
SIZE = (1280, 720)
HOST = "control.sakura.test"  # the site by a name of its own, so that its log tells who came
# Keys by name and the strokes of a US keyboard, as client/core/key_map.cpp has them.
NAMED = {"escape": 1, "tab": 15, "return": 28, "ctrl": 29, "shift": 42, "alt": 56, "space": 57, "home": 102, "end": 107,
         "up": 103, "down": 108, "left": 105, "right": 106, "f4": 62, "f6": 64, "f12": 88, "backspace": 14,
         "pagedown": 109, "delete": 111}
ROWS = ((2, "1234567890-=", "!@#$%^&*()_+"), (16, "qwertyuiop[]", "QWERTYUIOP{}"), (30, "asdfghjkl;'`", "ASDFGHJKL:\"~"),
        (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"), (57, " ", " "))
STROKES = {c: (first + i, shifted) for first, *rows in ROWS
           for shifted, row in ((True, rows[1]), (False, rows[0])) for i, c in enumerate(row)}


def as_user(uid):
    return {"user": uid, "group": uid, "extra_groups": []}


class ControlBrowser:
    """flags: the command line of the session's Chromium, read from the kernel."""

    def __init__(self, chain, flags, page="", policy=None, more_flags=(), name="control"):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix=f"sudare-{name}-", dir="/run"))
        self.home, self.runtime, self.policies = (self._folder(n) for n in ("home", "runtime", "policies"))
        self.programs = self._folder("programs")
        # What Chromium starts for mailto: and its like. Stands in for a desktop's mail program.
        opener = self.programs / "xdg-open"
        opener.write_text(f'#!/bin/sh\necho "$@" >> {self.home}/opened\n')
        opener.chmod(0o755)
        (self.policies / "managed").mkdir()
        if policy is None:
            policy = {"CACertificates": [certificate_of(chain.web_ca)]}
        (self.policies / "managed" / "control.json").write_text(json.dumps(policy))
        (self.directory / "hosts").write_text(f"127.0.0.1 localhost {HOST} {DENIED}\n::1 localhost\n")
        self.directory.chmod(0o755)
        self.events, self._pending, self._shots = [], b"", 0
        self.log = open(self.directory / "log", "wb")
        self.probe = self._start([chain.bin / "compositor_probe", self.runtime / "wayland-0", *SIZE, 120],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._until(lambda line: line == "READY")
        self.host, self.site = HOST, f"https://{HOST}:{chain.site_port}/"
        self.browser = self._start(self._command(flags, self.site + page, more_flags), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL)
        self._until(lambda line: line.startswith("damage"))

    def _folder(self, name):
        folder = self.directory / name
        private = name in ("home", "runtime")
        folder.mkdir(mode=0o700 if private else 0o755)
        if private:
            os.chown(folder, CONTROL_UID, CONTROL_UID)
        return folder

    def _start(self, argv, **streams):
        env = {"PATH": f"{self.programs}:/usr/bin:/bin", "LANG": "ja_JP.UTF-8", "LANGUAGE": "ja", "HOME": str(self.home),
               "TMPDIR": str(self.home), "XDG_RUNTIME_DIR": str(self.runtime), "WAYLAND_DISPLAY": "wayland-0",
               "TZ": "Asia/Tokyo", "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "1"}
        return subprocess.Popen([str(word) for word in argv], stderr=self.log, env=env, cwd=self.home,
                                start_new_session=True, **streams, **as_user(CONTROL_UID))

    def _command(self, flags, start, more_flags):
        """bwrap gives nothing but other policies and names: everything of the host stays in reach."""
        flags = [flag for flag in flags if not flag.startswith("--user-data-dir=")]
        return ["bwrap", "--dev-bind", "/", "/", "--die-with-parent", "--tmpfs", "/etc/chromium", "--ro-bind",
                self.policies, "/etc/chromium/policies", "--ro-bind", self.directory / "hosts", "/etc/hosts",
                "--", *flags, f"--user-data-dir={self.home}/p", *more_flags, start]

    # --- the compositor's lines ----------------------------------------------------------------
    def _lines(self, seconds):
        """What came within that time, at least one line unless nothing did."""
        if b"\n" not in self._pending and select.select([self.probe.stdout], [], [], seconds)[0]:
            piece = os.read(self.probe.stdout.fileno(), 1 << 16)
            if not piece:
                raise RuntimeError("compositor_probe has ended")
            self._pending += piece
        *lines, self._pending = self._pending.split(b"\n")
        return [line.decode() for line in lines]

    def _until(self, wanted, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for line in self._lines(0.2):
                self.events.append(line)
                if wanted(line):
                    return line
        raise TimeoutError("the control's compositor: " + repr(self.events[-5:]))

    def tell(self, *words):
        """One command, and its answer."""
        self.probe.stdin.write((" ".join(map(str, words)) + "\n").encode())
        self.probe.stdin.flush()
        answer = self._until(lambda line: line.startswith(("ok", "failed")))
        if answer.startswith("failed"):
            raise AssertionError(f"{words}: {answer}")
        return answer

    # --- hands: the same names as harness.Session ------------------------------------------------
    def _press(self, *codes):
        for code in codes:
            self.tell("key", code, 1)
        for code in reversed(codes):
            self.tell("key", code, 0)

    def combo(self, names):
        self._press(*(NAMED.get(name) or STROKES[name][0] for name in names.split("+")))

    def key(self, name):
        self.combo(name)

    def type(self, text):
        for character in text:
            code, shifted = STROKES[character]
            self._press(*([NAMED["shift"]] if shifted else []), code)

    def text(self, words):
        self.tell("text", words)

    def click(self, x, y):
        self.tell("move", x, y)
        self.tell("button", 272, 1)
        self.tell("button", 272, 0)

    def still(self, quiet=0.5, seconds=20):
        """Until nothing larger than a caret has changed for a while."""
        deadline = time.monotonic() + seconds
        since = time.monotonic()
        while time.monotonic() - since < quiet:
            for line in self._lines(0.05):
                self.events.append(line)
                size = re.fullmatch(r"damage \d+ \d+ (\d+) (\d+)", line)
                if size and int(size[1]) * int(size[2]) > 200:
                    since = time.monotonic()
            if time.monotonic() > deadline:
                raise TimeoutError("the control's picture is never still")
        return self

    def picture(self):
        self.still()
        self._shots += 1
        path = self.home / f"{self._shots}.png"
        self.tell("png", path)
        return Picture(path)

    def go(self, url):
        mark = len(self.events)
        self.combo("ctrl+l")
        # Chromium tells its fields no more once a GTK dialog was there: the picture has to do.
        try:
            if not any(line.startswith("damage") for line in self.events[mark:]):
                self._until(lambda line: line.startswith("damage"), 3)
        except TimeoutError:
            pass  # it has the focus already
        self.still(0.3)
        self.type(url)
        self.key("return")
        return self

    def find_words(self, words):
        self.combo("ctrl+f")
        self.still()
        self.text(words)
        self.combo("return")
        self.still()
        self.combo("escape")
        self.still()

    # --- evidence --------------------------------------------------------------------------------
    def places(self):
        return [self.home, pathlib.Path("/tmp")]

    def stop(self):
        for process in (self.browser, self.probe):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.probe.stdin.close()
        self.probe.stdout.close()
        wait_until(lambda: not processes_of(CONTROL_UID, str(self.home)), what="end of the control browser")
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)


def processes_of(uid, word):
    out = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if entry.stat().st_uid == uid and word.encode() in (entry / "cmdline").read_bytes():
                out.append(int(entry.name))
        except OSError:
            pass
    return out


def certificate_of(path):
    """The base64 of a PEM file's first certificate, as the policy CACertificates wants it."""
    pem = pathlib.Path(path).read_text()
    body = pem.split("-----BEGIN CERTIFICATE-----")[1].split("-----END CERTIFICATE-----")[0]
    return base64.b64encode(base64.b64decode(body)).decode()
