# SPDX-License-Identifier: Apache-2.0
"""A virtual display whose pixels can be looked at without asking its server."""
import mmap
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import time

from pixels import Picture
from processes import Process

XWD_COLOUR_BYTES = 12


class Screen:
    """Xvfb with -fbdir: the screen is a file (XWD) that the server draws into."""

    def __init__(self, name, log_dir, width=1920, height=1080):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sudare-bench-screen-"))
        self.process = self._map = None
        try:
            self._start(name, log_dir, width, height)
        except BaseException:
            self.stop()
            raise

    def _start(self, name, log_dir, width, height):
        read_end, write_end = os.pipe()
        self.process = Process(f"xvfb-{name}", ["Xvfb", "-displayfd", write_end, "-screen", "0",
                                                f"{width}x{height}x24", "-fbdir", self.folder, "-nolisten", "tcp",
                                                "-noreset"], log_dir, pass_fds=(write_end,))
        os.close(write_end)
        with os.fdopen(read_end) as reader:
            number = reader.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start:\n" + self.process.log_tail())
        self.display = f":{number}"
        self.path = self.folder / "Xvfb_screen0"
        with open(self.path, "rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        header = struct.unpack(">25I", self._map[:100])
        self.width, self.height, self.stride = header[4], header[5], header[12]
        self._offset = header[0] + header[19] * XWD_COLOUR_BYTES

    def raw(self):
        """Four bytes a pixel: blue, green, red, unused."""
        return self._map[self._offset:self._offset + self.stride * self.height]

    def pixel(self, x, y):
        at = self._offset + y * self.stride + x * 4
        return self._map[at:at + 3]

    def picture(self):
        raw = self.raw()
        rgb = bytearray(self.width * self.height * 3)
        for channel in range(3):
            rgb[channel::3] = raw[2 - channel::4]
        return Picture(self.width, self.height, bytes(rgb))

    def wait_still(self, quiet=0.5, seconds=20, top=0):
        """Until nothing below row `top` has changed for `quiet` seconds; returns the raw picture."""
        deadline = time.monotonic() + seconds
        last, since = self.raw()[top * self.stride:], time.monotonic()
        while time.monotonic() < deadline:
            time.sleep(0.02)
            now = self.raw()[top * self.stride:]
            if now != last:
                last, since = now, time.monotonic()
            elif time.monotonic() - since >= quiet:
                return self.raw()
        raise TimeoutError("the screen is never still")

    def xdotool(self, *words):
        subprocess.run(["xdotool", *map(str, words)], env={"PATH": "/usr/bin:/bin", "DISPLAY": self.display}, check=True,
                       capture_output=True)

    def stop(self):
        if self._map:
            self._map.close()
        if self.process:
            self.process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def changing_points(raws, stride, area, columns=5, rows=4):
    """One point in each cell of a grid over `area` (x, y, w, h) that differs between each raw
    picture and the next; cells without such a point are left out."""
    left, top, width, height = area
    points = []
    for cell in range(columns * rows):
        x0 = left + cell % columns * width // columns
        y0 = top + cell // columns * height // rows
        point = _changing_point(raws, stride, x0, y0, width // columns, height // rows)
        if point:
            points.append(point)
    return points


def _changing_point(raws, stride, x0, y0, width, height):
    # From the middle outwards, so that points do not crowd at the cells' corners.
    for y in sorted(range(y0, y0 + height), key=lambda y: abs(y - y0 - height // 2)):
        cuts = [raw[y * stride + x0 * 4:y * stride + (x0 + width) * 4] for raw in raws]
        if any(a == b for a, b in zip(cuts, cuts[1:])):
            continue
        for i in range(0, len(cuts[0]), 4):
            if all(a[i:i + 3] != b[i:i + 3] for a, b in zip(cuts, cuts[1:])):
                return x0 + i // 4, y
    return None
