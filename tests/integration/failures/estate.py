# SPDX-License-Identifier: Apache-2.0
"""The chain as its tests of failures see it: what runs for whom, what is left over, and restarting a part
where it was."""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "refusals"))
sys.dont_write_bytecode = True

from harness import BIN, Session, children_of, command_of, find, renderers  # noqa: E402,F401
from chain import BROKER_UID, GATEWAY_UID, SESSION_UIDS_COUNT, Chain  # noqa: E402
from probe import ProbeError  # noqa: E402
from processes import Process, wait_until  # noqa: E402

CONTROLLERS = pathlib.Path("/sys/fs/cgroup")


def processes():
    """(pid, uid, command line) of everything that runs; zombies have no command line."""
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            yield int(entry.name), entry.stat().st_uid, (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            pass


class Estate:
    """A running Chain with one account for each name."""

    def __init__(self, *users, **settings):
        self.chain = Chain(BIN, **settings)
        try:
            self.chain.start()
            # What is left without a viewer ends at once: here it is what ends that is looked at.
            self.chain.ctl("policy", "set", "default", "access.resume_minutes", "0")
            self.passwords = {user: self.chain.add_user(user) for user in users}
        except BaseException:
            self.chain.stop()
            raise
        self.terminals = 0

    def close(self):
        self.chain.stop()

    def issue_terminals(self, count):
        """Registers that many terminals beforehand, for when that will not be possible."""
        for number in range(self.terminals + 1, self.terminals + 1 + count):
            self.chain.terminal(f"terminal-{number}")

    def session(self, user, **options):
        """A running session from a terminal of its own."""
        self.terminals += 1
        return Session(self.chain, user, self.passwords[user], f"terminal-{self.terminals}", **options)

    def refusal(self, user):
        """The reason with which no session comes about."""
        try:
            self.session(user).stop()
        except ProbeError as error:
            return error.answer.get("reason") or error.answer.get("ending", {}).get("reason") or str(error)
        return "no refusal"

    # --- what a session consists of -------------------------------------------------------------
    def host_part(self, program):
        return find(self.chain, program)[-1]

    def links(self):
        return find(self.chain, "sudare-link", under="gateway")

    def session_processes(self):
        low = self.chain.session_uids
        return [(pid, command) for pid, uid, command in processes()
                if command and low <= uid < low + SESSION_UIDS_COUNT]

    def slots(self):
        return [path for path in self.chain.runtime.iterdir() if path.name.isdigit()]

    def cgroups(self):
        name = "sudare" + str(self.chain.runtime).replace("/", "_").replace(".", "_")
        return [path for path in CONTROLLERS.glob(f"**/{name}/*") if path.is_dir()]

    def traces(self):
        """Everything that a session has outside the programs that serve all of them."""
        links = self.links() if "gateway" in self.chain.parts and self.chain.parts["gateway"].alive() else []
        strays = [(pid, command) for pid, _, command in processes()
                  if any(f"{self.chain.bin}/{name}" in command for name in ("sudare-link", "sudare-relay", "sudare-decoder"))]
        return self.session_processes() + self.slots() + self.cgroups() + links + strays

    # --- restarting ---------------------------------------------------------------------------------
    def restart(self, name):
        """Starts a part again with its settings, its address included, as its service would."""
        self.chain.parts.pop(name).stop()
        if name == "broker":
            return self.chain.start_broker()
        address = self.chain.host_address if name == "host" else self.chain.server
        text = {"host": self.chain.host_toml, "gateway": self.chain.gateway_toml}[name]()
        settings = self.chain._write(f"{name}.toml", text.replace("port = 0", "port = " + address.rsplit(":", 1)[1]),
                                     0o600 if name == "host" else 0o644)
        uid = GATEWAY_UID if name == "gateway" else None
        self.chain.parts[name] = Process(name, [self.chain.bin / f"sudare-{name}", "--config", settings], self.chain.logs,
                                         uid=uid)
        return self.chain.parts[name].wait_ready()

    def log(self, user, *events):
        return [record for record in self.chain.ctl_json("log", user) if not events or record["event"] in events]


class SmallDisk:
    """A file system of one megabyte for the audit log; in the test's own mount namespace, so that it ends with it."""

    def __init__(self, path, uid):
        self.path = pathlib.Path(path)
        self.path.mkdir(mode=0o755)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size=1m,uid={uid},gid={uid},mode=700", "audit", self.path],
                       check=True)

    def fill(self):
        block = b"x" * 4096
        with open(self.path / "filler", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(block)
            except OSError:
                return

    def empty(self):
        os.unlink(self.path / "filler")

    def close(self):
        subprocess.run(["umount", "-l", self.path], check=True)
        self.path.rmdir()
