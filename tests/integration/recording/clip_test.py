#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Parts of a recording as files: a clip as WebM, read by Debian's libwebm and libvpx, and pictures as PNG, compared with
what the live viewer showed; marked over and over with who made them; and what is refused."""
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "chain"))
from recording_test import PASSPHRASE, RecordingTest  # noqa: E402
from harness import BIN  # noqa: E402
from pictures import read_png  # noqa: E402

LINE = 28  # pixels below the picture


def read_ppm(path):
    """(width, height, bytes of red, green, blue)"""
    magic, size, most, pixels = path.read_bytes().split(b"\n", 3)
    assert (magic, most) == (b"P6", b"255")
    width, height = map(int, size.split())
    return width, height, pixels


def difference(one, other, rows):
    """Mean difference of a channel over these rows, and the share of channels that differ by more than 60."""
    width = one[0]
    a, b = (memoryview(picture[2])[rows[0] * width * 3:rows[1] * width * 3] for picture in (one, other))
    steps = [abs(x - y) for x, y in zip(a[::7], b[::7])]
    return sum(steps) / len(steps), sum(step > 60 for step in steps) / len(steps)


STEP_MS = 50  # client/app/replay_export.cpp: from one picture of a clip to the next


class Clips(RecordingTest):
    def export_part(self, path, *what, code=0, reviewer="鈴木 花子", fresh=True):
        self.count = getattr(self, "count", 0) + 1
        out = self.keys / f"part-{self.count}" if fresh else self.last
        self.last = out
        read_end, write_end = os.pipe()
        os.write(write_end, PASSPHRASE.encode() + b"\n")
        os.close(write_end)
        argv = [BIN / "sudare", "--replay", path, "--key", self.keys / "kanri", "--password-fd", str(read_end), *what,
                "--out", out, "--lang", "ja", *(["--reviewer", reviewer] if reviewer is not None else [])]
        done = subprocess.run([str(one) for one in argv], capture_output=True, text=True, timeout=100, pass_fds=(read_end,),
                              env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen",
                                   "HOME": str(self.keys), "XDG_RUNTIME_DIR": str(self.keys)})
        os.close(read_end)
        self.assertEqual(code, done.returncode, done.stdout[-300:] + done.stderr[-600:])
        self.errors = done.stderr
        return out

    def read(self, clip):
        """(lines by their first word, {ms: picture})"""
        folder = self.keys / f"{clip.name}-pictures"
        folder.mkdir()
        done = subprocess.run([BIN / "clip_reader", clip, folder], capture_output=True, text=True, timeout=100)
        self.assertEqual(0, done.returncode, done.stdout[-300:] + done.stderr)
        lines = {}
        for line in done.stdout.splitlines():
            word, _, rest = line.partition(" ")
            lines.setdefault(word, []).append(rest)
        return lines, {int(path.stem): read_ppm(path) for path in folder.glob("*.ppm")}

    def test_what_is_exported_is_what_was_shown_and_says_by_whom(self):
        probe = self.recorded_session()
        probe.go(self.chain.portal + "bench/ja-dense.html")
        for _ in range(6):
            probe.command("wheel 0 120")
            probe.still(150)
        probe.go(self.chain.portal + "bench/photo.html")
        probe.command("move 5 5")
        probe.still(1500)
        shown = self.keys / "shown.png"
        shown.unlink(missing_ok=True)
        self.keys.chmod(0o777)
        probe.command(f"png {shown}")
        path = self.export(self.ended_recording(probe)["recording"])[0]
        seconds = self.recordings()[0]["seconds"]
        # One picture.
        live = read_png(shown)
        frame = read_png(self.export_part(path, "--frame", f"{seconds}.0"))
        width, height = live[:2]
        self.assertEqual((width + width % 2, height + LINE + (height + LINE) % 2), frame[:2])
        mean, far = difference(live, frame, (0, height))
        self.assertLess((mean, far), (12, 1))
        self.assertLess(far, 0.02, "it is the same picture")
        self.assertGreater(mean, 0.5, "and the mark is over it")
        other = read_png(self.export_part(path, "--frame", f"{seconds}.0", reviewer="佐藤"))
        bands = [difference(frame, other, (top, top + 120)) for top in range(0, height - 120, 120)]
        self.assertTrue(all(band[0] > 0 for band in bands), f"whose export it is shows in every part: {bands}")
        # A clip: the last moment of it is that picture.
        clip = self.export_part(path, "--clip", f"0-{seconds}")
        lines, pictures = self.read(clip)
        self.assertEqual([f"V_VP9 {frame[0]} {frame[1]}"], lines["TRACK"])
        times = [int(line.split()[0]) for line in lines["FRAME"]]
        self.assertEqual(times, sorted(times))
        self.assertEqual(0, times[0])
        self.assertEqual(len(times), len(pictures), "each frame is a picture")
        self.assertIn("0", lines["CUE"])
        self.assertNotIn("BAD", lines)
        duration, title = lines["END"][0].split(" ", 1)
        # From the first picture on, which a busy machine shows late; the waits above are behind it.
        self.assertLessEqual(int(duration), (seconds + 1) * 1000)
        self.assertGreater(int(duration), 6 * 150 + 1500)
        self.assertGreater(int(duration), times[-1])
        self.assertIn("鈴木 花子", title)
        last = pictures[times[-1]]
        mean, far = difference(last, frame, (0, height))
        self.assertLess(mean, 4, "as good as one can read it")
        self.assertLess(far, 0.01)
        mean, _ = difference(pictures[times[0]], frame, (0, height))
        self.assertGreater(mean, 5)  # control: not everything is alike
        self.assertEqual(0o600, clip.stat().st_mode & 0o777)
        if os.environ.get("SUDARE_PICTURES"):
            (pathlib.Path(os.environ["SUDARE_PICTURES"]) / "clip-frame.png").write_bytes((self.keys / "part-1").read_bytes())
        # A clip of the last second lasts a second and a step for its last picture, however late the first one was.
        end = self.export_part(path, "--clip", f"{seconds - 1}-{seconds}")
        lines, pictures = self.read(end)
        self.assertEqual(str(1000 + STEP_MS), lines["END"][0].split(" ", 1)[0])
        self.assertEqual(0, int(lines["FRAME"][0].split()[0]), "it begins with a whole picture")
        mean, far = difference(pictures[max(pictures)], frame, (0, height))
        self.assertLess(mean, 4)
        self.assertLess(far, 0.01)
        self.refusals(path, seconds)

    def refusals(self, path, seconds):
        self.export_part(path, "--frame", "1")
        self.export_part(path, "--frame", "1", code=1, fresh=False)
        self.assertIn("new file", self.errors)
        self.export_part(path, "--clip", f"0-{seconds + 100}", code=1)
        self.assertFalse(self.last.exists())
        for name in (None, "", " ", "a" * 65, "a\nb"):
            self.export_part(path, "--frame", "1", code=2, reviewer=name)
            self.assertIn("--reviewer", self.errors)
        for wrong in ("5", "5-4", "-", "a-b", "0-1-2", "0-9999"):
            self.export_part(path, "--clip", wrong, code=2)
            self.assertIn("--clip", self.errors)
        self.export_part(path, "--frame", "1", "--clip", "0-1", code=2)
        whole = path.read_bytes()
        changed = bytearray(whole)
        changed[len(whole) // 2] ^= 1
        path.write_bytes(changed)
        self.export_part(path, "--clip", f"0-{seconds}", code=1)
        self.assertFalse(self.last.exists(), "no half of a clip")


if __name__ == "__main__":
    unittest.main(verbosity=2)
