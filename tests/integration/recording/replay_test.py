#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A recording shows, pixel for pixel, what the viewer showed: a real session is recorded while sudare-probe tells
what it sees; what is replayed, by the viewer's own decoder and by the viewer itself under Xvfb, is compared."""
import os
import pathlib
import select
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from recording_test import MARKER, PASSPHRASE, RecordingTest  # noqa: E402
from chain import VIEWER_UID  # noqa: E402
from display import VirtualDisplay  # noqa: E402
from harness import BIN, wait_until  # noqa: E402
from processes import Process  # noqa: E402


class Player:
    """`sudare --replay` in a virtual display, and the lines it says."""

    def __init__(self, test, path, key, passphrase=PASSPHRASE, extra=("--lang", "en")):
        self.display = VirtualDisplay.start(test.chain.logs)
        test.addCleanup(self.display.stop)
        home = test.chain._folder(f"player-{time.monotonic_ns()}", VIEWER_UID)
        read_end, write_end = os.pipe()
        os.write(write_end, passphrase.encode() + b"\n")
        os.close(write_end)
        env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
        self.process = Process("player", [test.chain.bin / "sudare", "--replay", path, "--key", key, "--size", "1200x900",
                                          "--password-fd", read_end, *extra],
                               test.chain.logs, env=env | self.display.environment, uid=test.chain._uid(VIEWER_UID),
                               pass_fds=(read_end,))
        os.close(read_end)
        test.addCleanup(self.process.stop)
        self.lines, self._pending = [], b""

    def wait_for(self, start, after=0, seconds=60):
        deadline = time.monotonic() + seconds
        out = self.process.popen.stdout
        while True:
            for line in self.lines[after:]:
                if line.startswith(start):
                    return line
            if time.monotonic() > deadline:
                raise AssertionError(f"no {start!r} in {self.lines}\n{self.process.log_tail()}")
            if select.select([out], [], [], 0.2)[0]:
                piece = os.read(out.fileno(), 4096)
                if not piece:
                    raise AssertionError(f"the player has ended after {self.lines}\n{self.process.log_tail()}")
                *whole, self._pending = (self._pending + piece).split(b"\n")
                self.lines += [line.decode() for line in whole]

    def keys(self, *names):
        self.display.xdotool("key", *names)


