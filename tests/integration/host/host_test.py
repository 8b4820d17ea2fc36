# SPDX-License-Identifier: Apache-2.0
"""The launcher: what it gives each process, who ends what, and that nothing stays.

A real sudare-host with real browser boxes; relay, session and egress are stand-ins that speak its
borders and report what they were given (stand_in.py). As root every process has a uid of its own
and cgroups are there; as an ordinary user the tests that need either are skipped.
"""
import itertools
import json
import os
import pathlib
import signal
import stat
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from frames import *  # noqa: F401,F403,E402
from launcher import BIN, DEADLINE, ROOT, UID_BASE, Launcher, command_of, eventually, is_gone  # noqa: E402

NOBODY = 65534


class LauncherTest(unittest.TestCase):
    extra = ""

    def setUp(self):
        self.launcher = Launcher(self.extra)
        self.addCleanup(self.launcher.close)

    def border(self):
        border = self.launcher.connect()
        self.addCleanup(border.close)
        return border


class WhatEachProcessGets(LauncherTest):
    def setUp(self):
        super().setUp()
        self.b = self.border().start(session=0x1234, fps=30)

    def test_exactly_its_descriptors(self):
        self.assertEqual(list(range(9)), self.b.told["relay"]["fds"])
        self.assertEqual(list(range(6)), self.b.told["session"]["fds"])
        self.assertEqual(list(range(5)), self.b.told["egress"]["fds"])
        self.assertEqual(["the certificate", "the key", "the authority", "the revoked"],
                         self.b.told["relay"]["tls"])

    def test_a_renewed_revocation_list_is_for_the_next_relay(self):
        renewed = self.launcher.directory / "renewed"
        renewed.write_text("the renewed list")
        renewed.replace(self.launcher.directory / "revoked")
        self.launcher.process.send_signal(signal.SIGHUP)
        eventually(lambda: self.border().start().told["relay"]["tls"][3] == "the renewed list", "the new list")

    def test_no_secret_and_no_rights(self):
        for role in ("relay", "session", "egress"):
            told = self.b.told[role]
            with self.subTest(role):
                self.assertEqual([], told["argv"])
                self.assertLessEqual(set(told["environment"]), {"SUDARE_LOG", "LC_CTYPE"})
                self.assertEqual(0, int(told["capabilities"], 16))
                self.assertEqual("1", told["no_new_privs"])
                self.assertEqual("/dev/null", told["stdin"])
                self.assertEqual(told["pid"], told["terminal_session"])  # without a terminal
                self.assertEqual([], told["groups"] if ROOT else [])

    @unittest.skipUnless(ROOT, "uids need root")
    def test_each_its_own_uid(self):
        other = self.border().start(session=2)
        box = {os.stat(f"/proc/{pid}").st_uid for pid in self.launcher.find("sudare-box-init")}
        uids = [border.told[role]["uids"] for border in (self.b, other)
                for role in ("relay", "session", "egress")]
        for real, effective, saved in uids:
            self.assertTrue(real == effective == saved >= UID_BASE)
        self.assertEqual(6, len({real for real, _, _ in uids}))
        self.assertEqual(2, len(box - {real for real, _, _ in uids}))

    def test_configurations(self):
        session = bytes.fromhex(self.b.told["session_config"])
        self.assertEqual(struct.pack(">HHHBB", 1280, 720, 120, 1, 0), session[:8])
        self.assertNotIn(b"portal.example", session)  # nothing about hosts
        self.assertEqual(struct.pack(">HHBIB", 3840, 2160, 30, 0, 0), session[-10:])
        self.assertEqual(0x01, self.b.told["kind"])
        egress = bytes.fromhex(self.b.told["config"])
        self.assertIn(b"https://portal.example/", egress)
        mapped = b"\0" * 10 + b"\xff\xff"
        self.assertIn(mapped + bytes([192, 0, 2, 53]) + struct.pack(">H", 53), egress)
        self.assertIn(text("portal.example") + struct.pack(">H", 443) + mapped
                      + bytes([127, 0, 0, 8]), egress)

    def test_policy_reaches_all_three(self):
        file = self.launcher.runtime / "0/policies/managed/10-session.json"
        self.assertIn("https://portal.example/", file.read_text())
        self.b.told.clear()
        self.b.send(POLICY, policy(version=2, start_page="https://new.example/", fps=10,
                                   denied_urls=["evil.example/x"]))
        self.b.until_told("frame", "egress")
        self.assertEqual(0x03, self.b.told["frame"])
        self.assertIn("new.example".encode().hex(), self.b.told["config"])
        # The session is told nothing about hosts.
        self.assertNotIn("new.example".encode().hex(), self.b.told["payload"])
        written = json.loads(file.read_text())
        self.assertEqual(["https://new.example/"], written["RestoreOnStartupURLs"])
        self.assertIn("evil.example/x", written["URLBlocklist"])
        # The box sees the new file: it is the directory that is bound.
        box = self.launcher.find("sudare-box-init")[-1]
        inside = pathlib.Path(f"/proc/{box}/root/etc/chromium/policies/managed/10-session.json")
        if ROOT:
            self.assertIn("new.example", inside.read_text())

    def test_host_tells_the_first_picture(self):
        border = self.border()
        border.send(START, session_start(session=9))
        kind, milliseconds = struct.unpack(">BI", border.until(HOST_EVENT))
        self.assertEqual(1, kind)

    @unittest.skipUnless(ROOT, "uids need root")
    def test_other_sessions_cannot_reach_the_sockets(self):
        code = ("import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])")
        for name in ("wayland-0", "egress.sock"):
            path = str(self.launcher.runtime / "0" / name)
            for uid, wanted in ((UID_BASE + 1, 0), (UID_BASE + 5, 1), (UID_BASE + 3, 1)):
                with self.subTest(name, uid=uid):
                    done = subprocess.run(
                        ["/usr/bin/setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups",
                         "/usr/bin/python3", "-c", code, path], capture_output=True, cwd="/")
                    self.assertEqual(wanted, done.returncode, done.stderr)

    @unittest.skipUnless(ROOT, "cgroups need root")
    def test_limits(self):
        groups = self.launcher.cgroups()
        self.assertTrue(groups)
        values = {}
        for group in groups:
            for name in ("memory.limit_in_bytes", "memory.max", "pids.max", "cpu.cfs_quota_us",
                         "cpu.max"):
                if (group / name).exists():
                    values[name] = (group / name).read_text().split()[0]
        self.assertEqual(str(2048 << 20),
                         values.get("memory.limit_in_bytes") or values.get("memory.max"))
        self.assertEqual("768", values["pids.max"])
        self.assertEqual("150000", values.get("cpu.cfs_quota_us") or values.get("cpu.max"))
        inside = set.intersection(*(set(map(int, (g / "cgroup.procs").read_text().split()))
                                    for g in groups))
        for part in ("sudare-session", "sudare-egress", "sudare-box-init", "/chromium"):
            with self.subTest(part):
                self.assertTrue(inside & set(self.launcher.find(part)))
        self.assertFalse(inside & set(self.launcher.find("sudare-relay")))


