# SPDX-License-Identifier: Apache-2.0
"""A border of its own for what keeps evidence: a real broker, signer, forwarder and rsyslog, filled with records and
recordings; and a stop-watch for commands and for whoever asks something else meanwhile. SUDARE_BIN must be set before
this is imported."""
import contextlib
import json
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration" / "forward"))
from bench import Unmeasured  # noqa: E402
from collector import Certificates, Collector  # noqa: E402
from forward_world import BIN, Forwarder, ForwardingBroker, Reports  # noqa: E402
from signed_log import SignedBroker, Signer  # noqa: E402

PATIENCE = 120  # seconds; for what is told as not measured, never for a judgement
DAY = 86400
PEOPLE, GROUPS = 500, 20
# Recordings lie on so many days, of which the rule keeps the newest; a run takes the oldest seven.
DAYS, RULE_DAYS, DAYS_PER_RUN = 100, 80, 7
PIECE = 1000  # records that are sent at once: what waits for the disk is limited


class KeepingBroker(ForwardingBroker, SignedBroker):
    @staticmethod
    def settings(*_):
        return ForwardingBroker.settings(behind=86400) + SignedBroker.settings(f"log_days = {2 * DAYS}\n")


class World:
    """Ends what it has started, in the other order, and leaves what the programs said in `logs`."""

    def __init__(self, logs):
        self.logs, self.ends = logs, contextlib.ExitStack()
        self.exported = None  # (session, records) of a bundle
        self.usual_ms = None

    def __enter__(self):
        with contextlib.ExitStack() as started:  # all of it ends if the rest does not start
            self._start(started)
            self.ends = started.pop_all()
        return self

    def __exit__(self, *_):
        self.ends.close()

    def _start(self, started):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-keeping-"))
        started.callback(shutil.rmtree, self.directory, ignore_errors=True)
        started.callback(self._keep_logs)
        self.signer = Signer(self.directory)
        started.callback(self.signer.stop)
        self.signer.start()
        self.broker = KeepingBroker(self.directory, KeepingBroker.settings())
        started.callback(self.broker.end)
        if not self.broker.ready.startswith("READY"):
            raise Unmeasured(f"the broker did not start: {self.broker.ready}")
        certificates = Certificates(self.directory / "certificates")
        self.collector = Collector(self.directory / "collector", certificates, self.broker.wait_until)
        started.callback(self.collector.stop, signal.SIGKILL)
        self.forwarder = Forwarder(self.directory / "forwarder", self.broker, self.collector)
        started.callback(self.forwarder.stop, kill=True)
        self.user, self.password = self.broker.add("bench-person")

    def _keep_logs(self):
        self.logs.mkdir(exist_ok=True)
        for name, path in (("broker", self.directory / "stderr"), ("forwarder", self.directory / "forwarder" / "stderr")):
            if path.exists():
                shutil.copy(path, self.logs / name)

    # --- what it is filled with ------------------------------------------------------------
    def people(self):
        table = self.directory / "people.csv"
        names = [f"person{number}" for number in range(PEOPLE)]
        table.write_text("user,groups,state\n" + "".join(
            f"{name},group{number % GROUPS},\n" for number, name in enumerate(names)))
        self.broker.ctl("import", str(table), "--add-groups", "--codes", str(self.directory / "codes.csv"))
        return names

    def recordings(self, per_day):
        """So many a day in the broker's index; their files are the recorder's and not looked at. (all, what a run takes)"""
        names, midnight, count = self.people(), int(time.time()) // DAY * DAY, per_day * DAYS
        self.broker.store_recordings(
            (f"{number:032x}", number, names[number % PEOPLE], midnight - (number % DAYS + 1) * DAY + number % (DAY // 2))
            for number in range(count))
        self.broker.ctl("policy", "set", "default", "evidence.retention_days", str(RULE_DAYS))
        return count, per_day * DAYS_PER_RUN

    def session(self, records):
        """A session with so many destinations; its number."""
        link = Reports(self.broker, self.user, self.password)
        before = self.records()
        for number in range(records):
            link.destination(f"www{number % 5000}.example.lg.jp")
            if (number + 1) % PIECE == 0:
                self.wait("records in the log", lambda sent=number + 1: self.records() >= before + sent)
        self.wait("records in the log", lambda: self.records() >= before + records)
        link.ended()
        self.wait("the end of the session", lambda: not self.broker.ctl("session", "list"))
        link.close()
        return link.session

    def fill(self, first, second):
        """A log of two sessions; the second is what a bundle is made of."""
        self.session(first)
        self.exported = self.session(second), second
        self.broker.wait_signed()

    def records(self):
        return self.broker.signing()[2]

    # --- the stop-watch --------------------------------------------------------------------
    @staticmethod
    def wait(what, condition):
        end, pause = time.monotonic() + PATIENCE, threading.Event()
        while not condition():
            if time.monotonic() > end:
                raise Unmeasured(f"{what}: not within {PATIENCE} s")
            pause.wait(0.005)

    @staticmethod
    def timed(*command):
        """(seconds, what it said); it must succeed."""
        begun = time.monotonic()
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=PATIENCE, check=False)
        passed = time.monotonic() - begun
        if done.returncode != 0:
            raise Unmeasured(f"{' '.join(done.args)} ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
        return passed, done.stdout

    def ctl(self, *arguments):
        """(seconds, rows)"""
        passed, said = self.timed(BIN / "sudarectl", "--json", "--socket", self.broker.admin_socket, *arguments)
        return passed, [json.loads(line) for line in said.splitlines()]

    def verify(self, place):
        """(seconds, what sudare-verify found); it must find that all is proven."""
        passed, said = self.timed(BIN / "sudare-verify", "--json", "--key", self.signer.state / "signer.pub", place)
        return passed, json.loads(said)

    def meanwhile(self):
        self.usual()  # before, not beside it
        return Meanwhile(self)

    def usual(self):
        """Milliseconds of a status when nothing else is asked."""
        if self.usual_ms is None:
            self.usual_ms = statistics.median(self.ctl("status")[0] * 1000 for _ in range(20))
        return self.usual_ms


class Meanwhile:
    """Another person's `sudarectl status`, again and again: how long each took."""

    def __init__(self, world):
        self.world, self.waits, self.trouble = world, [], None
        self.over, self.thread = threading.Event(), threading.Thread(target=self._ask)

    def _ask(self):
        try:
            while not self.over.is_set():  # one is always under way, however short the other command is
                self.waits.append(self.world.ctl("status")[0] * 1000)
        except (Unmeasured, OSError, ValueError, subprocess.SubprocessError) as error:
            self.trouble = error

    def __enter__(self):
        self.thread.start()
        self.world.wait("another request", lambda: self.waits or self.trouble)
        del self.waits[:]
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    @property
    def longest(self):
        if self.trouble or not self.waits:
            raise Unmeasured(f"another request meanwhile: {self.trouble or 'none was asked'}")
        return max(self.waits)