class Replay(RecordingTest):
    def recorded(self):
        """(path, [(sequence, hash) as the live viewer showed them])."""
        probe = self.recorded_session()
        shown = []

        def look():
            probe.still(800)
            shown.append((probe.stats()["last_sequence"], probe.hash()))

        look()
        probe.go(self.chain.portal + "bench/ja-dense.html")
        look()
        probe.command("move 400 500")
        for _ in range(4):
            probe.command("wheel 0 120")
            look()
        probe.go(self.chain.portal + "bench/photo.html")
        look()
        probe.resize(1100, 700)
        look()
        probe.go(self.chain.portal + "letters")
        probe.command("wait_text_field text 10000")
        probe.type(MARKER)
        row = self.ended_recording(probe)
        path, told, _ = self.export(row["recording"])
        self.assertTrue(told["as_in_the_log"])
        for file in (path, self.keys / "kanri", self.keys / "passphrase"):
            file.chmod(0o644)
        self.keys.chmod(0o755)
        return path, shown

    def probe_replay(self, path, *what, key="kanri", check=True):
        argv = [BIN / "replay_probe", path, self.keys / key, self.keys / "passphrase", *what]
        done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, timeout=100,
                              env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"})
        lines = [line.split() for line in done.stdout.splitlines()]
        if check:
            self.assertEqual(0, done.returncode, done.stdout[-500:] + done.stderr[-500:])
        return lines

    def test_what_is_replayed_is_what_was_shown(self):
        path, shown = self.recorded()
        lines = self.probe_replay(path, "play")
        replayed = {int(line[1]): line[2] for line in lines if line[0] == "SHOWN"}
        self.assertGreaterEqual(len({sequence for sequence, _ in shown}), 8)
        for sequence, picture in shown:
            self.assertEqual(picture, replayed[sequence], f"update {sequence}")
        end_ms, _, end = next(line for line in lines if line[0] == "ARRIVED")[1:]
        # Seeking there and back shows the same, whatever was shown before.
        half = int(end_ms) // 2
        arrived = [line[1:] for line in self.probe_replay(path, half, end_ms, half, 0, end_ms) if line[0] == "ARRIVED"]
        self.assertEqual(arrived[1][1:], arrived[3][1:])
        self.assertEqual(end, arrived[2][2])
        self.assertEqual(end, arrived[5][2])
        self.assertNotEqual(end, arrived[1][2])  # control: there is something to see
        self.in_the_window(path, end, end_ms)

    def in_the_window(self, path, end, end_ms):
        player = Player(self, path, self.keys / "kanri")
        player.wait_for(f"REPLAY READY {end_ms}")
        first = player.wait_for("REPLAY AT")
        player.display.wait_still()
        before = player.display.raw()
        count = len(player.lines)
        player.keys("End")
        at = player.wait_for("REPLAY AT", count).split()
        self.assertEqual([end_ms, end], [at[2], at[4]])
        self.assertNotEqual(first.split()[4], end)
        player.display.wait_still()
        self.assertNotEqual(before, player.display.raw(), "it is on the screen")
        if os.environ.get("SUDARE_PICTURES"):
            player.display.screenshot(pathlib.Path(os.environ["SUDARE_PICTURES"]) / "replay.png")
        count = len(player.lines)
        player.keys("Home")
        self.assertEqual(first.split()[4], player.wait_for("REPLAY AT", count).split()[4])
        # Played from the beginning at once; paused somewhere on the way.
        count = len(player.lines)
        player.keys("space")
        time.sleep(1)  # of the recording
        player.keys("space")
        self.assertGreater(int(player.wait_for("REPLAY AT", count).split()[2]), int(first.split()[2]))

    def readable(self, path):
        for file in (path, self.keys / "kanri", self.keys / "passphrase"):
            file.chmod(0o644)
        self.keys.chmod(0o755)

    def test_every_update_is_what_was_shown(self):
        """The picture after each update that the live viewer showed, by its number, and a way back through them."""
        probe = self.recorded_session()
        probe.command("hash_every 1")
        for page in ("bench/ja-dense.html", "bench/photo.html", "gallery"):
            probe.go(self.chain.portal + page)
            probe.command("move 400 500")
            for _ in range(30):
                probe.command("wheel 0 40")
                probe.still(60)
        probe.still(800)
        live = [(sequence, picture) for sequence, picture in probe.stats()["hashes"]]
        path = self.export(self.ended_recording(probe)["recording"])[0]
        self.readable(path)
        lines = self.probe_replay(path, 0, *["forward"] * (live[-1][0] + 5))
        replayed = {int(line[2]): line[3] for line in lines if line[0] == "ARRIVED"}
        compared = [sequence for sequence, _ in live if sequence >= min(replayed)]
        self.assertGreaterEqual(len(compared), 100, "as many as the issue asks to lie between two looks")
        for sequence, picture in live:
            if sequence >= min(replayed):
                self.assertEqual(picture, replayed.get(sequence), f"update {sequence}")
        self.assertGreater(len(set(replayed.values())), 50)  # control: they differ
        back = [line for line in self.probe_replay(path, 10 ** 9, *["back"] * 40) if line[0] == "ARRIVED"][1:]
        order = sorted(replayed)
        self.assertEqual([(int(line[2]), line[3]) for line in back[1:]],
                         [(sequence, replayed[sequence]) for sequence in order[-2:-42:-1]])

    def events_of(self, session, path):
        """Writes the bundle of the session's records beside the recording; the key's line."""
        audit = self.chain.dir / "broker" / "state" / "audit"
        key = (self.chain.dir / "signer" / "state" / "signer.pub").read_text().strip()
        bundle = path.with_name(path.name + ".events")
        self.addCleanup(bundle.unlink, missing_ok=True)

        def whole():
            bundle.unlink(missing_ok=True)
            done = subprocess.run([BIN / "sudare-verify", audit, "--session", str(session), "--key", key, "--out", bundle],
                                  capture_output=True, text=True)
            shown = subprocess.run([BIN / "sudare-verify", bundle, "--key", key], capture_output=True, text=True).stdout
            return done.returncode == 0 and "recording_opened" in shown
        wait_until(whole, 60, what="signed records up to the export")
        bundle.chmod(0o644)
        return key, bundle

    def test_the_events_of_the_session_and_the_way_from_one_to_the_next(self):
        probe = self.recorded_session()
        session = self.number_of(probe)
        probe.go(self.chain.portal + "form")
        time.sleep(2)  # so that the events have moments of their own
        probe.go("https://forbidden.example/")
        time.sleep(2)
        probe.go(self.chain.portal + "gallery")
        path = self.export(self.ended_recording(probe)["recording"])[0]
        self.readable(path)
        key, bundle = self.events_of(session, path)
        for language in ("en", "ja"):
            player = Player(self, path, self.keys / "kanri", extra=("--lang", language, "--log-key", key))
            _, _, count, proven = player.wait_for("REPLAY EVENTS").split()
            self.assertEqual((count, int(count) >= 5), (proven, True))
            first = player.wait_for("REPLAY AT")
            count = len(player.lines)
            player.keys("r")
            refused = player.wait_for("REPLAY AT", count)
            self.assertGreater(int(refused.split()[2]), int(first.split()[2]))
            player.display.wait_still()
            if os.environ.get("SUDARE_PICTURES"):
                player.display.screenshot(pathlib.Path(os.environ["SUDARE_PICTURES"]) / f"replay-events-{language}.png")
            count = len(player.lines)
            player.keys("shift+d")
            before = player.wait_for("REPLAY AT", count)
            self.assertLess(int(before.split()[2]), int(refused.split()[2]))
            player.process.stop()
        # Without the key nothing is said to be proven; a bundle in which a byte was changed is not shown at all.
        player = Player(self, path, self.keys / "kanri")
        self.assertEqual("0", player.wait_for("REPLAY EVENTS").split()[3])
        player.process.stop()
        whole = bundle.read_text()
        at = whole.index("extra ") + 30
        bundle.write_text(whole[:at] + ("A" if whole[at] != "A" else "B") + whole[at + 1:])
        player = Player(self, path, self.keys / "kanri", extra=("--lang", "en", "--log-key", key))
        player.wait_for("REPLAY READY")
        self.assertFalse([line for line in player.lines if line.startswith("REPLAY EVENTS")])
        self.assertIn("events:", player.process.log_tail())

    def test_another_key_or_passphrase_opens_nothing(self):
        path = self.export(self.ended_recording(self.recorded_session())["recording"])[0]
        for file in (path, self.keys / "kanri", self.keys / "other", self.keys / "passphrase"):
            file.chmod(0o644)
        self.keys.chmod(0o755)
        self.assertEqual("FAILED", self.probe_replay(path, "play", key="other", check=False)[0][0])
        self.assertEqual("ARRIVED", self.probe_replay(path, 0)[-1][0])  # control
        player = Player(self, path, self.keys / "kanri", "not the passphrase at all")
        status = player.process.popen.wait(30)
        self.assertEqual(1, status)
        self.assertIn("passphrase is wrong", player.process.log_tail())

    def test_what_was_changed_is_not_shown(self):
        path = self.export(self.ended_recording(self.recorded_session())["recording"])[0]
        whole = path.read_bytes()
        for at in (len(whole) // 2, len(whole) - 1):
            changed = bytearray(whole)
            changed[at] ^= 1
            path.write_bytes(changed)
            lines = self.probe_replay(path, 0, 10 ** 9, check=False)
            self.assertEqual("FAILED", lines[-1][0], lines)
        path.write_bytes(whole)
        self.assertEqual("ARRIVED", self.probe_replay(path, 0, 10 ** 9)[-1][0])  # control


if __name__ == "__main__":
    unittest.main(verbosity=2)
