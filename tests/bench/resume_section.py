# SPDX-License-Identifier: Apache-2.0
"""How long a cut of the line is felt: from the moment at which bytes pass again until the terminal shows, to the
pixel, what it showed before. The line is a forwarder on loopback that swallows everything for a while, or
breaks at once."""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration" / "resume"))
from bench import Unmeasured  # noqa: E402
from line import Line  # noqa: E402
from remote import Terminal  # noqa: E402
from report import judged, timed_row  # noqa: E402

NAME = "resume"
AIM_S = 1.0
CUT_S = 10


def cut(bench, terminal, line, how, seconds):
    before = terminal.hash()
    line.cut(how)
    begin = time.monotonic()
    terminal.command("wait_state reconnecting 20000")
    time.sleep(max(0.0, begin + seconds - time.monotonic()))
    line.mend()
    mended = time.monotonic()
    terminal.command("wait_state running 30000")
    while terminal.hash() != before:
        if time.monotonic() > mended + 30:
            raise Unmeasured("the picture is another one than before the cut")
    return time.monotonic() - mended


def run(bench):
    name, password = bench.user(bench.page("latency.html"))
    bench.chain.ctl("policy", "set", name, "access.resume_minutes", "10")
    line = Line(bench.chain.server)
    try:
        with Terminal(bench.chain, name, password, terminal="bench-resume", size="1920x1080", server=line.address,
                      arguments=("--resume",)) as terminal:
            terminal.open()
            rows = []
            for what, how, seconds, count in [
                    (f"after a cut of {CUT_S} s", "silent", CUT_S, 2 if bench.quick else 5),
                    ("after a broken connection", "reset", 0.2, 5 if bench.quick else 20)]:
                times = [cut(bench, terminal, line, how, seconds) for _ in range(count)]
                row = timed_row(NAME, f"picture exact again {what}", times, unit="s")
                rows.append(judged(row, f"{AIM_S} s", row.value <= AIM_S))
            return rows
    finally:
        line.stop()
