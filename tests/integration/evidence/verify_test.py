# SPDX-License-Identifier: Apache-2.0
"""sudare-verify against logs of a real broker, signed by a real sudare-signer, and against what people who
know the format would make of them."""
import base64
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

from signed_log import BIN, DEADLINE, SignedBroker, Signer
from tree import framed, leaf, records, root

PROVEN, CHANGED, NOT_CHECKED, NOT_PROVEN = range(4)
SEGMENT = "00000000000000000000.log"


def verify(*arguments):
    return subprocess.run([BIN / "sudare-verify", *map(str, arguments)], capture_output=True, text=True,
                          timeout=DEADLINE, check=False)


def make_log(test):
    """(directory of a copy of a signed log, the signer's public line, the broker's directory)"""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-verify-"))
    test.addClassCleanup(shutil.rmtree, directory, ignore_errors=True)
    signer = Signer(directory).start()
    broker = SignedBroker(directory, SignedBroker.settings())
    try:
        for number in range(4):
            broker.ctl("policy", "set", "default", "access.idle_minutes", str(10 + number))
            broker.wait_signed()
        broker.ctl("user", "add", "sakura", "--password-stdin", stdin="correct horse battery\n")
        broker.stop()
    finally:
        broker.end()
        signer.stop()
    return broker.audit, (signer.state / "signer.pub").read_text().strip()


