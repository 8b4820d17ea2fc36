# SPDX-License-Identifier: Apache-2.0
"""A step of 40 pixels down ja-dense.html: what it costs, beside zstd -3 over the new strip."""
from accounting import milliseconds_each
from bench import Unmeasured
from bytes_section import accounts_of, cpu_rows
from pixels import Picture, marker_origin, zstd_bytes
from report import judged, percentile, timed_row

NAME = "scroll"
STEP = 40  # pixels of one press of the arrow key, as Chromium has it
SCROLLBAR = 15


def _steps(bench, terminal, count):
    """(statistics, CPU) of each step."""
    accounts = accounts_of(bench, terminal)
    for turn in range(count):
        before = accounts.read()
        stats = terminal.counted(lambda: terminal.press("Down"))
        yield stats, milliseconds_each(before, accounts.read(), 1)
        if turn % 10 == 9:
            bench.say(f"scroll: {turn + 1} of {count} steps")


def _strips(page, count):
    """The strips that the last `count` steps brought, oldest first."""
    for age in range(count, 0, -1):
        yield page.crop(0, page.height - age * STEP, page.width - SCROLLBAR, STEP)


def run(bench):
    # As many steps as one picture at the end still shows the strips of.
    count = 10 if bench.quick else 22
    with bench.terminal(bench.page("latency.html")) as terminal:
        left, top = marker_origin(Picture.read(terminal.png("marker.png")))
        terminal.go(bench.page("ja-dense.html"))
        terminal.press("Down")  # the first one may also take the focus from the address bar
        terminal.still()
        before = Picture.read(terminal.png("before.png")).crop(left, top)
        steps = list(_steps(bench, terminal, count))
        after = Picture.read(terminal.png("after.png")).crop(left, top)
    _check_distance(before, after, count)
    return list(_rows(steps, [zstd_bytes(strip.rgb) for strip in _strips(after, count)], count))


def _check_distance(before, after, count):
    """The bound is about steps of 40 pixels; anything else would compare with the wrong strip."""
    width, height = before.width - SCROLLBAR, before.height - count * STEP
    if before.crop(0, count * STEP, width, height).rgb != after.crop(0, 0, width, height).rgb:
        raise Unmeasured(f"{count} presses of the arrow key did not scroll by {count * STEP} pixels")


def _rows(steps, bounds, count):
    got = [stats["bytes_received"] for stats, _ in steps]
    row = timed_row("scroll", "bytes of a 40 px step", got, unit="B", note="local: zstd -3 over the new strip alone")
    row.local = sorted(bounds)[len(bounds) // 2]
    yield judged(row, "1.3 x zstd -3", row.ratio <= 1.3)
    copies = [stats["scrolls"] for stats, _ in steps]
    row = timed_row("scroll", "copies in a step", copies, unit="")
    yield judged(row, "a copy each", min(copies) >= 1)
    yield timed_row("scroll", "updates of a step", [stats["updates"] for stats, _ in steps], unit="")
    each = {role: sorted(cpu[role] for _, cpu in steps)[count // 2] for role in steps[0][1]}
    rows = cpu_rows("scroll step", each, count)
    session = next(row for row in rows if row.role == "session")
    session.p95 = percentile([cpu["session"] for _, cpu in steps], 0.95)
    judged(session, "15 ms", session.value <= 15)
    yield from rows
