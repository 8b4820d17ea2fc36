#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""sudare-directory against a real slapd. The broker's part is spoken by the test."""
import pathlib
import shutil
import socket
import struct
import tempfile
import unittest

from directory_link import (AMBIGUOUS, BIN, DISABLED, EXPIRED, LOCKED, MUST_CHANGE, OWN_ACCOUNT, REFERRAL, RIGHT,
                            TOO_SLOW, UNKNOWN, UNREACHABLE, WRONG, Directory, text)
from slapd import DEADLINE, GROUPS, PASSWORD, PEOPLE, SUFFIX, Authority, Slapd

TEMPLATE = f'[person]\ndn = "uid={{user}},{PEOPLE}"\n'


class DirectoryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="sudare-ca-"))
        cls.addClassCleanup(lambda: shutil.rmtree(cls.folder))
        cls.ca = Authority(cls.folder, "ca")
        cls.slapd = Slapd(cls.ca)
        cls.addClassCleanup(cls.slapd.remove)
        cls.hana = cls.slapd.add_person("hana")
        cls.slapd.add_person("taro", userPassword="another horse battery")

    def directory(self, url=None, authority=None, **options):
        one = Directory(url or self.slapd.url, authority or self.ca, **options)
        self.addCleanup(one.remove)
        return one


class Passwords(DirectoryTest):
    def test_right_and_wrong(self):
        for options in ({}, {"search": False, "more": TEMPLATE}):
            directory = self.directory(**options)
            self.assertEqual(directory.check("hana", PASSWORD), (RIGHT, 0), directory.said())
            self.assertEqual(directory.check("hana", "wrong"), (WRONG, 0))
            self.assertEqual(directory.check("taro", PASSWORD), (WRONG, 0))
        self.assertEqual(self.directory().check("nobody", PASSWORD), (UNKNOWN, 0))

    def test_an_empty_password_is_refused_before_any_bind(self):
        # Control: slapd takes it, and whoever believes the success lets everybody in.
        accepted = self.slapd.tool("ldapwhoami", dn=self.hana, password="")
        self.assertEqual(accepted.stdout.strip(), "anonymous")
        directory = self.directory()
        before = len(self.slapd.said())
        directory.ask("hana", "")
        self.assertIsNone(directory.answer())
        self.assertEqual(directory.process.wait(DEADLINE), 1)
        self.assertNotIn(" BIND dn", self.slapd.said()[before:])

    def test_what_the_broker_must_not_send_ends_it(self):
        for kind, payload in ((0x03, b"x" * 12), (0x02, b"x"), (0x01, b"\0"),
                              (0x02, struct.pack(">I", 1) + text("hana") + text(b"with\0zero")),
                              (0x02, struct.pack(">I", 1) + text(b"ha\0na") + text(PASSWORD)),
                              (0x02, struct.pack(">I", 1) + text("") + text(PASSWORD))):
            directory = self.directory()
            directory.send(kind, payload)
            self.assertIsNone(directory.answer(), (kind, payload))
            self.assertEqual(directory.process.wait(DEADLINE), 1)

    def test_nothing_that_is_typed_gets_into_a_filter(self):
        control = self.slapd.tool("ldapsearch", "-LLL", "-b", PEOPLE, "(uid=*)", "dn")
        self.assertGreater(control.stdout.count("dn: uid="), 1)
        control = self.slapd.tool("ldapsearch", "-LLL", "-b", PEOPLE, "(|(uid=x)(uid=hana))", "dn")
        self.assertIn(self.hana, control.stdout)
        directory = self.directory()
        for name in ("*", "han*", "*)(uid=*", ")(uid=*", "x)(|(uid=hana)", "x)(uid=hana", "hana)(cn=*", "\\2a", "\\68ana",
                     "hana\\", "(", ")", "{user}", "hana,ou=people", "花"):
            self.assertEqual(directory.check(name, PASSWORD), (UNKNOWN, 0), name)
        self.assertEqual(directory.check("hana", PASSWORD), (RIGHT, 0))

    def test_nothing_that_is_typed_gets_into_a_name(self):
        inner = f"ou=inner,{PEOPLE}"
        self.slapd.add(inner, objectClass="organizationalUnit", ou="inner")
        self.slapd.add_person("hidden", f"uid=hidden,{inner}")
        control = self.slapd.tool("ldapwhoami", dn=f"uid=hidden,ou=inner,{PEOPLE}", password=PASSWORD)
        self.assertIn("hidden", control.stdout)
        directory = self.directory(search=False, more=TEMPLATE)
        for name in ("hidden,ou=inner", "hidden\\,ou=inner", "hana+cn=hana", "hana\\2cou=people", "#04046861", " hana,",
                     '"hana"', "hidden;ou=inner", "{user}", "*"):
            self.assertEqual(directory.check(name, PASSWORD), (WRONG, 0), name)
        for name in ("a,b", "a+b", 'a"b', "#a", "a\\b", "a;b<c>", "山田"):
            escaped = "".join("\\" + c if c in ',+"\\;<>' or (c == "#" and i == 0) else c for i, c in enumerate(name))
            self.slapd.add_person(name, f"uid={escaped},{PEOPLE}")
            self.assertEqual(directory.check(name, PASSWORD), (RIGHT, 0), name)
            self.assertEqual(self.directory().check(name, PASSWORD), (RIGHT, 0), name)

    def test_two_entries_that_match_are_nobody(self):
        self.slapd.add(f"ou=old,{PEOPLE}", objectClass="organizationalUnit", ou="old")
        for dn in (f"uid=twin,{PEOPLE}", f"uid=twin,ou=old,{PEOPLE}"):
            self.slapd.add_person("twin", dn)
            control = self.slapd.tool("ldapwhoami", dn=dn, password=PASSWORD)
            self.assertIn("twin", control.stdout)
        self.assertEqual(self.directory().check("twin", PASSWORD), (AMBIGUOUS, 0))

    def test_what_the_directory_says_about_an_account(self):
        # With -e relax an administrator may set what the overlay writes.
        for name, attribute, answer in (("locked", "pwdAccountLockedTime: 000001010000Z", LOCKED),
                                        ("reset", "pwdReset: TRUE", MUST_CHANGE)):
            dn = self.slapd.add_person(name)
            self.assertEqual(self.directory().check(name, PASSWORD)[0], RIGHT)  # control
            self.slapd.modify(f"dn: {dn}\nchangetype: modify\nadd: {attribute.split(':')[0]}\n{attribute}\n", "-e", "relax")
            self.assertEqual(self.directory().check(name, PASSWORD), (answer, 0), name)
            self.assertEqual(self.directory(search=False, more=TEMPLATE).check(name, PASSWORD), (answer, 0), name)

    def test_our_own_account(self):
        directory = self.directory(password="not its password")
        self.assertEqual(directory.check("hana", PASSWORD), (OWN_ACCOUNT, 0))
        self.assertIn("search.bind_dn", directory.said())


