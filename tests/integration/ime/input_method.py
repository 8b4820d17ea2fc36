# SPDX-License-Identifier: Apache-2.0
"""A terminal's Japanese input method: fcitx5 with mozc, as an ordinary user, in a display of the test."""

import os
import pathlib
import signal
import subprocess

from processes import Process, wait_until

# The keyboard layout stands in the group as well: with mozc alone the toggling key does nothing.
_PROFILE = """[Groups/0]
Name=Default
Default Layout=us
DefaultIM=mozc
[Groups/0/Items/0]
Name=keyboard-us
Layout=
[Groups/0/Items/1]
Name=mozc
Layout=
[GroupOrder]
0=Default
"""
_CONFIG = """[Behavior]
ActiveByDefault=True
ShareInputState=No
"""
# A bus that leaves its socket in the home, and starts no program by itself.
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=HOME</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""
_CANDIDATES = "Fcitx5 Input Window"  # the name of the window of candidates


class InputMethod:
    """Its home is new each time, because mozc learns: the first candidate would depend on earlier tests."""

    def __init__(self, chain, display, name, uid):
        self.display, self._chain = display, chain
        self.home = chain._folder(name, uid)
        for folder in (".config", ".config/fcitx5"):
            chain._folder(f"{name}/{folder}", uid)
        texts = {".config/fcitx5/config": _CONFIG, ".config/fcitx5/profile": _PROFILE,
                 "bus.conf": _BUS.replace("HOME", str(self.home))}
        for file, text in texts.items():
            chain._own(chain._write(f"{name}/{file}", text), uid)
        self._environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(self.home),
                             "XDG_RUNTIME_DIR": str(self.home), "DISPLAY": display.environment["DISPLAY"]}
        self._identity = chain.viewer_identity()
        inner = 'echo "READY $DBUS_SESSION_BUS_ADDRESS"; exec fcitx5 --disable=wayland,waylandim,cloudpinyin'
        start = [*self._with_an_account(uid), "dbus-run-session", "--config-file", self.home / "bus.conf", "--",
                 "sh", "-c", inner]
        self.process = Process("fcitx5", start, chain.logs, env=self._environment)
        try:
            self._environment["DBUS_SESSION_BUS_ADDRESS"] = self.process.wait_ready()
            wait_until(self._answers, 30, "fcitx5 on its bus")
        except BaseException:
            self.stop()
            raise

    def _with_an_account(self, uid):
        """The bus serves only uids that have an account: one that is seen by it alone, in its own mount namespace."""
        if not self._chain.root:
            return []
        accounts = self._chain._write("passwd", pathlib.Path("/etc/passwd").read_text(encoding="utf-8") +
                                      f"terminal:x:{uid}:{uid}::{self.home}:/bin/sh\n")
        enter = 'mount --bind "$0" /etc/passwd && exec setpriv --reuid "$1" --regid "$1" --clear-groups -- "${@:2}"'
        return ["unshare", "--mount", "bash", "-c", enter, accounts, uid]

    def environment(self):
        """What a program needs to be typed into with it."""
        return {"QT_IM_MODULE": "fcitx", "DBUS_SESSION_BUS_ADDRESS": self._environment["DBUS_SESSION_BUS_ADDRESS"]}

    def _run(self, *argv):
        return subprocess.run(argv, env=self._environment, capture_output=True, text=True, check=False,
                              **self._identity).stdout

    def _answers(self):
        bus = "org.freedesktop.DBus"
        return "boolean true" in self._run("dbus-send", "--session", "--print-reply", f"--dest={bus}", "/",
                                           f"{bus}.NameHasOwner", "string:org.fcitx.Fcitx5")

    def is_on(self):
        """Whether it composes in the field that had the keyboard last; else it is switched to the plain keyboard."""
        return self._run("fcitx5-remote").strip() == "2"

    def candidates(self):
        """(x, y, width, height) of the window of candidates on the screen, or None."""
        found = self._run("xdotool", "search", "--onlyvisible", "--name", _CANDIDATES).split()
        if not found:
            return None
        lines = self.display.xdotool("getwindowgeometry", "--shell", found[0]).splitlines()
        values = dict(line.split("=") for line in lines)
        return tuple(int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))

    def stop(self):
        if "DBUS_SESSION_BUS_ADDRESS" in self._environment:
            self._run("fcitx5-remote", "-e")  # its session ends with it
            try:
                self.process.popen.wait(10)
            except subprocess.TimeoutExpired:
                pass
        self.process.stop()
        # mozc_server makes itself a daemon and outlives its session: known by its home.
        mark = f"HOME={self.home}".encode()
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    os.kill(int(entry.name), signal.SIGKILL)
            except OSError:
                pass  # gone in between, or somebody else's
