#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`./dev demo`: border, session host and demo site on this machine, and the viewer in front of them.

With a display the viewer opens there. Without one it runs in Xvfb, logs in by itself, opens the
portal, and the picture of its window is saved; then this ends, or with --stay it goes on."""

import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from chain import VIEWER_UID, Chain  # noqa: E402
from display import VirtualDisplay  # noqa: E402
from processes import Process, StartFailed, wait_until  # noqa: E402

USER = "sakura"
BEGIN = time.monotonic()


def say(text):
    print(f"[{time.monotonic() - BEGIN:5.1f} s] {text}", flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bin", default="build/dev/bin", help="directory of the programs")
    parser.add_argument("--screenshot", default=None, help="where the picture goes without a display")
    parser.add_argument("--stay", action="store_true", help="without a display: go on until Ctrl-C")
    parser.add_argument("--lang", choices=("ja", "en"), default="ja")
    return parser.parse_args()


def start_viewer(chain, password, display, lang):
    """The viewer gets the password through a pipe, as nothing secret belongs into argv."""
    certificate, key = chain.issue_terminal("demo-terminal")
    chain.ctl("terminal", "add", "demo-terminal", check=False)
    home = chain._folder("viewer", VIEWER_UID)
    argv = [chain.bin / "sudare", "--server", chain.server, "--user", USER, "--cert", certificate, "--key", key,
            "--ca", chain.pki / "ca.crt", "--crl", chain.pki / "crl.pem", "--lang", lang]
    env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    env |= display.environment
    fds = ()
    if display.virtual:
        read_end, write_end = os.pipe()
        os.write(write_end, password.encode() + b"\n")
        os.close(write_end)
        argv += ["--password-fd", str(read_end)]
        fds = (read_end,)
    uid = VIEWER_UID if chain.root and display.virtual else None
    viewer = Process("viewer", argv, chain.logs, env=env, uid=uid, pass_fds=fds)
    for fd in fds:
        os.close(fd)
    chain.parts["viewer"] = viewer
    return viewer


def save_picture(chain, display, viewer, wanted):
    """Waits until the session runs and a page of many colours is on the screen, then saves the screen."""
    target = pathlib.Path(wanted or pathlib.Path(tempfile.gettempdir()) / "sudare-demo.png")
    viewer.wait_line("STATE running", 60, never="STATE ended")
    def portal_is_there():
        if not any(r.get("path") == "/" for r in chain.site_requests()):
            return False
        return display.colours() > 500  # a login window or an empty page has far fewer
    wait_until(portal_is_there, 60, "the portal in the viewer")
    display.wait_still()
    display.screenshot(target)
    return target


def report_failure(chain, error):
    say(f"failed: {error}")
    kept = pathlib.Path(tempfile.mkdtemp(prefix="sudare-demo-logs-"))
    shutil.copytree(chain.logs, kept, dirs_exist_ok=True)
    say(f"the logs of all programs are in {kept}")


def run(arguments):
    say("starting border, session host and demo site")
    chain = Chain(arguments.bin, say)
    display = None
    try:
        chain.start()
        password = chain.add_user(USER)
        chain.ctl("policy", "set", USER, "web.start_page", chain.portal)
        say(f"user: {USER}   password (shown once): {password}")
        display = VirtualDisplay.or_real(chain.logs)
        viewer = start_viewer(chain, password, display, arguments.lang)
        if not display.virtual:
            say("the viewer is open; log in with the password above. Ctrl-C ends everything.")
            viewer.popen.wait()
            return 0
        picture = save_picture(chain, display, viewer, arguments.screenshot)
        say(f"the viewer has logged in and shows the portal; its picture: {picture}")
        if arguments.stay:
            say("Ctrl-C ends everything")
            viewer.popen.wait()
        return 0
    except (StartFailed, TimeoutError, subprocess.SubprocessError) as error:
        report_failure(chain, error)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        if display:
            display.stop()
        chain.stop()
        say("everything has ended; nothing is left behind")


def main():
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    status = run(parse_arguments())
    print("demo: done" if status == 0 else "demo: FAILED", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
