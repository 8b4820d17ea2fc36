# SPDX-License-Identifier: Apache-2.0
"""sudare-egress as a proxy: rules, plain HTTP, tunnels, quotas, reports, faults, sandbox."""
import os
import random
import socket
import threading
import unittest

import harness
from harness import (CONFIG, DNS_PORT, PUBLIC, TIMEOUT, Dns, Egress, EgressConfig, Handler, Site,
                     Workspace, frame, https_get, readable)

LISTENER = ("1.2.3.4", 9443)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workspace = Workspace()
        cls.addClassCleanup(cls.workspace.close)
        for site in (Site(443, harness.tls_context(cls.workspace)), Site(80)):
            cls.addClassCleanup(site.server_close)
            cls.addClassCleanup(site.shutdown)
        names = ("site.test", "a.deny.test", "www.city.test", "upstream-only.test")
        cls.dns = Dns(cls.workspace, {name: ["1.2.3.4"] for name in names})
        cls.addClassCleanup(cls.dns.close)
        # A server whose every byte the test controls.
        cls.raw = socket.create_server(LISTENER)
        cls.raw.settimeout(TIMEOUT)
        cls.addClassCleanup(cls.raw.close)

    def start(self, **fields):
        config = EgressConfig(resolvers=[("127.0.0.1", DNS_PORT)],
                              **{"allow_by_default": True, "plain_http": True, **fields})
        self.egress = Egress(self.workspace, config)
        self.addCleanup(self.egress.close)
        return self.egress

    def raw_tunnel(self, egress):
        """A tunnel to the raw server: (browser's end, server's end)."""
        response, browser = egress.tunnel("site.test:9443")
        self.assertEqual(response.status, 200)
        server, _ = self.raw.accept()
        server.settimeout(TIMEOUT)
        self.addCleanup(server.close)
        self.addCleanup(browser.close)
        return browser, server

    def status(self, egress, authority):
        response, client = egress.tunnel(authority)
        if client:
            client.close()
        return response.status

    @staticmethod
    def receive(browser):
        try:
            return browser.recv(65536)
        except ConnectionResetError:
            return b""


RAW_RULE = [(7, True, 9443, "site.test")]


class RulesTest(Case):
    def test_rules_and_their_numbers(self):
        egress = self.start(allow_by_default=False,
                            hosts=[(11, True, 0, ".test"), (12, False, 0, ".deny.test")])
        self.assertEqual(self.status(egress, "site.test:443"), 200)
        self.assertEqual(egress.next_report(host="site.test").rule, 11)
        response, _ = egress.tunnel("a.deny.test:443")
        self.assertEqual((response.status, response.body), (403, b"denied_by_rule\n"))
        self.assertEqual(egress.next_report(host="a.deny.test").rule, 12)
        response, _ = egress.tunnel("other.example:443")
        self.assertEqual(response.body, b"denied_by_default\n")
        # What is refused by name is never asked of a resolver: a lookup is a message, too.
        self.assertEqual(self.dns.queries("a.deny.test") + self.dns.queries("other.example"), [])
        self.assertNotEqual(self.dns.queries("site.test"), [])

    def test_ports(self):
        egress = self.start(hosts=RAW_RULE)
        for port in (22, 25, 80, 444, 8443):
            response, _ = egress.tunnel(f"site.test:{port}")
            self.assertEqual((response.status, response.body), (403, b"denied_port\n"))
        self.raw_tunnel(egress)

    def test_plain_http_only_where_the_policy_permits(self):
        egress = self.start(plain_http=False)
        refused = egress.request("http://site.test/")
        self.assertEqual((refused.status, refused.body), (403, b"denied_plain_http\n"))
        egress.configure(EgressConfig(allow_by_default=True, plain_http=True,
                                      resolvers=[("127.0.0.1", DNS_PORT)]))
        self.wait_until_applied(egress)
        self.assertEqual(egress.request("http://site.test/").status, 200)

    def wait_until_applied(self, egress):
        while egress.request("http://site.test/").status != 200:
            pass

    def test_policy_change_cuts_what_it_denies_and_nothing_else(self):
        hosts = RAW_RULE + [(8, True, 9443, "www.city.test")]
        egress = self.start(hosts=hosts)
        cut, _ = self.raw_tunnel(egress)
        response, kept = egress.tunnel("www.city.test:9443")
        self.assertEqual(response.status, 200)
        server, _ = self.raw.accept()
        self.addCleanup(server.close)
        self.addCleanup(kept.close)
        egress.configure(EgressConfig(
            allow_by_default=True, resolvers=[("127.0.0.1", DNS_PORT)],
            hosts=[(9, False, 0, "site.test"), (8, True, 9443, "www.city.test")]))
        self.assertEqual(cut.recv(1), b"")
        report = egress.next_report(host="site.test", verdict="denied_by_rule")
        self.assertEqual(report.rule, 9)
        kept.sendall(b"still here")
        self.assertEqual(server.recv(10), b"still here")


