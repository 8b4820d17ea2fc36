# SPDX-License-Identifier: Apache-2.0
"""A network of the test's own, in which the private addresses of the check page really answer.

Without it "cannot be reached" would prove nothing: nobody is there. Needs root."""
import http.server
import os
import socket
import ssl
import subprocess
import sys
import threading

MARK = "SUDARE_OWN_NETWORK"
ADDRESSES = ("192.168.0.1/32", "169.254.169.254/32")
PAGE = "<!doctype html><title>inside</title><body style='background:#c00'><h1>inside</h1>".encode()


def enter():
    """Starts this very script again in a network namespace of its own; returns there. Without root it
    returns as it is, and Scene skips the tests."""
    if os.getuid() != 0:
        return
    if MARK not in os.environ:
        os.environ[MARK] = "1"
        os.execvp("unshare", ["unshare", "--net", "--", sys.executable, *sys.argv])
    for words in (["link", "set", "lo", "up"], *(["addr", "add", a, "dev", "lo"] for a in ADDRESSES)):
        subprocess.run(["ip", *words], check=True)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.hits.append((self.server.name, self.path))
        self.send_response(200)
        for name, value in (("Content-Type", "text/html"), ("Content-Length", str(len(PAGE))),
                            ("Cache-Control", "no-store")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, family, address, port, tls, hits, connections):
        self.address_family = family
        self.name = f"{'https' if tls else 'http'}://{address}:{port}"
        self.hits, self.connections, self.tls = hits, connections, tls
        super().__init__((address, port), _Handler)

    def finish_request(self, request, client_address):
        self.connections.append(self.name)  # before a byte is spoken: a bare connect counts too
        request.settimeout(30)
        with self.tls.wrap_socket(request, server_side=True) if self.tls else request as stream:
            super().finish_request(stream, client_address)

    def handle_error(self, request, client_address):
        pass


class Inside:
    """Servers at private addresses: HTTP and HTTPS, and a list of who came."""

    def __init__(self, certificate, key):
        self.hits, self.connections, self.servers = [], [], []
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        for family, address, port, secure in (
                (socket.AF_INET, "192.168.0.1", 80, None), (socket.AF_INET, "192.168.0.1", 443, tls),
                (socket.AF_INET, "169.254.169.254", 80, None), (socket.AF_INET, "169.254.169.254", 443, tls),
                (socket.AF_INET, "127.0.0.1", 80, None), (socket.AF_INET, "127.0.0.1", 443, tls),
                (socket.AF_INET6, "::1", 8080, None), (socket.AF_INET6, "::1", 443, tls)):
            server = _Server(family, address, port, secure, self.hits, self.connections)
            threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
            self.servers.append(server)

    def close(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()


def inside_certificate(chain):
    """For the private servers, from the site's CA: a certificate error must not be what stops a browser."""
    names = "IP:192.168.0.1,IP:169.254.169.254,IP:127.0.0.1,IP:::1,DNS:localhost"
    extensions = chain._write("web/inside.ext", f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n")
    folder = chain.dir / "web"
    chain.run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
              "/CN=inside", "-keyout", folder / "inside.key", "-out", folder / "inside.csr")
    chain.run("openssl", "x509", "-req", "-in", folder / "inside.csr", "-CA", chain.web_ca, "-CAkey", folder / "ca.key",
              "-CAcreateserial", "-days", "7", "-extfile", extensions, "-out", folder / "inside.crt")
    return folder / "inside.crt", folder / "inside.key"
