# SPDX-License-Identifier: Apache-2.0
"""The benchmark's own arithmetic: a wrong median or a comparison that sees nothing would be
believed for months."""
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path[1:1] = [str(ROOT / "demo"), str(ROOT / "tests" / "integration" / "chain")]

import accounting  # noqa: E402
from keeping_section import Arrived  # noqa: E402
from pixels import Picture, marker_origin, psnr, zstd_bytes  # noqa: E402
from report import Row, judged, number, percentile, table, timed_row  # noqa: E402
from screen import changing_points  # noqa: E402

WHITE, DARK = b"\xff\xff\xff", b"\x10\x2a\x43"


def filled(width, height, colour=WHITE):
    return Picture(width, height, colour * (width * height))


def with_marker(width, height, left, top, side=64):
    rgb = bytearray(WHITE * (width * height))
    for y in range(top, top + side):
        rgb[(y * width + left) * 3:(y * width + left + side) * 3] = DARK * side
    return Picture(width, height, bytes(rgb))


class Statistics(unittest.TestCase):
    def test_percentile_is_a_measured_value(self):
        values = list(range(1, 101))
        self.assertEqual((95, 100, 1), tuple(percentile(values, share) for share in (0.95, 1, 0.001)))
        self.assertEqual(7, percentile([7], 0.95))

    def test_row_compares_with_local(self):
        row = timed_row("s", "n", [1, 9, 4], [2, 2, 2])
        self.assertEqual((4, 9, 2, 2, 2), (row.value, row.p95, row.local, row.difference, row.ratio))
        self.assertIsNone(Row("s", "n", "exact", local=1).difference)

    def test_table_shows_verdicts_and_numbers_each_note_once(self):
        rows = [judged(Row("a", "one", 3.0, "ms", local=1.0, note="why"), "2 ms", False),
                judged(Row("b", "二", 1.0, "ms", note="why"), "2 ms", True),
                Row("cpu", "event", 12.5, "ms", role="session"), Row("cpu", "event", 2.5, "ms", role="link")]
        text = table(rows)
        self.assertEqual(1, text.count("why"))
        self.assertRegex(text, r"one \[1\].* 3\.00 .*NOT MET")
        self.assertRegex(text, r"二 \[1\].*  met\n")
        self.assertRegex(text, r"session +link")
        self.assertRegex(text, r"event +12\.50 +2\.50")

    def test_numbers_keep_what_matters(self):
        self.assertEqual(["1,234", "0.0500", "0", "12.34", "0.0012", ""],
                         [number(v) for v in (1234.4, 0.05, 0, 12.341, 0.0012, None)])


class Pictures(unittest.TestCase):
    def test_one_wrong_pixel_is_not_exact(self):
        ours = filled(64, 48)
        rgb = bytearray(ours.rgb)
        rgb[3000] -= 1
        value, different = psnr(ours, Picture(64, 48, bytes(rgb)))
        self.assertEqual(1, different)
        self.assertAlmostEqual(87.77, value, places=1)
        self.assertEqual(("exact", 0), psnr(ours, filled(64, 48)))

    def test_other_size_is_not_exact(self):
        self.assertNotEqual("exact", psnr(filled(64, 48), filled(48, 64))[0])

    def test_marker_tells_the_origin_of_the_page(self):
        self.assertEqual((4, 90), marker_origin(with_marker(300, 300, 68, 154)))
        with self.assertRaises(RuntimeError):
            marker_origin(with_marker(300, 300, 68, 154, side=63))

    def test_crop_takes_rows_and_columns(self):
        part = with_marker(300, 300, 68, 154).crop(60, 150, 20, 10)
        self.assertEqual((20, 10, DARK, WHITE), (part.width, part.height, part.pixel(8, 4), part.pixel(7, 4)))

    def test_zstd_is_the_real_one(self):
        self.assertLess(zstd_bytes(bytes(100_000)), 100)
        self.assertGreater(zstd_bytes(bytes(i * i * 7919 >> 5 & 255 for i in range(4096))), 1000)


class Points(unittest.TestCase):
    def test_points_change_in_every_picture_and_cells_without_change_have_none(self):
        stride, height = 40 * 4, 20
        first, second = bytearray(stride * height), bytearray(stride * height)
        second[5 * stride + 7 * 4] = 9    # left half
        third = bytearray(second)
        third[5 * stride + 7 * 4] = 3
        third[6 * stride + 30 * 4] = 1    # right half: not between the first two
        points = changing_points([bytes(first), bytes(second), bytes(third)], stride, (0, 0, 40, 20), 2, 1)
        self.assertEqual([(7, 5)], points)


class Lines(unittest.TestCase):
    def test_a_line_counts_once_and_when_it_is_whole(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "out"
            arrived = Arrived(path)
            counts = [arrived.count()]
            for piece in (b"one\ntwo\nth", b"ree", b"\n", b""):
                with path.open("ab") as file:
                    file.write(piece)
                counts.append(arrived.count())
        self.assertEqual([0, 2, 2, 3, 3], counts)


class Accounting(unittest.TestCase):
    def test_cpu_time_of_this_process_grows_by_what_it_works(self):
        import os
        import time
        before, own = accounting.cpu_ns(os.getpid()), time.process_time_ns()
        while time.process_time_ns() - own < 50_000_000:
            pass
        self.assertGreaterEqual(accounting.cpu_ns(os.getpid()) - before, 40_000_000)
        self.assertIn(os.getpid(), accounting.tree([os.getppid()]))


if __name__ == "__main__":
    unittest.main()
