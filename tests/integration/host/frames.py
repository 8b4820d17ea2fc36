# SPDX-License-Identifier: Apache-2.0
"""The inner borders' frames, written down a second time so that a change of layout is noticed."""
import struct

START, POLICY, STOP, RESUME, DETACH = 0x81, 0x82, 0x83, 0x84, 0x85
KEY = bytes(range(16))
STARTED, ENDED, HOST_EVENT = 0xA1, 0xA2, 0xA4
SESSION_SAYS, EGRESS_SAYS, TO_SESSION = 0x44, 0xA3, 0x04

USER_ENDED, BROWSER_CLOSED, ADMIN_ENDED, SERVER_STOPPING, CONNECTION_CLOSED = 1, 2, 3, 4, 5
MALFORMED, UNKNOWN_TYPE, ILLEGAL_STATE = 40, 41, 42
NOT_RESUMED, SESSION_GONE = 28, 29
BROWSER_CRASHED, SESSION_CRASHED, EGRESS_LOST, NO_RESOURCES = 60, 61, 62, 68


def frame(kind, payload=b""):
    return struct.pack(">BBH", kind, len(payload) >> 16, len(payload) & 0xffff) + payload


def text(value):
    return struct.pack(">H", len(value.encode())) + value.encode()


def policy(version=1, start_page="https://portal.example/", denied_urls=(), fps=60, resume=0):
    return (struct.pack(">IIIHB", version, 30, 600, resume, 0) + struct.pack(">BBBII", 0, 0, 0, 200, 0)
            + text(start_page) + struct.pack(">II", 0, 0)
            + struct.pack(">H", len(denied_urls)) + b"".join(map(text, denied_urls))
            + struct.pack(">H", 0) + struct.pack(">BBBHIB", 1, 1, 1, 1200, 0, 1)
            + struct.pack(">HHBIB", 3840, 2160, fps, 0, 0))


def session_start(session=7, width=1280, height=720, **policy_fields):
    return struct.pack(">Q16sHHHBB", session, KEY, width, height, 120, 1, 0) + policy(**policy_fields)


def session_resume(session=7, key=KEY, width=1280, height=720):
    return struct.pack(">Q16sHHHB", session, key, width, height, 120, 1)


def read_exactly(read, count):
    out = b""
    while len(out) < count:
        piece = read(count - len(out))
        if not piece:
            raise EOFError
        out += piece
    return out


def read_frame(read):
    """(type, payload) from a function like socket.recv; EOFError at the end."""
    kind, high, low = struct.unpack(">BBH", read_exactly(read, 4))
    return kind, read_exactly(read, high << 16 | low)
