# SPDX-License-Identifier: Apache-2.0
"""A real rsyslog that receives syslog over TLS, and RFC 5424 read by Python alone."""
import pathlib
import re
import shutil
import signal
import socket
import subprocess

DEADLINE = 20
HEADER = re.compile(r"<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) ")
NAME = "log.test"


def parse(line):
    """A message as a dict of its structured data, with "pri", "time", "host", "app", "event", "words"."""
    head = HEADER.match(line)
    assert head, line
    pri, time, host, app, process, event = head.groups()
    assert process == "-", line
    at = head.end()
    assert line[at] == "[", line
    at = line.index(" ", at)
    element, values = line[head.end() + 1:at], {}
    while line[at] == " ":
        equals = line.index("=", at)
        name, at, value = line[at + 1:equals], equals + 2, ""
        assert line[equals + 1] == '"', line
        while line[at] != '"':
            if line[at] == "\\":
                at += 1
                assert line[at] in '"\\]', line
            else:
                assert line[at] != "]", line
            value, at = value + line[at], at + 1
        assert name not in values, line
        values[name], at = value, at + 1
    assert line[at] == "]", line
    words = line[at + 1:]
    assert not words or words.startswith(" \ufeff"), line
    return values | {"pri": int(pri), "time": time, "host": host, "app": app, "event": event, "element": element,
                     "words": words[2:]}


class Certificates:
    """Made once by the openssl command: an authority, another one, a collector's and a sender's certificate."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        for name in ("ca", "other_ca"):
            self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                     self.key(name), "-out", self.pem(name), "-subj", f"/CN={name}", "-days", "30")
        self.make("collector", "ca", NAME)
        self.make("sender", "ca", "sudare.test")
        self.make("other_sender", "other_ca", "sudare.test")

    def make(self, name, authority, dns):
        extension = self.directory / "extension"
        extension.write_text(f"subjectAltName=DNS:{dns}\n")
        self.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.key(name),
                 "-out", self.directory / "request", "-subj", "/CN=nothing")
        self.run("x509", "-req", "-in", self.directory / "request", "-CA", self.pem(authority), "-CAkey",
                 self.key(authority), "-CAcreateserial", "-days", "30", "-out", self.pem(name), "-extfile", extension)

    def pem(self, name):
        return self.directory / f"{name}.pem"

    def key(self, name):
        return self.directory / f"{name}.key"

    @staticmethod
    def run(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=DEADLINE)


class Collector:
    """rsyslogd with one TLS listener, which writes each message as it came into `out`."""

    def __init__(self, directory, certificates, wait_until):
        self.directory, self.certificates, self.wait_until = pathlib.Path(directory), certificates, wait_until
        self.directory.mkdir(parents=True)
        self.out = self.directory / "out"
        self.process = None
        # A name that no AppArmor profile of the machine has: it runs beside a system's own rsyslog.
        # Copied by another process: a child that this one forks meanwhile would keep it open to write ("text file busy").
        self.program = self.directory / "collector"
        subprocess.run(["cp", shutil.which("rsyslogd", path="/usr/sbin:/usr/bin"), self.program], check=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self, mutual=False, newest="TLSv1.3"):
        made = self.certificates
        mode = 'AuthMode="x509/certvalid"' if mutual else 'AuthMode="anon"'
        (self.directory / "conf").write_text(f'''
global(workDirectory="{self.directory}" maxMessageSize="64k" defaultNetstreamDriver="ossl"
  defaultNetstreamDriverCAFile="{made.pem("ca")}" defaultNetstreamDriverCertFile="{made.pem("collector")}"
  defaultNetstreamDriverKeyFile="{made.key("collector")}")
module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.{mode}
  gnutlsPriorityString="MaxProtocol={newest}")
template(name="raw" type="string" string="%rawmsg%\\n")
input(type="imtcp" port="{self.port}" address="127.0.0.1" listenPortFileName="{self.directory}/port" ruleset="r")
ruleset(name="r") {{ action(type="omfile" file="{self.out}" template="raw") }}
''')
        if self.out.exists():  # half a line of one that was killed while it wrote
            text = self.out.read_bytes()
            self.out.write_bytes(text[:text.rfind(b"\n") + 1])
        (self.directory / "port").unlink(missing_ok=True)
        (self.directory / "pid").unlink(missing_ok=True)
        self.process = subprocess.Popen([self.program, "-n", "-f", self.directory / "conf", "-i", self.directory / "pid"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_until(self.listens)
        return self

    def listens(self):
        assert self.process.poll() is None, "rsyslogd has ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, number=signal.SIGTERM):
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
            self.process.wait(DEADLINE)
            self.process = None

    def lines(self):
        """Whole ones."""
        text = self.out.read_bytes() if self.out.exists() else b""
        return [one.decode() for one in text.split(b"\n")[:-1]]

    def messages(self):
        return [parse(line) for line in self.lines()]

    def indices(self):
        return [int(one["index"]) for one in self.messages()]
