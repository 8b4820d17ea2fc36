# SPDX-License-Identifier: Apache-2.0
"""The site's content by path, and the HTTPS listener."""

import html
import http.server
import ssl
import threading

from . import downloads
from .handler import Handler

CONNECTION_LIMIT = 64  # at once; one browser opens at most six per host
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".svg": "image/svg+xml", ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".webm": "video/webm",
         ".json": "application/json"}


class Site:
    """Maps a path to what is sent. Immutable after construction, so every thread may read it."""

    def __init__(self, folder, bench_folder, denied_host):
        self.denied_host = denied_host
        self.attachments = downloads.all_files()
        self._layout = (folder / "layout.html").read_text(encoding="utf-8")
        self._fragments, self._files = {}, {}
        for path in sorted(folder.iterdir()):
            if path.suffix == ".html" and path.name != "layout.html":
                self._fragments["/" if path.stem == "index" else f"/{path.stem}"] = path.read_text(encoding="utf-8")
            elif path.suffix in TYPES and path.name != "layout.html":
                self._add_file(f"/{path.name}", path)
        for path in sorted((bench_folder / "media").iterdir()):
            self._add_file(f"/media/{path.name}", path)
            self._add_file(f"/bench/media/{path.name}", path)
        for path in sorted(bench_folder.glob("*.html")):
            self._add_file(f"/bench/{path.name}", path)

    def _add_file(self, url_path, path):
        self._files[url_path] = (path.read_bytes(), TYPES[path.suffix])

    def file(self, path):
        """(content, media type), or None."""
        return self._files.get(path)

    def page(self, path, origin_port="", **values):
        """A page of the portal as bytes, or None. `values` fill {{name}} and must be markup."""
        fragment = self._fragments.get(path)
        if fragment is None:
            return None
        title, _, content = fragment.partition("\n")
        text = self._layout.replace("{{content}}", content).replace("{{title}}", html.escape(title))
        text = text.replace(f'data-path="{path}"', f'data-path="{path}" aria-current="page"')
        values["denied_origin"] = html.escape(f"https://{self.denied_host}{origin_port}")
        for name, value in values.items():
            text = text.replace("{{" + name + "}}", value)
        return text.encode("utf-8")


class _Server(http.server.ThreadingHTTPServer):
    """Handshakes on the connection's own thread: a silent client must not stop the others."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address, tls, site, log):
        super().__init__(address, Handler)
        self.site, self.log, self._tls = site, log, tls
        self._places = threading.BoundedSemaphore(CONNECTION_LIMIT)

    def process_request(self, request, client_address):
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def finish_request(self, request, client_address):
        request.settimeout(Handler.timeout)
        if self._tls:
            request = self._tls.wrap_socket(request, server_side=True)
        try:
            super().finish_request(request, client_address)
        finally:
            request.close()

    def handle_error(self, request, client_address):
        """A failed handshake or a vanished client is daily business, not a traceback."""


def make_server(address, tls, site, log):
    """`tls`: (certificate file, key file) or None for plain HTTP."""
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(*tls)
    return _Server(address, context, site, log)
