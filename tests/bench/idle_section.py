# SPDX-License-Identifier: Apache-2.0
"""A page of text that nobody touches: nothing should be sent and nobody should wake."""
import time

from accounting import wakeups
from bytes_section import ROLES, accounts_of
from report import Row, judged

NAME = "idle"


def run(bench):
    seconds = 15 if bench.quick else 60
    with bench.terminal(bench.page("latency.html")) as terminal:
        terminal.go(bench.page("ja-dense.html"))
        terminal.still(3000)
        accounts = accounts_of(bench, terminal)
        awake = {role: sum(map(wakeups, accounts.pids(role))) for role in ROLES}
        terminal.command("stats_reset")
        cpu = accounts.read()
        bench.say(f"idle: {seconds} s")
        begin = time.monotonic()
        time.sleep(seconds)
        minutes = (time.monotonic() - begin) / 60
        stats, after = terminal.stats(), accounts.read()
        awake = {role: sum(map(wakeups, accounts.pids(role))) - awake[role] for role in ROLES}
    return list(_rows(stats, minutes, {role: after[role] - cpu[role] for role in after}, awake))


def _rows(stats, minutes, cpu, awake):
    yield judged(Row("idle", "updates a minute", stats["updates"] / minutes), "0", stats["updates"] == 0)
    yield Row("idle", "bytes down a minute", stats["bytes_received"] / minutes, "B")
    yield Row("idle", "bytes up a minute", stats["bytes_sent"] / minutes, "B")
    for role in ROLES:
        if role in cpu:
            yield Row("cpu", "a minute of rest", cpu[role] / 1e6 / minutes, "ms", role=role)
    for role in ROLES:
        if role in cpu:
            yield Row("idle", f"wake-ups a minute: {role}", awake[role] / minutes)
