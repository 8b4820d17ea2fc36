# SPDX-License-Identifier: Apache-2.0
"""The log and its checkpoints by Python alone: hashlib for the tree of RFC 9162, the openssl command for
Ed25519. Shares no line with what it checks."""
import base64
import hashlib
import pathlib
import struct
import subprocess
import tempfile
import zlib

# DER of an Ed25519 public key before its 32 bytes (RFC 8410).
ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")


def frames(data):
    """(offset, size) of each record's frame."""
    at = 0
    while at < len(data):
        size = struct.unpack_from(">I", data, at)[0] + 8
        yield at, size
        at += size


def records(data):
    return [data[at + 4:at + size - 4] for at, size in frames(data)]


def framed(record):
    head = struct.pack(">I", len(record)) + record
    return head + struct.pack(">I", zlib.crc32(head))


def leaf(record):
    return hashlib.sha256(b"\0" + record).digest()


def root(leaves):
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()


class Key:
    """A verifier key's line."""

    def __init__(self, line):
        self.name, self.hash, key = line.strip().split("+", 2)
        raw = base64.b64decode(key, validate=True)
        assert raw[0] == 1 and len(raw) == 33
        self.key = raw[1:]
        assert hashlib.sha256(self.name.encode() + b"\n" + raw).hexdigest()[:8] == self.hash

    def check(self, text, signature):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "key").write_bytes(ED25519_PREFIX + self.key)
            (folder / "text").write_bytes(text)
            (folder / "signature").write_bytes(signature)
            done = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey",
                                   folder / "key", "-in", folder / "text", "-sigfile", folder / "signature"],
                                  capture_output=True, check=False)
            return done.returncode == 0


def checkpoint(note, key):
    """(size, root) of a signed note; an AssertionError when it is not that key's."""
    text, _, lines = note.partition("\n\n")
    origin, size, root_text = text.split("\n")
    assert origin == key.name
    dash, name, signature = lines.rstrip("\n").split(" ")
    assert (dash, name) == ("—", key.name) and "\n" not in lines[:-1]
    raw = base64.b64decode(signature, validate=True)
    assert raw[:4].hex() == key.hash
    assert key.check((text + "\n").encode(), raw[4:]), "the signature is wrong"
    return int(size), base64.b64decode(root_text, validate=True)


def notes(text):
    """The notes of the file `checkpoints`."""
    out = []
    while text:
        end = text.index("\n\n", text.index("\n\n") + 2)
        out.append(text[:end + 1])
        text = text[end + 2:]
    return out
