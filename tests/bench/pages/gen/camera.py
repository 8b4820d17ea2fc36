# SPDX-License-Identifier: Apache-2.0
"""A column renderer for height maps: front to back, one vertical line of pixels at a time."""

import math

from .rng import Rng
from .terrain import MASK, SIZE

FAR = 760.0  # map units to the horizon

# Detail finer than a map cell, a wrapping 128 x 128 texture: where to take the colour from (up to
# half a cell aside, which breaks the cells' outlines as foliage does), its light and its height.
_FINE = 128
_FINE_STEPS = 5  # per map unit


def _fine_texture():
    rng = Rng("fine")
    return [(rng.real() * 1.6 - 0.8, rng.real() * 1.6 - 0.8, 0.78 + 0.44 * rng.real(), rng.real() ** 2 * 0.9)
            for _ in range(_FINE * _FINE)]


_TEXTURE = _fine_texture()


class Camera:
    """Position in map units, `yaw` in radians, `horizon` as share of the picture from the top."""

    def __init__(self, x, y, above, yaw, horizon=0.42, field_of_view=1.15):
        self.x, self.y, self.above, self.yaw = x, y, above, yaw
        self.horizon, self.field_of_view = horizon, field_of_view


def render(land, columns, palette, camera, width, height):
    """One picture as RGB bytes in column order: width x height pixels, each column from its top.

    `columns` is terrain.sky()'s panorama of a height of at least `horizon` * height plus what the
    land leaves free; below its end the haze colour shows.
    """
    out = bytearray()
    ground = max(land.heights[(int(camera.y + dy) & MASK) * SIZE + (int(camera.x + dx) & MASK)]
                 for dx, dy in ((0, 0), (6, 0), (-6, 0), (0, 6), (0, -6)))
    eye = ground + camera.above
    distances = _distances()
    haze_row = bytes(int(c) for c in palette.haze)
    for x in range(width):
        angle = camera.yaw + (x / width - 0.5) * camera.field_of_view
        panorama = columns[int(angle / (2 * math.pi) * SIZE * 2) & MASK]
        line = bytearray(panorama[:height * 3])
        line += haze_row * ((height * 3 - len(line)) // 3)
        _column(line, land, palette, camera, eye, angle, distances, height)
        out += line
    return bytes(out)


def _distances():
    """Sample distances that grow with depth, with the share of haze at each."""
    steps, z, dz = [], 2.0, 0.22
    while z < FAR:
        steps.append((z, min(1.0, (z / FAR) ** 1.25)))
        z += dz
        dz *= 1.013
    return steps


def _column(line, land, palette, camera, eye, angle, distances, height):
    heights, colours = land.heights, land.colours
    haze_r, haze_g, haze_b = palette.haze
    cos, sin = math.cos(angle), math.sin(angle)
    horizon, scale = camera.horizon * height, height * 0.95
    free = height  # rows above this one are still sky
    x0, y0 = camera.x, camera.y
    for z, haze in distances:
        fx, fy = x0 + cos * z, y0 + sin * z
        ix, iy = int(fx), int(fy)
        cell = (iy & MASK) * SIZE + (ix & MASK)
        # Bilinear in height: nearest cells would stand as towers in the foreground.
        tx, ty = fx - ix, fy - iy
        right, below = (ix + 1) & MASK, ((iy + 1) & MASK) * SIZE
        h00, h10 = heights[cell], heights[(iy & MASK) * SIZE + right]
        h01, h11 = heights[below + (ix & MASK)], heights[below + right]
        top = h00 + (h10 - h00) * tx
        aside_x, aside_y, light, bump = _TEXTURE[(int(fy * _FINE_STEPS) % _FINE) * _FINE + int(fx * _FINE_STEPS) % _FINE]
        ground = top + (h01 + (h11 - h01) * tx - top) * ty
        if ground > land.water:
            ground += bump
        row = int((eye - ground) / z * scale + horizon)
        if row >= free:
            continue
        row = max(row, 0)
        r, g, b = colours[(int(fy + aside_y) & MASK) * SIZE + (int(fx + aside_x) & MASK)]
        clear = (1 - haze) * light
        pixel = bytes((min(255, int(r * clear + haze_r * haze)), min(255, int(g * clear + haze_g * haze)),
                       min(255, int(b * clear + haze_b * haze))))
        line[row * 3:free * 3] = pixel * (free - row)
        free = row
        if row == 0:
            return
