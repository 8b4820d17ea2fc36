# SPDX-License-Identifier: Apache-2.0
"""The real sudare-egress in a network namespace of its own, where every address form that it must
refuse really has a listener: a refusal that did not work would reach a server and show."""
import contextlib
import fcntl
import http.server
import os
import select
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))
from sudare_ipc import CONFIG, DESTINATION, EgressConfig, frame, parse_destination  # noqa: E402

EGRESS = os.path.join(os.environ.get("SUDARE_BIN", "build/dev/bin"), "sudare-egress")
DNS_PORT = 5300
TIMEOUT = 30
PUBLIC = ("1.2.3.4", "5.6.7.8", "2606:4700::1111")


def enter_namespace(addresses):
    """Starts this script again inside a new network namespace, then gives lo the addresses."""
    if os.environ.get("EGRESS_TEST_NETNS") != "1":
        os.environ["EGRESS_TEST_NETNS"] = "1"
        user = [] if os.geteuid() == 0 else ["--map-root-user"]
        os.execvp("unshare", ["unshare", "--net", *user, sys.executable, *sys.argv])
    lines = ["link set lo up"]
    for address in addresses:
        length = 128 if ":" in address else 32
        lines.append(f"addr add {address}/{length} dev lo" + (" nodad" if length == 128 else ""))
    subprocess.run(["ip", "-force", "-batch", "-"], input="\n".join(lines), text=True, check=True)