class PlainHttpTest(Case):
    def test_request_is_rewritten_and_names_nobody(self):
        egress = self.start()
        Handler.seen.clear()
        egress.request("http://site.test/x?y", fields=[
            "Proxy-Connection: keep-alive", "Connection: X-Hop", "X-Hop: 1", "Cookie: c=1",
            "Proxy-Authorization: Basic eDp5", "TE: trailers", "Upgrade: h2c"])
        method, path, fields = Handler.seen[-1]
        self.assertEqual((method, path), ("GET", "/x?y"))
        self.assertEqual(fields, {"Host": "site.test", "Cookie": "c=1", "Connection": "close"})

    def test_bodies_up(self):
        egress = self.start()
        sent = egress.request("http://site.test/", "POST", ["Content-Length: 5"], b"hello")
        self.assertEqual(sent.body, b"got hello")
        chunked = egress.request("http://site.test/", "POST", ["Transfer-Encoding: chunked"],
                                 b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")
        self.assertEqual(chunked.body, b"got hello")
        big = os.urandom(1_000_000)
        sent = egress.request("http://site.test/", "POST", [f"Content-Length: {len(big)}"], big)
        self.assertEqual(sent.body, b"got " + big)

    def test_bodies_down(self):
        egress = self.start()
        chunked = egress.request("http://site.test/chunked")
        self.assertEqual(chunked.body, b"one two three")
        self.assertNotIn("x-hop", chunked.fields)
        self.assertEqual(egress.request("http://site.test/until-eof").body,
                         b"ends with the connection")
        self.assertEqual(len(egress.request("http://site.test/big").body), 3_000_000)
        head = egress.request("http://site.test/", "HEAD")
        self.assertEqual(head.fields["content-length"], "1234")

    def test_several_requests_on_one_connection(self):
        egress = self.start()
        with egress.connect() as client:
            stream = client.makefile("rb")
            for path in ("/chunked", "/until-eof", "/", "/"):
                client.sendall(f"GET http://site.test{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                self.assertEqual(harness.read_response(stream).status, 200)

    def test_malformed_responses(self):
        egress = self.start(hosts=RAW_RULE)
        for reply in (b"garbage\r\n\r\n", b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
                      b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                      b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"",
                      b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
                      b"HTTP/1.1 103 Early Hints\r\n\r\n" * 9):
            with self.subTest(reply=reply[:40]):
                def serve(answer=reply):
                    server, _ = self.raw.accept()
                    with server:
                        server.recv(65536)
                        server.sendall(answer)
                thread = threading.Thread(target=serve)
                thread.start()
                self.assertEqual(egress.request("http://site.test:9443/").status, 502)
                thread.join()

    def test_malformed_requests_end_their_connection_only(self):
        egress = self.start()
        generator = random.Random(7)
        for kind in range(300):
            with egress.connect() as client:
                junk = generator.randbytes(generator.randrange(1, 2000))
                prefix = (b"", b"GET http://site.test/ HTTP/1.1\r\n", b"CONNECT ")[kind % 3]
                client.sendall(prefix + junk + b"\r\n\r\n")
                client.shutdown(socket.SHUT_WR)
                while self.receive(client):
                    pass
        self.assertEqual(egress.request("http://site.test/").status, 200)
        self.assertIsNone(egress.process.poll())


class TunnelTest(Case):
    def test_half_close_both_ways(self):
        egress = self.start(hosts=RAW_RULE)
        browser, server = self.raw_tunnel(egress)
        browser.sendall(b"question")
        browser.shutdown(socket.SHUT_WR)
        self.assertEqual(server.makefile("rb").read(), b"question")
        server.sendall(b"answer")
        server.close()
        self.assertEqual(browser.makefile("rb").read(), b"answer")

    def test_bytes_right_behind_the_head(self):
        egress = self.start(hosts=RAW_RULE)
        with egress.connect() as client:
            client.sendall(b"CONNECT site.test:9443 HTTP/1.1\r\n\r\nearly bytes")
            server, _ = self.raw.accept()
            with server:
                self.assertEqual(server.recv(11), b"early bytes")

    def test_back_pressure(self):
        """A server that does not read stops the browser; nothing piles up in between."""
        egress = self.start(hosts=RAW_RULE)
        browser, server = self.raw_tunnel(egress)
        browser.setblocking(False)
        sent = 0
        while sent < 64_000_000 and harness.select.select([], [browser], [], 0.5)[1]:
            sent += browser.send(bytes(65536))
        self.assertLess(sent, 64_000_000)
        with open(f"/proc/{egress.process.pid}/statm", encoding="ascii") as statm:
            self.assertLess(int(statm.read().split()[1]) * 4096, 64_000_000)
        browser.setblocking(True)
        thread = threading.Thread(target=lambda: browser.shutdown(socket.SHUT_WR))
        thread.start()
        received = 0
        while piece := server.recv(1 << 20):
            received += len(piece)
        thread.join()
        self.assertEqual(received, sent)

    def test_connection_quota(self):
        egress = self.start(hosts=RAW_RULE, connections_max=3)
        tunnels = [self.raw_tunnel(egress) for _ in range(3)]
        response, _ = egress.tunnel("site.test:443")
        self.assertEqual((response.status, response.body), (503, b"quota\n"))
        egress.next_report(host="site.test", verdict="quota")
        for end in tunnels[0]:
            end.close()
        while self.status(egress, "site.test:443") != 200:
            pass  # until the closed tunnel has been cleared away

    def test_byte_quota(self):
        egress = self.start(hosts=RAW_RULE, megabytes_per_day=1)
        browser, server = self.raw_tunnel(egress)
        thread = threading.Thread(target=self.send_until_cut, args=(server,))
        thread.start()
        received = 0
        while piece := self.receive(browser):
            received += len(piece)
        thread.join()
        self.assertLess(received, 1_100_000)
        self.assertGreater(received, 900_000)
        self.assertEqual(self.status(egress, "site.test:443"), 503)
        egress.next_report(host="site.test", verdict="quota")

    @staticmethod
    def send_until_cut(server):
        try:
            server.sendall(bytes(4_000_000))
        except OSError:
            pass


class ReportTest(Case):
    def test_many_connections_make_two_reports(self):
        egress = self.start()
        for _ in range(20):
            response, client = egress.tunnel("site.test:443")
            self.assertEqual(response.status, 200)
            https_get(client, self.workspace)
        self.assertEqual(egress.finish(), 0)
        self.assertEqual([(r.verdict, r.address) for r in egress.reports],
                         [("allowed", "1.2.3.4")] * 2)
        self.assertEqual(sum(r.requests for r in egress.reports), 20)
        self.assertGreater(egress.reports[1].bytes_up, 20 * 200)
        self.assertGreater(egress.reports[1].bytes_down, 20 * 500)

    def test_a_flood_of_refused_names_is_summed_up(self):
        egress = self.start(allow_by_default=False)
        for number in range(300):
            response, _ = egress.tunnel(f"h{number}.invented.test:443")
            self.assertEqual(response.status, 403)
        self.assertEqual(egress.finish(), 0)
        self.assertEqual({r.verdict for r in egress.reports}, {"denied_by_default"})
        self.assertEqual(sum(r.requests for r in egress.reports), 300)
        self.assertEqual(len(egress.reports), 128 + 2)
        self.assertEqual({r.host for r in egress.reports[128:]}, {"*"})

    def test_report_comes_before_the_first_byte(self):
        egress = self.start(hosts=RAW_RULE)
        _, server = self.raw_tunnel(egress)
        self.assertEqual(egress.next_report(host="site.test").rule, 7)
        self.assertFalse(readable(server, 0))


class FaultTest(Case):
    def test_unknown_name_refused_connection_and_silent_resolver(self):
        egress = self.start(hosts=[(1, True, 9, "site.test")])
        response, _ = egress.tunnel("unknown.test:443")
        self.assertEqual((response.status, response.body), (502, b"not_resolved\n"))
        response, _ = egress.tunnel("site.test:9")
        self.assertEqual((response.status, response.body), (502, b"connect_failed\n"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            deaf = self.start(resolvers=[silent.getsockname()])
            response, _ = deaf.tunnel("site.test:443")
            self.assertEqual((response.status, response.body), (504, b"not_resolved\n"))
            self.assertTrue(readable(silent, 0))  # it was asked

    def test_no_resolver(self):
        egress = self.start(resolvers=[])
        self.assertEqual(self.status(egress, "site.test:443"), 502)
        self.assertEqual(self.status(egress, "1.2.3.4:443"), 200)

    def start(self, **fields):
        resolvers = fields.pop("resolvers", [("127.0.0.1", DNS_PORT)])
        config = EgressConfig(allow_by_default=True, resolvers=resolvers, **fields)
        egress = Egress(self.workspace, config)
        self.addCleanup(egress.close)
        return egress

    def test_garbage_on_the_control_stream_ends_the_process(self):
        bad_rule = EgressConfig(hosts=[(1, True, 0, "*.test")])
        for junk in (b"\xff\0\0\0", frame(CONFIG, b"short"), frame(CONFIG, bytes(100)),
                     frame(CONFIG, bad_rule.payload())):
            egress = Egress(self.workspace, None, expect_ready=False)
            self.addCleanup(egress.close)
            egress.control.sendall(junk)
            self.assertEqual(egress.process.wait(TIMEOUT), 1)

    def test_end_of_the_control_stream_ends_everything(self):
        egress = self.start(hosts=RAW_RULE)
        browser, server = self.raw_tunnel(egress)
        self.assertEqual(egress.finish(), 0)
        self.assertEqual((browser.recv(1), server.recv(1)), (b"", b""))

    def test_sandbox_is_on(self):
        with open(harness.EGRESS, "rb") as program:
            code = program.read()
        if b"__asan_init" in code or b"__tsan_init" in code:
            self.skipTest("sanitizer runtimes cannot live inside seccomp")
        egress = self.start()
        with open(f"/proc/{egress.process.pid}/status", encoding="ascii") as status:
            fields = dict(line.split(":\t", 1) for line in status.read().splitlines())
        self.assertEqual((fields["Seccomp"], fields["NoNewPrivs"]), ("2", "1"))


class UpstreamTest(Case):
    """Behind a proxy of the prefecture: names go through it, private literals do not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asked = []
        cls.upstream = socket.create_server(("10.9.9.9", 3128))
        cls.addClassCleanup(cls.upstream.close)
        threading.Thread(target=cls.serve, daemon=True).start()

    @classmethod
    def serve(cls):
        while True:
            try:
                client, _ = cls.upstream.accept()
            except OSError:
                return
            with client, client.makefile("rb") as stream:
                line = stream.readline().decode()
                cls.asked.append(line.strip())
                while stream.readline().strip():
                    pass
                if "forbidden" in line:
                    client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                elif line.startswith("CONNECT"):
                    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfirst")
                    client.sendall(stream.read(4))
                else:
                    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nvia")

    def test_upstream(self):
        egress = self.start(upstream=("10.9.9.9", 3128), hosts=[(3, False, 0, ".deny.test")])
        response, client = egress.tunnel("upstream-only.test:443")
        self.assertEqual(response.status, 200)
        with client:
            client.sendall(b"ping")
            self.assertEqual(client.makefile("rb").read(), b"firstping")
        self.assertEqual(egress.request("http://upstream-only.test/p").body, b"via")
        self.assertEqual(self.asked, ["CONNECT upstream-only.test:443 HTTP/1.1",
                                      "GET http://upstream-only.test/p HTTP/1.1"])
        self.assertEqual(self.dns.queries("upstream-only.test"), [])
        self.assertEqual(self.status(egress, "10.1.2.3:443"), 403)
        self.assertEqual(self.status(egress, "a.deny.test:443"), 403)
        self.assertEqual(self.status(egress, "forbidden.test:443"), 502)
        self.assertEqual(len(self.asked), 3)


if __name__ == "__main__":
    harness.enter_namespace([*PUBLIC, "10.9.9.9"])
    unittest.main()