class Groups(DirectoryTest):
    def test_groups_come_and_go(self):
        kana = self.slapd.add_person("kana")
        welfare, tax = self.slapd.add_group("welfare", kana), self.slapd.add_group("tax")
        wanted = ["CN=Welfare, OU=groups,DC=city,dc=example", tax]
        for options in ({}, {"search": False, "more": TEMPLATE}):
            directory = self.directory(groups=wanted, **options)
            self.assertEqual(directory.check("kana", PASSWORD), (RIGHT, 0b01))
            self.slapd.change_member("add", tax, kana)
            self.assertEqual(directory.check("kana", PASSWORD), (RIGHT, 0b11))
            self.assertEqual(directory.check("kana", "wrong"), (WRONG, 0))
            self.slapd.change_member("delete", tax, kana)
            self.assertEqual(directory.check("kana", PASSWORD), (RIGHT, 0b01))
        self.assertEqual(self.directory(groups=[GROUPS]).check("kana", PASSWORD), (RIGHT, 0))

    def test_a_group_that_is_no_name_is_told(self):
        directory = Directory(self.slapd.url, self.ca, start=False)
        self.addCleanup(directory.remove)
        directory.broker, _ = directory.listener.accept()
        directory.send(0x01, bytes([1]) + text("welfare"))
        self.assertEqual(directory.process.wait(DEADLINE), 1)
        self.assertIn('directory.groups of the broker: "welfare" is no distinguished name', directory.said())


