# SPDX-License-Identifier: Apache-2.0
"""A PNG as bytes of red, green, blue, by zlib alone: 8 bits, not interlaced, as Qt writes it."""
import struct
import zlib


def chunks(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8:at + 8 + length]
        at += 12 + length


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def unfilter(kind, row, above, step):
    """The row as it was before this filter (PNG specification, section 9)."""
    if kind == 2:
        return bytearray((x + y) & 255 for x, y in zip(row, above))
    out = bytearray(row)
    for i in range(len(out) if kind else 0):
        left, before = (out[i - step], above[i - step]) if i >= step else (0, 0)
        add = left if kind == 1 else (left + above[i]) // 2 if kind == 3 else paeth(left, above[i], before)
        out[i] = (out[i] + add) & 255
    return out


def read_png(path):
    """(width, height, pixels)"""
    parts = list(chunks(path.read_bytes()))
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    assert (depth, interlaced) == (8, 0) and colour in (2, 6)
    step = 3 if colour == 2 else 4
    raw = zlib.decompress(b"".join(content for kind, content in parts if kind == b"IDAT"))
    above, out, length = bytes(width * step), bytearray(), width * step + 1
    for y in range(height):
        row = raw[y * length:(y + 1) * length]
        above = unfilter(row[0], row[1:], above, step)
        out += above if step == 3 else bytes(value for i, value in enumerate(above) if i % 4 != 3)
    return width, height, bytes(out)
