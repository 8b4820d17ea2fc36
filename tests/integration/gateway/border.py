# SPDX-License-Identifier: Apache-2.0
"""A real border (sudare-signer, sudare-broker, sudare-gateway, its sudare-links, sudarectl pki), terminals that
speak sudare/1 through Python's ssl, and a session host's end of the inner border."""
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "integration" / "host"))
from frames import frame, read_frame  # noqa: E402

BIN = pathlib.Path(os.environ["SUDARE_BIN"]).resolve()
DEADLINE = 60  # seconds for a condition; nothing here asserts a time
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
PASSWORD = "correct horse battery"

HELLO, LOGIN, OPEN, KEY, MOVE, BUTTON, WHEEL, TEXT = 1, 2, 3, 4, 5, 6, 7, 8
RESIZE, ASK, PONG, END_REQUEST = 0x0A, 0x0C, 0x0D, 0x0E
WELCOME, LOGIN_RESULT, SESSION_STATE, UPDATE, CURSOR, NOTICE, PING, END = 0x41, 0x42, 0x43, 0x44, 0x45, 0x47, 0x48, 0x49
OK, REFUSED = 0, 1


def skip_where_sanitized(test, program):
    """A sanitizer's runtime cannot live inside seccomp, and takes a crash for its own."""
    code = (BIN / program).read_bytes()
    if b"__asan_init" in code or b"__tsan_init" in code:
        test.skipTest("built with a sanitizer")


def eventually(condition, what):
    end = time.monotonic() + DEADLINE
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"never happened: {what() if callable(what) else what}")
        time.sleep(0.02)  # between two looks
    return value


def children_of(pid):
    try:
        return [int(child) for thread in pathlib.Path(f"/proc/{pid}/task").glob("*/children")
                for child in thread.read_text().split()]
    except OSError:
        return []


def status_of(pid):
    """/proc/PID/status as a dict; empty when the process is gone."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


class Pki:
    """A private CA by sudarectl pki."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.ctl("init", self.directory, "--plain-key")

    def ctl(self, *arguments):
        done = subprocess.run([BIN / "sudarectl", "--json", "pki", *arguments], capture_output=True, text=True,
                              timeout=DEADLINE, env=ENVIRONMENT)
        assert done.returncode == 0, (arguments, done.stderr)
        return done.stdout

    def issue(self, kind, name):
        self.ctl("issue", kind, name, "--dir", self.directory)
        return self.directory / kind / f"{name}.crt", self.directory / kind / f"{name}.key"

    def revoke(self, name):
        self.ctl("revoke", name, "--dir", self.directory)

    def section(self, kind, name):
        certificate, key = self.directory / kind / f"{name}.crt", self.directory / kind / f"{name}.key"
        return (f'certificate = "{certificate}"\nkey = "{key}"\n'
                f'authority = "{self.directory}/ca.crt"\nrevoked = "{self.directory}/crl.pem"\n')


