# SPDX-License-Identifier: Apache-2.0
"""The whole of Sudare on one machine: border, session host and a demo site, real in every part.

Used by `./dev demo`, the end-to-end tests and the benchmark. Everything lives in one directory
under /tmp (or /run for root) and ends with stop(). As root every part that can have an identity of
its own gets one; as an ordinary user all have that user's."""

import json
import os
import pathlib
import secrets
import shutil
import subprocess
import tempfile

from processes import Process, StartFailed, base_environment

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = ["sudare", "sudare-decoder", "sudare-probe", "sudare-gateway", "sudare-link", "sudare-broker",
            "sudare-selftest", "sudare-signer", "sudare-verify", "sudare-recorder", "sudarectl", "sudare-host", "sudare-relay", "sudare-session", "sudare-egress", "sudare-box-init"]
PORTAL = "portal.sakura.test"
DENIED = "denied.sakura.test"
# Identities when started as root. Each Chain takes SESSION_UIDS_COUNT uids of its own for sessions, so that
# two on one machine share none.
BROKER_UID, GATEWAY_UID, VIEWER_UID, SIGNER_UID, RECORDER_UID = 64101, 64102, 64103, 64104, 64105
SESSION_UIDS, SESSION_UIDS_COUNT = 700000, 200


class Chain:
    def __init__(self, bin_dir, say=lambda text: None, host_settings="", gateway_settings="", broker_settings="",
                 browser_settings="", recorder_settings="", host_prefix=()):
        self.say = say
        self.extra = {"host": host_settings, "gateway": gateway_settings, "broker": broker_settings,
                      "browser": browser_settings, "recorder": recorder_settings}
        self.host_prefix = list(host_prefix)  # what starts the host, with its command line behind it
        self.root = os.getuid() == 0
        self.session_uids = SESSION_UIDS + os.getpid() % 5000 * SESSION_UIDS_COUNT
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="sudare-", dir="/run" if self.root else "/tmp"))
        self.dir.chmod(0o755)
        self.bin = self.dir / "bin"
        self.logs = self._folder("log", None, 0o755)
        self.parts = {}
        self.terminals = {}
        self._copy_programs(pathlib.Path(bin_dir))

    # --- small helpers ---------------------------------------------------------------------
    def _folder(self, name, uid, mode=0o700):
        folder = self.dir / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.root and uid is not None:
            os.chown(folder, uid, uid)
        folder.chmod(mode)
        return folder

    def _copy_programs(self, source):
        """A checkout may lie where session uids cannot look (/root): run from a place they can."""
        self.bin.mkdir(mode=0o755)
        for name in PROGRAMS:
            if (source / name).exists():
                shutil.copy2(source / name, self.bin / name)
                (self.bin / name).chmod(0o755)

    def _own(self, path, uid, mode=0o600):
        path = pathlib.Path(path)
        path.chmod(mode)
        if self.root:
            os.chown(path, uid, uid)
        return path

    def _uid(self, uid):
        return uid if self.root else None

    def _write(self, name, text, mode=0o644):
        path = self.dir / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def environment(self):
        return base_environment()

    def viewer_identity(self):
        """For subprocess: who a terminal's programs run as."""
        return {"user": VIEWER_UID, "group": VIEWER_UID, "extra_groups": []} if self.root else {}

    def probe_folder(self):
        """Where a sudare-probe may write its pictures."""
        return self._folder("pictures", VIEWER_UID, 0o755)

    def run(self, *argv, stdin=None, check=True, uid=None):
        identity = {} if not self.root or uid is None else {"user": uid, "group": uid, "extra_groups": []}
        done = subprocess.run([str(a) for a in argv], input=stdin, capture_output=True, text=True, check=False,
                              env=base_environment(), **identity)
        if check and done.returncode != 0:
            raise StartFailed(f"{argv[0]} {argv[1] if len(argv) > 1 else ''}: {done.stderr.strip() or done.stdout}")
        return done

    def ctl(self, *arguments, **options):
        return self.run(self.bin / "sudarectl", "--socket", self.dir / "broker" / "admin.sock", *arguments, **options)

    def ctl_json(self, *arguments):
        return [json.loads(line) for line in self.ctl("--json", *arguments).stdout.splitlines() if line.strip()]

    # --- certificates ------------------------------------------------------------------------
    def make_pki(self):
        self.pki = self.dir / "pki"
        ctl = self.bin / "sudarectl"
        self.run(ctl, "pki", "init", self.pki, "--plain-key")
        for kind in ("gateway", "border", "host"):
            where = [] if kind == "border" else ["--ip", "127.0.0.1"]
            self.run(ctl, "pki", "issue", kind, kind, *where, "--dir", self.pki)
        self.run(ctl, "pki", "crl", "--dir", self.pki)
        self.pki.chmod(0o755)
        for folder in ("gateway", "border", "host"):
            (self.pki / folder).chmod(0o755)
        for name in ("ca.crt", "crl.pem"):
            (self.pki / name).chmod(0o644)
        self._own(self.pki / "gateway" / "gateway.key", GATEWAY_UID)
        self._own(self.pki / "border" / "border.key", GATEWAY_UID)

    def terminal(self, name):
        """The certificate of a registered terminal, made at its first use; paths (cert, key)."""
        if name not in self.terminals:
            self.terminals[name] = self.issue_terminal(name)
            self.ctl("terminal", "add", name)
        return self.terminals[name]

    def issue_terminal(self, name):
        """A terminal's certificate, as an administrator would hand it over; paths (cert, key)."""
        self.run(self.bin / "sudarectl", "pki", "issue", "terminal", name, "--dir", self.pki)
        (self.pki / "terminal").chmod(0o755)
        base = self.pki / "terminal" / name
        self._own(f"{base}.key", VIEWER_UID)
        return f"{base}.crt", f"{base}.key"

    def make_web_ca(self):
        """The demo site's own CA, which Chromium learns through the policy CACertificates."""
        folder = self._folder("web", None, 0o755)
        ca, key = folder / "ca.crt", folder / "ca.key"
        self.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                 "7", "-subj", "/CN=Sudare demo web CA", "-keyout", key, "-out", ca,
                 "-addext", "basicConstraints=critical,CA:true", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        names = ",".join(f"DNS:{n}" for n in (PORTAL, DENIED, "*.sakura.test"))
        extensions = self._write("web/site.ext", f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n"
                                                 "basicConstraints=CA:false\n")
        request, site = folder / "site.csr", folder / "site.crt"
        self.run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                 f"/CN={PORTAL}", "-keyout", folder / "site.key", "-out", request)
        self.run("openssl", "x509", "-req", "-in", request, "-CA", ca, "-CAkey", key, "-CAcreateserial", "-days", "7",
                 "-extfile", extensions, "-out", site)
        self.web_ca, self.web_site, self.web_key = ca, site, folder / "site.key"
        self.web_key.chmod(0o600)

    # --- programs ------------------------------------------------------------------------------
    def start_site(self):
        self.site_log = self.dir / "site.jsonl"
        self.parts["site"] = Process("site", ["python3", ROOT / "demo" / "serve.py", "--cert", self.web_site, "--key",
                                              self.web_key, "--log", self.site_log], self.logs,
                                     env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
        url = self.parts["site"].wait_ready()
        self.site_port = int(url.rstrip("/").rsplit(":", 1)[1])
        self.portal = f"https://{PORTAL}:{self.site_port}/"

    def site_requests(self):
        if not self.site_log.exists():
            return []
        return [json.loads(line) for line in self.site_log.read_text(encoding="utf-8").splitlines() if line.strip()]

    def start_signer(self):
        """Signs the broker's log; verifiers need verifier_key."""
        self._folder("signer", SIGNER_UID, 0o755)
        self._folder("signer/state", SIGNER_UID)
        settings = self._write("signer.toml", self.signer_toml())
        made = self.run(self.bin / "sudare-signer", "--config", settings, "--make-key", uid=SIGNER_UID)
        self.verifier_key = made.stdout.strip()
        # A member of the broker's group, so that it may give its socket to that group.
        self.parts["signer"] = Process("signer", [self.bin / "sudare-signer", "--config", settings], self.logs,
                                       uid=self._uid(SIGNER_UID), groups=[BROKER_UID])
        self.parts["signer"].wait_ready()

    def start_broker(self):
        self._folder("broker", BROKER_UID, 0o755)
        self._folder("broker/state", BROKER_UID)
        settings = self._write("broker.toml", self.broker_toml())
        # A member of the gateway's group, so that it may give its socket to that group.
        self.parts["broker"] = Process("broker", [self.bin / "sudare-broker", "--config", settings], self.logs,
                                       uid=self._uid(BROKER_UID), groups=[GATEWAY_UID])
        self.parts["broker"].wait_ready()

    def start_recorder(self):
        self._folder("recorder", RECORDER_UID, 0o755)
        # The broker's group owns the directory; a test may have mounted something there.
        self.recordings = self._folder("recordings", RECORDER_UID)
        settings = self._write("recorder.toml", self.recorder_toml())
        self.parts["recorder"] = Process("recorder", [self.bin / "sudare-recorder", "--config", settings], self.logs,
                                         uid=self._uid(RECORDER_UID), groups=[BROKER_UID, GATEWAY_UID])
        self.parts["recorder"].wait_ready()

    def start_host(self):
        self.runtime = self._folder("host", None, 0o755)
        settings = self._write("host.toml", self.host_toml(), 0o600)
        self.parts["host"] = Process("host", [*self.host_prefix, self.bin / "sudare-host", "--config", settings],
                                     self.logs)
        self.host_address = self.parts["host"].wait_ready().split()[0]

    def start_gateway(self):
        settings = self._write("gateway.toml", self.gateway_toml())
        self.parts["gateway"] = Process("gateway", [self.bin / "sudare-gateway", "--config", settings], self.logs,
                                        uid=self._uid(GATEWAY_UID))
        self.server = self.parts["gateway"].wait_ready().split()[0]

    def start(self):
        self.say("certificates")
        self.make_pki()
        self.make_web_ca()
        self.say("demo site")
        self.start_site()
        self.say("signer of the log")
        self.start_signer()
        self.say("recorder")
        self.start_recorder()
        self.say("broker")
        self.start_broker()
        self.say("session host")
        self.start_host()
        self.say("gateway")
        self.start_gateway()
        return self

    def add_user(self, name, password=None):
        password = password or secrets.token_urlsafe(9)
        self.ctl("user", "add", name, "--password-stdin", stdin=password + "\n")
        return password

    def stop(self):
        """Ends everything in the order of use and removes the directory; safe to call twice."""
        for name in ["viewer", "gateway", "host", "broker", "recorder", "signer", "site"]:
            if name in self.parts:
                self.parts.pop(name).stop()
        for part in self.parts.values():
            part.stop()
        self.parts.clear()
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()

    # --- settings --------------------------------------------------------------------------------
    def broker_toml(self):
        link = f"link_uid = {GATEWAY_UID}\nlink_gid = {GATEWAY_UID}\n" if self.root else ""
        return f"""state_dir = "{self.dir}/broker/state"
link_socket = "{self.dir}/broker/link.sock"
admin_socket = "{self.dir}/broker/admin.sock"
{link}{self.extra["broker"]}
[evidence]
signer_socket = "{self.dir}/signer/signer.sock"
[recording]
directory = "{self.recordings}"
[default]
start_page = "{self.portal}"
"""

    def signer_toml(self):
        broker = f"broker_uid = {BROKER_UID}\nbroker_gid = {BROKER_UID}\n" if self.root else ""
        return f"""state_dir = "{self.dir}/signer/state"
name = "sudare.demo/audit"
socket = "{self.dir}/signer/signer.sock"
{broker}"""
    def recorder_toml(self):
        people = (f"link_uid = {GATEWAY_UID}\nlink_gid = {GATEWAY_UID}\nreader_gid = {BROKER_UID}\n"
                  if self.root else "")
        return f"""directory = "{self.recordings}"
socket = "{self.dir}/recorder/recorder.sock"
{people}{self.extra["recorder"]}
"""

    def gateway_toml(self):
        return f"""[listen]
address = "127.0.0.1"
port = 0
[tls]
certificate = "{self.pki}/gateway/gateway.crt"
key = "{self.pki}/gateway/gateway.key"
authority = "{self.pki}/ca.crt"
revoked = "{self.pki}/crl.pem"
[host]
address = "{self.host_address}"
name = "host"
certificate = "{self.pki}/border/border.crt"
key = "{self.pki}/border/border.key"
[broker]
socket = "{self.dir}/broker/link.sock"
[recorder]
socket = "{self.dir}/recorder/recorder.sock"
{self.extra["gateway"]}
"""

    def host_toml(self):
        uid_base = f"uid_base = {self.session_uids}\n" if self.root else ""
        limits = "required" if self.root and os.access("/sys/fs/cgroup/memory", os.W_OK) else "optional"
        sites = ", ".join(f'"{n}:{self.site_port}=127.0.0.1"' for n in (PORTAL, DENIED))
        return f"""runtime_dir = "{self.runtime}"
programs = "{self.bin}"
{uid_base}resource_limits = "{limits}"
{self.extra["host"]}
[listen]
address = "127.0.0.1"
port = 0
[tls]
certificate = "{self.pki}/host/host.crt"
key = "{self.pki}/host/host.key"
authority = "{self.pki}/ca.crt"
revoked = "{self.pki}/crl.pem"
[egress]
resolvers = ["127.0.0.1:9"]
private_sites = [{sites}]
[browser]
ca_certificates = ["{self.web_ca}"]
{self.extra["browser"]}
"""
