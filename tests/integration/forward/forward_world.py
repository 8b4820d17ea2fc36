# SPDX-License-Identifier: Apache-2.0
"""A broker, sudare-forwarder, and what stands in the broker's log by Python alone."""
import pathlib
import struct
import subprocess
import sys
import threading
import time

for folder in ("broker", "evidence"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))
from broker_link import BIN, DEADLINE, Broker, Link, Reports  # noqa: E402, F401
from collector import NAME  # noqa: E402
from tree import leaf, records  # noqa: E402


class ForwardingBroker(Broker):
    @staticmethod
    def settings(behind=3, more=""):
        return f'[forward]\nsocket = "{{directory}}/forward.sock"\nbehind_seconds = {behind}\n{more}'

    @staticmethod
    def wait_until(condition):
        """Looks fifty times a second: a dozen of these run at once."""
        end, pause = time.monotonic() + DEADLINE, threading.Event()
        while not condition():
            assert time.monotonic() < end
            pause.wait(0.02)

    @property
    def audit(self):
        return self.state / "audit"

    def log(self):
        """(index, leaf hash as hex) of each record on the disk."""
        data = b"".join(path.read_bytes() for path in sorted(self.audit.glob("*.log")))
        return [(struct.unpack_from(">Q", one, 2)[0], leaf(one).hex()) for one in records(data)]

    def forwarding(self):
        row = self.ctl("status")[0]
        return row["forwarding"], row["forwarded_records"]


class Forwarder:
    def __init__(self, directory, broker, collector, **changes):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.state = self.directory / "state"
        self.settings = self.directory / "forwarder.toml"
        self.broker, self.collector, self.process = broker, collector, None
        self.write(**changes)

    def write(self, **changes):
        made = self.collector.certificates
        values = {"address": "127.0.0.1", "port": self.collector.port, "name": NAME, "authority": str(made.pem("ca")),
                  "confirm_seconds": 1, "timeout_seconds": 2} | changes
        lines = [f"{name} = {value!r}".replace("'", '"') for name, value in values.items()]
        self.settings.write_text(f'state_dir = "{self.state}"\naudit_dir = "{self.broker.audit}"\nhost = "border"\n'
                                 f'broker_socket = "{self.broker.directory}/forward.sock"\n[collector]\n'
                                 + "\n".join(lines) + "\n")

    def start(self, *before):
        self.errors = open(self.directory / "stderr", "a+")
        self.process = subprocess.Popen([*before, BIN / "sudare-forwarder", "--config", self.settings],
                                        stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.ready = self.process.stdout.readline()
        return self

    def text(self):
        return (self.directory / "stderr").read_text()

    def position(self):
        """(open or closed, sure, safe)"""
        _, connection, sure, safe = (self.state / "position").read_text().splitlines()
        return connection.split()[1], int(sure.split()[1]), int(safe.split()[1])

    def stop(self, kill=False):
        """Its exit code."""
        if self.process is None:
            return None
        (self.process.kill if kill else self.process.terminate)()
        return self.wait()

    def wait(self):
        status = self.process.wait(DEADLINE)
        self.process.stdout.close()
        self.errors.close()
        self.process = None
        return status
