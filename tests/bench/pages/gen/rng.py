# SPDX-License-Identifier: Apache-2.0
"""A random source that gives the same numbers on every Python version.

The `random` module keeps `random()` stable between versions but not `choice` or `shuffle`, and
the pages must be equal byte for byte wherever they are generated.
"""

_MASK = (1 << 64) - 1


class Rng:
    """SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014)."""

    def __init__(self, seed):
        """`seed`: any text; equal texts give equal sequences."""
        state = 0xCBF29CE484222325
        for byte in seed.encode("utf-8"):  # FNV-1a
            state = ((state ^ byte) * 0x100000001B3) & _MASK
        self._state = state

    def next(self):
        """A number of 64 bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def below(self, n):
        """0 <= result < n. The bias of the remainder is below n / 2^64: of no interest here."""
        return self.next() % n

    def between(self, low, high):
        """low <= result <= high."""
        return low + self.below(high - low + 1)

    def real(self):
        """0 <= result < 1."""
        return (self.next() >> 11) / (1 << 53)

    def pick(self, items):
        return items[self.below(len(items))]

    def shuffled(self, items):
        """A new list (Fisher-Yates)."""
        out = list(items)
        for i in range(len(out) - 1, 0, -1):
            j = self.below(i + 1)
            out[i], out[j] = out[j], out[i]
        return out


class Deck:
    """Deals every item once before any comes again.

    Independent picks repeat words at short distances more often than people do, and a repeat at a
    short distance is what an LZ coder lives from.
    """

    def __init__(self, rng, items):
        self._rng = rng
        self._items = list(items)
        self._left = []
        self._last = None

    def deal(self):
        if not self._left:
            self._left = self._rng.shuffled(self._items)
            if self._left[-1] == self._last:  # the seam between two rounds
                self._left.insert(0, self._left.pop())
        self._last = self._left.pop()
        return self._last
