# SPDX-License-Identifier: Apache-2.0
"""What keeps evidence: the log forwarded to a real rsyslog, what rules would delete and do, a bundle for others and its
check, a backup; and how long another request waits meanwhile. Times are told; that each record came once, that what was
told is done, that bundle and backup are proven is demanded."""
import hashlib
import os
import shutil
import statistics
import time
import traceback

from accounting import cpu_ns
from bench import Unmeasured
from report import Row, timed_row

NAME = "keeping"
REASON = "benchmark"
FORWARD_NOTE = ("from the forwarder's start; confirmed by the end of the connection, which it uses for a second here "
                "(collector.confirm_seconds = 1) or 16 MiB")
WAIT_NOTE = "`sudarectl status` by somebody else, again and again, the longest; local: when nothing else is asked"
ONCE_NOTE = "once, beside those requests of somebody else"
EXPORT_NOTE = "signatures are waited for, of a signer that signs once a second; local: a bundle of one record"


def demand(condition, complaint):
    if not condition:
        raise Unmeasured(complaint)


def rounds(bench):
    return 3 if bench.quick else 5


def waits(world, what, others):
    return Row(NAME, f"status during {what}", others.longest, "ms", local=world.usual(), samples=len(others.waits),
               note=WAIT_NOTE)


# --- forwarding ------------------------------------------------------------------------------

class Arrived:
    """Lines in a collector's file; each byte is read once."""

    def __init__(self, path):
        self.path, self.read, self.lines = path, 0, 0

    def count(self):
        if self.path.exists():
            with self.path.open("rb") as file:
                file.seek(self.read)
                piece = file.read()
            self.read, self.lines = self.read + len(piece), self.lines + piece.count(b"\n")
        return self.lines