class Workspace:
    """Temporary folder with the certificate of the test site."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="sudare-egress-")
        self.key, self.certificate = self.file("key.pem"), self.file("cert.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-subj", "/CN=site.test", "-days", "2", "-keyout", self.key, "-out",
             self.certificate], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def file(self, name):
        return os.path.join(self.path, name)

    def close(self):
        shutil.rmtree(self.path)


class Handler(http.server.BaseHTTPRequestHandler):
    """Says which address was reached and what the request looked like."""
    protocol_version = "HTTP/1.1"
    seen = []

    def do_GET(self):
        Handler.seen.append((self.command, self.path, dict(self.headers.items())))
        if self.path.startswith("/redirect?"):
            self.send_response(302)
            self.send_header("Location", self.path.split("?", 1)[1])
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.send_header("Connection", "X-Hop")
            self.send_header("X-Hop", "1")
            self.end_headers()
            for piece in (b"one ", b"two ", b"three"):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        elif self.path == "/until-eof":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\nends with the connection")
            self.close_connection = True
        elif self.path == "/big":
            self.reply(b"x" * 3_000_000)
        else:
            self.reply(b"reached " + self.connection.getsockname()[0].encode())

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("Content-Length", "1234")
        self.end_headers()

    def do_POST(self):
        Handler.seen.append((self.command, self.path, dict(self.headers.items())))
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.reply(b"got " + body)

    def reply(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Site(http.server.ThreadingHTTPServer):
    """On every address of the namespace, IPv4 and IPv6."""
    address_family = socket.AF_INET6
    daemon_threads = True

    def __init__(self, port, tls=None):
        self.tls = tls
        super().__init__(("::", port), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def finish_request(self, request, client_address):
        request.settimeout(TIMEOUT)
        if not self.tls:
            super().finish_request(request, client_address)
            return
        with self.tls.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)

    def handle_error(self, *_):
        pass  # a probe that goes away in the middle is the test's business


def dns_query(name, kind=1):
    """One question to our dnsmasq; the addresses of the answer."""
    question = b"".join(bytes([len(p)]) + p.encode() for p in name.split(".")) + b"\0"
    packet = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + question + struct.pack(">HH", kind, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        probe.sendto(packet, ("127.0.0.1", DNS_PORT))
        reply = probe.recv(2048)
    return [socket.inet_ntoa(reply[i + 12:i + 16]) for i in range(len(packet), len(reply) - 15)
            if reply[i:i + 6] == b"\xc0\x0c\0\1\0\1"]


class Dns:
    """A real dnsmasq. Its local answers have TTL 0; set() changes them while it runs."""

    def __init__(self, workspace, records, options=()):
        self.hosts = workspace.file("hosts")
        self.log_path = workspace.file("dns.log")
        self.write(records)
        self.process = subprocess.Popen(
            ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", f"--port={DNS_PORT}",
             "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts",
             "--local=/test/", f"--addn-hosts={self.hosts}", "--user=root", "--group=root",
             "--pid-file=", "--log-queries", f"--log-facility={self.log_path}",
             *options], stderr=subprocess.DEVNULL)
        self.wait_for(lambda: dns_query("site.test"))

    def write(self, records):
        with open(self.hosts, "w", encoding="ascii") as out:
            for name, addresses in records.items():
                out.writelines(f"{address} {name}\n" for address in addresses)

    def set(self, records, name, expected):
        self.write(records)
        self.process.send_signal(signal.SIGHUP)
        self.wait_for(lambda: dns_query(name) == [expected])

    def wait_for(self, condition):
        give_up = time.monotonic() + TIMEOUT
        while time.monotonic() < give_up:
            with contextlib.suppress(OSError):
                if condition():
                    return
        raise AssertionError("dnsmasq does not answer")

    def queries(self, name):
        with open(self.log_path, encoding="utf-8") as log:
            return [line for line in log if "query[" in line and f" {name} " in line]

    def close(self):
        self.process.terminate()
        self.process.wait(TIMEOUT)


class Response:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body


def read_head(stream):
    status = int(stream.readline().split()[1])
    fields = {}
    while (line := stream.readline().strip()):
        name, value = line.decode("latin-1").split(":", 1)
        fields[name.lower()] = value.strip()
    return status, fields


def read_response(stream, head_request=False):
    status, fields = read_head(stream)
    if head_request or status in (204, 304):
        return Response(status, fields, b"")
    if fields.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(stream.readline(), 16):
            body += stream.read(size)
            stream.readline()
        stream.readline()
    else:
        body = stream.read(int(fields["content-length"])) if "content-length" in fields \
            else stream.read()
    return Response(status, fields, body)


class Egress:
    """The program under test, with this script as its sudare-host."""

    def __init__(self, workspace, config, expect_ready=True):
        self.path = workspace.file("egress.sock")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(self.path)
        listener.listen(256)
        self.control, theirs = socket.socketpair()
        self.control.settimeout(TIMEOUT)
        low = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (listener, theirs)]  # clear of 3 and 4
        self.process = subprocess.Popen(
            [EGRESS], close_fds=False, stdout=subprocess.PIPE, env={"SUDARE_LOG": "debug"},
            preexec_fn=lambda: (os.dup2(low[0], 3), os.dup2(low[1], 4)))
        for fd in low:
            os.close(fd)
        listener.close()
        theirs.close()
        self.unread = b""
        self.reports = []
        if config is not None:
            self.configure(config)
        if expect_ready:
            assert self.process.stdout.readline() == b"READY\n", "no READY"

    def configure(self, config):
        self.control.sendall(frame(CONFIG, config.payload()))

    def connect(self):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.settimeout(TIMEOUT)
        client.connect(self.path)
        return client

    def tunnel(self, authority):
        """CONNECT: (response, socket); the socket is open only after 200."""
        client = self.connect()
        raw = authority if isinstance(authority, bytes) else authority.encode()
        client.sendall(b"CONNECT " + raw + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        stream = client.makefile("rb", buffering=0)
        status, fields = read_head(stream)
        if status == 200:
            return Response(status, fields, b""), client
        body = stream.read(int(fields["content-length"]))
        client.close()
        return Response(status, fields, body), None

    def request(self, url, method="GET", fields=(), body=b""):
        with self.connect() as client:
            lines = [f"{method} {url} HTTP/1.1", "Host: other.test", *fields, "", ""]
            client.sendall("\r\n".join(lines).encode() + body)
            return read_response(client.makefile("rb"), method == "HEAD")

    def next_report(self, **wanted):
        """The first report, old or new, that has all these values."""
        def fits(report):
            return all(getattr(report, key) == value for key, value in wanted.items())
        while True:
            for report in self.reports:
                if fits(report):
                    return report
            self.read_report()

    def read_report(self):
        def whole():
            return 4 + int.from_bytes(self.unread[1:4], "big")
        while len(self.unread) < 4 or len(self.unread) < whole():
            piece = self.control.recv(65536)
            if not piece:
                raise EOFError
            self.unread += piece
        length = whole()
        assert self.unread[0] == DESTINATION
        self.reports.append(parse_destination(self.unread[4:length]))
        self.unread = self.unread[length:]

    def finish(self):
        """Ends the control stream; the reports that are left and the exit status."""
        self.control.shutdown(socket.SHUT_WR)
        with contextlib.suppress(EOFError):
            while True:
                self.read_report()
        return self.process.wait(TIMEOUT)

    def close(self):
        self.control.close()
        self.process.wait(TIMEOUT)
        self.process.stdout.close()


def https_get(client, workspace, path="/"):
    """TLS and one GET through an open tunnel."""
    context = ssl.create_default_context(cafile=workspace.certificate)
    context.check_hostname = False
    with context.wrap_socket(client) as tls:
        tls.sendall(f"GET {path} HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n".encode())
        return read_response(tls.makefile("rb")).body


def tls_context(workspace):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(workspace.certificate, workspace.key)
    return context


def readable(sock, seconds):
    return bool(select.select([sock], [], [], seconds)[0])


__all__ = ["Dns", "DNS_PORT", "Egress", "EgressConfig", "Handler", "PUBLIC", "Response", "Site",
           "TIMEOUT", "Workspace", "enter_namespace", "https_get", "read_head", "read_response",
           "readable", "tls_context", "frame", "CONFIG"]
