# SPDX-License-Identifier: Apache-2.0
"""T-N: no spelling, answer, redirect or rebinding leads a browser to a private address. Each
refusal has its control: the same destination is reached when the settings name it as a private
site, so there was a server to reach and only the rule stood in the way."""
import socket
import unittest

import harness
from harness import DNS_PORT, PUBLIC, Dns, Egress, EgressConfig, Handler, Site, Workspace, https_get

# One or more addresses of every refused range that a Linux host can own.
PRIVATE = (
    "10.1.2.3", "100.64.1.1", "100.127.255.254", "127.0.0.1", "127.8.8.8", "169.254.169.254",
    "172.16.5.5", "172.31.255.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.19.255.1", "198.51.100.7", "203.0.113.9", "240.0.0.1", "::1", "::8.8.8.8",
    "64:ff9b::a01:203", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:a01:203::1",
    "3fff::1", "fc00::1", "fd12:3456::1", "fec0::1")
# Reach a listener through another range: 0.0.0.0 is this host, a mapped address is IPv4.
INDIRECT = ("0.0.0.0", "::ffff:127.0.0.1", "::ffff:10.1.2.3")
# Refused as well; no server can be put there (multicast, broadcast, zone needed).
NO_CONTROL = ("224.0.0.1", "255.255.255.255", "ff02::1", "fe80::1", "::")
# libc takes these for 127.0.0.1; the right side is what the control connects to.
ODD_SPELLINGS = ("2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.1",
                 "127.0.1", "0x7f.1", "127.0.0.1")
MALFORMED = (
    "127.0.0.1%2f", "user@127.0.0.1", "user:pw@127.0.0.1", "127.0.0.1\\", "[127.0.0.1]", "[::1",
    "[::1%25lo]", "::1", "127%2e0.0.1", "127.0.0.1,1.2.3.4", "site.test#", "site.test?",
    "site..test", ".site.test", "-site.test", "site.test/", "http://site.test",
    b"site.test\0.evil.test", "１２７.0.0.1", "127。0.0.1", "ⓛocalhost")


def bracketed(address):
    return f"[{address}]" if ":" in address else address


class AddressTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workspace = Workspace()
        cls.addClassCleanup(cls.workspace.close)
        cls.sites = [Site(443, harness.tls_context(cls.workspace)), Site(80), Site(8443)]
        for site in cls.sites:
            cls.addClassCleanup(site.server_close)
            cls.addClassCleanup(site.shutdown)
        cls.records = {"site.test": ["1.2.3.4"], "six.test": ["2606:4700::1111"],
                       "rebind.test": ["1.2.3.4"], "mixed.test": ["1.2.3.4", "10.1.2.3"],
                       "mixed6.test": ["1.2.3.4", "fd12:3456::1"],
                       "both.test": ["1.2.3.4", "5.6.7.8"], "hidden.test": ["192.168.1.1"]}
        for i, address in enumerate(PRIVATE + INDIRECT):
            cls.records[f"p{i}.test"] = [address]
        cls.dns = Dns(cls.workspace, cls.records, ["--cname=alias.test,hidden.test"])
        cls.addClassCleanup(cls.dns.close)

    def start(self, **fields):
        config = EgressConfig(allow_by_default=True, plain_http=True,
                              resolvers=[("127.0.0.1", DNS_PORT)])
        for name, value in fields.items():
            setattr(config, name, value)
        egress = Egress(self.workspace, config)
        self.addCleanup(egress.close)
        return egress

    def reached(self, egress, authority):
        """What the server behind a tunnel says about itself, or the refusal."""
        response, client = egress.tunnel(authority)
        if response.status != 200:
            return f"{response.status} {response.body.decode().strip()}"
        return https_get(client, self.workspace).decode()

    def test_public_addresses_are_reached_through_dns(self):
        egress = self.start()
        self.assertEqual(self.reached(egress, "site.test:443"), "reached ::ffff:1.2.3.4")
        self.assertEqual(self.reached(egress, "SITE.test.:443"), "reached ::ffff:1.2.3.4")
        self.assertEqual(self.reached(egress, "six.test:443"), "reached 2606:4700::1111")
        self.assertEqual(self.reached(egress, "5.6.7.8:443"), "reached ::ffff:5.6.7.8")
        report = egress.next_report(host="six.test")
        self.assertEqual((report.verdict, report.address), ("allowed", "2606:4700::1111"))

    def test_private_literals(self):
        egress = self.start()
        for address in PRIVATE + INDIRECT + NO_CONTROL:
            with self.subTest(address=address):
                self.assertEqual(self.reached(egress, f"{bracketed(address)}:443"),
                                 "403 denied_address")
                egress.next_report(host=address, verdict="denied_address")
        lifted = self.start(private_sites=[(a, 443, a) for a in PRIVATE + INDIRECT])
        for address in PRIVATE + INDIRECT:
            with self.subTest(control=address):
                self.assertTrue(self.reached(lifted, f"{bracketed(address)}:443")
                                .startswith("reached "))

    def test_names_that_resolve_to_private_addresses(self):
        egress = self.start()
        names = {f"p{i}.test": address for i, address in enumerate(PRIVATE + INDIRECT)}
        for name, address in names.items():
            with self.subTest(name=name, address=address):
                self.assertEqual(self.reached(egress, f"{name}:443"), "403 denied_address")
                report = egress.next_report(host=name)
                self.assertEqual(report.verdict, "denied_address")
        self.assertEqual(self.reached(egress, "alias.test:443"), "403 denied_address")
        lifted = self.start(private_sites=[(n, 443, a) for n, a in names.items()])
        for name in names:
            with self.subTest(control=name):
                self.assertTrue(self.reached(lifted, f"{name}:443").startswith("reached "))

    def test_private_site_is_one_host_port_and_address(self):
        egress = self.start(private_sites=[("p0.test", 8443, PRIVATE[0])])
        self.assertEqual(self.reached(egress, "p0.test:443"), "403 denied_address")
        self.assertEqual(self.reached(egress, "p1.test:8443"), "403 denied_port")
        response, client = egress.tunnel("p0.test:8443")
        self.assertEqual(response.status, 200)
        client.close()

    def test_odd_spellings_never_reach_a_resolver(self):
        for spelling in ODD_SPELLINGS:  # the control: libc follows each of them to the server
            socket.create_connection((spelling, 443)).close()
        egress = self.start(private_sites=[("127.0.0.1", 443, "127.0.0.1")])
        for spelling in ODD_SPELLINGS[:-1]:
            with self.subTest(spelling=spelling):
                self.assertEqual(self.reached(egress, f"{spelling}:443"), "400 bad_name")
                self.assertEqual(egress.request(f"http://{spelling}/").body, b"bad_name\n")
                self.assertEqual(self.dns.queries(spelling), [])
                egress.next_report(host=f"{spelling}:443", verdict="bad_name")
        # The canonical spelling is reached where the settings permit it.
        self.assertEqual(self.reached(egress, "127.0.0.1:443"), "reached ::ffff:127.0.0.1")

    def test_malformed_hosts(self):
        egress = self.start()
        for host in MALFORMED:
            raw = host if isinstance(host, bytes) else host.encode()
            with self.subTest(host=host):
                self.assertTrue(self.reached(egress, raw + b":443").startswith("400 "))
        self.assertEqual(self.reached(egress, "site.test:443"), "reached ::ffff:1.2.3.4")

    def test_one_private_address_refuses_the_whole_answer(self):
        egress = self.start()
        self.assertEqual(self.reached(egress, "mixed.test:443"), "403 denied_address")
        self.assertEqual(self.reached(egress, "mixed6.test:443"), "403 denied_address")
        self.assertEqual(egress.next_report(host="mixed.test").address, "10.1.2.3")
        self.assertIn("reached", self.reached(egress, "both.test:443"))

    def test_rebinding(self):
        egress = self.start()
        before = len(self.dns.queries("rebind.test"))
        self.assertEqual(self.reached(egress, "rebind.test:443"), "reached ::ffff:1.2.3.4")
        # One lookup (A and AAAA): what was checked is what was connected to.
        self.assertEqual(len(self.dns.queries("rebind.test")) - before, 2)
        self.addCleanup(self.dns.set, self.records, "rebind.test", "1.2.3.4")
        self.dns.set({**self.records, "rebind.test": ["10.1.2.3"]}, "rebind.test", "10.1.2.3")
        self.assertEqual(self.reached(egress, "rebind.test:443"), "403 denied_address")
        # Control: a change to another public address is followed, so the change did arrive.
        self.dns.set({**self.records, "rebind.test": ["5.6.7.8"]}, "rebind.test", "5.6.7.8")
        self.assertEqual(self.reached(egress, "rebind.test:443"), "reached ::ffff:5.6.7.8")

    def test_redirect_to_a_private_address(self):
        egress = self.start()
        hop = egress.request("http://site.test/redirect?http://10.1.2.3/secret")
        self.assertEqual(hop.status, 302)
        refused = egress.request(hop.fields["location"])
        self.assertEqual((refused.status, refused.body), (403, b"denied_address\n"))
        self.assertNotIn("/secret", [path for _, path, _ in Handler.seen])
        lifted = self.start(private_sites=[("10.1.2.3", 80, "10.1.2.3")])
        self.assertEqual(lifted.request(hop.fields["location"]).body, b"reached ::ffff:10.1.2.3")

    def test_configured_ranges(self):
        egress = self.start(refused_blocks=["5.6.0.0/16", "2606:4700::/32"])
        self.assertEqual(self.reached(egress, "5.6.7.8:443"), "403 denied_address")
        self.assertEqual(self.reached(egress, "six.test:443"), "403 denied_address")
        self.assertEqual(self.reached(egress, "both.test:443"), "403 denied_address")
        self.assertEqual(self.reached(egress, "site.test:443"), "reached ::ffff:1.2.3.4")


if __name__ == "__main__":
    harness.enter_namespace([a for a in PRIVATE if a not in ("127.0.0.1", "127.8.8.8", "::1")]
                            + list(PUBLIC))
    unittest.main()
