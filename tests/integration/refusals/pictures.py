# SPDX-License-Identifier: Apache-2.0
"""Pictures of a screen as bytes, and how much of one differs from another."""
import subprocess

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


class Picture:
    """A PNG file read once; rows of three bytes a pixel."""

    def __init__(self, path):
        self.path = str(path)
        size = subprocess.run(["identify", "-format", "%w %h", self.path], capture_output=True, check=True,
                              env=ENVIRONMENT).stdout
        self.width, self.height = map(int, size.split())
        self.rgb = subprocess.run(["convert", self.path, "-depth", "8", "rgb:-"], capture_output=True, check=True,
                                  env=ENVIRONMENT).stdout
        assert len(self.rgb) == self.width * self.height * 3, self.path

    def part(self, x, y, width, height):
        rows = (self.rgb[3 * (self.width * row + x):3 * (self.width * row + x + width)] for row in range(y, y + height))
        return b"".join(rows)

    def shows_part(self, other, x, y, width, height):
        """Whether that part of the other picture is here too, at most 80 rows further down or up: a message that
        the browser puts above a page moves the page."""
        wanted = other.part(x, y, width, height)
        return any(self.part(x, y + down, width, height) == wanted for down in range(-80, 80))

    def share_of(self, rgb):
        """The share of pixels that have exactly this colour, roughly: for large areas of one colour."""
        return self.rgb.count(bytes.fromhex(rgb)) / (self.width * self.height)

    def below(self, y):
        return self.rgb[3 * self.width * y:]

    def colours(self, y=0):
        """How many different colours there are from that row on."""
        rgb = self.below(y)
        return len({rgb[i:i + 3] for i in range(0, len(rgb), 3)})

    def differing(self, other, y=0):
        """The share of pixels from row y on that differ, 0 to 1; 1 for another size."""
        if (self.width, self.height) != (other.width, other.height):
            return 1.0
        if self.below(y) == other.below(y):
            return 0.0
        count, line = 0, 3 * self.width
        for start in range(line * y, len(self.rgb), line):
            a, b = self.rgb[start:start + line], other.rgb[start:start + line]
            if a != b:
                count += sum(a[i:i + 3] != b[i:i + 3] for i in range(0, line, 3))
        return count / (self.width * (self.height - y))
