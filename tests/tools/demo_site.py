# SPDX-License-Identifier: Apache-2.0
"""Starts the demo site for a test, with a certificate of its own, and reads its request log."""

import json
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile
import time

SERVE = pathlib.Path(__file__).resolve().parents[2] / "demo" / "serve.py"
START_LIMIT = 30  # seconds until READY, on a busy machine
NAMES = ("portal.sakura.test", "denied.sakura.test", "localhost")


def make_certificate(folder, names=NAMES):
    """A self-signed certificate that serves as its own CA; returns (certificate, key) paths."""
    cert, key = folder / "site.crt", folder / "site.key"
    alternatives = ",".join([f"DNS:{name}" for name in names] + ["IP:127.0.0.1"])
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                    "-subj", "/CN=Sudare demo site", "-addext", f"subjectAltName={alternatives}",
                    "-addext", "extendedKeyUsage=serverAuth", "-keyout", key, "-out", cert],
                   check=True, stderr=subprocess.DEVNULL)
    return cert, key


class DemoSite:
    """Context manager around demo/serve.py. `url` ends in "/"; `port` is the listening port."""

    def __init__(self, plain=False, bind="127.0.0.1", arguments=()):
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="demo-site-"))
        self.log_path = self._folder / "requests.jsonl"
        self.cert = None
        command = [sys.executable, str(SERVE), "--bind", bind, "--log", str(self.log_path), *arguments]
        if plain:
            command.append("--plain")
        else:
            self.cert, key = make_certificate(self._folder)
            command += ["--cert", str(self.cert), "--key", str(key)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self._read_ready()
        self.port = int(self.url.rstrip("/").rpartition(":")[2])

    def _read_ready(self):
        if select.select([self.process.stdout], [], [], START_LIMIT)[0]:
            line = self.process.stdout.readline()
            if line.startswith("READY "):
                return line.split()[1]
        self.close()
        raise RuntimeError("the demo site did not start")

    def requests(self):
        """All records so far (see demo/sakura/requestlog.py)."""
        if not self.log_path.exists():
            return []
        return [json.loads(line) for line in self.log_path.read_text(encoding="utf-8").splitlines()]

    def wait_for(self, condition, limit=30.0):
        """The first record that satisfies `condition`, or None after `limit` seconds."""
        end = time.monotonic() + limit
        while True:
            for record in self.requests():
                if condition(record):
                    return record
            if time.monotonic() > end:
                return None
            select.select([], [], [], 0.05)  # poll interval of a condition, not a sleep for luck

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
