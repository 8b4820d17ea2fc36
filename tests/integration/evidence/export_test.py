# SPDX-License-Identifier: Apache-2.0
"""sudarectl evidence export of a real broker with a real signer, and what sudare-verify says of the bundle. That every
byte of every file is held is shown in ExportTest (tests/unit/server/broker/search), in one process."""
import csv
import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from signed_log import BIN, DEADLINE, Broker, SignedBroker, Signer

REASON = "捜査関係事項照会 12"
NASTY = '=1+1,"\u202e\n'


def verify(folder, *keys, language="--json"):
    """(exit code, what it said)"""
    arguments = [BIN / "sudare-verify", *([language] if language == "--json" else ["--lang", language])]
    for key in keys:
        arguments += ["--key", str(key)]
    done = subprocess.run([*arguments, str(folder)], capture_output=True, text=True, timeout=DEADLINE)
    said = json.loads(done.stdout) if language == "--json" and done.returncode != 2 else done.stdout + done.stderr
    return done.returncode, said


class ExportTest(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-export-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def begin(self):
        self.signer = Signer(self.directory)
        self.addCleanup(lambda: self.signer.stop())
        self.signer.start()
        self.broker = SignedBroker(self.directory, SignedBroker.settings())
        self.addCleanup(lambda: self.broker.end())
        self.key = self.signer.state / "signer.pub"
        self.user, _ = self.broker.add()
        self.broker.ctl("user", "disable", self.user)
        self.broker.ctl("evidence", "search", "--text", "x", "--reason", NASTY.strip(), check=False)

    def export(self, name, *arguments, check=True):
        folder = self.directory / name
        done = self.broker.ctl("evidence", "export", "--out", str(folder), "--reason", REASON, *arguments, check=False)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
        return folder, done

    def test_a_bundle_and_what_is_done_to_it(self):
        self.begin()
        folder, done = self.export("one", "--user", self.user, "--signer-key", str(self.key))
        rows = self.broker.ctl("evidence", "search", "--user", self.user)
        self.assertEqual(sorted(p.name for p in folder.iterdir()),
                         ["README.txt", "export.tlog-proof", "manifest", "records.csv", "records.jsonl", "records.tlog-proof",
                          "schema.json", "signer.pub"])
        exported = [json.loads(line) for line in (folder / "records.jsonl").read_text().splitlines()]
        self.assertEqual([r["index"] for r in exported], [r["index"] for r in rows])
        self.assertEqual([r["event"] for r in exported], [r["event"] for r in rows])
        json.loads((folder / "schema.json").read_text())
        code, said = verify(folder, self.key)
        self.assertEqual((code, said["verdict"], said["findings"]), (0, "proven", []), said)
        self.assertEqual(said["signed_records"], len(rows))
        self.assertEqual(said["reason"], REASON)
        # Who, why and the manifest's hash are in the log, before the manifest was handed out.
        record = self.broker.events("evidence_exported")[-1]
        self.assertEqual(record["hash"], hashlib.sha256((folder / "manifest").read_bytes()).hexdigest())
        self.assertEqual((record["cause"], record["number"], record["index"]), (REASON, len(rows), said["export_record"]))
        self.assertIn("user=" + self.user, record["filter"])
        searched = [r["index"] for r in self.broker.events("evidence_searched") if "use=export" in r["filter"]]
        self.assertEqual([index < record["index"] for index in searched], [True])
        for language in ("en", "ja"):
            code, said = verify(folder, self.key, language=language)
            self.assertEqual(code, 0)
            self.assertIn(REASON, said)
        self.assertEqual(verify(folder)[0], 3)  # without a key nothing is proven
        self.attack(folder)

    def attack(self, folder):
        copy = self.directory / "copy"

        def after(change):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(folder, copy)
            change()
            return verify(copy, self.key)[0]

        self.assertEqual(after(lambda: None), 0)  # control
        table = copy / "records.csv"
        self.assertEqual(after(lambda: table.write_bytes(b"".join(table.read_bytes().splitlines(True)[:-1]))), 1)
        self.assertEqual(after(lambda: (copy / "more.txt").write_text("x")), 1)
        self.assertEqual(after(lambda: (copy / "deep").mkdir()), 1)
        self.assertEqual(after(lambda: (copy / "manifest").unlink()), 1)
        self.assertEqual(after(lambda: (copy / "export.tlog-proof").unlink()), 1)

        def elsewhere():
            table.rename(self.directory / "records.csv")
            table.symlink_to(self.directory / "records.csv")
        self.assertEqual(after(elsewhere), 1)
        manifest = copy / "manifest"
        self.assertEqual(after(lambda: manifest.write_text(manifest.read_text().replace(" README.txt", " ../README.txt"))), 1)

    def test_what_is_refused_and_what_is_left_behind(self):
        self.begin()
        self.assertEqual(self.export("a", "--event", "no_such", check=False)[1].returncode, 1)
        (self.directory / "there").mkdir()
        self.assertEqual(self.export("there", "--user", self.user, check=False)[1].returncode, 1)
        done = self.broker.ctl("evidence", "export", "--out", str(self.directory / "b"), "--user", self.user, check=False)
        self.assertEqual(done.returncode, 2)  # no reason
        folder, done = self.export("none", "--user", "nobody", check=False)
        self.assertEqual((done.returncode, verify(folder, self.key)[0]), (4, 0))
        self.assertEqual([p.name for p in self.directory.iterdir() if p.name.endswith(".unfinished")], [])
        folder, _ = self.export("all", "--event", "evidence_searched")
        self.assertEqual(verify(folder, self.key)[0], 0)
        text = (folder / "records.csv").read_text(encoding="utf-8-sig")
        self.assertNotIn("\u202e", text)
        cells = [cell for line in csv.reader(text.splitlines()) for cell in line]
        self.assertFalse([cell for cell in cells if cell[:1] in ("=", "+", "-", "@")])
        self.assertTrue([cell for cell in cells if cell.startswith("'=1+1")])

    def test_without_a_signer_it_is_said_and_not_proven(self):
        self.broker = Broker()
        self.addCleanup(lambda: self.broker.remove())
        self.user, _ = self.broker.add()
        folder, done = self.export("one", "--user", self.user)
        self.assertIn("NOT SIGNED", (folder / "README.txt").read_text())
        code, said = verify(folder)
        self.assertEqual((code, said["verdict"], said["findings"]), (3, "not_proven", []))


if __name__ == "__main__":
    unittest.main()
