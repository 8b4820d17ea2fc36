# SPDX-License-Identifier: Apache-2.0
"""A real sudare-host in a directory of its own, and the border's side of a connection to it."""
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from frames import *  # noqa: F401,F403,E402

HERE = pathlib.Path(__file__).parent
BIN = pathlib.Path(os.environ["SUDARE_BIN"]).resolve()
ROOT = os.getuid() == 0
UID_BASE = 240000
DEADLINE = 30  # seconds for a condition; nothing here asserts a time


def eventually(condition, what):
    end = time.monotonic() + DEADLINE
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"never happened: {what}")
        time.sleep(0.01)  # between two looks at /proc
    return value


def children_of(pid):
    """pid and everything below it, by the kernel's word."""
    out = []
    for thread in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in thread.read_text().split():
                out += [int(child), *children_of(int(child))]
        except OSError:
            pass
    return out


def command_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def is_gone(pid):
    try:
        return "State:\tZ" in pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


class Launcher:
    """real: roles whose real programs run instead of the stand-ins. tls: setting -> file, for a
    real relay. prefix: what starts the host, with its command line behind it."""

    def __init__(self, extra="", sessions_max=4, as_user=None, wait=True, real=(), sections="",
                 tls=None, prefix=()):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-host-"))
        os.chmod(self.directory, 0o755)
        self.programs = self.directory / "bin"
        self.programs.mkdir()
        shutil.copy(HERE / "frames.py", self.programs)
        for role in ("relay", "session", "egress"):
            path = self.programs / f"sudare-{role}"
            if role in real:
                shutil.copy(BIN / path.name, path)
                continue
            path.write_text("#!/usr/bin/python3 -B\n" + (HERE / "stand_in.py").read_text())
            path.chmod(0o755)
        shutil.copy(BIN / "sudare-box-init", self.programs)
        self.runtime = self.directory / "run"
        for name in ("certificate", "key", "authority", "revoked"):
            (self.directory / name).write_text(
                pathlib.Path(tls[name]).read_text() if tls else f"the {name}")
            (self.directory / name).chmod(0o600)
        uid_base = f"uid_base = {UID_BASE}\n" if ROOT and as_user is None else ""
        (self.directory / "host.toml").write_text(
            f'runtime_dir = "{self.runtime}"\nprograms = "{self.programs}"\n'
            f'{uid_base}sessions_max = {sessions_max}\n{extra}\n'
            '[listen]\naddress = "127.0.0.1"\nport = 0\n'
            + "[tls]\n" + "".join(f'{n} = "{self.directory}/{n}"\n'
                                  for n in ("certificate", "key", "authority", "revoked"))
            + '[egress]\nresolvers = ["192.0.2.53"]\n'
            # Known without a resolver, and nobody listens there: a test needs no network.
            'private_sites = ["portal.example:443=127.0.0.8", "new.example:443=127.0.0.8"]\n'
            + sections)
        self.as_user = as_user
        self.prefix = list(prefix)
        if as_user is not None:
            for path in [self.directory, *self.directory.rglob("*")]:
                os.chown(path, as_user, as_user)
        self.log = self.directory / "log"
        self.start()
        if wait:
            try:
                self.wait_ready()
            except AssertionError:
                self.close()
                raise

    def start(self):
        prefix = [] if self.as_user is None else [
            "/usr/bin/setpriv", f"--reuid={self.as_user}", f"--regid={self.as_user}",
            "--clear-groups"]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, *prefix, BIN / "sudare-host", "--config", self.directory / "host.toml"],
                stdout=subprocess.PIPE, stderr=log, text=True, cwd="/")

    def wait_ready(self):
        line = self.process.stdout.readline()
        assert line.startswith("READY 127.0.0.1:"), (line, self.log.read_text())
        self.port = int(line.rsplit(":", 1)[1])

    def connect(self, source="127.0.0.1"):
        return Border(self.port, source)

    def children(self):
        return children_of(self.process.pid)

    def find(self, program):
        """Processes of that program, or of a stand-in with that name."""
        def runs(pid):
            command = command_of(pid)
            words = command.split("\0")
            if words[0].endswith("python3"):
                return any(word.endswith(program) for word in words)
            return words[0].endswith(program) and "--type=" not in command
        return [pid for pid in self.children() if runs(pid)]

    def find_renderers(self):
        return [pid for pid in self.children() if "--type=renderer" in command_of(pid)]

    def slots(self):
        return sorted(p.name for p in self.runtime.iterdir() if p.name.isdigit())

    def cgroups(self):
        name = "sudare" + str(self.runtime).replace("/", "_").replace(".", "_")
        return [p for p in pathlib.Path("/sys/fs/cgroup").glob(f"**/{name}/*") if p.is_dir()]

    def assert_nothing_left(self):
        eventually(lambda: not self.children(), f"no child: {self.children()}")
        eventually(lambda: not self.slots(), "no slot directory")
        eventually(lambda: not self.cgroups(), "no cgroup")

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(DEADLINE)
        self.process.stdout.close()
        shutil.rmtree(self.directory)


class Border:
    """The link's side of a connection, through the stand-in relay."""

    def __init__(self, port, source="127.0.0.1"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE,
                                               source_address=(source, 0))
        self.told = {}

    def send(self, kind, payload=b""):
        self.socket.sendall(frame(kind, payload))

    def read(self):
        return read_frame(self.socket.recv)

    def until(self, wanted):
        """The payload of the next frame of that type; what the stand-ins tell is kept."""
        while True:
            kind, payload = self.read()
            if kind in (SESSION_SAYS, EGRESS_SAYS):
                self.told.update(json.loads(payload))
            if kind == wanted:
                return payload

    def start(self, **fields):
        self.send(START, session_start(**fields))
        self.until(STARTED)
        self.until_told("session", "egress")
        return self

    def until_told(self, *names):
        while not all(name in self.told for name in names):
            kind, payload = self.read()
            assert kind in (SESSION_SAYS, EGRESS_SAYS, HOST_EVENT), (kind, payload)
            if kind != HOST_EVENT:
                self.told.update(json.loads(payload))

    def command(self, text):
        self.send(TO_SESSION, text.encode())

    def ended(self):
        return struct.unpack(">H", self.until(ENDED))[0]

    def close(self):
        self.socket.close()