class Ends(LauncherTest):
    """Whoever goes first, the session ends with the right reason and leaves nothing."""

    def setUp(self):
        super().setUp()
        self.b = self.border().start()
        self.box = eventually(lambda: self.launcher.find("/chromium"), "browser")

    def kill(self, part, number=signal.SIGKILL):
        for pid in self.launcher.find(part):
            os.kill(pid, number)

    def check(self, reason):
        self.assertEqual(reason, self.b.ended())
        with self.assertRaises(EOFError):
            self.b.until(ENDED)
        self.launcher.assert_nothing_left()
        # The launcher itself serves on.
        again = self.border().start(session=99)
        again.send(STOP, struct.pack(">H", USER_ENDED))
        self.assertEqual(USER_ENDED, again.ended())

    def test_stop_by_the_border(self):
        self.b.send(STOP, struct.pack(">H", ADMIN_ENDED))
        self.check(ADMIN_ENDED)
        self.assertEqual(ADMIN_ENDED, self.b.told["stopped"])  # the session could say goodbye

    def test_session_ends_by_itself(self):
        self.b.command("end")
        self.check(USER_ENDED)

    def test_session_crash(self):
        self.b.command("crash")
        self.check(SESSION_CRASHED)

    def test_session_sends_garbage(self):
        self.b.command("garbage")
        self.check(SESSION_CRASHED)

    def test_session_that_does_not_stop_is_killed(self):
        self.b.command("ignore stop")
        self.b.send(STOP, struct.pack(">H", USER_ENDED))
        self.check(USER_ENDED)

    def test_egress_lost(self):
        self.kill("sudare-egress")
        self.check(EGRESS_LOST)

    def test_browser_crash(self):
        self.kill("/chromium", signal.SIGSEGV)
        self.check(BROWSER_CRASHED)

    def test_box_killed(self):
        self.kill("/bwrap")
        self.check(BROWSER_CRASHED)

    def test_connection_closed(self):
        self.b.close()
        self.launcher.assert_nothing_left()
        self.assertIn("connection_closed", self.launcher.log.read_text())

    def test_relay_crash(self):
        self.kill("sudare-relay")
        self.launcher.assert_nothing_left()

    def test_server_stopping(self):
        self.launcher.process.terminate()
        self.assertEqual(SERVER_STOPPING, self.b.ended())
        self.assertEqual(0, self.launcher.process.wait(DEADLINE))
        self.assertEqual([], self.launcher.slots())
        self.assertEqual([], self.launcher.cgroups())

    def test_launcher_killed(self):
        everybody = self.launcher.children()
        self.assertGreater(len(everybody), 5)
        self.launcher.process.kill()
        self.launcher.process.wait()
        for pid in everybody:
            eventually(lambda p=pid: is_gone(p), f"end of {pid} {command_of(pid)}")
        self.assertEqual(["0"], self.launcher.slots())  # nobody was there to clean up
        self.launcher.start()
        self.launcher.wait_ready()
        self.launcher.assert_nothing_left()
        self.border().start()


