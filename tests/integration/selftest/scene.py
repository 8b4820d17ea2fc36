# SPDX-License-Identifier: Apache-2.0
"""A whole chain whose only site is the probe page, and one more server at an address that nobody may reach."""
import http.server
import json
import os
import pathlib
import ssl
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE.parent / "chain", HERE.parents[2] / "demo"):
    sys.path.insert(0, str(folder))
sys.dont_write_bytecode = True

from chain import GATEWAY_UID, PORTAL, VIEWER_UID, Chain  # noqa: E402
from processes import Process  # noqa: E402

BIN = pathlib.Path(os.environ.get("SUDARE_BIN", "build/dev/bin")).resolve()
USER = "selftest"
INSIDE = "inside.sakura.test"
REQUIREMENTS = ["定義13 | ファイルの授受 | Files | download,upload,print", "§3 | | | file_url,dev_tools", "§7 | <記録> & 証拠 | | *", "§6(7) | | | "]


class Inside(http.server.ThreadingHTTPServer):
    """Would be an intranet's server: HTTPS at a loopback address."""
    daemon_threads = True

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.hits.append(self.path)
            page = b"<!doctype html><title>inside</title><body style='background:#7a1fa2;color:#fff'><h1>inside</h1>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    def __init__(self, certificate, key):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.hits = []
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def handle_error(self, request, client_address):
        pass


class SelfTestChain(Chain):
    def make_pki(self):
        super().make_pki()
        self.revoked = self.issue_terminal("revoked")
        self.run(self.bin / "sudarectl", "pki", "revoke", "revoked", "--dir", self.pki)
        self.run(self.bin / "sudarectl", "pki", "crl", "--dir", self.pki)
        (self.pki / "crl.pem").chmod(0o644)

    def start_site(self):
        self.parts["site"] = Process("site", [self.bin / "sudare-selftest", "--serve", "127.0.0.1:0", "--site-cert",
                                              self.web_site, "--site-key", self.web_key], self.logs)
        url = self.parts["site"].wait_ready()
        self.site_port = int(url.rstrip("/").rsplit(":", 1)[1])
        self.portal = f"https://{PORTAL}:{self.site_port}/"
        self.inside = Inside(self.web_site, self.web_key)

    def host_toml(self):
        return super().host_toml().replace("private_sites = [", f'private_sites = ["{INSIDE}:{self.inside.port}=127.0.0.1", ')

    def prepare(self):
        """The synthetic account; allows it the hosts that must not be reached all the same."""
        self.password = self._write("selftest.password", self.add_user(USER) + "\n", 0o600)
        self.tester = self.terminal("selftest")
        hosts = f"allow:192.168.0.1,allow:169.254.169.254,allow:{INSIDE}:{self.inside.port}"
        for field, value in (("web.hosts", hosts), ("access.resume_minutes", "0")):
            self.ctl("policy", "set", USER, field, value)

    def config(self, private=("192.168.0.1", "169.254.169.254"), revoked=None):
        certificate, key = revoked or self.revoked
        listed = ", ".join(f'"{host}"' for host in private)
        run_as = f"[run_as]\nuid = {VIEWER_UID}\ngid = {VIEWER_UID}\n" if self.root else ""
        return self._write("selftest.toml", f"""server = "{self.server}"
user = "{USER}"
password_file = "{self.password}"
certificate = "{self.tester[0]}"
key = "{self.tester[1]}"
authority = "{self.pki}/ca.crt"
revoked = "{self.pki}/crl.pem"
revoked_certificate = "{certificate}"
revoked_key = "{key}"
private = [{listed}]
organisation = "さくら市"
requirements = {json.dumps(REQUIREMENTS, ensure_ascii=False)}
{run_as}""")

    def self_test(self, config, folder, ctl="sudarectl"):
        """(exit code, {test: result}, what it complained of)."""
        done = self.run(self.bin / ctl, "--socket", self.dir / "broker" / "admin.sock", "--json", "self-test", "--config",
                        config, "--report", folder, check=False)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        return done.returncode, {row["test"]: row for row in rows}, done.stderr

    def patch(self, program, changes):
        """Other bytes of the same length in our copy of a program: what only a changed program would do."""
        path = self.bin / program
        content = path.read_bytes()
        for old, new in changes:
            assert len(old) == len(new) and content.count(old) == 1, (old, content.count(old))
            content = content.replace(old, new)
        path.unlink()  # the running one keeps its own
        path.write_bytes(content)
        path.chmod(0o755)

    def restart_host(self):
        for name in ("gateway", "host"):
            self.parts.pop(name).stop()
        self.start_host()
        self.start_gateway()

    def stop(self):
        if hasattr(self, "inside"):
            self.inside.shutdown()
        super().stop()
