# SPDX-License-Identifier: Apache-2.0
"""What the demo site answers to each request."""

import html
import http.server
import json
import re

from . import uploads

# The site practises what a city's site should: nothing from elsewhere, no inline script. Bench
# pages carry their script inline and are served without it.
_POLICY = "default-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_REPORT_LIMIT = 4096  # bytes of one report of check.js

# Targets that a browser in the Internet zone must not reach, also when a public site sends it there.
_REDIRECTS = {
    "/go/private": "http://192.168.0.1/",
    "/go/private-tls": "https://192.168.0.1/",
    "/go/loopback": "https://127.0.0.1/",
    "/go/metadata": "http://169.254.169.254/latest/meta-data/",
}


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection. self.server is sakura.server's _Server."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "sakura", ""
    timeout = 30  # seconds without a byte

    def do_GET(self):
        self._answer(self._get)

    do_HEAD = do_GET

    def do_POST(self):
        self._answer(self._post)

    def log_message(self, *_):
        """The request log replaces it."""

    def _answer(self, method):
        self._record = {"method": self.command, "host": self._host()[0], "path": self.path, "status": 0, "sent": 0,
                        "complete": False, "received": 0}
        try:
            method(self.path.partition("?")[0])
            self._record["complete"] = True
        except uploads.BadBody as error:
            self.close_connection = True
            self._send(400, "text/plain; charset=utf-8", str(error).encode("utf-8"))
        except OSError:  # the client went away
            self.close_connection = True
        finally:
            self.server.log.write(self._record)

    def _host(self):
        """(name, ":port" or "") of the Host header."""
        match = re.fullmatch(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:]+\])(:\d{1,5})?", self.headers.get("Host", ""))
        return (match[1].lower(), match[2] or "") if match else ("", "")

    def _get(self, path):
        site = self.server.site
        name, port = self._host()
        if name == site.denied_host and site.file(path) is None:
            return self._send_page(200, "/denied")
        if path in _REDIRECTS:
            return self._send(302, "text/plain", b"", {"Location": _REDIRECTS[path]})
        if path == "/go/denied":
            return self._send(302, "text/plain", b"", {"Location": f"https://{site.denied_host}{port}/"})
        if path in site.attachments:
            content, kind, file_name = site.attachments[path]
            return self._send(200, kind, content, {"Content-Disposition": f'attachment; filename="{file_name}"'})
        if found := site.file(path):
            return self._send_file(path, *found)
        return self._send_page(200, path) if site.page(path) else self._send_page(404, "/missing")

    def _post(self, path):
        body = self._read_body()
        if path == "/form/sent":
            rows = "".join(f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(value) or '（空欄）'}</dd></div>"
                           for name, value in uploads.parse_form(body))
            return self._send_page(200, "/sent", rows=rows)
        if path == "/upload":
            files = uploads.parse_multipart(self.headers.get("Content-Type", ""), body)
            self._record["files"] = files
            rows = "".join(f"<div><dt>{html.escape(file['name'])}</dt><dd>{file['bytes']:,} バイト</dd></div>" for file in files)
            return self._send_page(200, "/received", rows=rows or "<p>ファイルは選ばれていませんでした。</p>")
        if path == "/report":
            self._record["report"] = _parse_report(body)
            return self._send(204, None, b"")
        return self._send_page(404, "/missing")

    def _read_body(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > uploads.BODY_LIMIT:
            raise uploads.BadBody("a length of at most 16 MiB is needed")
        body = self.rfile.read(int(length))
        self._record["received"] = len(body)
        return body

    def _send_page(self, status, path, **values):
        self._send(status, "text/html; charset=utf-8", self.server.site.page(path, self._host()[1], **values),
                   {"Content-Security-Policy": _POLICY})

    def _send_file(self, path, content, kind):
        headers = {"Accept-Ranges": "bytes"}
        if not path.startswith("/bench/"):
            headers["Content-Security-Policy"] = _POLICY
        part = re.fullmatch(r"bytes=(\d{1,12})-(\d{0,12})", self.headers.get("Range", ""))
        if not part or int(part[1]) >= len(content) or (part[2] and int(part[2]) < int(part[1])):
            return self._send(200, kind, content, headers)
        first, last = int(part[1]), min(int(part[2] or len(content)), len(content) - 1)
        headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        return self._send(206, kind, content[first:last + 1], headers)

    def _send(self, status, kind, content, headers=None):
        self._record["status"] = status
        self.send_response(status)
        for name, value in {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
                            "Cache-Control": "no-store", **(headers or {})}.items():
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
            self._record["sent"] = len(content)


def _parse_report(body):
    """What check.js saw in the browser: {what, outcome, detail}, short texts only."""
    if len(body) > _REPORT_LIMIT:
        raise uploads.BadBody("report too long")
    try:
        report = json.loads(body)
        return {key: str(report[key]) for key in ("what", "outcome", "detail")}
    except (ValueError, KeyError, TypeError) as error:
        raise uploads.BadBody("not a report") from error
