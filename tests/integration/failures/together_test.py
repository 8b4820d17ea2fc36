# SPDX-License-Identifier: Apache-2.0
"""Two people at once, the limits of a policy, and a disk that is full where the audit log is."""
import itertools
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

if os.getuid() == 0 and "SUDARE_OWN_MOUNTS" not in os.environ:
    os.environ["SUDARE_OWN_MOUNTS"] = "1"  # what is mounted here ends with this process
    os.execvp("unshare", ["unshare", "--mount", "--", sys.executable, *sys.argv])

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from estate import BROKER_UID, Estate, SmallDisk, find, processes, wait_until  # noqa: E402


@unittest.skipUnless(os.getuid() == 0, "needs root: looks into processes of other identities")
class Together(unittest.TestCase):
    def open_estate(self, *users, **settings):
        estate = Estate(*users, **settings)
        self.addCleanup(estate.close)
        return estate

    def open_session(self, estate, user):
        screen = estate.session(user)
        self.addCleanup(screen.stop)
        return screen

    def ended(self, screen, seconds=30):
        ending = screen.probe.command(f"wait_state ended {seconds * 1000}")
        return ending["fault"], ending.get("reason")

    def nothing_left(self, estate):
        try:
            wait_until(lambda: not estate.traces(), 30)
        except TimeoutError:
            self.assertEqual([], estate.traces())


class TwoPeople(Together):
    WORDS = "this is hanako's alone"

    def setUp(self):
        self.estate = self.open_estate("hanako", "taro")
        self.screens, self.boxes = {}, {}
        for user in ("hanako", "taro"):
            known = set(self.boxes.values())
            self.screens[user] = self.open_session(self.estate, user)
            self.boxes[user] = next(b for b in find(self.estate.chain, "sudare-box-init") if b not in known)

    def inside(self, user, path):
        return pathlib.Path(f"/proc/{self.boxes[user]}/root{path}")

    def uid(self, user):
        return os.stat(f"/proc/{self.boxes[user]}").st_uid

    @staticmethod
    def identity(status, stat):
        """(number in the innermost namespace but Chromium's own, start time): names one process of this machine."""
        numbers = next(line for line in status.splitlines() if line.startswith("NSpid:")).split()[1:]
        return int(numbers[min(1, len(numbers) - 1)]), int(stat.rpartition(")")[2].split()[19])

    def visible(self, user):
        """Who is in the /proc that this person's browser sees."""
        out = set()
        for entry in self.inside(user, "/proc").glob("[0-9]*"):
            try:
                out.add((int(entry.name), int((entry / "stat").read_text().rpartition(")")[2].split()[19])))
            except OSError:
                pass  # gone in between
        return out

    def of_browser(self, user):
        out = set()
        for pid, uid, _ in processes():
            try:
                entry = pathlib.Path(f"/proc/{pid}")
                if uid == self.uid(user):
                    out.add(self.identity((entry / "status").read_text(), (entry / "stat").read_text()))
            except OSError:
                pass
        return out

    def test_processes(self):
        self.assertNotEqual(self.uid("hanako"), self.uid("taro"))
        uids = {os.stat(f"/proc/{pid}").st_uid for pid, _ in self.estate.session_processes()}
        self.assertEqual(8, len(uids))  # relay, session, egress and browser of each
        for name in ("pid", "net", "mnt", "ipc", "user"):
            self.assertEqual(2, len({os.readlink(f"/proc/{box}/ns/{name}") for box in self.boxes.values()}), name)
        for user, other in (("hanako", "taro"), ("taro", "hanako")):
            seen = self.visible(user)
            self.assertGreater(len(seen & self.of_browser(user)), 5)  # control: there is something to see
            self.assertEqual(set(), seen & self.of_browser(other))

    def leave_file(self, user, path):
        """A file that this person's browser has written: in its mount namespace, with its identity."""
        uid = self.uid(user)
        subprocess.run(["nsenter", "-t", str(self.boxes[user]), "-m", "/usr/bin/setpriv", f"--reuid={uid}", f"--regid={uid}",
                        "--clear-groups", "/usr/bin/touch", path], check=True)

    def test_files(self):
        for place in ("/tmp", "/home/s", "/dev/shm"):
            with self.subTest(place):
                self.leave_file("hanako", f"{place}/hanakos")
                self.assertTrue(self.inside("hanako", f"{place}/hanakos").exists())
                self.assertFalse(self.inside("taro", f"{place}/hanakos").exists())

    def test_sockets(self):
        """The way to a compositor or proxy is open to its own browser's identity only."""
        code = "import socket,sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
        slots = sorted(self.estate.slots())
        uids = sorted(os.stat(f"/proc/{box}").st_uid for box in self.boxes.values())
        for i, slot in enumerate(slots):
            for j, uid in enumerate(uids):
                for name in ("wayland-0", "egress.sock"):
                    with self.subTest(slot=i, uid=j, name=name):
                        done = subprocess.run(["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups",
                                               "/usr/bin/python3", "-c", code, slot / name], capture_output=True,
                                              check=False, cwd="/")
                        self.assertEqual(i == j, done.returncode == 0, done.stderr)

    def test_pictures(self):
        hanako, taro = self.screens["hanako"], self.screens["taro"]
        for screen in (hanako, taro):
            screen.go(screen.site + "bench/typing.html").still(0.8)
        empty = {screen: screen.picture() for screen in (hanako, taro)}
        caret = 0.0001  # a blinking caret may differ

        def typed(screen):
            return screen.picture().differing(empty[screen], 95) > caret
        self.assertLess(empty[hanako].differing(empty[taro], 95), caret)  # the same page looks the same
        hanako.type(self.WORDS)
        wait_until(lambda: typed(hanako), what="the words")
        self.assertFalse(typed(taro))
        taro.type(self.WORDS)  # control: his own would show
        wait_until(lambda: typed(taro), what="his own words")
        for user in self.screens:
            other = {"hanako": "taro", "taro": "hanako"}[user]
            self.assertNotIn(other, str(self.estate.log(user)))