class Verify(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.original, cls.key = make_log(cls)
        cls.whole = (cls.original / SEGMENT).read_bytes()
        cls.records = records(cls.whole)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sudare-copy-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.log = self.folder / "audit"
        shutil.copytree(self.original, self.log)
        self.segment = self.log / SEGMENT

    def check(self, code, *faults, key=None):
        done = verify(self.log, "--json", "--key", key or self.key)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual([found["fault"] for found in report["findings"]], list(faults))
        return report


class WholeLogs(Verify):
    def test_a_whole_log_is_proven(self):
        report = self.check(PROVEN)
        self.assertEqual(report["verdict"], "proven")
        self.assertEqual(report["records"], len(self.records))
        self.assertEqual(report["unsigned_records"], 0)
        self.assertEqual(report["checkpoint"]["records"], len(self.records))
        self.assertEqual(report["checkpoint"]["root"], root([leaf(r) for r in self.records]).hex())
        self.assertEqual(report["last_hash"], leaf(self.records[-1]).hex())
        self.assertEqual(report["checkpoint"]["key"], self.key.split("+")[1])

    def test_one_screen_in_both_languages(self):
        for language, words in (("en", ("PROVEN", "Proven by signature", "Not proven")),
                                ("ja", ("証明されました", "署名によって証明されたこと", "証明されていないこと"))):
            said = verify(self.log, "--key", self.key, "--lang", language).stdout
            for word in (*words, self.key.split("+")[1], str(len(self.records))):
                self.assertIn(word, said)
            self.assertLessEqual(len(said.splitlines()), 24)

    def test_the_key_as_a_file_and_a_wrong_key(self):
        file = self.folder / "signer.pub"
        file.write_text("# the city's\n" + self.key + "\n")
        self.check(PROVEN, key=file)
        (self.folder / "other").mkdir()
        other = Signer(self.folder / "other").made.strip()
        report = self.check(NOT_PROVEN, key=other)
        self.assertIsNone(report["checkpoint"])
        self.assertGreater(report["checkpoints_of_other_keys"], 0)
        self.assertEqual(verify(self.log).returncode, NOT_PROVEN)
        self.assertEqual(verify(self.log, "--key", self.key[:-4]).returncode, NOT_CHECKED)
        self.assertEqual(verify(self.folder / "nothing", "--key", self.key).returncode, NOT_CHECKED)

    def test_a_torn_tail_is_told_and_no_change(self):
        for tail in (b"\0" * 300, b"\0\0\0\x50" + b"\1" * 20, self.whole[-40:]):
            self.segment.write_bytes(self.whole + tail)
            self.assertEqual(self.check(PROVEN)["torn_bytes"], len(tail))

    def test_files_that_are_set_aside_or_strange(self):
        (self.log / (SEGMENT + ".torn-12-34")).write_bytes(b"x")
        (self.log / "\x1b[31mred").write_bytes(b"x")
        report = self.check(PROVEN)
        self.assertEqual(report["set_aside"], [SEGMENT + ".torn-12-34"])
        self.assertEqual(report["strange_files"], ["\\x1b[31mred"])
        self.assertNotIn("\x1b", verify(self.log, "--key", self.key).stdout)

    def test_a_running_broker(self):
        signer = Signer(self.folder).start()
        self.addCleanup(signer.stop)
        broker = SignedBroker(self.folder, SignedBroker.settings())
        self.addCleanup(broker.end)
        broker.wait_signed()
        self.log = broker.audit
        writing = subprocess.Popen([BIN / "sudarectl", "--socket", broker.admin_socket, "log", "--follow"],
                                   stdout=subprocess.DEVNULL)
        self.addCleanup(writing.wait)
        self.addCleanup(writing.terminate)
        for number in range(30):
            broker.ctl("session", "list")
            self.check(PROVEN, key=(signer.state / "signer.pub"))

    def test_it_links_libcrypto_and_nothing_else(self):
        said = subprocess.run(["ldd", BIN / "sudare-verify"], capture_output=True, text=True, check=True).stdout
        names = {line.split()[0].rsplit("/", 1)[-1].split(".so")[0] for line in said.splitlines()}
        self.assertIn("libcrypto", names)
        self.assertLessEqual({n for n in names if not n.startswith(("ld-linux", "linux-vdso"))},
                             {"libcrypto", "libstdc++", "libm", "libgcc_s", "libc", "libdl", "libpthread", "libasan",
                              "libubsan"})


class ChangedLogs(Verify):
    """Each by somebody who knows the format and computes every checksum and hash anew, but has no key."""

    def rewrite(self, changed):
        """Records with new numbers, chain and checksums."""
        previous, out = bytes(32), b""
        for index, record in enumerate(changed):
            record = record[:2] + struct.pack(">Q", index) + record[10:20] + previous + record[52:]
            previous = leaf(record)
            out += framed(record)
        self.segment.write_bytes(out)

    def test_the_rewriting_is_no_change_by_itself(self):  # the control of those below
        self.rewrite(self.records)
        self.assertEqual(self.segment.read_bytes(), self.whole)
        self.check(PROVEN)

    def test_a_changed_a_removed_an_inserted_and_two_exchanged_records(self):
        at = next(i for i, record in enumerate(self.records) if b"access.idle_minutes" in record)
        changed = list(self.records)
        changed[at] = changed[at].replace(b"access.idle", b"access.idol")
        removed = self.records[:at] + self.records[at + 1:]
        inserted = self.records[:at] + [self.records[at]] + self.records[at:]
        exchanged = list(self.records)
        exchanged[at:at + 2] = exchanged[at + 1], exchanged[at]
        for kind, harm in (("changed", changed), ("removed", removed), ("inserted", inserted), ("exchanged", exchanged)):
            with self.subTest(kind):
                self.rewrite(harm)
                done = verify(self.log, "--json", "--key", self.key)
                self.assertEqual(done.returncode, CHANGED)
                faults = {found["fault"] for found in json.loads(done.stdout)["findings"]}
                self.assertTrue(faults & {"checkpoint_root", "records_missing", "clock"}, faults)

    def test_without_computing_anew(self):
        for harm, fault in ((self.records[1:], "index"), (self.records[:3] + self.records[4:], "index"),
                            ([self.records[0], self.records[1][:20] + bytes(32) + self.records[1][52:]], "chain"),
                            ([self.records[0][:1] + b"\x02" + self.records[0][2:]], "form")):
            self.segment.write_bytes(b"".join(map(framed, harm)))
            self.check(CHANGED, fault)
        self.segment.write_bytes(self.whole[:100] + b"\xff" + self.whole[101:])
        self.check(CHANGED, "damaged")

    def test_cut_at_every_record_and_within(self):
        offset = 0
        for record in self.records[:-1]:
            offset += len(record) + 8
            for cut in (offset, offset + 5):
                self.segment.write_bytes(self.whole[:cut])
                self.check(CHANGED, "records_missing")
        self.segment.unlink()
        self.check(CHANGED, "no_records", "records_missing")

    def test_an_older_state_of_log_and_checkpoints_is_what_only_a_follower_sees(self):
        first = (self.log / "checkpoints").read_text().split("\n\n— ")[0].split("\n")[1]
        self.rewrite(self.records[:int(first)])
        note = (self.log / "checkpoints").read_text().split("\n\n")
        (self.log / "checkpoint").write_text("\n\n".join(note[:2]) + "\n")
        (self.log / "checkpoints").unlink()
        report = self.check(PROVEN)
        self.assertEqual(report["records"], int(first))

    def test_a_clock_that_went_back_without_saying_so(self):
        changed = list(self.records)
        times = [struct.unpack_from(">q", record, 10)[0] for record in changed]
        changed[3] = changed[3][:10] + struct.pack(">q", times[2] - 1) + changed[3][18:]
        self.rewrite(changed)
        self.assertIn("clock", json.loads(verify(self.log, "--json", "--key", self.key).stdout)["findings"][0]["fault"])

    def test_checkpoints_that_are_changed_mixed_or_foreign(self):
        note = (self.log / "checkpoint").read_text()
        lines = note.split("\n")
        forged = "\n".join([lines[0], str(int(lines[1]) - 1), *lines[2:]])
        (self.log / "checkpoint").write_text(forged)
        self.check(CHANGED, "checkpoint_signature")
        (self.log / "checkpoint").write_text(note[:-3])
        self.check(CHANGED, "checkpoint_form")
        (self.log / "checkpoint").write_text(note)
        history = (self.log / "checkpoints").read_text()
        (self.log / "checkpoints").write_text(history + "what is this\n")
        self.check(CHANGED, "checkpoint_form")
        (self.log / "checkpoints").write_text(history + note[:50])  # what a crash leaves
        self.check(PROVEN)


class Bundles(Verify):
    def extract(self, which):
        out = self.folder / "some.tlog-proof"
        out.unlink(missing_ok=True)
        done = verify(self.log, "--key", self.key, "--extract", which, "--out", out)
        self.assertEqual(done.returncode, PROVEN, done.stderr)
        return out

    def test_records_with_their_proofs(self):
        for which, count in (("0", 1), ("2,4-6", 4), (f"0-{len(self.records) - 1}", len(self.records))):
            bundle = self.extract(which)
            done = verify(bundle, "--key", self.key, "--json")
            self.assertEqual(done.returncode, PROVEN, done.stdout)
            report = json.loads(done.stdout)
            self.assertEqual(len(report["records"]), count)
            self.assertTrue(all(row["proven"] for row in report["records"]))
            self.assertEqual(report["without_gap"], which != "2,4-6")
        self.assertIn("user_added", verify(bundle, "--key", self.key, "--lang", "ja").stdout)
        self.assertEqual(verify(bundle).returncode, NOT_PROVEN)

    def test_its_form_is_c2sp_tlog_proof(self):
        lines = self.extract("3").read_text().split("\n")
        self.assertEqual(lines[0], "c2sp.org/tlog-proof@v1")
        self.assertEqual(base64.b64decode(lines[1].removeprefix("extra ")), self.records[3])
        self.assertEqual(lines[2], "index 3")
        self.assertEqual("\n".join(lines[lines.index("") + 1:]), (self.log / "checkpoint").read_text())

    def test_every_changed_byte_is_found(self):
        text = self.extract("1").read_bytes()
        for at in range(0, len(text), 3):
            changed = bytearray(text)
            changed[at] ^= 1 << at % 8
            (self.folder / "changed").write_bytes(changed)
            self.assertNotEqual(verify(self.folder / "changed", "--key", self.key).returncode, PROVEN, at)

    def test_what_cannot_be_proven_is_not_written(self):
        for which in ("99999", "3-1", "x", "1,,2"):
            done = verify(self.log, "--key", self.key, "--extract", which, "--out", self.folder / "none")
            self.assertEqual(done.returncode, NOT_CHECKED, which)
        self.segment.write_bytes(self.whole[:200] + bytes([self.whole[200] ^ 1]) + self.whole[201:])
        done = verify(self.log, "--key", self.key, "--extract", "0", "--out", self.folder / "none")
        self.assertEqual(done.returncode, NOT_CHECKED)
        self.assertFalse((self.folder / "none").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
