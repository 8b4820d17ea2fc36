#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a viewer was shown is recorded, by the whole chain with real Chromium: opened by the right key alone,
whole when nobody touched it, never with what was typed or with the ticket; and what happens when the disk, the
recorder or the policy goes."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "chain"))
sys.path.insert(0, str(HERE.parent / "resume"))
from harness import ChainTest, children_of, wait_until  # noqa: E402
from line import Line  # noqa: E402

TOOL = pathlib.Path(os.environ.get("SUDARE_TESTS", "build/dev/tests")).resolve() / "recording_tool"
PASSPHRASE = "a long passphrase of the reviewer"
KEY, MOVE, BUTTON, TEXT, STATE, UPDATE, CURSOR, FIELD, NOTICE = 4, 5, 6, 8, 0x43, 0x44, 0x45, 0x46, 0x47
RECORDED = {MOVE, BUTTON, STATE, UPDATE, CURSOR, FIELD, NOTICE}
BEING_RECORDED = 128  # bit of a session's restrictions
SNAPSHOT = 2  # bit of an update's flags
MARKER = "Zq7Xw9Kp"  # typed, and looked for


class RecordingTest(ChainTest):
    RESUME_MINUTES = 5

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keys = cls.chain._folder("keys", None)
        (cls.keys / "passphrase").write_text(PASSPHRASE + "\n")
        cls.public = {name: cls.keygen(name) for name in ("kanri", "other")}
        cls.chain.ctl("reviewer", "add", "kanri", cls.public["kanri"])

    @classmethod
    def keygen(cls, name):
        return cls.chain.ctl("reviewer", "keygen", "--out", cls.keys / name, "--passphrase-file",
                             cls.keys / "passphrase").stdout.strip()

    def setUp(self):
        super().setUp()
        self.begun = self.chain.ctl_json("status")[0]["audit_records"]  # what other tests left does not count
        self.addCleanup(self.chain.ctl, "policy", "unset", "sakura", "evidence.recording", check=False)

    def wanted(self, mode):
        self.chain.ctl("policy", "set", "sakura", "evidence.recording", mode)

    def recordings(self, *filters):
        return self.chain.ctl_json("recording", "list", *filters)

    def wait_for_state(self, recording, state):
        return wait_until(lambda: [one for one in self.recordings()
                                   if one["recording"] == recording and one["state"] == state], 20, what=state)[0]

    def export(self, recording, name="exported", check=True):
        out = self.keys / f"{name}-{recording}.rec"
        self.addCleanup(out.unlink, missing_ok=True)
        done = self.chain.ctl("--json", "recording", "export", recording, "--reason", "test of the chain", "--out", out,
                              check=check)
        return out, json.loads(done.stdout) if done.stdout else {}, done

    def open(self, path, key="kanri"):
        """(head, entries), or the error."""
        done = subprocess.run([TOOL, path, self.keys / key, self.keys / "passphrase"], capture_output=True, text=True)
        if done.returncode != 0:
            return None, done.stderr
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return lines[0], lines[1:]

    def recorded_session(self, mode="required", **options):
        self.wanted(mode)
        return self.session(**options)

    def ended_recording(self, probe):
        number = self.number_of(probe)
        probe.end()
        found = wait_until(lambda: [one for one in self.recordings("--session", number) if one["state"] == "ended"],
                           20, what="the end of the recording")
        return found[0]

    def failed(self, cause):
        return [event for event in self.events("recording_failed") if event["cause"] == cause and event["index"] >= self.begun]


