# SPDX-License-Identifier: Apache-2.0
"""What rules delete and what they never do: a real broker on a log of seventy days with a real signer, and the sweep of
a real sudare-recorder under its own uid. As root."""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import time
import unittest

from signed_log import BIN, DEADLINE, SignedBroker, Signer
from tree import framed, leaf

RECORDER = 40010
DAY, HOUR = 86400, 3600
HEARTBEAT = 9
PER_RUN = 7
LOG_DAYS, FLOOR, RULE = 40, 30, 35
NOW = int(time.time())


def day_of(seconds):
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))


def write_log(audit, newest_ago, days=70):
    """A log of one segment a day, the newest so many seconds ago, as a broker would have left it."""
    audit.mkdir(parents=True)
    index, previous, segment = 0, bytes(32), None
    for number in range(days):
        first = index
        for record in range(3):
            at = NOW - newest_ago - (days - 1 - number) * DAY - (2 - record)
            raw = struct.pack(">HQqH32sH", 1, index, at * 10**9, HEARTBEAT, previous, 0)
            previous, index = leaf(raw), index + 1
            segment = audit / f"{first:020}.log"
            with segment.open("ab") as file:
                file.write(framed(raw))
        segment.chmod(0o400)
    segment.chmod(0o600)


class Retained(unittest.TestCase):
    """One broker for all cases: they follow each other (a, b, c...)."""

    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-retention-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        cls.directory.chmod(0o755)
        write_log(cls.directory / "state" / "audit", 60)
        cls.signer = Signer(cls.directory).start()
        cls.addClassCleanup(cls.signer.stop)
        cls.broker = SignedBroker(cls.directory, SignedBroker.settings(f"log_days = {LOG_DAYS}\n"))
        cls.addClassCleanup(lambda: cls.broker.end())
        for user in ("sakura", "jun", "ever"):
            cls.broker.ctl("user", "add", user, "--password-stdin", stdin="correct horse battery\n")
        cls.broker.ctl("policy", "set", "sakura", "evidence.retention_days", str(RULE))
        cls.broker.ctl("policy", "set", "jun", "evidence.retention_days", "10")
        cls.recordings = cls.directory / "recordings"
        shutil.chown(cls.recordings, RECORDER, RECORDER)
        (cls.directory / "recorder.toml").write_text(
            f'directory = "{cls.recordings}"\nsocket = "{cls.directory}/recorder.sock"\n'
            f'sweep_list = "{cls.directory}/sweep/list"\nsweep_floor_days = {FLOOR}\n')

    @classmethod
    def record(cls, number, user, days_ago, session):
        """A recording that is on the recorder's disk and in the broker's index."""
        started = NOW - days_ago * DAY
        path = cls.recordings / day_of(started) / f"{number}.rec"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"sealed")
        for place in (path.parent, path):
            shutil.chown(place, RECORDER, RECORDER)
        os.utime(path, (started, started))
        cls.broker.store_recordings([(number, session, user, started)])
        return path

    def rules(self, *options):
        """Rows by kind, and the last one."""
        rows = self.broker.ctl("evidence", "retention", *options)
        kinds = {kind: [row for row in rows if row["kind"] == kind] for kind in ("log", "recording")}
        return kinds, rows[-1]

    @staticmethod
    def names(rows, verdict="delete"):
        return [row["name"] for row in rows if row["verdict"] == verdict]

    def sweep(self, floor=FLOOR):
        settings = self.directory / "recorder.toml"
        settings.write_text(settings.read_text().replace(f"days = {FLOOR}", f"days = {floor}"))
        done = subprocess.run(["setpriv", "--reuid", str(RECORDER), "--regid", str(RECORDER), "--clear-groups",
                               BIN / "sudare-recorder", "--sweep", "--config", settings],
                              capture_output=True, text=True, timeout=DEADLINE, check=False)
        settings.write_text(settings.read_text().replace(f"days = {floor}", f"days = {FLOOR}"))
        self.assertEqual(done.returncode, 0, done.stderr)

    def verify(self):
        done = subprocess.run([BIN / "sudare-verify", self.broker.audit, "--json", "--key", self.signer.state / "signer.pub"],
                              capture_output=True, text=True, timeout=DEADLINE, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def segments(self, ending=".log"):
        return sorted(path.name for path in self.broker.audit.iterdir() if path.name.endswith(ending))

    def hold(self, name, *what):
        self.broker.ctl("hold", "add", name, "--reason", "test", *what)


@unittest.skipUnless(os.geteuid() == 0, "needs root to be several uids")
class Retention(Retained):
    def test_a_what_is_told_is_what_is_done(self):
        first = self.segments()
        self.hold("case", "--since", day_of(NOW - 66 * DAY), "--until", day_of(NOW - 66 * DAY))
        needs = self.record("aa" * 16, "ever", 61, 1)
        self.broker.wait_signed()
        kinds, _ = self.rules("--dry-run")
        going = self.names(kinds["log"])
        held, needed = self.names(kinds["log"], "held"), self.names(kinds["log"], "needed")
        self.assertEqual((len(going), len(self.names(kinds["log"], "young"))), (PER_RUN, 1))
        self.assertEqual((len(held) >= 3, len(needed) >= 3), (True, True), (held, needed))
        self.assertEqual(self.segments(), first)  # it was only told
        done, _ = self.rules("--run")
        self.assertEqual(self.names(done["log"]), going)
        self.assertEqual(self.segments(), sorted(set(first) - set(going)))
        self.assertEqual([row["file"] for row in self.broker.events("log_segment_deleted")], going)
        self.assertEqual(self.broker.events("log_segment_deleted")[0]["retention_rule"], f"log {LOG_DAYS} days")
        # To the end: whatever was not held, needed or young is gone, and nothing else.
        while self.names(self.rules("--run")[0]["log"]):
            pass
        kinds, _ = self.rules()
        self.assertEqual((self.names(kinds["log"], "held"), self.names(kinds["log"], "needed")), (held, needed))
        for name in held + needed:
            self.assertIn(name, self.segments())
        self.broker.wait_signed()
        report = self.verify()
        self.assertEqual(len(report["deleted"]), len(self.segments(".deleted")))
        self.assertTrue(all(row["recorded"] for row in report["deleted"]))
        self.assertEqual(self.broker.stop(), 0)
        type(self).broker = self.broker.restart()  # it starts on what is left
        self.assertTrue(self.broker.ready.startswith("READY"), self.broker.ready)
        # Control: without the hold and without the recording these go as well.
        self.broker.ctl("hold", "end", "case", "--reason", "over")
        needs.unlink()
        with self.broker.database() as database:
            database.execute("DELETE FROM recordings")
        self.broker.wait_signed()
        while self.names(self.rules("--run")[0]["log"]):
            pass
        self.assertEqual(set(held + needed) & set(self.segments()), set())
        self.broker.wait_signed()
        self.verify()

    def test_recordings_go_by_order_and_sweep_alone(self):
        old = self.record("01" * 16, "sakura", 50, 11)
        held = self.record("02" * 16, "sakura", 49, 12)
        young = self.record("03" * 16, "jun", 20, 13)  # old enough by the rule, younger than the floor
        ever = self.record("04" * 16, "ever", 60, 14)
        self.hold("meeting", "--session", "12")
        kinds, _ = self.rules("--dry-run")
        self.assertEqual(self.names(kinds["recording"]), [old.stem, young.stem])
        self.assertEqual(self.names(kinds["recording"], "held"), [held.stem])
        done, summary = self.rules("--run")
        self.assertEqual((self.names(done["recording"]), summary["ordered"]), ([old.stem, young.stem], 2))
        self.assertTrue(old.exists())  # the broker cannot
        ordered = self.broker.events("recording_deletion_ordered")
        self.assertEqual([(row["recording"], row["user"], row["session"], row["retention_rule"]) for row in ordered],
                         [(old.stem, "sakura", 11, f"recording {RULE} days"), (young.stem, "jun", 13, "recording 10 days")])
        self.sweep()
        self.assertEqual([path.exists() for path in (old, held, young, ever)], [False, True, True, True])
        self.assertEqual(self.broker.events("recording_deleted"), [])
        _, summary = self.rules("--run")
        self.assertEqual((summary["ordered"], summary["swept_removed"], summary["swept_young"]), (1, 1, 1))
        gone, = self.broker.events("recording_deleted")
        self.assertEqual((gone["recording"], gone["user"], gone["retention_rule"]), (old.stem, "sakura", f"recording {RULE} days"))
        self.assertEqual({row["recording"] for row in self.broker.ctl("recording", "list")}, {held.stem, young.stem, ever.stem})

        # A hold after the order and before the sweep, with no floor to help it.
        self.hold("late", "--user", "jun")
        spared, = self.broker.events("recording_spared")
        self.assertEqual((spared["recording"], spared["hold"]), (young.stem, "late"))
        self.sweep(floor=1)
        self.assertTrue(young.exists())
        self.rules("--run")
        self.sweep(floor=1)
        self.assertTrue(young.exists())
        self.broker.ctl("hold", "end", "late", "--reason", "over")
        self.rules("--run")
        self.sweep(floor=1)
        self.assertFalse(young.exists())  # control: it was the hold
        self.assertTrue(held.exists() and ever.exists())

    def test_swept_an_empty_folder_where_the_disk_should_be_is_no_deletion(self):
        path = self.record("05" * 16, "sakura", 45, 15)
        self.rules("--run")
        away = self.directory / "unmounted"
        self.recordings.rename(away)
        self.recordings.mkdir()
        before = len(self.broker.events("recording_deleted"))
        self.rules("--run")
        self.assertEqual(len(self.broker.events("recording_deleted")), before)
        self.recordings.rmdir()
        away.rename(self.recordings)
        self.sweep()
        self.rules("--run")
        self.assertEqual(self.broker.events("recording_deleted")[-1]["recording"], path.stem)  # control

    def test_u_many(self):
        """More than the database sorts in its cache: the sandbox has no place for temporary files."""
        self.broker.store_recordings((f"{number:032x}", 20, "sakura", NOW - 50 * DAY - number)
                                     for number in range(1 << 24, (1 << 24) + 30000))
        kinds, summary = self.rules()
        self.assertEqual((len(kinds["log"]) + len(kinds["recording"]), summary["not_shown"] > 19000), (10000, True))
        self.assertEqual({row["part"] for row in self.broker.ctl("evidence", "space")}, {"log", "index", "recordings", "group"})

    def test_then_room_and_groups(self):
        self.broker.ctl("group", "add", "tax")
        self.broker.ctl("group", "join", "ever", "tax")
        self.record("06" * 16, "ever", 3, 16)
        rows = self.broker.ctl("evidence", "space")
        parts = {row["part"]: row for row in rows if row["part"] != "group"}
        self.assertEqual(set(parts), {"log", "index", "recordings"})
        disk = os.statvfs(self.broker.audit)
        self.assertLess(abs(parts["log"]["room"] - disk.f_bavail * disk.f_frsize), 1 << 30)
        self.assertGreaterEqual(parts["log"]["bytes"], sum((self.broker.audit / name).stat().st_size for name in self.segments()[:-1]))
        with self.broker.database() as database:
            known = database.execute("SELECT user, count(*), sum(bytes) FROM recordings GROUP BY user").fetchall()
        self.assertEqual(parts["recordings"]["bytes"], sum(row[2] for row in known))
        groups = {row["group"]: (row["recordings"], row["bytes"]) for row in rows if row["part"] == "group"}
        self.assertEqual(groups, {"tax": next(row[1:] for row in known if row[0] == "ever"),
                                  "": (sum(row[1] for row in known if row[0] != "ever"),
                                       sum(row[2] for row in known if row[0] != "ever"))})


@unittest.skipUnless(os.geteuid() == 0, "needs root to be several uids")
class Killed(Retained):
    def test_a_broker_that_dies_in_the_middle_leaves_a_log_that_is_whole(self):
        middles = 0
        for _ in range(4):
            self.broker.wait_signed()
            before = len(self.segments(".deleted"))
            asking = subprocess.Popen([BIN / "sudarectl", "--socket", self.broker.admin_socket, "evidence", "retention", "--run"],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.broker.wait_until(lambda: len(self.segments(".deleted")) > before or asking.poll() is not None)
            self.broker.kill()
            asking.wait(DEADLINE)
            middles += len(self.segments(".deleted")) < before + PER_RUN
            type(self).broker = self.broker.restart()
            self.assertTrue(self.broker.ready.startswith("READY"), self.broker.ready)
            self.broker.wait_signed()
            self.verify()
            self.assertFalse({name.replace(".deleted", ".log") for name in self.segments(".deleted")} & set(self.segments()))
        self.assertGreater(middles, 0)  # control: at least one died before it had its seven
        while self.names(self.rules("--run")[0]["log"]):
            pass
        self.broker.wait_signed()
        self.assertEqual(len(self.verify()["deleted"]), 69 - LOG_DAYS)


@unittest.skipUnless(os.geteuid() == 0, "needs root to be several uids")
class Clock(unittest.TestCase):
    def test_after_a_gap_nothing_is_deleted_for_a_day(self):
        directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-retention-"))
        self.addCleanup(shutil.rmtree, directory, ignore_errors=True)
        write_log(directory / "state" / "audit", 8 * DAY)
        broker = SignedBroker(directory, f"[evidence]\nlog_days = {LOG_DAYS}\n")
        self.addCleanup(lambda: broker.end())
        waits, = broker.events("retention_waits")
        self.assertEqual((waits["cause"], abs(waits["ends"] - time.time() - DAY) < HOUR), ("gap", True))
        refused = broker.ctl("evidence", "retention", "--run", check=False)
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertIn("clock", refused.stderr)
        broker = broker.restart()  # it is no way around it
        self.assertEqual(broker.ctl("evidence", "retention", "--run", check=False).returncode, 1)
        self.assertGreater(broker.ctl("evidence", "retention")[-1]["wait_until"], time.time())
        broker.end()
        with broker.database() as database:
            database.execute("UPDATE retention SET wait_until = 0")
        broker = broker.restart()
        rows = broker.ctl("evidence", "retention", "--run")  # control; nothing is signed here, and need not be
        self.assertEqual(len([row for row in rows if row["kind"] == "log"]), PER_RUN)


if __name__ == "__main__":
    unittest.main(verbosity=2)