class Refusals(LauncherTest):
    def expect(self, border, reason):
        self.assertEqual(reason, border.ended())
        self.launcher.assert_nothing_left()

    def test_policy_before_start(self):
        b = self.border()
        b.send(POLICY, policy())
        self.expect(b, ILLEGAL_STATE)

    def test_second_start(self):
        b = self.border().start()
        b.send(START, session_start())
        self.expect(b, ILLEGAL_STATE)

    def test_malformed_starts(self):
        good = session_start()
        for name, bad in {"cut": good[:-1], "longer": good + b"\0",
                          "session zero": b"\0" * 8 + good[8:],
                          "size": good[:24] + b"\xff\xff" + good[26:],
                          "keyboard": good[:30] + b"\x09" + good[31:]}.items():
            with self.subTest(name):
                b = self.border()
                b.send(START, bad)
                self.expect(b, MALFORMED)

    def test_unknown_type(self):
        b = self.border()
        b.send(0x55, b"")
        self.expect(b, UNKNOWN_TYPE)

    def test_unknown_reason(self):
        b = self.border().start()
        b.send(STOP, struct.pack(">H", 12345))
        self.expect(b, MALFORMED)

    def test_too_many_sessions(self):
        borders = [self.border().start(session=n) for n in range(1, 5)]
        late = self.border()
        late.send(START, session_start(session=5))
        self.assertEqual(NO_RESOURCES, late.ended())
        borders[0].send(STOP, struct.pack(">H", USER_ENDED))
        self.assertEqual(USER_ENDED, borders[0].ended())
        self.border().start(session=6)  # its place is free again


