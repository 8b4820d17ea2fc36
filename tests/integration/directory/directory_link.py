# SPDX-License-Identifier: Apache-2.0
"""Speaks the broker's side of protocol/ipc/broker_directory.h to a real sudare-directory."""
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile

from slapd import DEADLINE, SEARCHER, SEARCHER_PASSWORD, PEOPLE

BIN = pathlib.Path(os.environ["SUDARE_BIN"])
(RIGHT, WRONG, UNKNOWN, AMBIGUOUS, LOCKED, EXPIRED, MUST_CHANGE, DISABLED, UNREACHABLE, TOO_SLOW, REFERRAL, OWN_ACCOUNT,
 FAULT) = range(13)


def text(value):
    raw = value if isinstance(value, bytes) else value.encode()
    return struct.pack(">H", len(raw)) + raw


def settings(url, authority, socket_path, password_file, search=True, base=PEOPLE, top="", more=""):
    """directory.toml"""
    lines = [f'broker_socket = "{socket_path}"', f'url = "{url}"', f'authority = "{authority}"', top]
    if search:
        lines += ["[search]", f'base = "{base}"', f'bind_dn = "{SEARCHER}"', f'password_file = "{password_file}"']
    return "\n".join(lines) + "\n" + more


class Directory:
    """One sudare-directory, with this test for its broker."""

    def __init__(self, url, authority, groups=(), start=True, password=SEARCHER_PASSWORD, **options):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sudare-directory-"))
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.folder / "socket"))
        self.listener.listen()
        self.listener.settimeout(DEADLINE)
        password_file = self.folder / "password"
        password_file.write_text(password + "\n")
        password_file.chmod(0o600)
        self.settings = self.folder / "directory.toml"
        self.settings.write_text(settings(url, authority.certificate, self.folder / "socket", password_file, **options))
        self.errors = open(self.folder / "stderr", "a+")
        self.process = subprocess.Popen([BIN / "sudare-directory", "--config", self.settings], stdout=subprocess.PIPE,
                                        stderr=self.errors, text=True)
        self.broker = None
        self.next = 1
        if start:
            self.broker, _ = self.listener.accept()
            self.broker.settimeout(DEADLINE)
            self.send(0x01, bytes([len(groups)]) + b"".join(text(group) for group in groups))
            self.ready = self.process.stdout.readline()
            assert self.ready.startswith("READY"), self.said()

    def said(self):
        return (self.folder / "stderr").read_text()

    def send(self, kind, payload):
        self.broker.sendall(bytes([kind]) + len(payload).to_bytes(3, "big") + payload)

    def ask(self, user, password):
        number, self.next = self.next, self.next + 1
        self.send(0x02, struct.pack(">I", number) + text(user) + text(password))
        return number

    def answer(self):
        """(number, answer, groups), or None when sudare-directory has ended the connection."""
        raw = b""
        while len(raw) < 17:
            try:
                piece = self.broker.recv(17 - len(raw))
            except ConnectionResetError:
                return None
            if not piece:
                return None
            raw += piece
        assert raw[:4] == b"\x41\0\0\x0d", raw
        return struct.unpack(">IBQ", raw[4:])

    def check(self, user, password):
        """(answer, groups)"""
        number = self.ask(user, password)
        got = self.answer()
        assert got and got[0] == number, (got, self.process.poll(), self.said())
        return got[1:]

    def remove(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()
        for end in (self.broker, self.listener):
            if end:
                end.close()
        shutil.rmtree(self.folder, ignore_errors=True)