def peak_mib(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


def forwarding(bench, world):
    """The backlog of all that is in the log."""
    backlog, arrived = world.records(), Arrived(world.collector.out)
    bench.say(f"keeping: forwarding {backlog} records")
    world.collector.start()
    receiver = world.collector.process.pid
    receiver_before, begun = cpu_ns(receiver), time.monotonic()
    sender = world.forwarder.start().process.pid
    world.wait("all records with the collector", lambda: arrived.count() >= backlog)
    delivered = time.monotonic() - begun
    world.wait("the collector's confirmation", lambda: _sure(world) >= backlog)
    confirmed = time.monotonic() - begun
    spent, received, memory = cpu_ns(sender), cpu_ns(receiver) - receiver_before, peak_mib(sender)
    demand(world.forwarder.stop() == 0, "the forwarder did not end in order")
    world.collector.stop()
    _check_arrived(world, backlog)
    return [Row(NAME, "backlog delivered to rsyslog", backlog / delivered, "records/s", samples=backlog, note=FORWARD_NOTE),
            Row(NAME, "the same, and confirmed", backlog / confirmed, "records/s", samples=backlog, note=FORWARD_NOTE),
            Row(NAME, "CPU time of the forwarder for them", spent / 1e9, "s"),
            Row(NAME, "CPU time of rsyslog for them", received / 1e9, "s"),
            Row(NAME, "memory of the forwarder, most", memory, "MiB")]


def _sure(world):
    path = world.forwarder.state / "position"
    state, sure, _ = world.forwarder.position() if path.exists() else ("open", 0, 0)
    return sure if state == "closed" else 0


def _check_arrived(world, backlog):
    """Each once and in order, with the leaf hash that the log has; a heartbeat may have come behind them."""
    arrived = [(int(one["index"]), one["leaf"]) for one in world.collector.messages()]
    demand(len(arrived) >= backlog, f"{len(arrived)} of {backlog} records are with the collector")
    demand(arrived == world.broker.log()[:len(arrived)], "the collector has not each record once and in order")


# --- what rules delete -----------------------------------------------------------------------

def names_of(rows, verdict="delete"):
    return [row["name"] for row in rows if (row["kind"], row.get("verdict")) == ("recording", verdict)]


def alone_and_not(bench, world, what, short, *arguments):
    """The last answer, and what is told: several times alone, then once beside another request."""
    times = [world.ctl(*arguments)[0] for _ in range(rounds(bench))]
    with world.meanwhile() as others:
        _, answer = world.ctl(*arguments)
    return answer, [timed_row(NAME, what, times, unit="s"), waits(world, short, others)]


def once(world, what, short, *arguments):
    with world.meanwhile() as others:
        passed, answer = world.ctl(*arguments)
    return answer, [Row(NAME, what, passed, "s", note=ONCE_NOTE), waits(world, short, others)]


def rules(bench, world):
    bench.say("keeping: rules over many recordings")
    count, due = world.recordings(200 if bench.quick else 1000)
    space, rows = alone_and_not(bench, world, f"evidence space, {count:,} recordings", "evidence space",
                                "evidence", "space")
    demand(sum(row["recordings"] for row in space if row["part"] == "group") == count, "evidence space counts others")
    told, more = alone_and_not(bench, world, "evidence retention --dry-run", "the dry run",
                               "evidence", "retention", "--dry-run")
    rows += more
    going = names_of(told)
    demand(len(going) == due, f"{len(going)} recordings would go, and {due} are of the oldest days of a run")
    done, more = once(world, f"evidence retention --run, {len(going):,} orders", "the run", "evidence", "retention", "--run")
    rows += more
    demand(names_of(done) == going, "what was told is not what was done")
    _, more = once(world, "hold add --all, which spares them", "the hold", "hold", "add", "bench", "--all",
                   "--reason", REASON)
    rows += more
    spared = world.ctl("evidence", "search", "--event", "recording_spared", "--reason", REASON)[1]
    demand(len(spared) == len(going), f"{len(spared)} of {len(going)} were spared")
    return rows


# --- a bundle for others ---------------------------------------------------------------------

def export(world, session, *more):
    """(seconds, seconds of the broker's CPU, folder)"""
    folder = world.directory / "bundle"
    shutil.rmtree(folder, ignore_errors=True)
    world.broker.wait_signed()
    before = cpu_ns(world.broker.process.pid)
    passed, _ = world.ctl("evidence", "export", "--session", session, "--event", "destination", "--reason", REASON,
                          "--out", folder, *more)
    return passed, (cpu_ns(world.broker.process.pid) - before) / 1e9, folder


def _verified(bench, world, folder, records):
    """Seconds of each check of a bundle that has so many records."""
    with (folder / "records.jsonl").open("rb") as file:
        exported = sum(1 for _ in file)
    demand(exported == records, f"{exported} of {records} records are in the bundle")
    times = []
    for _ in range(rounds(bench)):
        seconds, said = world.verify(folder)
        times.append(seconds)
        demand((said["verdict"], said["signed_records"]) == ("proven", records), f"the bundle is not proven: {said}")
    return times


def bundle(bench, world):
    session, records = world.exported
    bench.say(f"keeping: a bundle of {records} records")
    single = [export(world, session, "--last", 1)[0] for _ in range(rounds(bench))]
    times, spent, folders = zip(*(export(world, session) for _ in range(rounds(bench))))
    checks = _verified(bench, world, folders[-1], records)
    with world.meanwhile() as others:
        export(world, session)
    return [timed_row(NAME, f"evidence export of {records:,} records", times, single, unit="s", note=EXPORT_NOTE),
            Row(NAME, "records exported", records / statistics.median(times), "records/s", note=EXPORT_NOTE),
            timed_row(NAME, "CPU time of the broker for them", spent, unit="s"), waits(world, "the export", others),
            Row(NAME, "records of the bundle that sudare-verify checks", records / statistics.median(checks), "records/s",
                samples=len(checks))]


# --- a backup --------------------------------------------------------------------------------

def back_up(world):
    """(seconds, folder)"""
    folder = world.directory / "backup"
    shutil.rmtree(folder, ignore_errors=True)
    return world.ctl("backup", "--out", folder)[0], folder


def _check_backup(world, folder):
    """All of it is what its list says, and the log in it is proven."""
    total = 0
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ", 1)
        content = (folder / name).read_bytes()
        total += len(content)
        demand(hashlib.sha256(content).hexdigest() == digest, f"{name} in the backup is not what SHA256SUMS says")
    demand(world.verify(folder / "audit")[1]["verdict"] == "proven", "the log in the backup is not proven")
    return total


def backup(bench, world):
    bench.say("keeping: a backup")
    world.broker.wait_signed()
    times = []
    for _ in range(rounds(bench)):
        passed, folder = back_up(world)
        times.append(passed)
    size = _check_backup(world, folder)
    database = (folder / "broker.db").stat().st_size
    with world.meanwhile() as others:
        back_up(world)
    return [timed_row(NAME, "backup of database and log", times, unit="s"),
            Row(NAME, "bytes backed up", size / 1e6 / statistics.median(times), "MB/s"),
            Row(NAME, "size of that backup", size / 1e6, "MB"), Row(NAME, "of it the database", database / 1e6, "MB"),
            waits(world, "the backup", others)]


def run(bench):
    os.environ["SUDARE_BIN"] = str(bench.bin)
    from keeping_world import World  # reads it
    rows = []
    with World(bench.chain.logs / NAME) as world:
        bench.say("keeping: a log of two sessions")
        world.fill(*((6000, 4000) if bench.quick else (30_000, 20_000)))
        for part in (forwarding, rules, bundle, backup):
            try:
                rows += part(bench, world)
            except Exception as error:  # the other parts still tell something
                traceback.print_exc()
                bench.fail(f"{NAME}: {part.__name__}: {error or type(error).__name__}")
    return rows
