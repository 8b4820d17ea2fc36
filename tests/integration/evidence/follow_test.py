# SPDX-License-Identifier: Apache-2.0
"""sudare-verify --follow beside a real broker and signer: it believes what continues, and alarms on silence,
roll-back and fork, over restarts too."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from signed_log import BIN, DEADLINE, SignedBroker, Signer

PROVEN, CHANGED, NOT_CHECKED, _, SILENCE = range(5)


class Follow(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-follow-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.signer = Signer(self.directory).start()
        self.addCleanup(lambda: self.signer.stop())
        self.broker = SignedBroker(self.directory, SignedBroker.settings())
        self.addCleanup(lambda: self.broker.end())
        self.broker.wait_signed()
        self.state = self.directory / "follower"
        self.copy = self.directory / "copy"

    def command(self, *options, log=None):
        return [BIN / "sudare-verify", "--follow", log or self.broker.audit, "--state", self.state, "--key",
                self.signer.state / "signer.pub", *options]

    def look(self, *options, log=None):
        """One look: (exit code, lines)."""
        done = subprocess.run(self.command("--once", *options, log=log), capture_output=True, text=True,
                              timeout=DEADLINE, check=False)
        return done.returncode, done.stdout.splitlines()

    def grow(self, times=1):
        for _ in range(times):
            self.flag = not getattr(self, "flag", False)
            self.broker.ctl("policy", "set", "default", "input.text", "false" if self.flag else "true")
        self.broker.wait_signed()

    def take_copy(self, name="copy"):
        where = self.directory / name
        shutil.rmtree(where, ignore_errors=True)
        shutil.copytree(self.broker.audit, where)
        return where

    def believed(self):
        return int(self.state.read_text().split("\n")[1])

    def alarm(self, kind, *options, log=None, code=CHANGED):
        before = self.state.read_text()
        got, lines = self.look(*options, log=log)
        self.assertEqual(got, code, lines)
        self.assertTrue(lines[-1].startswith(f"ALARM {kind}: "), lines)
        self.assertEqual(self.state.read_text(), before)  # what alarms is not believed

    def test_it_believes_what_continues(self):
        for _ in range(3):
            self.grow()
            code, lines = self.look()
            self.assertEqual((code, lines), (PROVEN, [f"believed {self.believed()}"]))
            self.assertEqual(self.state.read_text(), self.broker.note())
            self.assertEqual(self.look(), (PROVEN, []))  # nothing new
        self.assertEqual(self.state.stat().st_mode & 0o777, 0o600)

    def test_without_end(self):
        following = subprocess.Popen(self.command("--interval", "1"), stdout=subprocess.PIPE, text=True)
        self.addCleanup(following.stdout.close)
        self.addCleanup(following.wait)
        self.addCleanup(following.kill)
        seen = 0
        for _ in range(3):
            self.grow()
            word, records = following.stdout.readline().split()
            self.assertEqual(word, "believed")
            self.assertGreater(int(records), seen)
            seen = int(records)

    def test_rolled_back(self):
        older = self.take_copy("older")
        self.grow(3)
        self.assertEqual(self.look()[0], PROVEN)
        self.alarm("rollback", log=older)
        (self.take_copy() / "checkpoint").unlink()
        self.alarm("rollback", log=self.copy)
        self.assertEqual(self.look(log=self.take_copy())[0], PROVEN)  # control

    def test_the_records_only_are_rolled_back(self):
        older = self.take_copy("older")
        self.grow(3)
        self.assertEqual(self.look()[0], PROVEN)
        shutil.copy(older / "00000000000000000000.log", self.take_copy())
        self.alarm("rollback", log=self.copy)

    def test_a_fork_by_whoever_has_the_key(self):
        """The signer is put back, too, and signs another past: what nobody on that machine can see."""
        self.broker.stop()
        shutil.copytree(self.broker.state, self.directory / "older", ignore=shutil.ignore_patterns("*.sock"))
        shutil.copytree(self.signer.state, self.directory / "older-signer", ignore=shutil.ignore_patterns("*.sock"))
        self.broker = self.broker.restart()
        self.grow(3)
        self.assertEqual(self.look()[0], PROVEN)
        self.broker.stop()
        self.signer.stop()
        for name, older in ((self.broker.state, "older"), (self.signer.state, "older-signer")):
            shutil.rmtree(name)
            shutil.copytree(self.directory / older, name)
        self.signer.start()
        self.broker = self.broker.restart()
        while self.believed() > self.broker.signing()[1]:
            self.grow()
        done = subprocess.run([BIN / "sudare-verify", "--key", self.signer.state / "signer.pub", self.broker.audit],
                              capture_output=True, timeout=DEADLINE, check=False)
        self.assertEqual(done.returncode, PROVEN)  # in itself it is whole
        self.alarm("fork")

    def test_a_changed_record(self):
        self.grow(2)
        self.assertEqual(self.look()[0], PROVEN)
        file = self.take_copy() / "00000000000000000000.log"
        whole = bytearray(file.read_bytes())
        whole[200] ^= 1
        file.write_bytes(whole)
        self.alarm("changed", log=self.copy)

    def test_a_checkpoint_of_another_key_or_none(self):
        self.assertEqual(self.look()[0], PROVEN)
        self.grow()
        note = self.take_copy() / "checkpoint"
        text = note.read_text()
        note.write_text(text.replace(text.split("\n")[1], "999999", 1))
        self.alarm("signature", log=self.copy)
        note.write_text("")
        self.alarm("rollback", log=self.copy)
        note.write_text(text)
        self.assertEqual(self.look(log=self.copy)[0], PROVEN)  # control

    def test_silence(self):
        self.broker.stop()
        self.assertEqual(self.look("--silence", "60")[0], PROVEN)
        os.utime(self.state, (0, 0))
        self.alarm("silence", "--silence", "60", code=SILENCE)
        self.broker = self.broker.restart()
        self.broker.wait_signed()
        self.assertEqual(self.look("--silence", "60")[0], PROVEN)  # control: news ends it

    def test_a_checkpoint_before_its_records_is_waited_for(self):
        self.take_copy()
        self.assertEqual(self.look(log=self.copy)[0], PROVEN)
        before = self.believed()
        self.grow(2)
        shutil.copy(self.broker.audit / "checkpoint", self.copy)
        self.assertEqual(self.look(log=self.copy), (PROVEN, []))
        self.assertEqual(self.believed(), before)
        self.assertEqual(self.look(log=self.take_copy())[0], PROVEN)
        self.assertGreater(self.believed(), before)

    def test_what_cannot_be_kept_is_not_believed(self):
        (self.directory / "follower.new").mkdir()
        code, lines = self.look()
        self.assertEqual(code, NOT_CHECKED)
        self.assertTrue(lines[-1].startswith("ALARM state: "), lines)
        self.assertFalse(self.state.exists())

    def test_a_state_that_nobody_signed_and_a_log_that_is_not_there(self):
        self.assertEqual(self.look()[0], PROVEN)
        self.assertEqual(self.look(log=self.directory / "nothing")[0], NOT_CHECKED)
        self.state.write_text("hello")
        self.assertEqual(self.look(), (NOT_CHECKED, []))


if __name__ == "__main__":
    unittest.main(verbosity=2)
