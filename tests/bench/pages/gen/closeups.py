# SPDX-License-Identifier: Apache-2.0
"""Two close-ups: cherry blossoms out of focus at night, and moss between stones. Both return RGB
bytes in column order like camera.render()."""

import math

from .rng import Rng
from .terrain import MASK, SIZE, fractal


def blossom(width, height):
    """Soft discs of light behind a spray of sharp five-petalled flowers."""
    rng = Rng("blossom")
    rows = [[[14 + 10 * y / height, 14 + 4 * y / height, 34 + 14 * y / height] for _ in range(width)]
            for y in range(height)]
    for _ in range(150):
        radius = 12 + 46 * rng.real() ** 2
        warm = rng.below(4) == 0
        colour = (255, 190, 120) if warm else (246, 158, 190)
        _disc(rows, rng.real() * width, rng.real() ** 1.4 * height, radius, colour, 0.10 + 0.22 * rng.real(), 2.0)
    for i in range(95):  # flowers along a branch from the lower left to the upper right
        t = rng.real()
        x = width * (0.02 + 0.96 * t) + (rng.real() - 0.5) * 170
        y = height * (0.86 - 0.55 * t + 0.12 * math.sin(t * 7)) + (rng.real() - 0.5) * 130
        _flower(rows, x, y, 11 + 15 * rng.real(), rng)
    return _columns(rows, width, height)


def _disc(rows, cx, cy, radius, colour, alpha, softness):
    """Blends one disc; its edge is `softness` pixels wide."""
    height, width = len(rows), len(rows[0])
    for y in range(max(0, int(cy - radius)), min(height, int(cy + radius) + 1)):
        row = rows[y]
        for x in range(max(0, int(cx - radius)), min(width, int(cx + radius) + 1)):
            inside = min(1.0, (radius - math.hypot(x - cx, y - cy)) / softness)
            if inside > 0:
                a, pixel = alpha * inside, row[x]
                for k in range(3):
                    pixel[k] += (colour[k] - pixel[k]) * a


def _flower(rows, cx, cy, size, rng):
    turn, shade = rng.real() * math.tau, 0.72 + 0.28 * rng.real()
    for petal in range(5):
        angle = turn + petal * math.tau / 5
        for along, width, light in ((0.42, 0.36, 0.90), (0.66, 0.42, 1.0), (0.84, 0.34, 1.04)):
            colour = tuple(min(255, c * shade * light) for c in (250, 205 + 18 * along, 220 + 14 * along))
            _disc(rows, cx + math.cos(angle) * size * along, cy + math.sin(angle) * size * along, size * width,
                  colour, 0.8, 1.6)
    _disc(rows, cx, cy, size * 0.2, (196 * shade, 70 * shade, 104 * shade), 0.85, 1.5)
    for stamen in range(9):
        angle = turn + stamen * math.tau / 9 + 0.3
        _disc(rows, cx + math.cos(angle) * size * 0.36, cy + math.sin(angle) * size * 0.36, 1.5,
              (244 * shade, 214 * shade, 120 * shade), 0.9, 1.0)


def stones(width, height):
    """A dry wall: cells around random points, joints with moss, grain over all."""
    rng = Rng("stones")
    field = fractal("stones/grain", 0.72)
    seeds = [(rng.real() * width, rng.real() * height * 1.4, 96 + 70 * rng.real()) for _ in range(34)]
    rows = [[_stone(x, y, seeds, field) for x in range(width)] for y in range(height)]
    return _columns(rows, width, height)


def _stone(x, y, seeds, field):
    grain = field[((y * 2) & MASK) * SIZE + ((x * 2) & MASK)]
    bend = 26 * (field[((y // 2 + 300) & MASK) * SIZE + ((x // 2) & MASK)] - 0.5)
    first = second = 1e9
    tone = 0.0
    for sx, sy, shade in seeds:
        distance = math.hypot(x - sx + bend, 1.4 * y - sy + bend)
        if distance < first:
            first, second, tone = distance, first, shade
        elif distance < second:
            second = distance
    joint = min(1.0, (second - first) / 14)
    light = tone * (0.35 + 0.65 * joint) * (0.62 + 0.76 * grain)
    moss = max(0.0, 1 - joint) * 0.55 + max(0.0, grain - 0.62) * 1.6
    moss = min(0.9, moss)
    return [light * (1 - moss) + 74 * grain * moss, light * 0.97 * (1 - moss) + 110 * grain * moss + 8 * moss,
            light * 0.90 * (1 - moss) + 40 * grain * moss]


def _columns(rows, width, height):
    out = bytearray()
    for x in range(width):
        for y in range(height):
            out += bytes(min(255, max(0, int(c))) for c in rows[y][x])
    return bytes(out)
