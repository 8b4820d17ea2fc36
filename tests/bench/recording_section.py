# SPDX-License-Identifier: Apache-2.0
"""What a recording costs: the same viewer and the same presses with and without, in turns; the CPU time of the
link and the recorder; and how many bytes a minute of work and a working day have."""
import contextlib
import random
import time

from accounting import Accounts
from bench import Unmeasured
from bytes_section import CHARACTERS_PER_SECOND, LETTERS
from latency_section import Side, _wait_for_page
from report import Row, judged, timed_row

NAME = "recording"
PASSPHRASE = "a passphrase of the benchmark"
WORK_SECONDS, ACTIVE_SHARE, HOURS = 60, 0.15, 8
SEEK_MINUTES = 5


def reviewer(bench):
    folder = bench.chain._folder("bench-keys", None)
    (folder / "passphrase").write_text(PASSPHRASE + "\n")
    if not (folder / "key").exists():
        key = bench.chain.ctl("reviewer", "keygen", "--out", folder / "key", "--passphrase-file",
                              folder / "passphrase").stdout.strip()
        bench.chain.ctl("reviewer", "add", "bench", key)


def record(bench, user, mode):
    bench.chain.ctl("policy", "set", user, "evidence.recording", mode)
    time.sleep(0.5)  # the whole picture of the beginning is on its way


def recorded_bytes(bench, user):
    """What this person's recordings have now, on the disk."""
    rows = bench.chain.ctl_json("recording", "list", "--user", user)
    files = [next(bench.chain.recordings.rglob(row["recording"] + ".rec")) for row in rows]
    return sum(file.stat().st_size for file in files)


def latency(bench):
    """Input to pixel of one viewer: small changes, recorded and not, in turns."""
    rounds, count = (4, 10) if bench.quick else (20, 20)
    with contextlib.ExitStack() as stack:
        screen = stack.enter_context(bench.screen("viewer"))
        viewer = stack.enter_context(bench.viewer(screen, bench.page("latency.html")))
        user = f"bench{bench._users}"
        _wait_for_page(screen)
        chain = bench.chain
        roots = [chain.parts[part].pid for part in ("host", "gateway", "recorder")] + [viewer.pid, screen.process.pid]
        without, recorded = Side(bench, screen, roots), Side(bench, screen, roots)
        for side in (without, recorded):
            side.find_points("m")
        for turn in range(rounds):
            bench.say(f"recording: input to pixel, round {turn + 1} of {rounds}")
            for side, mode in ((without, "off"), (recorded, "on")) if turn % 2 else ((recorded, "on"), (without, "off")):
                record(bench, user, mode)
                side.measure("m", count)
        if not recorded_bytes(bench, user):
            raise Unmeasured("nothing was recorded")
    row = timed_row("recording", "input to pixel, recorded (local: not)", recorded.seen("m"), without.seen("m"))
    yield judged(row, "+ 0.2 ms", row.difference <= 0.2)


class Work:
    """A minute of one kind of work in a probe."""

    def __init__(self, bench, terminal):
        self.bench, self.terminal, self.draw = bench, terminal, random.Random(1)

    def steadily(self, per_second, seconds, act):
        begin, done = time.monotonic(), 0
        while time.monotonic() - begin < seconds:
            act()
            done += 1
            time.sleep(max(0, begin + done / per_second - time.monotonic()))

    def typing(self, seconds):
        self.steadily(CHARACTERS_PER_SECOND, seconds, lambda: self.terminal.command("type " + self.draw.choice(LETTERS)))

    def scrolling(self, seconds):
        self.steadily(2, seconds, lambda: self.terminal.command(f"wheel 0 {self.draw.choice([120, 120, -120])}"))

    def pages(self, seconds):
        self.steadily(0.2, seconds, lambda: self.terminal.press("t"))


def work(bench):
    """Each kind of work without and with a recording, and the bytes of the second."""
    seconds = 15 if bench.quick else WORK_SECONDS
    minute = {}
    for name, page, prepare in [("typing", "typing.html", lambda t: (t.click(400, 400), t.command("wait_text_field active 10000"))),
                                ("scrolling", "ja-dense.html", lambda t: t.command("move 400 500")),
                                ("pages", "latency.html", lambda t: None)]:
        with bench.terminal(bench.page(page)) as terminal:
            user = f"bench{bench._users}"
            prepare(terminal)
            terminal.still()
            chain = bench.chain
            accounts = Accounts(*[chain.parts[part].pid for part in ("host", "gateway", "recorder")])
            spent = {}
            for mode in ("off", "on"):
                record(bench, user, mode)
                time.sleep(11 if mode == "on" else 0)  # the whole picture of the beginning is stored and not counted
                terminal.still()
                before, bytes_before = accounts.read(), recorded_bytes(bench, user)
                bench.say(f"recording: {seconds} s of {name}, recording {mode}")
                getattr(Work(bench, terminal), name)(seconds)
                spent[mode] = {role: (value - before[role]) / 1e9 / seconds for role, value in accounts.read().items()}
            time.sleep(12)  # the last segment ends
            minute[name] = (recorded_bytes(bench, user) - bytes_before) / seconds * 60
            yield Row("recording", f"a minute of {name}", minute[name], "B")
            more = (spent["on"]["link"] - spent["off"]["link"] + spent["on"].get("recorder", 0)) * 100
            row = Row("recording", f"{name}: more of a core", more, "%",
                      note="the link's time with less without, and the recorder's")
            yield judged(row, "1 %", more <= 1)
    yield from day(bench, minute)


def day(bench, minute):
    """Eight hours, 15 % of them active, a third of that each kind, and a whole picture every five active minutes;
    a person is active for a while and then not, so the whole pictures are counted over the active time twice."""
    with bench.terminal(bench.page("ja-dense.html")) as terminal:
        user = f"bench{bench._users}"
        terminal.still()
        record(bench, user, "on")
        terminal.still()
        record(bench, user, "off")
        time.sleep(1)
        whole = recorded_bytes(bench, user)
    active = HOURS * 60 * ACTIVE_SHARE
    total = active * sum(minute.values()) / len(minute) + 2 * active / SEEK_MINUTES * whole
    yield Row("recording", "a whole picture of text", whole, "B")
    yield judged(Row("recording", "a working day, 15 % active", total / 1e6, "MB"), "300 MB", total <= 300e6)


def run(bench):
    reviewer(bench)
    return [*latency(bench), *work(bench)]
