# SPDX-License-Identifier: Apache-2.0
"""Real Chromium with a managed policy, and the proxy through which it must go: which addresses does it ask for?

One browser opens all addresses in frames of one page. What Chromium's policy blocks never reaches the proxy."""
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import urllib.parse

UID = 64111  # of nobody else
DRIVER = "driver.test"
PAGE = b"""<!doctype html><title>driver</title><body><script>
const parsed = url => { try { return new URL(url).href } catch { return null } };
const stuck = [];
const open_ = url => new Promise(done => {
  const frame = document.createElement('iframe');
  const late = setTimeout(() => { stuck.push(url); done() }, 30000);
  frame.onload = () => { clearTimeout(late); frame.remove(); done() };
  frame.src = url;
  document.body.append(frame);
});
(async () => {
  const urls = await (await fetch('/urls')).json();
  const told = async (path, what) => fetch(path, {method: 'POST', body: JSON.stringify(what)});
  await told('/parsed', urls.map(parsed));
  for (let at = 0; at < urls.length; at += 12)
    await Promise.all(urls.slice(at, at + 12).map(open_));
  await told('/done', stuck);
})();
</script>"""


class Proxy(http.server.ThreadingHTTPServer):
    """Notes (scheme, host:port) of what is asked for, and answers with an error page, which costs no process."""

    daemon_threads = True

    def __init__(self, urls):
        super().__init__(("127.0.0.1", 0), Handler)
        self.urls, self.parsed, self.stuck, self.asked = urls, None, None, set()
        self.done = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body=b"", kind="text/html"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self):
        self.server.asked.add(("https", self.path))
        self.answer(502)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.hostname != DRIVER:
            self.server.asked.add(("http", url.netloc if url.port else f"{url.netloc}:80"))
            return self.answer(502)
        if url.path == "/urls":
            return self.answer(200, json.dumps(self.server.urls).encode(), "application/json")
        return self.answer(200, PAGE) if url.path == "/" else self.answer(404)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/parsed"):
            self.server.parsed = body
        self.answer(200)
        if self.path.endswith("/done"):
            self.server.stuck = body
            self.server.done.set()

    def log_message(self, *_):
        pass


def place_of(url):
    """(scheme, host:port) of an address as a browser writes it."""
    parts = urllib.parse.urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return parts.scheme, f"{host}:{parts.port or {'https': 443, 'http': 80}[parts.scheme]}"


def navigate(urls, policy, seconds):
    """({url: as the browser parsed it}, the places that it asked the proxy for)."""
    proxy = Proxy(urls)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sudare-navigator-", dir="/tmp"))
    browser = None
    try:
        browser = start(folder, {**policy, "ProxySettings": {
            "ProxyMode": "fixed_servers", "ProxyServer": f"http://127.0.0.1:{proxy.server_address[1]}",
            "ProxyBypassList": "<-loopback>"}})
        if not proxy.done.wait(seconds):
            raise TimeoutError(f"{len(proxy.asked)} of {len(urls)} asked for; " + (folder / "log").read_text()[-2000:])
        if proxy.stuck:
            raise AssertionError(f"frames without an end: {proxy.stuck}")
        return dict(zip(urls, proxy.parsed)), proxy.asked
    finally:
        if browser:
            browser.kill()
            browser.wait()
        proxy.shutdown()
        proxy.server_close()
        shutil.rmtree(folder, ignore_errors=True)


def start(folder, policy):
    """Chromium's own sandbox is on; it belongs to an ordinary user, and its policies are a root's."""
    home, policies = folder / "home", folder / "policies"
    home.mkdir()
    (policies / "managed").mkdir(parents=True)
    (policies / "managed" / "rules.json").write_text(json.dumps(policy))
    folder.chmod(0o755)
    identity = {}
    if os.getuid() == 0:
        os.chown(home, UID, UID)
        identity = {"user": UID, "group": UID, "extra_groups": []}
    argv = ["/usr/bin/bwrap", "--dev-bind", "/", "/", "--tmpfs", "/etc/chromium", "--ro-bind", policies,
            "/etc/chromium/policies", "--unshare-pid", "--proc", "/proc", "--die-with-parent", "--chdir", home, "--",
            "/usr/lib/chromium/chromium", "--headless=new", f"--user-data-dir={home}/p", "--no-first-run",
            "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--password-store=basic", f"http://{DRIVER}/"]
    with open(folder / "log", "wb") as log:
        return subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                env={"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8",
                                     "FONTCONFIG_FILE": "/etc/fonts/fonts.conf"}, cwd="/",
                                start_new_session=True, **identity)
