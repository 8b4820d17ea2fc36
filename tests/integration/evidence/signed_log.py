# SPDX-License-Identifier: Apache-2.0
"""A real broker whose log a real sudare-signer signs."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "broker"))
from broker_link import BIN, DEADLINE, Broker  # noqa: E402
from tree import Key, checkpoint, notes  # noqa: E402

NAME = "sudare.test/audit"


class Signer:
    """sudare-signer in directory/signer; its key is made at the first start."""

    def __init__(self, directory, settings_text=""):
        self.state = pathlib.Path(directory) / "signer"
        self.socket = self.state / "signer.sock"
        self.settings = pathlib.Path(directory) / "signer.toml"
        self.settings.write_text(f'state_dir = "{self.state}"\nname = "{NAME}"\n{settings_text}')
        if not (self.state / "signer.key").exists():
            self.made = self.make_key()
        self.process = None

    def make_key(self):
        done = subprocess.run([BIN / "sudare-signer", "--config", self.settings, "--make-key"], capture_output=True,
                              text=True, timeout=DEADLINE, check=True)
        return done.stdout

    @property
    def key(self):
        return Key((self.state / "signer.pub").read_text())

    def start(self):
        self.process = subprocess.Popen([BIN / "sudare-signer", "--config", self.settings], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.ready = self.process.stdout.readline()
        return self

    def stop(self, kill=False):
        """(status, what it said)"""
        if self.process is None:
            return None
        if self.process.poll() is None:
            (self.process.kill if kill else self.process.terminate)()
        _, said = self.process.communicate(timeout=DEADLINE)
        status, self.process = self.process.returncode, None
        return status, said


class SignedBroker(Broker):
    """Its settings name the signer of the same directory; `evidence` are further lines of [evidence]."""

    @staticmethod
    def settings(evidence=""):
        return '[evidence]\nsigner_socket = "{directory}/signer/signer.sock"\n' + evidence

    @property
    def audit(self):
        return self.state / "audit"

    def note(self):
        return (self.audit / "checkpoint").read_text()

    def history(self):
        return notes((self.audit / "checkpoints").read_text())

    def newest(self, signer):
        """(size, root) of the newest checkpoint, its signature checked."""
        return checkpoint(self.note(), signer.key)

    def signing(self):
        """(cause, signed records, records)"""
        row = self.ctl("status")[0]
        return row["signing"], row["signed_records"], row["audit_records"]

    def wait_signed(self):
        """All that was recorded before the call."""
        records = self.signing()[2]
        self.wait_until(lambda: self.signing()[0] == "ok" and self.signing()[1] >= records)
