# SPDX-License-Identifier: Apache-2.0
"""Speaks the link's side of protocol/ipc/broker_link.h, and starts real brokers."""
import contextlib
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import tempfile
import time

BIN = pathlib.Path(os.environ["SUDARE_BIN"])
DEADLINE = 20  # seconds; nothing here comes near
OK, REFUSED, BUSY = 0, 1, 2
MAPPED = bytes(10) + b"\xff\xff" + bytes([192, 0, 2, 7])


class Link:
    """One connection as a sudare-link would hold it."""

    def __init__(self, broker, name="link.sock"):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(DEADLINE)
        self.socket.connect(str(broker.state / name))

    def send(self, kind, payload):
        self.socket.sendall(bytes([kind]) + len(payload).to_bytes(3, "big") + payload)

    def receive(self):
        """(type, payload), or None at the end of the stream."""
        header = self._exactly(4)
        if header is None:
            return None
        return header[0], self._exactly(int.from_bytes(header[1:], "big"))

    def _exactly(self, count):
        out = b""
        while len(out) < count:
            try:
                piece = self.socket.recv(count - len(out))
            except ConnectionResetError:
                return None
            if not piece:
                return None
            out += piece
        return out

    def expect(self, kind):
        frame = self.receive()
        assert frame and frame[0] == kind, f"wanted {kind:#x}, got {frame}"
        return frame[1]

    @staticmethod
    def text(value):
        raw = value.encode()
        return struct.pack(">H", len(raw)) + raw

    def connect(self, terminal="t1", certificate=hashlib.sha256(b"t1").digest(), serial="0a", not_after=4102444800):
        self.send(0x01, MAPPED + struct.pack(">H", 40000) + self.text(terminal) + self.text(serial) + certificate
                  + struct.pack(">Q", not_after))
        return struct.unpack(">H", self.expect(0x41))[0]

    def send_login(self, user, password):
        self.send(0x02, self.text(user) + self.text(password) + self.text(""))

    def login(self, user, password):
        self.send_login(user, password)
        code, retry, number = struct.unpack(">BII", self.expect(0x42))
        return code, retry, number

    def open(self):
        """The grant as a dict, or the EndReason number."""
        self.send(0x03, struct.pack(">HHHBB", 1280, 720, 120, 0, 0))
        return self.granted()

    def resume(self, ticket):
        """Like open(), on a connection without a log-in."""
        self.send(0x0C, ticket + struct.pack(">HHHB", 1280, 720, 120, 0))
        return self.granted()

    def granted(self):
        kind, payload = self.receive()
        if kind == 0x44:
            return struct.unpack(">H", payload)[0]
        assert kind == 0x43
        session, = struct.unpack(">Q", payload[:8])
        resumed, remaining = struct.unpack(">BI", payload[40:45])
        policy = 46 + 32 * payload[45]
        reviewers = [payload[at:at + 32] for at in range(46, policy, 32)]
        return {"session": session, "ticket": payload[8:24], "key": payload[24:40], "resumed": bool(resumed),
                "remaining": remaining, "reviewers": reviewers, "policy": payload[policy:]}

    def started(self, session):
        self.send(0x04, struct.pack(">Q", session))

    def ended(self, session, reason=1):
        self.send(0x05, struct.pack(">QHQQI", session, reason, 11, 22, 33))

    def detached(self, session):
        self.send(0x0D, struct.pack(">Q", session))

    def left(self, session, reason=4):
        self.send(0x0E, struct.pack(">QHQQI", session, reason, 11, 22, 33))

    def counters(self, session):
        self.send(0x06, struct.pack(">QIIIIII", session, 1, 2, 3, 4, 5, 6))

    def destination(self, session, host, rule=1):
        self.send(0x07, struct.pack(">QBIH", session, 0, rule, 443) + MAPPED + struct.pack(">IQQ", 1, 10, 20) +
                  self.text(host))

    def session(self, user, password, **options):
        assert self.connect(**options) == 0
        assert self.login(user, password)[0] == OK
        grant = self.open()
        assert isinstance(grant, dict), grant
        self.started(grant["session"])
        return grant

    def close(self):
        self.socket.close()


class Reports:
    """A session that reports destinations without end: through one link after another, because the broker takes only
    so many frames of each."""
    PER_LINK = 2000

    def __init__(self, broker, user, password):
        self.broker, self.sent = broker, 0
        self.link = Link(broker)
        self.grant = self.link.session(user, password)
        self.session = self.grant["session"]

    def destination(self, host):
        if self.sent == self.PER_LINK:
            self.move()
        self.link.destination(self.session, host)
        self.sent += 1

    def move(self):
        former, self.link, self.sent = self.link, Link(self.broker), 0
        assert self.link.connect() == 0
        self.grant = self.link.resume(self.grant["ticket"])
        assert isinstance(self.grant, dict), self.grant
        self.link.started(self.session)
        former.close()

    def ended(self):
        self.link.ended(self.session)

    def close(self):
        self.link.close()