class Trust(DirectoryTest):
    def slapd_with(self, certificate, **options):
        one = Slapd(self.ca, tls=certificate, **options)
        self.addCleanup(one.remove)
        return one

    def test_only_the_pinned_authority(self):
        other = Authority(self.folder, "other")
        for url in (self.slapd.url, self.slapd.plain_url):
            before = len(self.slapd.said())
            directory = self.directory(url, authority=other)
            self.assertEqual(directory.check("hana", PASSWORD), (UNREACHABLE, 0), directory.said())
            self.assertNotIn(" BIND dn", self.slapd.said()[before:])
            self.assertEqual(self.directory(url).check("hana", PASSWORD), (RIGHT, 0))  # control

    def test_only_the_host_of_the_url(self):
        for number, names in enumerate(("DNS:other.example", "IP:127.0.0.2", None)):  # None: a common name alone
            server = self.slapd_with(self.ca.issue(f"mismatch{number}", names))
            for url in (server.url, server.plain_url):
                self.assertEqual(self.directory(url).check("hana", PASSWORD), (UNREACHABLE, 0), names)
            self.assertNotIn(" BIND dn", server.said())
        by_number = self.slapd.url.replace("localhost", "127.0.0.1")
        self.assertEqual(self.directory(by_number).check("hana", PASSWORD), (UNREACHABLE, 0))
        control = self.slapd_with(self.ca.issue("number", "IP:127.0.0.1"))
        self.assertEqual(self.directory(control.url.replace("localhost", "127.0.0.1")).check("hana", PASSWORD), (UNKNOWN, 0))

    def test_old_tls_is_refused(self):
        for priority, answer in (("NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT", UNREACHABLE), ("NORMAL:-VERS-ALL:+VERS-TLS1.2", UNKNOWN)):
            server = self.slapd_with(None, extra=f"TLSCipherSuite {priority}")
            self.assertEqual(self.directory(server.url).check("hana", PASSWORD), (answer, 0), priority)

    def test_without_tls_nothing_is_said(self):
        plain = self.slapd_with("")
        directory = self.directory(plain.plain_url)
        self.assertEqual(directory.check("hana", PASSWORD), (UNREACHABLE, 0))
        self.assertIn("oid=1.3.6.1.4.1.1466.20037", plain.said())  # StartTLS
        self.assertNotIn(" BIND dn", plain.said())
        self.assertIn("refuses StartTLS", directory.said())
        # Control: the same settings, where the server has TLS.
        self.assertEqual(self.directory(self.slapd.plain_url).check("hana", PASSWORD), (RIGHT, 0))

    def test_the_machines_own_ldap_settings_do_not_count(self):
        rc = self.folder / "rc"
        rc.write_text("TLS_REQCERT never\n")
        import os
        os.environ["LDAPTLS_REQCERT"], os.environ["LDAPCONF"] = "never", str(rc)
        self.addCleanup(lambda: [os.environ.pop(name) for name in ("LDAPTLS_REQCERT", "LDAPCONF")])
        directory = self.directory(authority=Authority(self.folder, "third"))
        self.assertEqual(directory.check("hana", PASSWORD), (UNREACHABLE, 0))


