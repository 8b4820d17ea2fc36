# SPDX-License-Identifier: Apache-2.0
"""sudare-probe driven from Python: one line goes in, one JSON line comes back.

    with Probe(chain, "sakura", password) as probe:
        probe.start()
        probe.click(300, 200)
        probe.command("wait_still 300 10000")
"""

import json
import os
import select
import subprocess
import time

LIMIT = 660  # seconds for one answer; above every timeout that a command can have


class ProbeError(Exception):
    """A command that was answered with ok=false; the answer is in .answer."""

    def __init__(self, line, answer):
        super().__init__(f"{line}: {answer.get('error')} {answer}")
        self.answer = answer


class Probe:
    def __init__(self, chain, user, password, terminal="probe", size="1024x768", scale=120, keyboard="us", locale="ja",
                 arguments=(), server=None):
        self.chain = chain
        self.folder = chain.probe_folder()
        certificate, key = chain.terminal(terminal)
        argv = [chain.bin / "sudare-probe", "--server", server or chain.server, "--cert", certificate, "--key", key,
                "--ca", chain.pki / "ca.crt", "--crl", chain.pki / "crl.pem", "--user", user, "--size", size,
                "--scale", scale, "--keyboard", keyboard, "--locale", locale, *arguments]
        read_end, write_end = os.pipe()
        os.write(write_end, password.encode() + b"\n")
        os.close(write_end)
        argv += ["--password-fd", read_end]
        self.log_path = chain.logs / f"probe-{user}-{time.monotonic_ns()}.log"
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([str(a) for a in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=log, env=chain.environment(), cwd="/", pass_fds=(read_end,),
                                            **chain.viewer_identity())
        os.close(read_end)
        self._pending = b""

    # --- the conversation --------------------------------------------------------------------
    def send(self, line):
        """Sends a line without waiting for its answer; see answer()."""
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def answer(self, limit=LIMIT):
        deadline = time.monotonic() + limit
        while b"\n" not in self._pending:
            readable, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 65536) if readable else b""
            if not piece:
                why = "no answer in time" if not readable else f"ended: {self.process.wait()}"
                raise RuntimeError(f"sudare-probe: {why}\n" + self.log_path.read_text(errors="replace")[-2000:])
            self._pending += piece
        line, self._pending = self._pending.split(b"\n", 1)
        return json.loads(line)

    def ask(self, line):
        """The answer, whatever it is."""
        self.send(line)
        return self.answer()

    def command(self, line):
        """The answer; ProbeError when it is not ok."""
        answer = self.ask(line)
        if not answer["ok"]:
            raise ProbeError(line, answer)
        return answer

    # --- the commands that tests use all the time -----------------------------------------------
    def start(self):
        return self.command("start")

    def click(self, x, y, button="left"):
        return self.command(f"click {int(x)} {int(y)} {button}")

    def type(self, text):
        return self.command("type " + text)

    def press(self, keys):
        """One key, or several joined by plus."""
        return self.command("combo " + keys)

    def still(self, quiet_ms=400, timeout_ms=20000):
        return self.command(f"wait_still {quiet_ms} {timeout_ms}")

    def go(self, url, quiet_ms=500):
        """Opens an address by the address bar, as a person does."""
        self.press("ctrl+l")
        self.command("wait_text_field url 10000")
        self.type(url)
        self.press("Return")
        return self.still(quiet_ms)

    def resize(self, width, height):
        self.command(f"resize {width} {height}")
        self.command(f"wait_size {width} {height} 20000")
        return self.still(600)

    def change(self, *area, timeout_ms=20000):
        return self.command(" ".join(str(v) for v in ("wait_change", *area, timeout_ms)))

    def colour(self, x, y, rgb, timeout_ms=20000, tolerance=0):
        return self.command(f"wait_colour {x} {y} {rgb} {timeout_ms} {tolerance}")

    def pixel(self, x, y):
        return self.command(f"pixel {x} {y}")["colour"]

    def hash(self, *area):
        return self.command(" ".join(str(v) for v in ("hash", *area)))["sha256"]

    def png(self, name, *area):
        """Writes a picture into the chain's directory and returns its path."""
        path = self.folder / name
        self.command(" ".join(str(v) for v in ("png", path, *area)))
        return path

    def stats(self):
        return self.command("stats")

    def end(self):
        return self.command("end")

    def stop(self):
        """Leaves as it stands: an open session is abandoned. Returns the exit status."""
        if self.process.poll() is None:
            self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.process.stdout.close()
        return self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