class Limits(Together):
    def test_idle_and_total_time(self):
        """A minute each, the least that a policy can say; both at once."""
        estate = self.open_estate("hanako", "taro")
        estate.chain.ctl("policy", "set", "hanako", "access.idle_minutes", "1")
        estate.chain.ctl("policy", "set", "taro", "access.total_minutes", "1")
        screens = {user: self.open_session(estate, user) for user in ("hanako", "taro")}
        self.assertEqual(60, screens["hanako"].probe.stats()["idle_s"])
        self.assertEqual(1800, screens["taro"].probe.stats()["idle_s"])
        for user, reason in (("hanako", "idle"), ("taro", "total_time")):
            self.assertEqual(("none", reason), self.ended(screens[user], 90))
            self.assertEqual(reason, estate.log(user, "session_ended")[-1]["reason"])
            screens[user].stop()
        self.nothing_left(estate)


class FullDisk(Together):
    def test_no_record_no_session(self):
        disk = SmallDisk(tempfile.mktemp(prefix="sudare-audit-", dir="/run"), BROKER_UID)
        self.addCleanup(disk.close)
        estate = self.open_estate("hanako", broker_settings=f'audit_dir = "{disk.path}"')
        estate.chain.ctl("policy", "set", "hanako", "access.sessions_max", "3")
        estate.issue_terminals(5)
        screen = self.open_session(estate, "hanako")
        self.open_session(estate, "hanako").probe.end()  # control: another one is possible
        self.assertEqual("running", screen.probe.stats()["stage"])
        disk.fill()
        # The log's last page has room for some records yet. A change that cannot be recorded is not made.
        pages = (f"https://a.example/{number}" + "a" * 900 for number in itertools.count())  # the same one is no change
        wait_until(lambda: estate.chain.ctl("policy", "set", "hanako", "web.start_page", next(pages),
                                            check=False).returncode != 0, what="a change refused")
        self.assertEqual("audit_unavailable", estate.refusal("hanako"))
        self.assertEqual(("none", "audit_unavailable"), self.ended(screen))
        screen.stop()
        self.nothing_left(estate)
        self.assertEqual("audit_unavailable", estate.refusal("hanako"))
        disk.empty()  # does not heal by itself: somebody has to look
        self.assertEqual("audit_unavailable", estate.refusal("hanako"))
        estate.restart("broker")
        again = self.open_session(estate, "hanako")
        self.assertEqual("running", again.probe.stats()["stage"])
        again.probe.end()
        self.assertEqual("user_ended", estate.log("hanako", "session_ended")[-1]["reason"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