class Program:
    """One of ours. Its stderr is a pipe, as under systemd: sandboxed programs cannot grow a file."""

    def __init__(self, name, settings, prefix=()):
        self.process = subprocess.Popen([*prefix, BIN / name, "--config", settings], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, cwd="/", env=ENVIRONMENT)
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr), daemon=True)
        self.reader.start()
        self.ready = self.process.stdout.readline()
        if not self.ready.startswith("READY"):
            self.stop()
            raise AssertionError(f"{name} did not start: {self.text()}")

    @property
    def pid(self):
        return self.process.pid

    def text(self):
        return "".join(self.lines)

    def send(self, number):
        self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM):
        """Its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(DEADLINE)
        self.reader.join(DEADLINE)  # links have the pipe too: it ends with the last of them
        self.process.stdout.close()
        self.process.stderr.close()
        return status


class Border:
    """Everything on the border, in one directory. `prefix` starts the gateway, as in a namespace."""

    def __init__(self, throttle="penalties = false", host="127.0.0.1:9", listen="127.0.0.1", prefix=()):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-border-"))
        self.state = self.directory / "state"
        self.prefix = prefix
        self.pki = Pki(self.directory / "pki")
        for kind, name in (("gateway", "gateway"), ("border", "border"), ("host", "host")):
            self.pki.issue(kind, name)
        self.recordings = self.directory / "recordings"
        (self.directory / "broker.toml").write_text(
            f'state_dir = "{self.state}"\n[evidence]\nsigner_socket = "{self.directory}/signer/signer.sock"\n'
            f'[recording]\ndirectory = "{self.recordings}"\n')
        (self.directory / "recorder.toml").write_text(
            f'directory = "{self.recordings}"\nsocket = "{self.directory}/recorder.sock"\n')
        self.broker = self.gateway = self.signer = self.recorder = None
        self.start_signer()
        self.start_recorder()
        self.start_broker()
        self.write_settings(throttle, host, listen)
        self.start_gateway()
        self.ctl("user", "add", "suzuki", "--password-stdin", stdin=PASSWORD + "\n")
        self.add_terminal("t1")
        # What one test leaves must not be taken up by the next; tests of that set it.
        self.ctl("policy", "set", "default", "access.resume_minutes", "0")

    def write_settings(self, throttle, host, listen="127.0.0.1"):
        (self.directory / "gateway.toml").write_text(
            f'[listen]\naddress = "{listen}"\nport = 0\n[tls]\n' + self.pki.section("gateway", "gateway")
            + f'[host]\naddress = "{host}"\nname = "host"\n' + self.pki.section("border", "border")
            + f'[broker]\nsocket = "{self.state}/link.sock"\n[recorder]\nsocket = "{self.directory}/recorder.sock"\n[throttle]\n{throttle}\n')

    def start_recorder(self):
        self.recorder = Program("sudare-recorder", self.directory / "recorder.toml")

    def start_signer(self):
        settings = self.directory / "signer.toml"
        settings.write_text(f'state_dir = "{self.directory}/signer"\nname = "sudare.test/audit"\n')
        subprocess.run([BIN / "sudare-signer", "--config", settings, "--make-key"], check=True, capture_output=True,
                       timeout=DEADLINE, env=ENVIRONMENT)
        self.signer = Program("sudare-signer", settings)

    def start_broker(self):
        self.broker = Program("sudare-broker", self.directory / "broker.toml")

    def start_gateway(self):
        self.gateway = Program("sudare-gateway", self.directory / "gateway.toml", self.prefix)
        self.address = self.gateway.ready.split()[1].rsplit(":", 1)
        self.address = (self.address[0], int(self.address[1]))

    def add_terminal(self, name):
        self.pki.issue("terminal", name)
        self.ctl("terminal", "add", name)

    def ctl(self, *arguments, stdin=""):
        done = subprocess.run([BIN / "sudarectl", "--json", "--lang", "en", "--socket", self.state / "admin.sock",
                               *arguments], input=stdin, capture_output=True, text=True, timeout=DEADLINE,
                              env=ENVIRONMENT)
        assert done.returncode == 0, (arguments, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def events(self, *names):
        return [row for row in self.ctl("log") if not names or row["event"] in names]

    def wait_for_event(self, name, **fields):
        """The first record with these fields."""
        def look():
            for row in self.events(name):
                if all(row.get(field) == value for field, value in fields.items()):
                    return row
            return None
        return eventually(look, lambda: f"{name} {fields} in {self.events()}")

    def links(self):
        return [pid for pid in children_of(self.gateway.pid) if status_of(pid).get("State", "Z")[0] != "Z"]

    def close(self):
        for program in (self.gateway, self.broker, self.signer, self.recorder):
            if program is not None:
                program.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


def context(border, terminal="t1", kind="terminal", pki=None, alpn=("sudare/1",)):
    """A client's TLS set-up; the gateway's certificate carries a URI, not a host name."""
    out = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    out.check_hostname = False
    out.load_verify_locations(border.pki.directory / "ca.crt")
    if alpn:
        out.set_alpn_protocols(list(alpn))
    if terminal:
        base = (pki or border.pki).directory / kind / terminal
        out.load_cert_chain(f"{base}.crt", f"{base}.key")
    return out


class Terminal:
    """A viewer's end: frames over TLS. Ping is answered by itself."""

    def __init__(self, border, tls=None, **options):
        raw = socket.create_connection(border.address, timeout=DEADLINE)
        try:
            self.socket = (tls or context(border, **options)).wrap_socket(raw)
        except BaseException:
            raw.close()
            raise

    def send(self, kind, payload=b""):
        self.socket.sendall(frame(kind, payload))

    def read(self):
        while True:
            kind, payload = read_frame(self.socket.recv)
            if kind != PING:
                return kind, payload
            self.send(PONG, payload)

    def until(self, wanted):
        while True:
            kind, payload = self.read()
            if kind == wanted:
                return payload
            assert kind != END, f"ended by {end_reason(payload)} while waiting for {wanted:#x}"

    def pinged(self):
        """Waits for the heartbeat and answers it: then everything sent before has been read."""
        kind, payload = read_frame(self.socket.recv)
        assert kind == PING, hex(kind)
        self.send(PONG, payload)

    def greet(self):
        self.send(HELLO, struct.pack(">HIH", 1, 1, 0))
        return self.until(WELCOME)

    def log_in(self, user="suzuki", password=PASSWORD, code=""):
        parts = [part.encode() for part in (user, password, code)]
        self.send(LOGIN, b"".join(bytes([len(part)]) + part for part in parts))
        return self.until(LOGIN_RESULT)[0]

    def open(self, width=1280, height=720):
        self.send(OPEN, struct.pack(">HHHBB", width, height, 120, 0, 0))

    def enter(self, **options):
        """Greeted and logged in."""
        self.greet()
        assert self.log_in(**options) == OK
        return self

    def end(self):
        """The reason for which the other side ends: EndReason, or None when it just closes."""
        try:
            while True:
                kind, payload = self.read()
                if kind == END:
                    return end_reason(payload)
        except (EOFError, OSError):
            return None

    def close(self):
        self.socket.close()


