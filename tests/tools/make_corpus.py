#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seed corpora of the protocol fuzzers: one valid input of every kind, deterministic."""
import base64
import hashlib
import pathlib
import struct
import zlib

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
    hosts = struct.pack(">BIB", 1, 1, 11) + b".example.jp" + struct.pack(">BHB", 6, 8443, 9) + b"a.example"
    web += struct.pack(">II", 2, len(hosts)) + hosts
    web += struct.pack(">H", 1) + text("file://*")
    web += struct.pack(">H", 1) + text("入口") + text("https://portal.example/")
    head = struct.pack(">IIIHB", 1, 30, 600, 10, 0)
    return head + web + struct.pack(">BBBHIB", 1, 1, 1, 1200, 0, 1) + struct.pack(">HHBIB", 3840, 2160, 60, 0, 0)


def session():
    order = [(1, UP["hello"]), (0, DOWN["welcome"]), (1, UP["login"]), (0, DOWN["login_ok"]), (1, UP["open"]),
             (0, DOWN["running"]), (1, UP["key"]), (0, DOWN["update"]), (1, UP["ack"]), (0, DOWN["ended"])]
    return b"".join(bytes([side, len(raw)]) + raw for side, raw in order)


def evidence():
    """What sudare-verify reads: a record, a segment, a checkpoint, a bundle, a question to the signer, a key."""
    record = (struct.pack(">HQqH32sH", 1, 0, 1764137000 * 10**9, 32, bytes(32), 2) +
              struct.pack(">HBI", 6, 3, 6) + b"sakura" + struct.pack(">HBIQ", 10, 1, 8, 7))
    head = struct.pack(">I", len(record)) + record
    segment = head + struct.pack(">I", zlib.crc32(head))
    signature = base64.b64encode(b"\xc7\x4f\x20\xa3" + bytes(64)).decode()
    note = f"sudare.test/audit\n1\n{base64.b64encode(bytes(32)).decode()}\n\n— sudare.test/audit {signature}\n"
    proof = (f"c2sp.org/tlog-proof@v1\nextra {base64.b64encode(record).decode()}\nindex 0\n"
             f"{base64.b64encode(bytes(32)).decode()}\n\n{note}")
    return {"record": b"\0" + record, "segment": b"\1" + segment, "torn": b"\1" + segment + segment[:40],
            "notes": b"\2" + (note + "\n" + note + "\n").encode(), "note": b"\2" + note.encode(),
            "bundle": b"\3" + (proof + proof).encode(),
            "sign": b"\4" + struct.pack(">QQ32sB", 3, 7, bytes(32), 2) + bytes(64),
            "last": b"\4" + struct.pack(">Q32s", 3, bytes(32)) + text("sudare.test/audit"),
            "key": b"\5PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}


def search_block():
    """The body of a block of the index with two records, behind a byte with their number less one; and its head."""
    values = [(0, struct.pack(">H", 33), (0, 1)), (6, b"sakura", (0,)), (12, b"a.example.jp", (1,))]
    body = struct.pack(">qqIII", 10, 20, 0, 80, len(values))
    body += b"".join(struct.pack(">IIH", len(where), 2 + len(value), field) + value for field, value, where in values)
    body += b"".join(struct.pack(">H", number) for _, _, where in values for number in where)
    head = struct.pack(">QQIIQQqqq32s", 0x5344495800000001, 0, 2, len(body), 0, 160, 10, 20, 20, bytes(32))
    head += hashlib.sha256(body).digest()
    return {"body": b"\1" + body, "short": b"\1" + body[:-1], "head": head + hashlib.sha256(head).digest()}


SEARCH = {
    "all": "use\ncsv\nuser\nsakura\nterminal\nt1\nsession\n7\nhost\n*.example.jp\nkind\ndownload\naddress\n::1\nlast\n3",
    "events": "event\nrefusal,login_refused\ntext\n田中\nfull\n1\nreason\nincident 12",
    "times": "from\n1764137000\nuntil\n8589934592\nfirst\n18446744073709551615\naddress\n10.0.0.1",
    "twice": "user\na\nuser\nb", "odd": "user", "forged": "kind\nx\" user=b",
}


def write(name, files):
    folder = ROOT / name
    folder.mkdir(parents=True, exist_ok=True)
    for key, value in files.items():
        (folder / key).write_bytes(value)


def main():
    write("evidence_fuzzer", evidence())
    write("search_index_fuzzer", search_block())
    write("search_query_fuzzer", {key: text.encode() for key, text in SEARCH.items()})
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
    targets = {"name": b"a.example:8443", "literal": b"127.0.0.1:443", "six": b"[::1]:443", "none": b""}
    write("egress_rules_fuzzer", {key: bytes([len(raw)]) + raw + egress for key, raw in targets.items()})
    start = struct.pack(">Q16sHHHBB", 5, b"k" * 16, 1280, 720, 120, 0, 0) + policy()
    destination = struct.pack(">BIH16sIQQ", 0, 1, 443, address, 1, 10, 20) + text("portal.example")
    write("directory_fuzzer", {"groups": b"\0\2" + text("cn=welfare,dc=city") + text("cn=税,dc=city"),
                               "check": b"\1" + struct.pack(">I", 7) + text("hana") + text("correct horse"),
                               "verdict": b"\2" + struct.pack(">IBQ", 7, 0, 5)})
    write("ipc_fuzzer", {"start": b"\0" + start, "policy": b"\1" + policy(), "egress": b"\2" + egress,
                         "destination": b"\3" + destination, "event": b"\4" + struct.pack(">BI", 1, 5),
                         "resume": b"\5" + struct.pack(">Q16sHHHB", 5, b"k" * 16, 1280, 720, 120, 0),
                         "begin": b"\6" + struct.pack(">16sQ", b"i" * 16, 1700000000000), "fault": b"\7\1", "mark": b"\x08\0\0\0\1"})
    # Boxes that no key opens: the fuzzer reads heads and, by themselves, entries.
    head = b"SUDAREC\n" + struct.pack(">H16sQQB", 1, b"i" * 16, 5, 1700000000000, 1) + b"k" * 88
    segments = [struct.pack(">IIIIB", 40, i, i * 10000, i * 10000 + 9000, i) + b"b" * 40 for i in range(3)]
    entries = b"".join(struct.pack(">I", i * 10) + raw for i, raw in
                       enumerate((DOWN["running"], DOWN["update"], UP["move"], UP["button"], DOWN["cursor"])))
    write("recording_fuzzer", {"whole": head + b"".join(segments), "torn": head + segments[0][:30], "entries": entries})


if __name__ == "__main__":
    main()
