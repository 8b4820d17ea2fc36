# SPDX-License-Identifier: Apache-2.0
"""Bytes down the line for what people do all day: typing, and going to another page. Counted by
sudare-probe as payload of the wire's frames (TLS adds 22 bytes to each record); CPU beside it."""
import random
import time

from accounting import Accounts, milliseconds_each
from pixels import Picture, marker_origin, zstd_bytes
from report import Row, judged, percentile, timed_row

NAME = "bytes"
CHARACTERS_PER_SECOND = 5
LETTERS = "abcdefghijklmnopqrstuvwxyz"
KANJI = "市民課窓口届出証明申請受付番号年月日氏名住所電話税務福祉"
ROLES = ["session", "relay", "link", "decoder", "probe", "browser"]


def accounts_of(bench, terminal):
    chain = bench.chain
    return Accounts(chain.parts["host"].pid, chain.parts["gateway"].pid, terminal.process.pid)


def cpu_rows(what, each, count):
    return [Row("cpu", what, each[role], "ms", samples=count, role=role) for role in ROLES if role in each]


def typing(bench):
    """Steadily, as a person does: the caret does not blink meanwhile, echo and caret are counted."""
    count = 20 if bench.quick else 100
    draw = random.Random(1)
    with bench.terminal(bench.page("typing.html")) as terminal:
        terminal.click(400, 400)
        terminal.command("wait_text_field active 10000")
        accounts = accounts_of(bench, terminal)
        for what, command, letters in [("a typed letter", "type", LETTERS), ("a committed kanji", "text", KANJI)]:
            bench.say(f"bytes: {what}, {count} of them")
            terminal.command("stats_reset")
            before = accounts.read()
            for _ in range(count):
                begin = time.monotonic()
                terminal.command(f"{command} {draw.choice(letters)}")
                time.sleep(max(0, begin + 1 / CHARACTERS_PER_SECOND - time.monotonic()))
            stats, each = terminal.stats(), milliseconds_each(before, accounts.read(), count)
            yield Row("bytes", f"{what}, at 5 a second", stats["bytes_received"] / count, "B", samples=count)
            yield Row("bytes", f"{what}: updates", stats["updates"] / count, "", samples=count)
            yield from cpu_rows(what, each, count)


def page_change(bench):
    """From one dense page of text to another: everything but the toolbar changes. The bound is
    zstd -3 over the raw pixels of the page that comes."""
    count = 4 if bench.quick else 12
    with bench.terminal(bench.page("latency.html")) as terminal:
        left, top = marker_origin(Picture.read(terminal.png("marker.png")))
        terminal.press("t")
        terminal.still()
        accounts, got, bounds, cpu = accounts_of(bench, terminal), [], [], []
        for turn in range(count):
            bench.say(f"bytes: page change {turn + 1} of {count}")
            before = accounts.read()
            stats = terminal.counted(lambda: terminal.press("t"))
            cpu.append(milliseconds_each(before, accounts.read(), 1))
            got.append(stats["bytes_received"])
            if turn < 2:  # two texts in turns
                page = Picture.read(terminal.png("page.png")).crop(left, top)
                bounds.append(zstd_bytes(page.rgb))
    row = timed_row("bytes", "page of text", got, unit="B", note="local: zstd -3 over the page's raw pixels")
    row.local = sum(bounds) / len(bounds)
    yield judged(row, "1.2 x zstd -3", row.ratio <= 1.2)
    each = {role: sorted(c[role] for c in cpu)[len(cpu) // 2] for role in cpu[0]}
    rows = cpu_rows("page of text to a probe", each, count)
    session = next(row for row in rows if row.role == "session")
    judged(session, "15 ms", session.value <= 15)
    session.p95 = percentile([c["session"] for c in cpu], 0.95)
    yield from rows


def navigation(bench):
    """Another page by its address, with all that moves meanwhile: address bar, tab, spinner."""
    pages = ["ja-dense.html", "table.html", "article.html", "form.html"]
    with bench.terminal(bench.page("latency.html")) as terminal:
        for name in pages:
            bench.say(f"bytes: to {name}")
            stats = terminal.counted(lambda: terminal.go(bench.page(name)), 600)
            yield Row("bytes", f"by address to {name}", stats["bytes_received"], "B")


def run(bench):
    return [*typing(bench), *page_change(bench), *navigation(bench)]