class Content(RecordingTest):
    def test_what_was_shown_is_there_and_what_was_typed_is_not(self):
        probe = self.recorded_session()
        probe.go(self.chain.portal + "form")
        probe.press("Tab")
        while not probe.ask("wait_text_field text 500")["ok"]:
            probe.press("Tab")
        probe.type(MARKER)
        probe.command("text 山﨑")
        probe.command("move 400 500")
        probe.click(500, 510)
        probe.still()
        shown = probe.stats()["updates"]
        row = self.ended_recording(probe)
        path, told, _ = self.export(row["recording"])
        self.assertTrue(told["as_in_the_log"])
        self.assertEqual("ended", told["file_end"])
        head, entries = self.open(path)
        self.assertEqual((row["session"], "ended"), (head["session"], head["end"]))
        self.assertEqual(row["segments"], head["segments"])
        types = {entry["type"] for entry in entries}
        self.assertLessEqual(types, RECORDED)
        self.assertLessEqual({MOVE, BUTTON, STATE, UPDATE}, types)
        updates = [bytes.fromhex(entry["payload"]) for entry in entries if entry["type"] == UPDATE]
        self.assertGreaterEqual(len(updates), shown)
        self.assertTrue(updates[0][4] & SNAPSHOT)
        numbers = [int.from_bytes(update[:4], "big") for update in updates]
        self.assertEqual(list(range(numbers[0], numbers[0] + len(numbers))), numbers, "no update is missing")
        tickets = {entry["payload"][18:50] for entry in entries if entry["type"] == STATE}
        self.assertEqual({"00" * 16}, tickets)
        # In no encoding of keys or text; the file itself is sealed anyway.
        plain = b"".join(bytes.fromhex(entry["payload"]) for entry in entries if entry["type"] != UPDATE)
        for needle in (MARKER, "山﨑", self.passwords["sakura"]):
            self.assertNotIn(needle.encode(), plain)
            self.assertNotIn(needle.encode(), path.read_bytes())

    def test_opens_for_its_reviewers_alone(self):
        probe = self.recorded_session()
        row = self.ended_recording(probe)
        path, _, _ = self.export(row["recording"])
        head, _ = self.open(path)
        self.assertIsNotNone(head)
        head, error = self.open(path, "other")
        self.assertIsNone(head)
        self.assertIn("not sealed to this key", error)
        # Who is registered from now on opens what begins from now on.
        self.chain.ctl("reviewer", "add", "another", self.public["other"])
        self.addCleanup(self.chain.ctl, "reviewer", "remove", "another", check=False)
        later, _, _ = self.export(self.ended_recording(self.recorded_session())["recording"])
        for key in ("kanri", "other"):
            self.assertIsNotNone(self.open(later, key)[0])
        self.assertIsNone(self.open(path, "other")[0])

    def test_a_changed_file_is_found(self):
        row = self.ended_recording(self.recorded_session())
        file, = self.chain.recordings.rglob(row["recording"] + ".rec")
        before = file.read_bytes()
        self.addCleanup(file.write_bytes, before)
        for at, what in ((50, "header"), (len(before) // 2, "middle"), (len(before) - 1, "end")):
            changed = bytearray(before)
            changed[at] ^= 1
            file.write_bytes(changed)
            path, told, done = self.export(row["recording"], what, check=False)
            self.assertNotEqual(0, done.returncode, what)
            self.assertFalse(told.get("as_in_the_log", False), what)
            self.assertIsNone(self.open(path)[0], what)
        file.write_bytes(before[:-100])
        path, told, done = self.export(row["recording"], "cut", check=False)
        self.assertEqual((False, "torn"), (told["as_in_the_log"], told["file_end"]))
        file.write_bytes(before)
        self.assertTrue(self.export(row["recording"], "control")[1]["as_in_the_log"])

    def test_each_segment_is_in_the_log_and_so_is_each_opening(self):
        row = self.ended_recording(self.recorded_session())
        of_it = lambda kind: [e for e in self.events(kind) if e["recording"] == row["recording"]]  # noqa: E731
        started, = of_it("recording_started")
        segments = of_it("recording_segment")
        ended, = of_it("recording_ended")
        self.assertEqual(list(range(row["segments"])), [segment["segment"] for segment in segments])
        self.assertEqual(row["bytes"], sum(segment["size"] for segment in segments))
        self.assertTrue(started["index"] < segments[0]["index"] <= segments[-1]["index"] < ended["index"])
        self.assertFalse(of_it("recording_opened"))
        self.export(row["recording"])
        opened, = of_it("recording_opened")
        self.assertEqual("test of the chain", opened["cause"])
        done = self.chain.ctl("recording", "export", row["recording"], "--reason", "", "--out", self.keys / "none",
                              check=False)
        self.assertNotEqual(0, done.returncode)
        self.assertEqual(1, len(of_it("recording_opened")))

    def test_a_resumed_session_makes_another_file(self):
        line = Line(self.chain.server)
        self.addCleanup(line.stop)
        probe = self.recorded_session(server=line.address, arguments=("--resume",))
        number = self.number_of(probe)
        line.cut("reset")
        probe.command("wait_state reconnecting 20000")
        line.mend()
        probe.command("wait_state running 30000")
        wait_until(lambda: len(self.recordings("--session", number)) == 2, 30, what="a second recording")
        probe.still()
        self.ended_recording(probe)
        wait_until(lambda: all(one["state"] == "ended" for one in self.recordings("--session", number)), 20)
        for row in self.recordings("--session", number):
            path, told, _ = self.export(row["recording"])
            self.assertTrue(told["as_in_the_log"])
            head, entries = self.open(path)
            first = next(entry for entry in entries if entry["type"] == UPDATE)
            self.assertTrue(bytes.fromhex(first["payload"])[4] & SNAPSHOT)


class Policy(RecordingTest):
    def test_off_leaves_nothing(self):
        before = len(self.recordings())
        self.session().end()
        self.assertEqual(before, len(self.recordings()))

    def test_a_change_while_it_runs_counts_at_once(self):
        probe = self.session()
        number = self.number_of(probe)
        self.assertFalse(self.recordings("--session", number))
        self.wanted("on")
        row, = wait_until(lambda: self.recordings("--session", number), 20, what="a recording")
        probe.go(self.chain.portal + "form")
        self.chain.ctl("policy", "set", "sakura", "evidence.recording", "off")
        self.wait_for_state(row["recording"], "ended")
        path, told, _ = self.export(row["recording"])
        self.assertTrue(told["as_in_the_log"])
        _, entries = self.open(path)
        first = next(entry for entry in entries if entry["type"] == UPDATE)
        self.assertTrue(bytes.fromhex(first["payload"])[4] & SNAPSHOT, "it begins with a whole picture")
        probe.go(self.chain.portal + "gallery")
        self.assertEqual(1, len(self.recordings("--session", number)))
        self.wanted("required")
        wait_until(lambda: len(self.recordings("--session", number)) == 2, 20, what="another recording")
        probe.still()  # it goes on

    def test_without_a_reviewer_it_cannot_be_wanted(self):
        self.chain.ctl("reviewer", "remove", "kanri")
        try:
            done = self.chain.ctl("policy", "set", "sakura", "evidence.recording", "on", check=False)
            self.assertIn("sudarectl reviewer add", done.stderr)
        finally:
            self.chain.ctl("reviewer", "add", "kanri", self.public["kanri"])
        self.wanted("on")  # control

    def test_required_and_nobody_who_could_open_it_is_refused(self):
        self.wanted("required")
        self.chain.ctl("reviewer", "remove", "kanri")
        try:
            probe = self.probe()
            self.assertFalse(probe.ask("start")["ok"])
            self.assertEqual("recording_unavailable", self.events("session_refused")[-1]["cause"])
        finally:
            self.chain.ctl("reviewer", "add", "kanri", self.public["kanri"])
        self.session().end()  # control


class Failures(RecordingTest):
    """A disk of its own, small enough to fill."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.restart_recorder)

    def restart_recorder(self):
        self.chain.parts["recorder"].stop()
        self.chain.start_recorder()

    def full(self):
        """The recorder's reserve becomes more than there is."""
        self.chain.parts["recorder"].stop()
        self.chain.extra["recorder"] = f"reserve_megabytes = {1 << 20}\n"
        self.addCleanup(self.chain.extra.__setitem__, "recorder", "")
        self.chain.start_recorder()

    def test_a_full_disk_starts_no_session_that_must_be_recorded(self):
        self.full()
        self.wanted("required")
        probe = self.probe()
        answer = probe.ask("start")
        self.assertFalse(answer["ok"])
        self.assertEqual("audit_unavailable", self.events("session_ended")[-1]["reason"])
        self.assertTrue(self.failed("disk_full"))

    def test_a_full_disk_lets_others_go_on_and_is_recorded(self):
        self.full()
        self.wanted("on")
        probe = self.session()
        wait_until(lambda: self.failed("disk_full"), 20, what="the record of it")
        probe.go(self.chain.portal + "form")
        self.assertFalse(self.recordings("--session", self.number_of(probe)) and
                         self.recordings("--session", self.number_of(probe))[0]["segments"])

    def test_a_recorder_that_dies_ends_what_must_be_recorded(self):
        probe = self.recorded_session()
        os.kill(self.chain.parts["recorder"].pid, signal.SIGKILL)
        self.assertEqual("audit_unavailable", probe.command("wait_state ended 20000")["reason"])
        self.assertTrue(self.failed("lost"))
        refused = self.probe()
        self.assertFalse(refused.ask("start")["ok"])
        self.assertTrue(self.failed("no_recorder"))

    def test_a_recorder_that_dies_leaves_others_alone(self):
        probe = self.recorded_session("on")
        number = self.number_of(probe)
        row, = self.recordings("--session", number)
        probe.go(self.chain.portal + "form")
        os.kill(self.chain.parts["recorder"].pid, signal.SIGKILL)
        wait_until(lambda: self.failed("lost"), 20)
        probe.go(self.chain.portal + "gallery")
        self.wait_for_state(row["recording"], "failed")
        path, told, _ = self.export(row["recording"])
        self.assertTrue(told["as_in_the_log"])  # as far as it goes
        self.assertNotEqual("ended", told["file_end"])
        self.assertIsNotNone(self.open(path)[0])

    def test_a_recorder_that_comes_back_is_used_by_the_links_that_run(self):
        probe = self.recorded_session("on")
        number = self.number_of(probe)
        self.assertTrue(probe.stats()["restrictions"] & BEING_RECORDED, "people are told")
        self.chain.parts["recorder"].stop()
        wait_until(lambda: self.failed("lost"), 20)
        wait_until(lambda: not probe.stats()["restrictions"] & BEING_RECORDED, 10, what="the end of it is told")
        probe.go(self.chain.portal + "form")  # nobody records this
        self.chain.start_recorder()
        wait_until(lambda: len(self.recordings("--session", number)) == 2, 60, what="another recording")
        wait_until(lambda: probe.stats()["restrictions"] & BEING_RECORDED, 10, what="and it is told again")
        probe.go(self.chain.portal + "gallery")
        row = self.ended_recording(probe)
        path, told, _ = self.export(row["recording"])
        self.assertTrue(told["as_in_the_log"])
        updates = [entry for entry in self.open(path)[1] if entry["type"] == UPDATE]
        self.assertGreater(len(updates), 1)
        self.assertTrue(bytes.fromhex(updates[0]["payload"])[4] & SNAPSHOT, "begins with a whole picture")

    def test_a_link_that_dies_leaves_a_recording_that_says_so(self):
        probe = self.recorded_session()
        number = self.number_of(probe)
        probe.go(self.chain.portal + "form")
        self.chain.ctl("policy", "set", "sakura", "access.resume_minutes", "0")
        self.addCleanup(self.chain.ctl, "policy", "unset", "sakura", "access.resume_minutes")
        wait_until(lambda: self.recordings("--session", number), 10)
        time.sleep(11)  # a segment of ten seconds is over
        os.kill(children_of(self.chain.parts["gateway"].pid)[0], signal.SIGKILL)
        row = self.wait_for_state(self.recordings("--session", number)[0]["recording"], "failed")
        self.assertTrue(self.failed("link_lost"))
        path, told, _ = self.export(row["recording"])
        self.assertEqual((True, "unfinished"), (told["as_in_the_log"], told["file_end"]))
        self.assertTrue(self.open(path)[1])

    def test_a_recording_that_failed_is_tried_again_when_the_policy_changes(self):
        probe = self.recorded_session("on")
        number = self.number_of(probe)
        pid = self.chain.parts["recorder"].pid
        os.kill(pid, signal.SIGSTOP)
        self.addCleanup(os.kill, pid, signal.SIGCONT)
        probe.go(self.chain.portal + "form")
        wait_until(lambda: self.failed("late"), 60, what="the failure")
        os.kill(pid, signal.SIGCONT)
        self.wanted("required")
        wait_until(lambda: len(self.recordings("--session", number)) == 2, 20, what="another recording")
        probe.go(self.chain.portal + "gallery")
        row = self.ended_recording(probe)
        path, told, _ = self.export(row["recording"])
        self.assertTrue(told["as_in_the_log"])
        updates = [entry for entry in self.open(path)[1] if entry["type"] == UPDATE]
        self.assertGreater(len(updates), 1, "something was shown, and the session made a beginning for it")
        self.assertTrue(bytes.fromhex(updates[0]["payload"])[4] & SNAPSHOT)

    def test_a_recorder_that_hangs_ends_what_must_be_recorded(self):
        probe = self.recorded_session()
        pid = self.chain.parts["recorder"].pid
        os.kill(pid, signal.SIGSTOP)
        self.addCleanup(os.kill, pid, signal.SIGCONT)  # before the recorder is started anew
        probe.go(self.chain.portal + "form")  # something to record
        self.assertEqual("audit_unavailable", probe.command("wait_state ended 60000")["reason"])
        self.assertTrue(self.failed("late"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