class Strangers(LauncherTest):
    """Connections of 127.0.0.2 that say nothing do not keep out the border, which is 127.0.0.1."""

    SLOTS = 4 + 16  # sessions_max and Host::kSpareConnections

    def strangers(self, launcher):
        """More than there are slots. The end of each, or its relay, is what we wait for."""
        for _ in range(self.SLOTS + 1):
            link = launcher.connect("127.0.0.2")
            self.addCleanup(link.close)
            try:
                link.until_told("relay")
                yield link
            except (EOFError, ConnectionResetError):
                pass

    def test_a_silent_source_leaves_room(self):
        self.assertEqual(8, len(list(self.strangers(self.launcher))))
        self.border().start()
        self.assertIn("too many have not started a session", self.launcher.log.read_text())

    def test_control_who_has_started_a_session_has_no_such_limit(self):
        first = self.launcher.connect("127.0.0.2")
        self.addCleanup(first.close)
        first.start()
        links = [self.launcher.connect("127.0.0.2") for _ in range(self.SLOTS - 1)]
        for link in links:
            self.addCleanup(link.close)
            link.until_told("relay")

    def test_only_addresses_of_the_list(self):
        launcher = Launcher(sections='[border]\naddresses = ["127.0.0.1"]\n')
        self.addCleanup(launcher.close)
        self.assertEqual([], list(self.strangers(launcher)))
        self.assertEqual([], launcher.children())
        self.assertIn("not of border.addresses", launcher.log.read_text())
        for number in range(1, 5):  # control: who is of the list
            border = launcher.connect()
            self.addCleanup(border.close)
            border.start(session=number)


FREEZER = pathlib.Path("/sys/fs/cgroup/freezer")


class WhatDoesNotEnd(LauncherTest):
    """A slot is used again only when nothing of its former session is left, and nobody waits."""

    SLOTS = 4 + 16  # sessions.max and kSpareSlots of sessions.cpp
    numbers = itertools.count(1000)

    def next_uid(self):
        """The uid of a fresh session's compositor, which tells the slot."""
        border = self.launcher.connect().start(session=next(self.numbers))
        self.stop_session(border)
        border.close()
        return border.told["session"]["uids"][0]

    def uids_of_all_free_slots(self):
        """Of as many sessions, one after another, as there are slots: they go round."""
        return {self.next_uid() for _ in range(self.SLOTS)}

    def stop_session(self, border):
        border.send(STOP, struct.pack(">H", USER_ENDED))
        self.assertEqual(USER_ENDED, border.ended())

    def assert_taken(self, uid):
        free = self.uids_of_all_free_slots()
        self.assertNotIn(uid, free)
        self.assertEqual(self.SLOTS - 1, len(free))  # control: all others are used

    def assert_comes_back(self, uid):
        eventually(lambda: self.next_uid() == uid, "the slot's next use")
        self.launcher.assert_nothing_left()

    @unittest.skipUnless(ROOT, "cgroups need root")
    def test_a_cgroup_that_cannot_be_removed(self):
        border = self.border().start()
        stuck = [group / "stuck" for group in self.launcher.cgroups()]
        for path in stuck:
            path.mkdir()
        self.addCleanup(lambda: [path.rmdir() for path in stuck if path.exists()])
        self.stop_session(border)
        uid = border.told["session"]["uids"][0]
        self.assert_taken(uid)
        for path in stuck:
            path.rmdir()
        self.assert_comes_back(uid)

    @unittest.skipUnless(ROOT and FREEZER.exists(), "needs the freezer of cgroup v1")
    def test_a_process_that_cannot_be_killed(self):
        border = self.border().start()
        pid = border.told["session"]["pid"]
        frozen = FREEZER / f"sudare-test-{os.getpid()}"
        frozen.mkdir()
        self.addCleanup(frozen.rmdir)
        (frozen / "cgroup.procs").write_text(str(pid))
        (frozen / "freezer.state").write_text("FROZEN")
        try:
            self.stop_session(border)
            self.assertFalse(is_gone(pid))
            self.assert_taken(border.told["session"]["uids"][0])
            other = self.border().start(session=8)  # the launcher waits for nobody
            self.stop_session(other)
            self.assertFalse(is_gone(pid))
        finally:
            (frozen / "freezer.state").write_text("THAWED")
        eventually(lambda: is_gone(pid), "the end of the thawed process")
        self.assert_comes_back(border.told["session"]["uids"][0])

    @unittest.skipUnless(ROOT and FREEZER.exists(), "needs the freezer of cgroup v1")
    def test_the_launcher_ends_all_the_same(self):
        border = self.border().start()
        pid = border.told["session"]["pid"]
        frozen = FREEZER / f"sudare-test-{os.getpid()}"
        frozen.mkdir()
        self.addCleanup(lambda: eventually(lambda: is_gone(pid), "end") and frozen.rmdir())
        (frozen / "cgroup.procs").write_text(str(pid))
        (frozen / "freezer.state").write_text("FROZEN")
        try:
            self.launcher.process.terminate()
            self.assertEqual(SERVER_STOPPING, border.ended())
            self.assertEqual(0, self.launcher.process.wait(DEADLINE))
            self.assertFalse(is_gone(pid))
            self.assertIn("do not end", self.launcher.log.read_text())
        finally:
            (frozen / "freezer.state").write_text("THAWED")
        eventually(lambda: is_gone(pid), "the end of the thawed process")
        self.launcher.process.stdout.close()
        self.launcher.start()
        self.launcher.wait_ready()
        self.launcher.assert_nothing_left()  # its successor cleans up
        self.border().start()

    def test_a_part_that_cannot_be_started(self):
        egress = self.launcher.programs / "sudare-egress"
        egress.rename(egress.with_suffix(".away"))
        border = self.border()
        border.send(START, session_start())
        self.assertEqual(NO_RESOURCES, border.ended())
        self.launcher.assert_nothing_left()
        egress.with_suffix(".away").rename(egress)
        self.border().start()


