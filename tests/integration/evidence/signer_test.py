# SPDX-License-Identifier: Apache-2.0
"""The audit log of a real broker, signed by a real sudare-signer: what is signed, what is not, and what
happens when one of the two was away, died, or shows another past. Roots and signatures are checked by
tree.py, which shares no code with either."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

from signed_log import BIN, DEADLINE, NAME, SignedBroker, Signer
from tree import leaf, records, root


class SignedLog(unittest.TestCase):
    def begin(self, evidence="", signer=True):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-signed-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.signer = Signer(self.directory)
        self.addCleanup(lambda: self.signer.stop())
        if signer:
            self.signer.start()
        self.broker = SignedBroker(self.directory, SignedBroker.settings(evidence))
        self.addCleanup(lambda: self.broker.end())
        self.assertTrue(self.broker.ready.startswith("READY"))

    def change(self):
        self.flag = not getattr(self, "flag", False)
        self.broker.ctl("policy", "set", "default", "input.text", "false" if self.flag else "true")

    def leaves(self):
        return [leaf(record) for record in records(self.broker.log_file.read_bytes())]

    def check_all_signed(self):
        leaves = self.leaves()
        size, signed_root = self.broker.newest(self.signer)
        self.assertEqual(size, len(leaves))
        self.assertEqual(signed_root, root(leaves))


class Signing(SignedLog):
    def test_what_is_signed_is_the_log(self):
        self.begin()
        self.change()
        self.broker.wait_signed()
        size, signed_root = self.broker.newest(self.signer)
        leaves = self.leaves()
        self.assertGreater(size, 1)
        self.assertEqual(signed_root, root(leaves[:size]))
        self.assertNotEqual(signed_root, root(leaves[:size - 1]))  # control: the check can fail

    def test_an_orderly_end_leaves_nothing_unsigned(self):
        self.begin()
        for _ in range(3):
            self.change()
            self.broker.stop()
            self.check_all_signed()
            self.broker = self.broker.restart()
        self.broker.stop()
        sizes = [self.size_in(note) for note in self.broker.history()]
        self.assertEqual(sizes, sorted(sizes))
        self.assertGreaterEqual(len(sizes), 4)
        self.assertEqual(sizes[-1], len(self.leaves()))

    def size_in(self, note):
        from tree import checkpoint
        size, signed_root = checkpoint(note, self.signer.key)
        self.assertEqual(signed_root, root(self.leaves()[:size]))
        return size

    def test_a_killed_broker_is_signed_on(self):
        self.begin()
        for _ in range(3):
            self.change()
            self.broker.kill()
            self.broker = self.broker.restart()
            self.broker.wait_signed()
        self.broker.stop()
        self.check_all_signed()

    def test_a_killed_signer_goes_on_where_it_was(self):
        self.begin()
        for kill in (True, False):
            self.broker.wait_signed()
            before = self.broker.newest(self.signer)[0]
            self.signer.stop(kill)
            self.change()
            self.broker.wait_until(lambda: self.broker.signing()[0] == "no_answer")
            self.assertEqual(self.broker.newest(self.signer)[0], before)
            self.signer.start()
            self.broker.wait_signed()
            self.assertGreater(self.broker.newest(self.signer)[0], before)
        self.broker.stop()
        self.check_all_signed()

    def test_a_signer_that_comes_later(self):
        self.begin(signer=False)
        self.change()  # the broker serves
        self.broker.wait_until(lambda: self.broker.signing()[0] == "no_answer")
        self.assertFalse((self.broker.audit / "checkpoint").exists())
        self.signer.start()
        self.broker.wait_signed()
        self.broker.stop()
        self.check_all_signed()

    def test_an_answer_that_was_lost(self):
        """The signer has signed, and the broker died before it kept the note."""
        self.begin()
        self.broker.wait_signed()
        older = self.broker.note()
        self.change()
        self.broker.wait_signed()
        self.broker.kill()
        (self.broker.audit / "checkpoint").write_text(older)
        self.broker = self.broker.restart()
        self.broker.wait_signed()
        self.broker.stop()
        self.check_all_signed()

    def test_an_unfinished_checkpoint_is_set_aside(self):
        self.begin()
        self.broker.wait_signed()
        self.broker.kill()
        history = self.broker.audit / "checkpoints"
        whole = history.read_text()
        for cut in (7, len(self.broker.note()) - 1, len(self.broker.note())):
            history.write_text(whole + self.broker.note()[:cut])
            self.broker = self.broker.restart()
            self.broker.wait_signed()
            self.broker.kill()
            self.assertTrue(history.read_text().startswith(whole))
            for note in self.broker.history():
                self.size_in(note)
            whole = history.read_text()
        self.assertEqual(len(list(self.broker.audit.glob("checkpoints.torn-*"))), 3)

    def test_a_heartbeat_when_nothing_happens(self):
        self.begin("heartbeat_seconds = 1\n")
        count = len(self.leaves())
        self.broker.wait_until(lambda: len(self.leaves()) >= count + 2)
        self.assertGreaterEqual(len(self.broker.events("heartbeat")), 2)

    def test_without_a_signer_there_are_no_checkpoints(self):
        self.begin()
        self.broker.stop()
        (self.directory / "plain").mkdir()
        self.broker = SignedBroker(self.directory / "plain")
        self.assertEqual(self.broker.signing()[:2], ("off", 0))
        self.broker.stop()
        self.assertEqual(sorted(os.listdir(self.broker.audit)), ["00000000000000000000.log"])


class AnotherPast(SignedLog):
    """Whoever may write log and database can put both back; the signer remembers."""

    def roll_back(self):
        """To the state when the broker had recorded and signed a little."""
        self.begin()
        self.broker.wait_signed()
        self.broker.stop()
        shutil.copytree(self.broker.state, self.directory / "older", ignore=shutil.ignore_patterns("*.sock"))
        self.broker = self.broker.restart()
        for _ in range(6):
            self.change()
        self.broker.stop()
        self.signed = self.broker.newest(self.signer)[0]
        shutil.rmtree(self.broker.state)
        shutil.copytree(self.directory / "older", self.broker.state)

    def alarms(self):
        return [(row["cause"], row["number"]) for row in self.broker.events("log_unsigned")]

    def test_rolled_back(self):
        self.roll_back()
        self.broker = self.broker.restart()
        self.assertTrue(self.broker.ready.startswith("READY"))  # nothing on this machine knows better
        self.broker.wait_until(lambda: self.alarms())
        self.assertEqual(self.alarms()[0], ("refused_log_shorter", 0))
        self.assertEqual(self.broker.signing()[0], "refused_log_shorter")

    def test_rolled_back_and_grown_again(self):
        self.roll_back()
        self.signer.stop()
        self.broker = self.broker.restart()
        for _ in range(12):
            self.change()
        self.assertGreater(len(self.leaves()), self.signed)
        self.signer.start()
        self.broker.wait_until(lambda: self.alarms())
        self.assertEqual(self.alarms()[0][0], "refused_not_consistent")

    def test_the_right_log_again(self):  # the control of both
        self.roll_back()
        self.broker = self.broker.restart()
        self.broker.wait_until(lambda: self.alarms())
        self.broker.stop()
        shutil.rmtree(self.broker.state)
        shutil.copytree(self.directory / "older", self.broker.state)
        self.signer.stop()
        shutil.rmtree(self.signer.state)
        self.signer = Signer(self.directory).start()  # a new key for a log whose past was accepted
        self.broker = self.broker.restart()
        self.broker.wait_signed()
        self.assertEqual(self.alarms(), [])
        self.broker.stop()
        self.check_all_signed()

    def test_an_accepted_loss_sets_the_checkpoints_aside(self):
        self.begin()
        self.broker.wait_signed()
        self.broker.stop()
        self.broker.log_file.unlink()
        done = subprocess.run([BIN / "sudare-broker", "--config", self.directory / "broker.toml",
                               "--accept-log-loss"], capture_output=True, timeout=DEADLINE, check=False)
        self.assertEqual(done.returncode, 0)
        names = os.listdir(self.broker.audit)
        self.assertEqual(len([n for n in names if n.startswith("checkpoint.lost-")]), 1)
        self.assertEqual(len([n for n in names if n.startswith("checkpoints.lost-")]), 1)
        self.assertNotIn("checkpoint", names)


class TheSigner(SignedLog):
    def test_the_key_is_printed_once_and_never_made_anew(self):
        self.begin()
        self.assertEqual(self.signer.made, (self.signer.state / "signer.pub").read_text())
        self.assertEqual(self.signer.key.name, NAME)
        done = subprocess.run([BIN / "sudare-signer", "--config", self.signer.settings, "--make-key"],
                              capture_output=True, text=True, timeout=DEADLINE, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("exists already", done.stderr)

    def test_without_state_or_with_another_name_it_does_not_start(self):
        self.begin()
        self.broker.stop()
        self.signer.stop()
        state = (self.signer.state / "last").read_text()
        for harm in (lambda: (self.signer.state / "last").unlink(),
                     lambda: (self.signer.state / "last").write_text(state.replace("1", "2")),
                     lambda: self.signer.settings.write_text(self.signer.settings.read_text().replace(NAME, "other"))):
            settings = self.signer.settings.read_text()
            harm()
            self.signer.start()
            self.assertEqual(self.signer.ready, "")
            self.assertEqual(self.signer.stop()[0], 1)
            (self.signer.state / "last").write_text(state)
            self.signer.settings.write_text(settings)
        self.assertTrue(self.signer.start().ready.startswith("READY"))  # control

    def test_it_is_shut_in(self):
        program = (BIN / "sudare-signer").read_bytes()
        if b"__asan_init" in program or b"__tsan_init" in program:
            self.skipTest("sanitizer runtimes cannot live inside seccomp")
        self.begin()
        status = pathlib.Path(f"/proc/{self.signer.process.pid}/status").read_text()
        self.assertIn("Seccomp:\t2", status)
        self.assertIn("NoNewPrivs:\t1", status)
        sockets = pathlib.Path(f"/proc/{self.signer.process.pid}/net/tcp").read_text()
        inodes = [os.readlink(fd) for fd in pathlib.Path(f"/proc/{self.signer.process.pid}/fd").iterdir()]
        for line in sockets.splitlines()[1:]:
            self.assertNotIn(f"socket:[{line.split()[9]}]", inodes)

    def test_malformed_questions_are_cut_off(self):
        self.begin()
        self.broker.stop()  # it serves one after the other
        for question in (b"\x03\0\0\0", b"\x01\0\0\x01x", b"\x02\0\0\x05hello", b"\x02\xff\xff\xff" + bytes(64)):
            with socket.socket(socket.AF_UNIX) as asking:
                asking.settimeout(DEADLINE)
                asking.connect(str(self.signer.socket))
                asking.sendall(question)
                self.assertEqual(asking.recv(100), b"")
        with socket.socket(socket.AF_UNIX) as asking:  # control
            asking.settimeout(DEADLINE)
            asking.connect(str(self.signer.socket))
            asking.sendall(b"\x01\0\0\0")
            self.assertEqual(asking.recv(100)[:1], b"\x41")

    @unittest.skipUnless(os.getuid() == 0, "needs a second uid")
    def test_another_uid_is_not_answered(self):
        self.begin()
        self.broker.stop()
        self.directory.chmod(0o755)
        self.signer.state.chmod(0o755)
        self.signer.socket.chmod(0o666)
        ask = ("import socket,sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); "
               "s.sendall(b'\\x01\\0\\0\\0'); print(len(s.recv(200)))")
        answers = []
        for uid in ("65534", "0"):
            done = subprocess.run(["setpriv", "--reuid", uid, "--regid", uid, "--clear-groups", "/usr/bin/python3", "-c", ask,
                                   str(self.signer.socket)], capture_output=True, text=True, timeout=DEADLINE, check=False)
            answers.append(done.stdout.strip())
        self.assertIn(answers[0], ("0", ""))  # the end, or a reset
        self.assertGreater(int(answers[1]), 40)  # control


if __name__ == "__main__":
    unittest.main(verbosity=2)