class Broker:
    """A real sudare-broker in a directory of its own."""

    def __init__(self, directory=None, settings_text=""):
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="sudare-broker-"))
        self.settings_text = settings_text
        self.state = self.directory / "state"
        self.admin_socket = self.state / "admin.sock"
        settings = self.directory / "broker.toml"
        settings.write_text(f'state_dir = "{self.state}"\n' +
                            settings_text.replace("{directory}", str(self.directory)) +
                            self.recording() +
                            '[default]\nstart_page = "https://portal.example.lg.jp/"\n')
        self.errors = open(self.directory / "stderr", "a+")
        self.process = subprocess.Popen([BIN / "sudare-broker", "--config", settings], stdout=subprocess.PIPE,
                                        stderr=self.errors, text=True)
        self.ready = self.process.stdout.readline()

    def recording(self):
        """Where a recorder would store; no link here makes any."""
        recordings = self.directory / "recordings"
        recordings.mkdir(exist_ok=True)
        (self.directory / "sweep").mkdir(exist_ok=True)
        return f'[recording]\ndirectory = "{recordings}"\nsweep_list = "{self.directory}/sweep/list"\n'

    @property
    def log_file(self):
        return self.state / "audit" / "00000000000000000000.log"

    def ctl(self, *arguments, stdin="", check=True, lang="en"):
        done = subprocess.run([BIN / "sudarectl", "--json", "--lang", lang, "--socket", self.admin_socket,
                               *arguments], input=stdin, capture_output=True, text=True, timeout=DEADLINE)
        if check:
            assert done.returncode == 0, (arguments, done.stderr)
            return [json.loads(line) for line in done.stdout.splitlines()]
        return done

    @staticmethod
    def row(line):
        return json.loads(line)

    def ctl_text(self, *arguments, check=True):
        """What a person sees."""
        done = subprocess.run([BIN / "sudarectl", "--lang", "en", "--socket", self.admin_socket, *arguments],
                              capture_output=True, text=True, timeout=DEADLINE, check=check)
        return done.stdout

    def request(self, kind, *arguments):
        """(type, payload) of the answer to a request whose texts no command line holds."""
        payload = struct.pack(">H", len(arguments))
        for argument in map(str.encode, arguments):
            payload += struct.pack(">I", len(argument)) + argument
        asked = Link(self, self.admin_socket)
        asked.send(kind, payload)
        answer = asked.receive()
        asked.close()
        return answer

    @contextlib.contextmanager
    def database(self):
        """The broker's own database, committed at the end; also while the broker runs."""
        with contextlib.closing(sqlite3.connect(self.state / "broker.db", timeout=DEADLINE)) as database, database:
            yield database

    def store_recordings(self, rows):
        """Recordings that have ended, as (number, session, user, second of the start), in the index."""
        with self.database() as database:
            database.executemany("INSERT INTO recordings VALUES (?, ?, ?, 't1', ? * 1000, 60000, 1, 6, '', 1)", rows)

    def store_policy(self, field, value):
        """A value of the default layer that this version would refuse to set."""
        with self.database() as database:
            database.execute("INSERT INTO policy (user, field, value, at, actor) VALUES (0, ?, ?, 0, 0)", (field, value))

    def events(self, *names, user=None):
        """Records of these kinds, oldest first."""
        rows = self.ctl("log", *([user] if user else []))
        return [row for row in rows if not names or row["event"] in names]

    @staticmethod
    def wait_until(condition):
        end = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < end

    def wait_for_event(self, name):
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            rows = self.events(name)
            if rows:
                return rows
        raise AssertionError(f"no {name} in {self.events()}")

    def add(self, user="suzuki", password="correct horse battery", terminal="t1"):
        self.ctl("user", "add", user, "--password-stdin", stdin=password + "\n")
        self.ctl("terminal", "add", terminal)
        return user, password

    def limit_files(self, size):
        """From now on no file of the broker grows above this: a full disk."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, size))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def restart(self):
        self.end()
        return type(self)(self.directory, self.settings_text)

    def end(self):
        if self.process.poll() is None:
            self.kill()
        self.process.stdout.close()
        self.errors.close()

    def remove(self):
        self.end()
        shutil.rmtree(self.directory, ignore_errors=True)
