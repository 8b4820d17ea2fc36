# SPDX-License-Identifier: Apache-2.0
"""The audit log of a real broker, removed, cut, exchanged and changed: what the next start and a reader say."""
import struct
import subprocess
import unittest
import zlib

from broker_link import BIN, Broker, DEADLINE, Link

AUDIT_UNAVAILABLE = 67


def frames(data):
    """(offset, size) of each record's frame."""
    at = 0
    while at < len(data):
        size = struct.unpack_from(">I", data, at)[0] + 8
        yield at, size
        at += size


class LogTest(unittest.TestCase):
    def setUp(self):
        self.broker = Broker()
        self.addCleanup(lambda: self.broker.remove())
        self.user, self.password = self.broker.add()

    def stopped_log(self):
        self.assertEqual(self.broker.stop(), 0)
        return self.broker.log_file.read_bytes()

    def refused(self, *words):
        self.broker = self.broker.restart()
        self.assertEqual(self.broker.ready, "")
        self.assertEqual(self.broker.process.wait(DEADLINE), 1)
        said = (self.broker.directory / "stderr").read_text().splitlines()[-1]
        for word in (*words, "--accept-log-loss"):
            self.assertIn(word, said)

    def accept_loss(self):
        return subprocess.run([BIN / "sudare-broker", "--config", self.broker.directory / "broker.toml",
                               "--accept-log-loss"], capture_output=True, timeout=DEADLINE).returncode

    def lost(self):
        """Accepts the loss, starts, and returns the record of it."""
        self.assertEqual(self.accept_loss(), 0)
        self.broker = self.broker.restart()
        self.assertTrue(self.broker.ready.startswith("READY"))
        return self.broker.events("log_lost")[-1]


class AtTheStart(LogTest):
    def test_a_whole_log_starts_and_there_is_no_loss_to_accept(self):  # the control of all others
        whole = self.stopped_log()
        self.assertEqual(self.accept_loss(), 1)
        self.broker = self.broker.restart()
        self.assertTrue(self.broker.ready.startswith("READY"))
        self.assertTrue(self.broker.log_file.read_bytes().startswith(whole))

    def test_a_removed_log(self):
        records = len(list(frames(self.stopped_log())))
        self.broker.log_file.unlink()
        self.refused("missing", f"{records} records")
        self.assertFalse(self.broker.log_file.exists())
        row = self.lost()
        self.assertEqual((row["cause"], row["number"], row["index"]), ("missing", records, 0))

    def test_a_log_cut_between_two_records(self):
        whole = self.stopped_log()
        offset, _ = list(frames(whole))[-2]
        self.broker.log_file.write_bytes(whole[:offset])
        self.refused("whole records, but")
        self.assertEqual(self.broker.log_file.read_bytes(), whole[:offset])
        row = self.lost()
        records = len(list(frames(whole)))
        self.assertEqual((row["cause"], row["number"], row["index"]), ("shorter", records, records - 2))
        self.assertTrue(self.broker.log_file.read_bytes().startswith(whole[:offset]))

    def test_a_last_record_that_was_changed_is_no_torn_tail(self):
        whole = bytearray(self.stopped_log())
        whole[-1] ^= 1
        self.broker.log_file.write_bytes(whole)
        self.refused("whole records, but")
        self.assertEqual(self.broker.log_file.read_bytes(), whole)

    def test_an_older_copy_and_another_log(self):
        older = self.broker.log_file.read_bytes()
        self.broker.ctl("policy", "set", "default", "input.text", "false")
        whole = self.stopped_log()
        self.broker.log_file.write_bytes(older)
        self.refused("whole records, but")
        other = Broker()
        self.addCleanup(other.remove)
        for _ in list(frames(whole)):
            other.ctl("session", "list")
        self.assertEqual(other.stop(), 0)
        self.broker.log_file.write_bytes(other.log_file.read_bytes())
        self.refused("another log")
        self.broker.log_file.write_bytes(whole)  # control: the right one
        self.broker = self.broker.restart()
        self.assertTrue(self.broker.ready.startswith("READY"))

    def test_a_log_ahead_of_its_anchor_is_what_a_crash_leaves(self):
        with self.broker.database() as database:
            older = database.execute("SELECT records, hash FROM anchor").fetchone()
        self.broker.ctl("policy", "set", "default", "input.text", "false")
        self.broker.kill()
        for anchor, starts in ((older, True), ((older[0], "00" * 32), False)):
            with self.broker.database() as database:
                database.execute("UPDATE anchor SET records = ?, hash = ?", anchor)
            self.broker = self.broker.restart()
            self.assertEqual(self.broker.ready.startswith("READY"), starts, anchor)

    def test_every_record_that_a_killed_broker_answered_for_is_anchored(self):
        self.broker.ctl("policy", "set", "default", "input.text", "false")
        self.broker.kill()
        whole = self.broker.log_file.read_bytes()
        offset, size = list(frames(whole))[-1]
        self.assertIn(b"input.text", whole[offset:offset + size])
        self.broker.log_file.write_bytes(whole[:offset])
        self.refused("whole records, but")


