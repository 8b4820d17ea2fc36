# SPDX-License-Identifier: Apache-2.0
"""The CA's key lies on the disk under a passphrase: from a file, and asked for on a real terminal without echo."""
import json
import os
import pathlib
import pty
import subprocess
import tempfile
import unittest

CTL = pathlib.Path(os.environ["SUDARE_BIN"]) / "sudarectl"
WORDS = "a long passphrase"


def on_a_terminal(argv, *typed):
    """(exit code, what stood on the terminal) of a program that asks there, one answer for each question."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(argv[0], [str(part) for part in argv])
    shown = b""
    for answer in typed:
        while not shown.rstrip(b" ").endswith(b":"):
            shown += os.read(terminal, 4096)
        os.write(terminal, answer.encode() + b"\n")
        shown += b"|"
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:
        pass  # the other end is closed
    status = os.waitpid(child, 0)[1]
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode()


class Passphrase(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="sudare-pki-")
        self.addCleanup(temporary.cleanup)
        self.dir = pathlib.Path(temporary.name)
        self.ca = self.dir / "ca"
        self.file = self.dir / "passphrase"
        self.file.write_text(WORDS + "\n")

    def run_ctl(self, *arguments):
        """Without a terminal of its own."""
        return subprocess.run([CTL, "--lang", "en", "pki", *map(str, arguments)], capture_output=True, text=True,
                              start_new_session=True, stdin=subprocess.DEVNULL)

    def test_from_a_file(self):
        done = self.run_ctl("init", self.ca, "--passphrase-file", self.file)
        self.assertEqual(done.returncode, 0, done.stderr)
        key = (self.ca / "ca.key").read_text()
        self.assertIn("BEGIN ENCRYPTED PRIVATE KEY", key)
        shown = subprocess.run(["openssl", "asn1parse", "-in", self.ca / "ca.key"], capture_output=True, text=True).stdout
        self.assertIn("scrypt", shown)
        issue = ("issue", "terminal", "pc-1", "--dir", self.ca)
        self.assertEqual(self.run_ctl(*issue, "--passphrase-file", self.file).returncode, 0)
        without = self.run_ctl(*issue)
        self.assertEqual(without.returncode, 3)
        self.assertIn("--passphrase-file", without.stderr)
        self.file.write_text("another passphrase\n")
        wrong = self.run_ctl(*issue, "--passphrase-file", self.file)
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("passphrase of the CA's key is wrong", wrong.stderr)
        self.assertEqual(self.run_ctl("list", "--dir", self.ca).returncode, 0)  # certificates are no secret
        self.assertEqual(self.run_ctl("crl", "--dir", self.ca).returncode, 3)

    def test_too_short(self):
        self.file.write_text("short\n")
        done = self.run_ctl("init", self.ca, "--passphrase-file", self.file)
        self.assertIn("12 bytes", done.stderr)
        self.assertFalse((self.ca / "ca.key").exists())

    def test_a_plain_key_only_when_asked_for(self):
        self.assertEqual(self.run_ctl("init", self.ca).returncode, 3)
        self.assertFalse((self.ca / "ca.key").exists())
        self.assertEqual(self.run_ctl("init", self.ca, "--plain-key").returncode, 0)
        self.assertIn("BEGIN PRIVATE KEY", (self.ca / "ca.key").read_text())
        self.assertEqual(self.run_ctl("issue", "terminal", "pc-1", "--dir", self.ca).returncode, 0)

    def test_asked_for_on_the_terminal_without_echo(self):
        init = [CTL, "--lang", "en", "pki", "init", self.ca]
        code, shown = on_a_terminal(init, WORDS, "something else")
        self.assertEqual(code, 1)
        self.assertIn("not the same", shown)
        code, shown = on_a_terminal(init, WORDS, WORDS)
        self.assertEqual(code, 0, shown)
        self.assertNotIn(WORDS, shown)
        code, shown = on_a_terminal([CTL, "--lang", "ja", "pki", "crl", "--dir", self.ca], WORDS)
        self.assertEqual(code, 0, shown)
        self.assertIn("パスフレーズ", shown)
        self.assertNotIn(WORDS, shown)


class Request(unittest.TestCase):
    """A terminal's key is made on the terminal: by the viewer, without a display."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="sudare-pki-")
        self.addCleanup(temporary.cleanup)
        self.dir = pathlib.Path(temporary.name)
        self.pki("init", self.dir / "ca", "--plain-key")

    def pki(self, *arguments):
        return subprocess.run([CTL, "--lang", "en", "--json", "pki", *map(str, arguments)], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)

    def make(self, name, lang="en"):
        return subprocess.run([CTL.parent / "sudare", "--make-request", name, "--out", self.dir, "--lang", lang],
                              capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})

    def sign(self, name, *more):
        return self.pki("sign", self.dir / f"{name}.csr", "--dir", self.dir / "ca", *more)

    def test_made_there_and_signed_here(self):
        made = self.make("pc-0421")
        self.assertEqual(made.returncode, 0, made.stderr)
        key = self.dir / "pc-0421.key"
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        done = self.sign("pc-0421")
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)
        self.assertIn(told["key_sha256"], made.stdout)  # the same number at both ends
        public = [subprocess.run(["openssl", *command], capture_output=True, check=True).stdout for command in
                  (["x509", "-in", told["certificate"], "-noout", "-pubkey"], ["pkey", "-in", key, "-pubout"])]
        self.assertEqual(*public)
        self.assertEqual(list((self.dir / "ca").rglob("pc-0421.key")), [])
        self.assertEqual(self.make("pc-0421").returncode, 2)  # nothing is overwritten
        self.assertIn("--again", self.sign("pc-0421").stderr)
        self.assertEqual(self.sign("pc-0421", "--again", "--name", "pc-0421").returncode, 0)
        self.assertIn("not \\\"pc-9\\\"", self.sign("pc-0421", "--again", "--name", "pc-9").stderr)

    def test_in_japanese(self):
        self.assertRegex(self.make("pc-1", "ja").stdout, "[ぁ-んァ-ヶ一-龠]")

    def test_what_is_refused(self):
        self.assertEqual(self.make("../pc").returncode, 2)
        extension = self.dir / "bad.csr"
        subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                        self.dir / "bad.key", "-out", extension, "-subj", "/CN=pc-2", "-addext", "basicConstraints=CA:TRUE"],
                       check=True, capture_output=True)
        done = self.sign("bad")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Basic Constraints", done.stderr)
        self.assertEqual(self.pki("sign", self.dir / "none.csr", "--dir", self.dir / "ca").returncode, 4)

    def test_what_ends_is_announced_by_the_exit_code(self):
        check = ("check", "--dir", self.dir / "ca")
        self.assertEqual(self.pki(*check, "--within", "3").returncode, 0)
        done = self.pki(*check)  # the list is good for seven days
        self.assertEqual((done.returncode, json.loads(done.stdout)["what"]), (6, "crl"))
        self.pki("issue", "gateway", "g", "--days", "2", "--dir", self.dir / "ca")
        done = self.pki(*check, "--within", "3")
        self.assertEqual((done.returncode, json.loads(done.stdout)["name"]), (6, "g"))
        self.pki("issue", "gateway", "g", "--dir", self.dir / "ca")  # the next one is there
        self.assertEqual(self.pki(*check, "--within", "3").returncode, 0)
        files = [self.dir / "ca" / "ca.crt", self.dir / "ca" / "crl.pem"]
        self.assertEqual(self.pki("check", "--within", "3", *files).returncode, 0)
        self.assertEqual(self.pki("check", "--within", "8", *files).returncode, 6)
        self.assertEqual(self.pki("check", self.dir / "ca" / "index.txt").returncode, 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
