# SPDX-License-Identifier: Apache-2.0
"""The browser at hand: the session's own Chromium command and policies on another display.

Command line and policy file are read from a running session, so they cannot drift from it. Left
out is what keeps the session's browser from the network: this one asks the demo site itself."""
import json
import os
import pathlib
import pwd
import shutil
import tempfile

from accounting import tree
from chain import PORTAL
from processes import Process

NOT_HERE = ("ProxySettings", "LocalNetworkBlockedForUrls", "LoopbackNetworkBlockedForUrls")
USER = "nobody"  # as root; Chromium keeps its own sandbox, which refuses to run as root


def recipe_of(chain):
    """(argv, policy) of the browser of the one running session."""
    for pid in tree([chain.parts["host"].pid]):
        try:
            argv = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")[:-1]
        except OSError:
            continue
        if argv and argv[0].endswith("/chromium") and not any(a.startswith("--type=") for a in argv):
            policy = next(chain.runtime.glob("*/policies/managed/*.json"))
            return argv, json.loads(policy.read_text(encoding="utf-8"))
    raise RuntimeError("no session with a browser is running")


class LocalBrowser:
    """Opens `url` at once. `place`: {"DISPLAY": ":1"} or {"WAYLAND_DISPLAY": "/path"}."""

    def __init__(self, name, recipe, place, url, log_dir, more=()):
        argv, policy = recipe
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sudare-bench-browser-"))
        self.uid = pwd.getpwnam(USER).pw_uid if os.getuid() == 0 else None
        home = self.folder / "home"
        (self.folder / "policies" / "managed").mkdir(parents=True)
        home.mkdir()
        (home / "run").mkdir(mode=0o700)
        policy = {k: v for k, v in policy.items() if k not in NOT_HERE} | {"RestoreOnStartupURLs": [url]}
        (self.folder / "policies" / "managed" / "session.json").write_text(json.dumps(policy), encoding="utf-8")
        (self.folder / "hosts").write_text(f"127.0.0.1 localhost {PORTAL}\n", encoding="utf-8")
        self.folder.chmod(0o755)
        if self.uid is not None:
            for part in (home, home / "run"):
                os.chown(part, self.uid, self.uid)
        platform = "x11" if "DISPLAY" in place else "wayland"
        command = [a for a in argv if not a.startswith(("--ozone-platform=", "--user-data-dir="))]
        command += [f"--ozone-platform={platform}", f"--user-data-dir={home}/profile", *more]
        self.process = Process(name, [*self._box(home), *command], log_dir, uid=self.uid,
                               env={"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "ja_JP.UTF-8", "LANGUAGE": "ja",
                                    "XDG_RUNTIME_DIR": str(home / "run"), "GSETTINGS_BACKEND": "memory",
                                    "FONTCONFIG_FILE": "/etc/fonts/fonts.conf", "NO_AT_BRIDGE": "1", **place})

    def _box(self, home):
        """The machine as it is, but for policies and names; all of it ends with its first process."""
        return ["/usr/bin/bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--tmpfs", "/etc/chromium",
                "--ro-bind", self.folder / "policies", "/etc/chromium/policies", "--ro-bind",
                self.folder / "hosts", "/etc/hosts", "--unshare-pid", "--proc", "/proc",
                "--die-with-parent", "--chdir", home, "--"]

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        self.process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
