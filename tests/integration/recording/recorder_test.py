#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""sudare-recorder by itself: what it stores, in which order it lets a link speak, what it refuses, and what
it cannot do."""
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "gateway"))
sys.path.insert(0, str(HERE.parent / "host"))
from border import Program, skip_where_sanitized, status_of  # noqa: E402
from frames import frame, read_frame  # noqa: E402

BEGIN, APPEND, SYNC, FINISH, STORED, FAILED = 1, 2, 3, 4, 0x41, 0x42
DISK_FULL, DISK, LIMIT = 1, 2, 3
START_MS = 1_764_115_200_000  # 2025-11-26
DAY = "2025-11-26"


class RecorderTest(unittest.TestCase):
    SETTINGS = "reserve_megabytes = 1\n"

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-recorder-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.recordings = self.directory / "recordings"
        self.start()

    def start(self, settings=None):
        (self.directory / "recorder.toml").write_text(
            f'directory = "{self.recordings}"\nsocket = "{self.directory}/sock"\n{settings or self.SETTINGS}')
        self.recorder = Program("sudare-recorder", self.directory / "recorder.toml")
        self.addCleanup(self.recorder.stop)

    def link(self):
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(30)
        link.connect(str(self.directory / "sock"))
        self.addCleanup(link.close)
        return link

    def begin(self, link, number=1):
        link.sendall(frame(BEGIN, struct.pack(">16sQ", bytes([number]) * 16, START_MS)))

    def store(self, link, data, mark):
        link.sendall(frame(APPEND, data) + frame(SYNC, struct.pack(">I", mark)))
        return read_frame(link.recv)

    def file(self, number=1):
        return self.recordings / DAY / (f"{number:02x}" * 16 + ".rec")

    def assert_cut_off(self, link):
        try:
            self.assertEqual(b"", link.recv(1))
        except ConnectionResetError:
            pass

    def test_stores_what_it_gets_in_order(self):
        link = self.link()
        self.begin(link)
        self.assertEqual((STORED, struct.pack(">I", 7)), self.store(link, b"header", 7))
        self.assertEqual((STORED, struct.pack(">I", 8)), self.store(link, b"x" * 60000, 8))
        link.sendall(frame(FINISH))
        self.begin(link, 2)  # another one on the same connection
        self.assertEqual((STORED, struct.pack(">I", 9)), self.store(link, b"second", 9))
        self.assertEqual(b"header" + b"x" * 60000, self.file().read_bytes())
        self.assertEqual(b"second", self.file(2).read_bytes())
        self.assertEqual(0o640, self.file().stat().st_mode & 0o777)

    def test_a_link_that_goes_leaves_what_was_stored(self):
        link = self.link()
        self.begin(link)
        self.store(link, b"half", 1)
        link.close()
        other = self.link()
        self.begin(other, 2)
        self.assertEqual(STORED, self.store(other, b"other", 1)[0])
        self.assertEqual(b"half", self.file().read_bytes())

    def test_a_file_is_never_opened_again(self):
        self.file().parent.mkdir(parents=True)
        self.file().write_bytes(b"evidence")
        link = self.link()
        self.begin(link)
        self.assertEqual((FAILED, bytes([DISK])), read_frame(link.recv))
        self.assertEqual(b"evidence", self.file().read_bytes())
        # What was on its way counts for nothing, and the next recording is a new one.
        link.sendall(frame(APPEND, b"late") + frame(SYNC, struct.pack(">I", 1)) + frame(FINISH))
        self.begin(link, 2)
        self.assertEqual((STORED, struct.pack(">I", 2)), self.store(link, b"new", 2))
        self.assertEqual(b"evidence", self.file().read_bytes())

    def test_the_reserve_stays_free(self):
        self.recorder.stop()
        self.start(f"reserve_megabytes = {1 << 20}\n")
        link = self.link()
        self.begin(link)
        self.assertEqual((FAILED, bytes([DISK_FULL])), read_frame(link.recv))
        self.assertFalse(self.file().exists())

    def test_out_of_order_is_cut_off(self):
        for bytes_sent in (frame(APPEND, b"x"), frame(SYNC, bytes(4)), frame(FINISH), frame(9), frame(BEGIN, bytes(23)),
                           frame(BEGIN, struct.pack(">16sQ", b"i" * 16, 1 << 60)),
                           frame(BEGIN, struct.pack(">16sQ", b"j" * 16, START_MS)) * 2,
                           frame(APPEND, bytes((64 << 10) + 1))):
            link = self.link()
            link.sendall(bytes_sent)
            self.assert_cut_off(link)
        link = self.link()  # control
        self.begin(link, 3)
        self.assertEqual(STORED, self.store(link, b"x", 1)[0])

    def test_another_user_is_not_let_in(self):
        if os.getuid() != 0:
            self.skipTest("needs root to be somebody else")
        self.directory.chmod(0o755)
        (self.directory / "sock").chmod(0o777)
        script = (f"import socket; s = socket.socket(socket.AF_UNIX); s.connect('{self.directory}/sock');"
                  "s.sendall(b'\\1\\0\\0\\x18' + b'i' * 24); print(s.recv(1))")
        done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-c", script],
                              capture_output=True, text=True, timeout=30)
        self.assertNotEqual("b'B'", done.stdout.strip(), "no answer of the recorder")
        self.assertIn("wrong uid", self.recorder.text())
        self.assertFalse(list(self.recordings.rglob("*.rec")))

    def test_is_shut_in(self):
        skip_where_sanitized(self, "sudare-recorder")
        status = status_of(self.recorder.pid)
        self.assertEqual("2", status["Seccomp"])
        self.assertEqual("1", status["NoNewPrivs"])

    def test_settings_are_checked(self):
        for settings, field in (('reserve_megabytes = 0\n', "reserve_megabytes"), ("nonsense = 1\n", "nonsense")):
            with self.assertRaises(AssertionError) as failed:
                self.start(settings)
            self.assertIn(field, str(failed.exception))


if __name__ == "__main__":
    unittest.main(verbosity=2)
