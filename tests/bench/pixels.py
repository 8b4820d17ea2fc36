# SPDX-License-Identifier: Apache-2.0
"""Pictures as raw bytes: reading PNG, cutting out, zstd as the bound, and how alike two are."""
import ctypes
import ctypes.util
import subprocess
import tempfile


class Picture:
    """8-bit RGB, three bytes a pixel."""

    def __init__(self, width, height, rgb):
        assert len(rgb) == width * height * 3
        self.width, self.height, self.rgb = width, height, rgb

    @classmethod
    def read(cls, path):
        ppm = subprocess.run(["convert", str(path), "-alpha", "off", "-depth", "8", "ppm:-"], check=True,
                             capture_output=True).stdout
        _, size, _, rgb = ppm.split(b"\n", 3)
        width, height = map(int, size.split())
        return cls(width, height, rgb)

    def pixel(self, x, y):
        at = (y * self.width + x) * 3
        return self.rgb[at:at + 3]

    def crop(self, left, top, width=None, height=None):
        width, height = width or self.width - left, height or self.height - top
        rows = (self.rgb[(y * self.width + left) * 3:(y * self.width + left + width) * 3]
                for y in range(top, top + height))
        return Picture(width, height, b"".join(rows))

    def colours(self):
        """How many different ones there are."""
        return len({self.rgb[i:i + 3] for i in range(0, len(self.rgb), 3)})

    def ppm(self):
        return b"P6\n%d %d\n255\n" % (self.width, self.height) + self.rgb


def psnr(ours, theirs):
    """(word or dB, pixels that differ). "exact" only when every byte is the same."""
    if (ours.width, ours.height) != (theirs.width, theirs.height):
        return f"{ours.width}x{ours.height} is not {theirs.width}x{theirs.height}", None
    if ours.rgb == theirs.rgb:
        return "exact", 0
    squares = different = 0
    for y in range(ours.height):
        row = slice(y * ours.width * 3, (y + 1) * ours.width * 3)
        a, b = ours.rgb[row], theirs.rgb[row]
        if a != b:
            squares += sum((p - q) ** 2 for p, q in zip(a, b) if p != q)
            different += sum(a[i:i + 3] != b[i:i + 3] for i in range(0, len(a), 3))
    from math import log10
    return 10 * log10(255 ** 2 * len(ours.rgb) / squares), different


def load_zstd():
    library = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
    library.ZSTD_compressBound.restype = library.ZSTD_compress.restype = ctypes.c_size_t
    library.ZSTD_compressBound.argtypes = [ctypes.c_size_t]
    library.ZSTD_compress.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
    return library


def zstd_bytes(content, level=3):
    """How large zstd makes it: the bound that the aims name."""
    library = load_zstd()
    room = library.ZSTD_compressBound(len(content))
    out = ctypes.create_string_buffer(room)
    size = library.ZSTD_compress(out, room, content, len(content), level)
    if size > room:
        raise RuntimeError("ZSTD_compress failed")
    return size


def marker_origin(picture, colour=b"\x10\x2a\x43", at=64, side=64):
    """Where the page begins that shows the dark square of pages/latency.html at (64, 64)."""
    run = colour * side
    place = -1
    while (place := picture.rgb.find(run, place + 1)) >= 0:
        if place % 3 == 0:
            y, x = divmod(place // 3, picture.width)
            if picture.crop(x, y, side, side).rgb == run * side:
                return x - at, y - at
    raise RuntimeError("the marker of latency.html is not on the picture")


def save_for_a_look(picture):
    """A file outside the build for pictures that were not as they should be."""
    with tempfile.NamedTemporaryFile(prefix="sudare-bench-", suffix=".ppm", delete=False) as file:
        file.write(picture.ppm())
        return file.name