class Settings(unittest.TestCase):
    def test_a_second_launcher_is_refused(self):
        first = Launcher()
        self.addCleanup(first.close)
        done = subprocess.run([BIN / "sudare-host", "--config", first.directory / "host.toml"],
                              capture_output=True, text=True)
        self.assertEqual(1, done.returncode)
        self.assertIn("another sudare-host", done.stderr)

    def refused(self, launcher, words):
        self.addCleanup(launcher.close)
        self.assertEqual(1, launcher.process.wait(DEADLINE))
        self.assertIn(words, launcher.log.read_text())

    def test_wrong_settings_are_named(self):
        for extra, words in {'resource_limits = "maybe"': "resource_limits",
                             "nonsense = 1": "nonsense"}.items():
            with self.subTest(extra):
                self.refused(Launcher(extra, wait=False), words)

    @unittest.skipUnless(ROOT, "tries both")
    def test_an_ordinary_user_without_cgroups(self):
        self.refused(Launcher(as_user=NOBODY, wait=False), "resource limits are not available")
        launcher = Launcher('resource_limits = "optional"', as_user=NOBODY)
        self.addCleanup(launcher.close)
        border = launcher.connect()
        self.addCleanup(border.close)
        border.send(START, session_start())
        self.assertEqual(3, border.until(HOST_EVENT)[0])  # the record says so
        border.until_told("session")
        self.assertEqual([NOBODY] * 3, border.told["session"]["uids"])
        self.assertIn("all sessions share one uid", launcher.log.read_text())
        border.send(STOP, struct.pack(">H", USER_ENDED))
        self.assertEqual(USER_ENDED, border.ended())
        launcher.assert_nothing_left()

    def test_an_open_key_file_is_refused(self):
        launcher = Launcher()
        self.addCleanup(launcher.close)
        launcher.process.terminate()
        launcher.process.wait(DEADLINE)
        launcher.process.stdout.close()
        key = launcher.directory / "key"
        key.chmod(key.stat().st_mode | stat.S_IRGRP)
        launcher.start()
        self.assertEqual(1, launcher.process.wait(DEADLINE))
        self.assertIn("can be read by others", launcher.log.read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
