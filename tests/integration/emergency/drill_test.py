# SPDX-License-Identifier: Apache-2.0
"""The drill: what docs/operations.md says under Emergency and Backup, done with a real gateway, links, broker, recorder
and signer. The session host's end is the test."""
import pathlib
import shutil
import struct
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
for folder in ("gateway", "host"):
    sys.path.insert(0, str(HERE.parent / folder))
from border import (BIN, DEADLINE, END, HELLO, KEY, LOGIN, PASSWORD, SESSION_STATE, Border, SessionHost, Terminal,  # noqa: E402
                    end_reason, eventually)
from documented import Machine, blocks, status_word  # noqa: E402
from frames import read_frame  # noqa: E402

EMERGENCY, RUNNING = 31, 1
PROVEN, CHANGED, NOT_PROVEN = 0, 1, 3
A_DOWN, A_UP = struct.pack(">HB", 30, 1), struct.pack(">HB", 30, 0)


class Person:
    """At a terminal, in a session that runs."""

    def __init__(self, drill, user, terminal):
        self.line = drill.terminal(terminal=terminal).enter(user=user)
        self.line.open()
        self.line.until(SESSION_STATE)
        self.session = struct.unpack(">Q", drill.host.start())[0]
        self.host = drill.host.socket
        drill.addCleanup(self.host.close)
        assert self.line.until(SESSION_STATE)[0] == RUNNING

    def until(self, kind):
        while (read := read_frame(self.host.recv))[0] != kind:
            pass
        return read[1]

    def works(self):
        for key in (A_DOWN, A_UP):
            self.line.send(KEY, key)
            assert self.until(KEY) == key