class WhileItRuns(LogTest):
    def damage(self, change):
        """Changes the record of a policy in place; returns its number and place."""
        self.broker.ctl("policy", "set", "default", "input.text", "false")
        self.broker.ctl("user", "disable", self.user)
        whole = bytearray(self.broker.log_file.read_bytes())
        number, (offset, size) = next((n, f) for n, f in enumerate(frames(whole))
                                      if b"input.text" in whole[f[0]:f[0] + f[1]])
        change(whole, offset, size)
        with open(self.broker.log_file, "r+b") as file:
            file.write(whole)
        return number, offset, size

    def read(self, *arguments):
        """(damaged rows, names of the events, failure)"""
        done = self.broker.ctl("log", *arguments, check=False)
        rows = [self.broker.row(line) for line in done.stdout.splitlines()]
        return ([row for row in rows if row["event"] == "damaged"],
                [row["event"] for row in rows], done)

    def test_a_broken_record_is_shown_and_hides_nothing_after_it(self):
        self.assertEqual(self.read()[2].returncode, 0)  # control

        def flip(whole, offset, size):
            whole[offset + size // 2] ^= 1
        number, offset, size = self.damage(flip)
        for arguments in ((), (self.user,), ("--since", "1h")):
            damaged, events, done = self.read(*arguments)
            self.assertEqual([(row["index"], row["offset"], row["size"]) for row in damaged], [(number, offset, size)])
            self.assertIn("user_disabled", events)
            self.assertNotIn("policy_set", events)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"record {number}, 00000000000000000000.log byte {offset}", done.stderr)
        self.assertIn(f"\n-  damaged  file=00000000000000000000.log  offset={offset}  size={size}", self.broker.ctl_text("log", check=False))

    def test_a_changed_record_with_the_right_checksum_is_shown(self):
        def change(whole, offset, size):
            at = whole.index(b"input.text", offset)
            whole[at:at + 10] = b"input.tent"
            body = bytes(whole[offset:offset + size - 4])
            whole[offset + size - 4:offset + size] = struct.pack(">I", zlib.crc32(body))
        number, offset, size = self.damage(change)
        damaged, events, done = self.read()
        self.assertEqual([(row["index"], row["offset"]) for row in damaged], [(number + 1, offset + size)])
        self.assertIn("does not follow", damaged[0]["cause"])
        self.assertIn("user_disabled", events)
        self.assertEqual(done.returncode, 1)

    def test_a_log_that_is_cut_or_removed_ends_sessions(self):
        for harm in (lambda file: file.write_bytes(file.read_bytes()[:-1]), lambda file: file.unlink()):
            link = Link(self.broker)
            self.addCleanup(link.close)
            grant = link.session(self.user, self.password)
            whole = self.broker.log_file.read_bytes()
            harm(self.broker.log_file)
            link.counters(grant["session"])
            self.assertEqual(struct.unpack(">H", link.expect(0x46))[0], AUDIT_UNAVAILABLE)
            self.broker.kill()
            self.broker.log_file.write_bytes(whole)  # put back, as the message says
            self.broker = self.broker.restart()
            self.assertTrue(self.broker.ready.startswith("READY"))

    def test_another_writer_of_the_database_makes_it_wait_only(self):
        grown = self.broker.log_file.stat().st_size
        with self.broker.database() as database:
            database.execute("BEGIN IMMEDIATE")
            asking = subprocess.Popen([BIN / "sudarectl", "--socket", self.broker.state / "admin.sock", "session", "list"],
                                      stdout=subprocess.DEVNULL)
            self.broker.wait_until(lambda: self.broker.log_file.stat().st_size > grown)
            self.assertIsNone(asking.poll())  # on the disk and not yet anchored: not answered
        self.assertEqual(asking.wait(DEADLINE), 0)
        self.assertEqual(self.broker.ctl("status")[0]["audit"], "ok")


if __name__ == "__main__":
    unittest.main(verbosity=2)