class Elsewhere(DirectoryTest):
    def test_referrals_are_not_followed(self):
        there = Slapd(self.ca, suffix="dc=other,dc=example")
        self.addCleanup(there.remove)
        there.tool("ldapadd", dn="cn=admin,dc=other,dc=example",
                   stdin="dn: uid=remote,ou=people,dc=other,dc=example\nobjectClass: inetOrgPerson\nuid: remote\ncn: r\nsn: r\n"
                         f"userPassword: {PASSWORD}\n")
        self.slapd.add(f"ou=elsewhere,{PEOPLE}", objectClass=["referral", "extensibleObject"], ou="elsewhere",
                       ref=f"{there.url}/ou=people,dc=other,dc=example")
        seen = there.said().count("ACCEPT")
        # A search reference beside the answer, and an answer that is nothing but a referral.
        directory = self.directory()
        self.assertEqual(directory.check("remote", PASSWORD), (UNKNOWN, 0))
        self.assertEqual(directory.check("hana", PASSWORD), (RIGHT, 0))
        below = self.directory(base=f"ou=elsewhere,{PEOPLE}")
        self.assertEqual(below.check("remote", PASSWORD)[0], REFERRAL)
        self.assertEqual(there.said().count("ACCEPT"), seen)
        # Controls: the server sends the reference, and a client that chases it goes there.
        shown = self.slapd.tool("ldapsearch", "-LLL", "-b", PEOPLE, "(uid=remote)", "dn")
        self.assertIn("# refldaps://localhost", shown.stdout)
        self.slapd.tool("ldapsearch", "-C", "-b", PEOPLE, "(uid=remote)", "dn", check=False)
        self.assertGreater(there.said().count("ACCEPT"), seen)

    def test_a_server_that_does_not_answer(self):
        silent = socket.socket()
        self.addCleanup(silent.close)
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        port = silent.getsockname()[1]
        for scheme in ("ldap", "ldaps"):
            directory = self.directory(f"{scheme}://localhost:{port}", top="connect_seconds = 1\noperation_seconds = 1")
            for _ in range(8):  # as many as there may be: none waits for another
                directory.ask("hana", PASSWORD)
            answers = [directory.answer() for _ in range(8)]
            self.assertEqual({answer for _, answer, _ in answers}, {TOO_SLOW}, directory.said())
            for _ in range(9):
                directory.ask("hana", PASSWORD)
            self.assertEqual(directory.process.wait(DEADLINE), 1)  # one too many

    def test_a_server_that_stops_in_the_middle(self):
        for after in ("bind", "record"):
            directory = self.directory(self.stopping(after), top="operation_seconds = 1")
            self.assertEqual(directory.check("hana", PASSWORD), (TOO_SLOW, 0), directory.said())

    def stopping(self, after):
        """The URL of a TLS server with the right certificate that never answers a bind ("bind"), or sends half of a
        TLS record then ("record")."""
        import ssl
        import threading
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.ca.issue(f"stops-{after}"))
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def serve():
            raw, _ = listener.accept()
            raw_copy = raw.dup()
            with context.wrap_socket(raw, server_side=True) as tls:
                tls.recv(4096)
                if after == "record":
                    raw_copy.send(b"\x17\x03\x03\x40\x00half")
                tls.recv(4096)  # until the other end hangs up
            raw_copy.close()
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        self.addCleanup(lambda: (thread.join(DEADLINE), listener.close()))
        return f"ldaps://localhost:{listener.getsockname()[1]}"

    def test_down_and_up_again(self):
        server = Slapd(self.ca)
        self.addCleanup(server.remove)
        server.add_person("hana")
        directory = self.directory(server.url)
        self.assertEqual(directory.check("hana", PASSWORD)[0], RIGHT)
        server.stop()
        self.assertEqual(directory.check("hana", PASSWORD)[0], UNREACHABLE)
        server.start()
        self.assertEqual(directory.check("hana", PASSWORD)[0], RIGHT)
        both = self.directory(f"ldaps://localhost:1 {server.url}")
        self.assertEqual(both.check("hana", PASSWORD)[0], RIGHT)


class Secrets(DirectoryTest):
    def test_no_password_stays_in_memory(self):
        """What is freed is overwritten. Many at once, and long ones: what is left of some is not overwritten by luck."""
        program = (BIN / "sudare-directory").read_bytes()
        if b"__asan_init" in program or b"__tsan_init" in program:
            self.skipTest("a sanitizer's shadow memory is too large to read, and it keeps what is freed")
        directory = self.directory()
        words = [f"{number}unmistakable-Wq7-" + "horse" * 20 for number in range(8)]
        for number, word in enumerate(words):
            self.slapd.add_person(f"mika{number}", userPassword=word)
        for number, word in enumerate(words):
            directory.ask(f"mika{number}", word)
        self.assertEqual([directory.answer()[1] for _ in words], [RIGHT] * 8)
        memory = self.memory_of(directory.process.pid)
        self.assertIn(SUFFIX.encode(), memory)  # control: it was read
        for piece in ("unmistakable-Wq7-", "horse" * 4):
            self.assertNotIn(piece.encode(), memory)

    @staticmethod
    def memory_of(pid):
        out = b""
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for line in maps:
                span, rights = line.split()[:2]
                begin, end = (int(part, 16) for part in span.split("-"))
                if rights.startswith("rw"):
                    memory.seek(begin)
                    try:
                        out += memory.read(end - begin)
                    except OSError:
                        continue
        return out


del DirectoryTest


if __name__ == "__main__":
    unittest.main(verbosity=2)