def end_reason(payload):
    return struct.unpack(">HI", payload)[0]


class SessionHost:
    """The session host's end of link_host.h, played by the test: also what a hostile one says."""
    START, POLICY, STOP, STARTED, ENDED, DESTINATION, EVENT = 0x81, 0x82, 0x83, 0xA1, 0xA2, 0xA3, 0xA4

    def __init__(self, pki, address="127.0.0.1"):
        self.pki = pki
        self.listener = socket.create_server((address, 0))
        self.listener.settimeout(DEADLINE)
        self.address = "%s:%d" % self.listener.getsockname()
        self.show("host")

    def show(self, name):
        """From now on this host's certificate."""
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        base = self.pki.directory / "host" / name
        self.tls.load_cert_chain(f"{base}.crt", f"{base}.key")
        self.tls.load_verify_locations(self.pki.directory / "ca.crt")
        self.tls.verify_mode = ssl.CERT_REQUIRED
        self.tls.set_alpn_protocols(["sudare-host/1"])

    def accept(self):
        raw, _ = self.listener.accept()
        raw.settimeout(DEADLINE)
        self.socket = self.tls.wrap_socket(raw, server_side=True)
        return self

    def send(self, kind, payload=b""):
        self.socket.sendall(frame(kind, payload))

    def read(self):
        return read_frame(self.socket.recv)

    def until(self, wanted):
        while True:
            kind, payload = self.read()
            if kind == wanted:
                return payload

    def start(self):
        """Accepts a connection and says that its session runs; returns the session's number."""
        session = self.accept().until(self.START)[:8]
        self.send(self.STARTED, session)
        return session

    def close(self):
        if hasattr(self, "socket"):
            self.socket.close()
        self.listener.close()


def snapshot(width=1280, height=720, sequence=1):
    """An Update payload: a new canvas, filled with one colour."""
    header = struct.pack(">IBBHHH", sequence, 3, 1, width, height, 1)
    return header + struct.pack(">BHHHHBBB", 4, 0, 0, width, height, 10, 20, 30)
