#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seed corpora of the protocol fuzzers: one valid input of every kind, deterministic."""
import pathlib
import struct

ROOT = pathlib.Path(__file__).resolve().parents[1] / "fuzz" / "corpus"


def frame(kind, payload):
    return bytes([kind]) + len(payload).to_bytes(3, "big") + payload


UP = {
    "hello": frame(0x01, struct.pack(">HIH", 1, 1, 0)),
    "login": frame(0x02, b"\x05staff\x08password\x06123456"),
    "open": frame(0x03, struct.pack(">HHHBB", 1920, 1080, 120, 1, 0)),
    "key": frame(0x04, struct.pack(">HB", 30, 1)),
    "move": frame(0x05, struct.pack(">HH", 10, 20)),
    "button": frame(0x06, b"\0\1"),
    "wheel": frame(0x07, struct.pack(">hh", 0, 120)),
    "text": frame(0x08, "日本語".encode()),
    "release": frame(0x09, b""),
    "resize": frame(0x0A, struct.pack(">HHH", 1280, 720, 120)),
    "ack": frame(0x0B, struct.pack(">IIB", 1, 900, 0)),
    "ask": frame(0x0C, struct.pack(">I", 3)),
    "pong": frame(0x0D, struct.pack(">I", 3)),
    "end": frame(0x0E, b""),
    "resume": frame(0x0F, struct.pack(">16sHHHB", b"t" * 16, 1920, 1080, 120, 1)),
    "held": frame(0x10, b""),
}
DOWN = {
    "welcome": frame(0x41, struct.pack(">HHI", 1, 0, 5000)),
    "login_ok": frame(0x42, b"\0\0\0"),
    "running": frame(0x43, struct.pack(">BQ16sIIHHBH", 1, 7, b"t" * 16, 3600, 600, 10, 1, 0, 0)),
    "update": frame(0x44, struct.pack(">IBBHHH", 1, 1, 0, 1280, 720, 0)),
    "cursor": frame(0x45, b"\x09"),
    "field": frame(0x46, struct.pack(">BHHHHB", 1, 10, 20, 1, 18, 0)),
    "notice": frame(0x47, struct.pack(">HII", 1, 5, 0)),
    "ping": frame(0x48, struct.pack(">I", 9)),
    "ended": frame(0x49, struct.pack(">HI", 1, 0)),
}


def text(value):
    raw = value.encode()
    return struct.pack(">H", len(raw)) + raw


ENROL = {
    "hello": frame(0x01, b"\0\1"),
    "change": frame(0x02, text("staff") + text("password") + text("123456") + text("another one")),
    "begin": frame(0x03, text("staff") + text("password") + text("")),
    "confirm": frame(0x04, b"123456"),
    "welcome": frame(0x41, b"\0\1\0\x0a"),
    "result": frame(0x42, b"\6\0\0"),
    "secret": frame(0x43, b"s" * 20),
    "ended": frame(0x44, b"\0\1"),
    "ask": frame(0x05, b"\x30\x80\0\0"),
    "fetch": frame(0x06, b""),
    "certificate": frame(0x45, b"\0\4" + b"\x30\2\5\0" + bytes(2042)),
}


def policy():
    web = struct.pack(">BBBII", 0, 0, 0, 200, 0) + text("https://portal.example/")
    web += struct.pack(">H", 1) + struct.pack(">IBH", 1, 1, 0) + text(".example.jp")
    web += struct.pack(">H", 1) + text("file://*")
    web += struct.pack(">H", 1) + text("入口") + text("https://portal.example/")
    head = struct.pack(">IIIHB", 1, 30, 600, 10, 0)
    return head + web + struct.pack(">BBBHI", 1, 1, 1, 1200, 0) + struct.pack(">HHBIB", 3840, 2160, 60, 0, 0)


def session():
    order = [(1, UP["hello"]), (0, DOWN["welcome"]), (1, UP["login"]), (0, DOWN["login_ok"]), (1, UP["open"]),
             (0, DOWN["running"]), (1, UP["key"]), (0, DOWN["update"]), (1, UP["ack"]), (0, DOWN["ended"])]
    return b"".join(bytes([side, len(raw)]) + raw for side, raw in order)


def write(name, files):
    folder = ROOT / name
    folder.mkdir(parents=True, exist_ok=True)
    for key, value in files.items():
        (folder / key).write_bytes(value)


def main():
    write("wire_up_fuzzer", UP | {"all": b"".join(UP.values())})
    write("wire_down_fuzzer", DOWN | {"all": b"".join(DOWN.values())})
    write("enrol_fuzzer", ENROL | {"up": ENROL["hello"] + ENROL["begin"] + ENROL["confirm"],
                                   "renewal": ENROL["hello"] + ENROL["ask"] + ENROL["fetch"],
                                   "down": ENROL["welcome"] + ENROL["secret"] + ENROL["result"] + ENROL["ended"]})
    back = [(1, UP["hello"]), (0, DOWN["welcome"]), (1, UP["resume"]), (0, DOWN["running"]), (0, DOWN["update"])]
    resumed = b"".join(bytes([side, len(raw)]) + raw for side, raw in back)
    write("wire_session_fuzzer", {"whole": session(), "login_twice": session()[:60] * 2, "resumed": resumed})
    address = bytes(10) + b"\xff\xff" + bytes([127, 0, 0, 1])
    egress = policy() + struct.pack(">H", 1) + address + struct.pack(">H", 53) + bytes(18)
    egress += struct.pack(">H", 1) + text("demo.example") + struct.pack(">H", 443) + address
    egress += struct.pack(">H", 1) + address + b"\x80"
    start = struct.pack(">Q16sHHHBB", 5, b"k" * 16, 1280, 720, 120, 0, 0) + policy()
    destination = struct.pack(">BIH16sIQQ", 0, 1, 443, address, 1, 10, 20) + text("portal.example")
    write("ipc_fuzzer", {"start": b"\0" + start, "policy": b"\1" + policy(), "egress": b"\2" + egress,
                         "destination": b"\3" + destination, "event": b"\4" + struct.pack(">BI", 1, 5),
                         "resume": b"\5" + struct.pack(">Q16sHHHB", 5, b"k" * 16, 1280, 720, 120, 0)})


if __name__ == "__main__":
    main()
