#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What docs/operations.md and docs/audit-log.md tell people to do is done here: certificates from
`sudarectl pki`, the example settings start the programs, the commands for the first
user run, and the checker in the audit log's page accepts a real log and no damaged one.

The examples are used as they stand; only places are replaced (paths, addresses, ports, uids)."""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "demo"))
from processes import Process  # noqa: E402

BIN = pathlib.Path(os.environ["SUDARE_BIN"])
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
AUDIT = (ROOT / "docs" / "audit-log.md").read_text(encoding="utf-8")


def blocks(page, language=""):
    every = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.S | re.M)
    return [text for name, text in every if name == language]


def example(name):
    found = [text for text in blocks(OPERATIONS, "toml") if text.startswith(f"# /etc/sudare/{name}\n")]
    assert len(found) == 1, f"{name}: {len(found)} examples"
    return found[0]


def commands(containing):
    """The sudarectl lines of the block that contains this, as argument lists."""
    block = next(text for text in blocks(OPERATIONS) if containing in text)
    return [shlex.split(line, comments=True) for line in block.splitlines() if line.startswith("sudarectl")]


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="sudare-docs-")
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.dir = pathlib.Path(cls.temporary.name)
        cls.ca = cls.dir / "sudare-ca"
        cls.env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "SUDARE_PKI_DIR": str(cls.ca),
                   "SUDARE_PKI_PASSPHRASE_FILE": str(cls.dir / "passphrase")}
        (cls.dir / "passphrase").write_text("a passphrase of the documents\n")
        subprocess.run([BIN / "sudare", "--make-request", "pc-0421", "--out", cls.dir], check=True,
                       capture_output=True, env={**cls.env, "HOME": str(cls.dir)})
        for argv in commands("pki init"):
            if argv[:3] != ["sudarectl", "pki", "revoke"]:  # of the terminal that is needed below
                cls.sudarectl(argv[1:], code=6 if argv[1:3] == ["pki", "check"] else 0)  # the list ends in 7 days
        cls.install_certificates()

    @classmethod
    def place(cls, text):
        """The same text for this machine."""
        for old, new in [("/srv/sudare-ca", cls.ca), ("/etc/sudare", cls.dir / "etc"), ("/run/sudare", cls.dir / "run"),
                         ("/var/lib/sudare", cls.dir / "state")]:
            text = text.replace(old, str(new))
        text = re.sub(r'^address = "[\d.]+"$', 'address = "127.0.0.1"', text, flags=re.M)
        text = re.sub(r"^port = \d+$", "port = 0", text, flags=re.M)
        text = re.sub(r"^link_uid = \d+$", f"link_uid = {os.getuid()}", text, flags=re.M)
        text = re.sub(r"^(link|admin|reader)_gid = \d+$", rf"\1_gid = {os.getgid()}", text, flags=re.M)
        text = text.replace('resource_limits = "required"', 'resource_limits = "optional"')
        return text if os.getuid() == 0 else text.replace("uid_base = 700000\n", "")

    @classmethod
    def sudarectl(cls, arguments, code=0, **options):
        done = subprocess.run([BIN / "sudarectl", *[cls.place(a) for a in arguments]], env=cls.env, cwd=cls.dir,
                              capture_output=True, text=True, check=False, **options)
        assert done.returncode == code, f"{arguments}: {done.returncode} {done.stdout}{done.stderr}"
        return done.stdout

    @classmethod
    def install_certificates(cls):
        """As the table of directories says."""
        for folder, names in [("gateway", ["gateway/gateway", "border/border"]), ("host", ["host/host1"])]:
            target = cls.dir / "etc" / folder
            target.mkdir(parents=True)
            files = [f"{name}.{kind}" for name in names for kind in ("crt", "key")] + ["ca.crt", "crl.pem"]
            for name in files:
                copy = target / pathlib.Path(name).name
                copy.write_bytes((cls.ca / name).read_bytes())
                copy.chmod(0o600)
        (cls.dir / "run").mkdir()
        (cls.dir / "run-recorder").mkdir()
        (cls.dir / "state-audit").mkdir()
        (cls.dir / "etc" / "forwarder").mkdir()  # from the collector's CA; any does here
        for name, source in (("ca.crt", "ca.crt"), ("border.crt", "border/border.crt"), ("border.key", "border/border.key")):
            (cls.dir / "etc" / "forwarder" / name).write_bytes((cls.ca / source).read_bytes())
        (cls.dir / "etc" / "forwarder" / "border.key").chmod(0o600)
        (cls.dir / "state-recordings").mkdir()  # as sudare-recorder makes it
        (cls.dir / "pc-0421.crt").write_bytes((cls.ca / "terminal" / "pc-0421.crt").read_bytes())

    def start(self, name, settings):
        path = self.dir / "etc" / f"{name}.toml"
        path.write_text(self.place(settings), encoding="utf-8")
        process = Process(f"sudare-{name}", [BIN / f"sudare-{name}", "--config", path], self.dir)
        self.addCleanup(process.stop)
        return process.wait_ready()

    def test_the_example_settings_start_the_programs(self):
        self.assertEqual(self.start("recorder", example("recorder.toml")), str(self.dir / "run-recorder" / "recorder.sock"))
        broker = self.start("broker", example("broker.toml"))
        self.assertEqual(broker, str(self.dir / "run" / "admin.sock"))
        forwarder = example("forwarder.toml")
        self.assertIn('address = "10.9.0.40"', forwarder)
        self.assertEqual(self.start("forwarder", forwarder), "log.city.example.lg.jp")
        address = self.start("host", example("host.toml"))
        self.assertRegex(address, r"^127\.0\.0\.1:\d+$")
        gateway = example("gateway.toml")
        self.assertIn('address = "10.9.0.20:8444"', gateway)
        self.assertRegex(self.start("gateway", gateway.replace("10.9.0.20:8444", address)), r"^127\.0\.0\.1:\d+$")

    def test_a_misspelt_field_is_refused(self):
        """Control of the test above: a program does look at the fields of the example."""
        path = self.dir / "etc" / "misspelt.toml"
        path.write_text(self.place(example("broker.toml")).replace("link_uid", "link_user"), encoding="utf-8")
        done = subprocess.run([BIN / "sudare-broker", "--config", path], env=self.env, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('field "link_user" is not known', done.stderr)

    def test_first_user_and_the_checker_of_the_log(self):
        socket = self.start("broker", example("broker.toml"))
        for argv in commands("terminal add pc-0421"):
            self.sudarectl(["--socket", socket, *argv[1:]])
        rows = [json.loads(line) for line in
                self.sudarectl(["--socket", socket, "--json", "policy", "explain", "sakura"]).splitlines()]
        self.assertIn(("web.hosts", "allow:.lg.jp"), [(row["field"], row["value"]) for row in rows])
        status = json.loads(self.sudarectl(["--socket", socket, "--json", "status"]))
        self.assertEqual(status["audit"], "ok")
        (log,) = (self.dir / "state" / "audit").glob("*.log")
        self.check_checker(log.read_bytes(), status["audit_records"])

    def check_checker(self, log, records):
        (code,) = blocks(AUDIT, "python")
        copy = self.dir / "copy.log"

        def verdict(data):
            copy.write_bytes(data)
            return subprocess.run([sys.executable, "-c", code, copy], capture_output=True, text=True, check=False)

        whole = verdict(log)
        self.assertEqual(whole.returncode, 0, whole.stderr)
        self.assertTrue(whole.stdout.startswith(f"{records} records, last hash "), whole.stdout)
        for at in range(0, len(log), 29):  # every field of a record is hit somewhere
            self.assertNotEqual(verdict(log[:at] + bytes([log[at] ^ 4]) + log[at + 1:]).returncode, 0, f"byte {at}")
        first = 8 + int.from_bytes(log[:4], "big")
        self.assertNotEqual(verdict(log[first:]).returncode, 0, "first record removed")
        self.assertNotEqual(verdict(log[:-1]).returncode, 0, "torn")
        # What the page says that the chain alone does not show:
        last = self.last_frame(log)
        self.assertEqual(verdict(log[:last]).returncode, 0)

    @staticmethod
    def last_frame(log):
        at = 0
        while at + 8 + int.from_bytes(log[at:at + 4], "big") < len(log):
            at += 8 + int.from_bytes(log[at:at + 4], "big")
        return at


if __name__ == "__main__":
    unittest.main(verbosity=2)
