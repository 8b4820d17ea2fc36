# SPDX-License-Identifier: Apache-2.0
"""Fractal height maps and sky panoramas: the matter of the synthetic photographs.

Real photographs would carry somebody's copyright; fractal land under haze has the statistics that
matter to a video encoder (1/f spectra, occlusion edges, soft gradients, sensor-like noise).
"""

from .rng import Rng

SIZE = 1024  # cells of a map's side; maps wrap around
MASK = SIZE - 1


class Palette:
    """Colours as (r, g, b): `bands` is a list of (height up to, colour) rising from sea to top."""

    def __init__(self, bands, zenith, horizon, cloud, haze, sea=None, sun=None):
        self.bands, self.zenith, self.horizon, self.cloud = bands, zenith, horizon, cloud
        self.haze, self.sea, self.sun = haze, sea, sun  # the sun stands in column 300 of the sky


def fractal(seed, roughness=0.5):
    """A wrapping SIZE x SIZE field in 0..1 by midpoint displacement, rows concatenated."""
    rng = Rng(seed)
    field = [0.0] * (SIZE * SIZE)
    step, amplitude = 256, 1.0  # start with several hills, not one
    for y in range(0, SIZE, step):
        for x in range(0, SIZE, step):
            field[y * SIZE + x] = rng.real() * 2 - 1
    while step > 1:
        _displace(field, step, amplitude, rng)
        step, amplitude = step // 2, amplitude * roughness
    low, high = min(field), max(field)
    scale = 1.0 / (high - low)
    return [(value - low) * scale for value in field]


def _displace(field, step, amplitude, rng):
    """One diamond and one square pass (Fournier, Fussell, Carpenter 1982)."""
    half = step // 2
    real = rng.real
    for y in range(0, SIZE, step):
        y0, y1, middle = y * SIZE, ((y + step) & MASK) * SIZE, (y + half) * SIZE
        for x in range(0, SIZE, step):
            x1 = (x + step) & MASK
            mean = (field[y0 + x] + field[y0 + x1] + field[y1 + x] + field[y1 + x1]) / 4
            field[middle + x + half] = mean + (real() - 0.5) * amplitude
    for y in range(0, SIZE, half):
        up, here, down = ((y - half) & MASK) * SIZE, y * SIZE, ((y + half) & MASK) * SIZE
        for x in range(0 if (y // half) & 1 else half, SIZE, step):
            mean = (field[up + x] + field[down + x] + field[here + ((x - half) & MASK)]
                    + field[here + ((x + half) & MASK)]) / 4
            field[here + x] = mean + (real() - 0.5) * amplitude


def _mix(a, b, t):
    return tuple(p + (q - p) * t for p, q in zip(a, b))


class Land:
    """Heights (0..`relief` map units) and shaded colours of a map, both wrapping."""

    def __init__(self, seed, palette, relief, sea_level=0.0):
        raw = fractal(seed, 0.52)
        rng = Rng(seed + "/colour")
        self.water = sea_level ** 1.5 * relief + 1e-6  # nothing stands on the sea
        self.heights = [max(value, sea_level) ** 1.5 * relief for value in raw]
        self.colours = [self._colour(i, raw, palette, sea_level, rng) for i in range(SIZE * SIZE)]

    def _colour(self, i, raw, palette, sea_level, rng):
        grain = 0.92 + 0.16 * rng.real()
        value = raw[i]
        if palette.sea and value <= sea_level:
            return tuple(c * (0.94 + 0.12 * rng.real()) for c in palette.sea)
        # Light from the left and slightly behind: slope along x and y.
        slope = (raw[i] - raw[(i - 1) & (SIZE * SIZE - 1)]) + 0.5 * (raw[i] - raw[(i - SIZE) & (SIZE * SIZE - 1)])
        light = min(1.35, max(0.35, 0.88 + slope * 34)) * grain
        jitter = value + (rng.real() - 0.5) * 0.05
        for top, colour in palette.bands:
            if jitter <= top:
                break
        return tuple(min(255.0, c * light) for c in colour)


def sky(seed, palette, height, clouds=0.55):
    """SIZE columns of `height` pixels (bytes, top first) that wrap: a panorama behind the land.

    `clouds`: share of the field above which no cloud stands (0 = overcast, 1 = clear).
    """
    field = fractal(seed + "/sky", 0.55)
    columns = []
    for x in range(SIZE):
        column = bytearray()
        for y in range(height):
            t = y / height
            colour = _mix(palette.zenith, palette.horizon, t ** 0.8)
            if palette.sun:
                distance = ((min(abs(x - 300), SIZE - abs(x - 300)) / 190) ** 2 + ((t - 0.92) / 0.5) ** 2) ** 0.5
                colour = _mix(palette.sun, colour, min(1.0, distance) ** 0.6)
            # Clouds lie flatter towards the horizon: sample farther apart in y.
            depth = int(90 / (1.12 - t))
            density = max(0.0, field[((depth * 3) & MASK) * SIZE + x] - clouds) * 3.2
            colour = _mix(colour, palette.cloud, min(0.9, density))
            column += bytes(int(c) for c in colour)
        columns.append(bytes(column))
    return columns
