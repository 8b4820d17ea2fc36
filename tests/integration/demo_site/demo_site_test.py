# SPDX-License-Identifier: Apache-2.0
"""The demo site by itself: other tests rely on its request log as their control."""

import hashlib
import http.client
import json
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from demo_site import DemoSite  # noqa: E402


class DemoSiteTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = DemoSite()

    @classmethod
    def tearDownClass(cls):
        cls.site.close()

    def ask(self, method, path, body=None, host="portal.sakura.test", headers=None):
        """(status, headers, content); the certificate is verified for `host`."""
        context = ssl.create_default_context(cafile=str(self.site.cert))
        raw = socket.create_connection(("127.0.0.1", self.site.port), timeout=20)
        connection = http.client.HTTPConnection(host, self.site.port)
        connection.sock = context.wrap_socket(raw, server_hostname=host)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def record(self, path):
        found = self.site.wait_for(lambda record: record["path"] == path and record["status"] < 300)
        self.assertIsNotNone(found, path)
        return found

    def test_every_link_of_the_portal_leads_somewhere(self):
        todo, seen = ["/"], set()
        while todo:
            path = todo.pop()
            if path in seen:
                continue
            seen.add(path)
            status, headers, content = self.ask("GET", path)
            expected = 302 if path.startswith("/go/") else 200
            self.assertEqual(status, expected, path)
            if headers.get_content_type() == "text/html":
                text = content.decode("utf-8")
                self.assertNotIn("{{", text.replace("{{rows}}", ""), path)
                folder = path.rpartition("/")[0]
                for link in re.findall(r'(?:href|src)="([^"#:]+)"', text):
                    todo.append(link if link.startswith("/") else f"{folder}/{link}")
        self.assertGreater(len(seen), 25)

    def test_unknown_page(self):
        self.assertEqual(self.ask("GET", "/no-such-page")[0], 404)
        self.assertEqual(self.ask("GET", "/../serve.py")[0], 404)

    def test_form_shows_what_was_sent_escaped(self):
        status, _, content = self.ask("POST", "/form/sent", "a=%3Cscript%3E&name=%E9%AB%99%E6%A9%8B")
        text = content.decode("utf-8")
        self.assertEqual(status, 200)
        self.assertIn("高橋".replace("高", "髙"), text)
        self.assertIn("&lt;script&gt;", text)
        self.assertNotIn("<script>", text)

    def test_upload_is_recorded(self):
        data = b"\x00\x01photo\r\n--not-a-boundary\r\n" * 99
        body = (b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
                b"Content-Type: image/jpeg\r\n\r\n" + data + b"\r\n--xyz--\r\n")
        status, _, _ = self.ask("POST", "/upload", body, headers={"Content-Type": "multipart/form-data; boundary=xyz"})
        self.assertEqual(status, 200)
        record = self.record("/upload")
        self.assertEqual(record["received"], len(body))
        self.assertEqual(record["files"], [{"name": "a.jpg", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}])

    def test_download_is_an_attachment_and_recorded(self):
        _, headers, content = self.ask("GET", "/files/sogo-keikaku.pdf")
        self.assertIn("attachment", headers["Content-Disposition"])
        self.assertTrue(content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF"))
        record = self.site.wait_for(lambda r: r["path"] == "/files/sogo-keikaku.pdf" and r["complete"])
        self.assertEqual(record["sent"], len(content))

    def test_denied_host_shows_its_own_page(self):
        _, _, content = self.ask("GET", "/", host="denied.sakura.test")
        self.assertIn("許可されていないサイト", content.decode("utf-8"))
        self.assertIsNotNone(self.site.wait_for(lambda r: r["host"] == "denied.sakura.test"))

    def test_links_to_the_denied_host_keep_the_port(self):
        _, _, content = self.ask("GET", "/check")
        self.assertIn(f'href="https://denied.sakura.test:{self.site.port}/"', content.decode("utf-8"))

    def test_report_is_recorded(self):
        report = {"what": "print", "outcome": "happened", "detail": ""}
        self.assertEqual(self.ask("POST", "/report", json.dumps(report))[0], 204)
        self.assertEqual(self.record("/report")["report"], report)

    def test_bad_bodies_are_refused(self):
        for path, body, headers in (("/report", b"[]", {}), ("/report", b"x" * 5000, {}),
                                    ("/upload", b"", {"Content-Type": "text/plain"}),
                                    ("/form/sent", b"", {"Content-Length": str(17 << 20)}),
                                    ("/form/sent", b"", {"Content-Length": "-1"})):
            self.assertEqual(self.ask("POST", path, body, headers=headers)[0], 400, (path, headers))

    def test_range_of_the_video(self):
        _, _, whole = self.ask("GET", "/media/flight.webm")
        status, headers, part = self.ask("GET", "/media/flight.webm", headers={"Range": "bytes=1000-1999"})
        self.assertEqual((status, part), (206, whole[1000:2000]))
        self.assertEqual(headers["Content-Range"], f"bytes 1000-1999/{len(whole)}")
        self.assertEqual(self.ask("GET", "/media/flight.webm", headers={"Range": "bytes=9-5"})[0], 200)

    def test_silent_client_does_not_stop_others(self):
        silent = [socket.create_connection(("127.0.0.1", self.site.port)) for _ in range(3)]
        try:
            self.assertEqual(self.ask("GET", "/")[0], 200)
        finally:
            for connection in silent:
                connection.close()


class EndTest(unittest.TestCase):
    def test_ends_on_sigterm_with_status_0(self):
        with DemoSite(plain=True) as site:
            self.assertTrue(site.url.startswith("http://127.0.0.1:"))
            site.process.terminate()
            self.assertEqual(site.process.wait(20), 0)

    def test_needs_a_certificate_or_plain(self):
        serve = pathlib.Path(__file__).resolve().parents[3] / "demo" / "serve.py"
        self.assertEqual(subprocess.run([sys.executable, serve], stderr=subprocess.DEVNULL).returncode, 2)


if __name__ == "__main__":
    unittest.main()