class Drill(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.border = Border()
        cls.addClassCleanup(cls.border.close)
        cls.host = SessionHost(cls.border.pki)
        cls.addClassCleanup(cls.host.close)
        cls.border.write_settings("penalties = false", cls.host.address)
        cls.border.gateway.stop()
        cls.border.start_gateway()
        cls.border.ctl("user", "add", "tanaka", "--password-stdin", stdin=PASSWORD + "\n")
        cls.border.add_terminal("t2")
        shutil.copy(cls.border.directory / "signer" / "signer.pub", cls.border.directory / "signer-1.pub")
        cls.machine = Machine(cls.border)

    def terminal(self, **options):
        terminal = Terminal(self.border, **options)
        self.addCleanup(terminal.close)
        return terminal

    def log_in(self, user, terminal):
        """OK, or the reason for which the connection ends instead."""
        line = self.terminal(terminal=terminal)
        line.send(HELLO, struct.pack(">HIH", 1, 1, 0))
        kind, payload = line.read()
        if kind != END:
            parts = [part.encode() for part in (user, PASSWORD, "")]
            line.send(LOGIN, b"".join(bytes([len(part)]) + part for part in parts))
            kind, payload = line.read()
        line.close()
        return end_reason(payload) if kind == END else payload[0]

    def sign(self):
        """All that was recorded before is signed."""
        records = self.border.ctl("status")[0]["audit_records"]
        eventually(lambda: self.border.ctl("status")[0]["signed_records"] >= records, "signed")

    def verify(self, *keys, audit=None):
        options = [word for key in keys for word in ("--key", self.border.directory / key)]
        return subprocess.run([BIN / "sudare-verify", *options, audit or self.border.state / "audit"],
                              capture_output=True, text=True, timeout=DEADLINE, check=False)

    def follow(self):
        """One look of a follower that has looked before."""
        return subprocess.run([BIN / "sudare-verify", "--follow", self.border.state / "audit", "--once", "--state",
                               self.border.directory / "follower", "--key", self.border.directory / "signer-1.pub"],
                              capture_output=True, text=True, timeout=DEADLINE, check=False)

    def test_1_an_emergency(self):
        look, stop = blocks("## Emergency")[0].splitlines()[0], blocks("## Emergency")[0].splitlines()[1]
        concerned, other = Person(self, "suzuki", "t1"), Person(self, "tanaka", "t2")
        concerned.works()
        other.works()
        self.assertIn("suzuki", self.machine.run(look))
        self.assertIn("sessions ended: 1", self.machine.run(stop, **{"17": str(concerned.session)}))
        self.assertEqual(concerned.line.end(), EMERGENCY)
        self.assertEqual(struct.unpack(">H", concerned.until(SessionHost.STOP))[0], EMERGENCY)
        other.works()  # and is not touched
        self.assertEqual([self.log_in("suzuki", "t2"), self.log_in("tanaka", "t1")], [EMERGENCY, EMERGENCY])
        self.machine.systemctl("stop", "sudare-broker")
        self.machine.systemctl("start", "sudare-broker")
        self.assertEqual([self.log_in("suzuki", "t2"), self.log_in("tanaka", "t1")], [EMERGENCY, EMERGENCY])
        self.assertEqual(self.log_in("tanaka", "t2"), 0)  # control
        self.assertEqual(status_word(self.machine.run("sudarectl --lang en status"), "LOG-INS"), "partly stopped")
        self.machine.run(blocks("## Emergency")[1])
        self.assertEqual([self.log_in("suzuki", "t2"), self.log_in("tanaka", "t1")], [0, 0])
        self.sign()
        proven = self.verify("signer-1.pub")
        self.assertEqual(proven.returncode, PROVEN, proven.stdout)
        started, ended = self.border.events("emergency_started", "emergency_ended")
        self.assertEqual((started["cause"], started["number"], ended["emergency"]), ("case 26-201", 1, 1))
        self.assertEqual([hold["hold"] for hold in self.border.ctl("hold", "list")], ["emergency-1"])  # goes on

        self.hand_over()

    def hand_over(self):
        self.machine.run(blocks("## Emergency")[2])
        folder = self.border.directory / "case-26-201"
        names = {path.name for path in folder.iterdir()}
        self.assertEqual(names, {"emergency", "user-suzuki", "terminal-t1", "emergency.jsonl", "holds.jsonl",
                                 "policy-default.jsonl", "policy-suzuki.jsonl", "recordings.jsonl"})
        for name in ("emergency", "user-suzuki", "terminal-t1"):
            proven = self.verify("signer-1.pub", audit=folder / name)
            self.assertEqual(proven.returncode, PROVEN, proven.stdout)
        self.assertIn("suzuki", (folder / "policy-suzuki.jsonl").read_text() + (folder / "emergency.jsonl").read_text())
        for path in folder.rglob("*"):  # who is not concerned is not in it
            if path.is_file() and "user-suzuki" in str(path):
                self.assertNotIn(b"tanaka", path.read_bytes(), path)
        proof = next(folder.glob("user-suzuki/*.tlog-proof"))
        whole = proof.read_bytes()
        proof.write_bytes(whole.replace(b"A", b"B", 1))
        self.assertNotEqual(self.verify("signer-1.pub", audit=folder / "user-suzuki").returncode, PROVEN)
        proof.write_bytes(whole)
        self.assertEqual(self.verify("signer-1.pub", audit=folder / "user-suzuki").returncode, PROVEN)

    def test_2_back_up_lose_restore(self):
        backup = blocks("## Backup")[0]
        for name, rule in (("sunday", "45"), ("monday", "40")):
            self.border.ctl("policy", "set", "suzuki", "access.idle_minutes", rule)
            self.sign()
            self.machine.run(backup, monday=name)
        self.border.ctl("policy", "set", "suzuki", "access.idle_minutes", "35")  # is in no backup
        session = Person(self, "suzuki", "t1").session  # nor is this
        self.sign()
        self.assertEqual(self.follow().returncode, PROVEN)
        self.lose_the_database(session)
        self.put_back_an_older_log()
        self.lose_both()

    def idle_minutes(self):
        row, = [row for row in self.border.ctl("policy", "explain", "suzuki") if row["field"] == "access.idle_minutes"]
        return row["value"]

    def lost(self):
        """Between two losses."""
        shutil.rmtree(self.border.directory / "state.lost", ignore_errors=True)

    def lose_the_database(self, session):
        (self.border.state / "broker.db").write_bytes(b"not a database")
        self.machine.run(blocks("### Restoring")[0])
        self.sign()
        self.assertEqual(self.idle_minutes(), "40")  # the backup's; the log knows the other
        self.assertIn("35", [row.get("after") for row in self.border.events("policy_set")])
        self.assertEqual(self.border.ctl("status")[0]["signing"], "ok")
        proven = self.verify("signer-1.pub")
        self.assertEqual(proven.returncode, PROVEN, proven.stdout)
        self.assertEqual(self.follow().returncode, PROVEN)
        self.machine.systemctl("start", "sudare-gateway")
        self.assertEqual(self.log_in("suzuki", "t1"), 0)
        self.no_number_twice(session)
        self.lost()

    def no_number_twice(self, session):
        older, = self.border.events("database_older")
        recorded = [row["policy_version"] for row in self.border.events("policy_set")]
        self.assertEqual(older["policy_version"], max(recorded) + 1)
        self.assertGreater(Person(self, "suzuki", "t1").session, session)
        restored = self.border.ctl("policy", "history")[0]
        self.assertEqual((restored["version"], restored["field"], restored["value"]),
                         (older["policy_version"], "restored", str(max(recorded) - 1)))
        with self.assertRaisesRegex(AssertionError, "older copy"):
            self.border.ctl("policy", "diff", "suzuki", str(max(recorded)))
        self.border.ctl("policy", "set", "suzuki", "access.idle_minutes", "30")
        self.assertEqual(self.border.events("policy_set")[-1]["policy_version"], older["policy_version"] + 1)

    def put_back_an_older_log(self):
        """Under a database that knows more: the broker does not start."""
        self.machine.systemctl("stop", "sudare-gateway", "sudare-broker")
        audit, newest = self.border.state / "audit", self.border.directory / "newest"
        audit.rename(newest)
        shutil.copytree(self.border.directory / "backups" / "sunday" / "audit", audit)
        refused = subprocess.run([BIN / "sudare-broker", "--config", self.border.directory / "broker.toml"],
                                 capture_output=True, text=True, timeout=DEADLINE, check=False)
        self.assertEqual((refused.returncode, "--accept-log-loss" in refused.stderr), (1, True), refused.stderr)
        self.assertEqual(self.follow().returncode, CHANGED)
        kept = shutil.copytree(audit, self.border.directory / "older")
        self.machine.run(blocks("### Restoring")[-1])  # when there is no newer copy
        self.machine.systemctl("start", "sudare-broker")
        self.assertEqual(len(self.border.events("log_lost")), 1)
        self.assertEqual(self.border.events("database_older"), [])  # control: here the log is the older one
        self.machine.systemctl("stop", "sudare-broker")
        self.assertEqual(self.verify("signer-1.pub", audit=kept).returncode, PROVEN)  # alone it looks whole
        shutil.rmtree(self.border.state)  # this was the wrong turn: back to what there was
        shutil.copytree(self.border.directory / "backups" / "monday" / "audit", audit)
        shutil.copy(self.border.directory / "backups" / "monday" / "broker.db", self.border.state)
        shutil.rmtree(newest)

    def lose_both(self):
        """Both from the backup fit each other: broker and verifier alone see nothing, signer and follower do."""
        self.machine.systemctl("start", "sudare-broker", "sudare-gateway")
        shutil.rmtree(self.border.state / "audit")
        self.machine.run(blocks("### Restoring")[1])
        eventually(lambda: self.border.ctl("status")[0]["signing"] == "refused_log_shorter", "found by the signer")
        found = self.follow()
        self.assertEqual((found.returncode, "rollback" in found.stdout), (CHANGED, True), found.stdout)
        self.assertEqual(self.verify("signer-1.pub").returncode, PROVEN)  # up to the backup's own checkpoint
        self.machine.run(blocks("### Restoring")[2])
        shutil.copy(self.border.directory / "signer" / "signer.pub", self.border.directory / "signer-2.pub")
        self.sign()
        self.assertEqual(self.border.ctl("status")[0]["signing"], "ok")
        self.assertEqual(self.verify("signer-1.pub").returncode, NOT_PROVEN)
        proven = self.verify("signer-1.pub", "signer-2.pub")
        self.assertEqual(proven.returncode, PROVEN, proven.stdout)
        self.assertIn("refused_log_shorter", [row["cause"] for row in self.border.events("log_unsigned")])
        self.machine.systemctl("start", "sudare-gateway")
        self.assertEqual(self.log_in("suzuki", "t1"), 0)


if __name__ == "__main__":
    unittest.main()
