# SPDX-License-Identifier: Apache-2.0
"""Accounts whose password is in a directory: real sudare-broker, sudare-directory and slapd."""
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

from broker_link import BIN, BUSY, DEADLINE, Broker, Link, OK, REFUSED

for folder in ("directory", "gateway"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))
import totp  # noqa: E402
from directory_link import settings  # noqa: E402
from slapd import GROUPS, PASSWORD, PEOPLE, SEARCHER_PASSWORD, Authority, Slapd  # noqa: E402

ENROLMENT_NEEDED, PASSWORD_ELSEWHERE = 5, 7
LOCAL_PASSWORD = "local horse battery"
TABLE = """[directory]
socket = "{directory}/directory.sock"
seconds = 3
groups = [%s]
"""


class DirectoryLogin(unittest.TestCase):
    groups = {"welfare": f"CN=Welfare,{GROUPS}", "tax": f"cn=tax,{GROUPS}"}

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="sudare-ca-"))
        cls.addClassCleanup(lambda: shutil.rmtree(cls.folder))
        cls.ca = Authority(cls.folder, "ca")
        cls.slapd = Slapd(cls.ca)
        cls.addClassCleanup(cls.slapd.remove)
        cls.hana = cls.slapd.add_person("hana")
        cls.in_welfare, cls.in_tax = cls.slapd.add_group("welfare"), cls.slapd.add_group("tax")

    def setUp(self):
        mapped = ", ".join(f'"{ours} = {theirs}"' for ours, theirs in self.groups.items())
        self.broker = Broker(settings_text=TABLE % mapped)
        self.addCleanup(lambda: self.broker.remove())
        self.assertTrue(self.broker.ready.startswith("READY"), self.broker.ready)
        self.broker.add("suzuki", LOCAL_PASSWORD)
        self.broker.ctl("user", "add", "hana", "--directory")
        self.program = None

    def start(self, url=None, top="connect_seconds = 1", **options):
        """sudare-directory beside the broker."""
        folder = self.broker.directory
        (folder / "password").write_text(SEARCHER_PASSWORD)
        (folder / "password").chmod(0o600)
        (folder / "directory.toml").write_text(settings(url or self.slapd.url, self.ca.certificate, folder / "directory.sock",
                                                        folder / "password", top=top))
        self.errors = open(folder / "directory.stderr", "a+")
        self.program = subprocess.Popen([*options.get("before", []), BIN / "sudare-directory", "--config", folder / "directory.toml"],
                                        stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.addCleanup(self.end, self.program, self.errors)
        return self.program.stdout.readline()

    @staticmethod
    def end(program, errors):
        program.kill()
        program.wait()
        program.stdout.close()
        errors.close()

    def link(self, terminal="t1"):
        link = Link(self.broker)
        self.addCleanup(link.close)
        self.assertEqual(link.connect(terminal=terminal), 0)
        return link

    def login(self, user="hana", password=PASSWORD, code="", **options):
        link = self.link(**options)
        link.send(0x02, link.text(user) + link.text(password) + link.text(code))
        return struct.unpack(">BII", link.expect(0x42))[0]

    def causes(self, event="login_refused"):
        return [row.get("cause") for row in self.broker.events(event)]

    def local_works(self):
        return self.login("suzuki", LOCAL_PASSWORD) == OK


class Passwords(DirectoryLogin):
    def test_right_and_wrong(self):
        self.start()
        link = self.link()
        self.assertEqual(link.login("hana", PASSWORD)[0], OK)
        grant = link.open()
        self.assertIsInstance(grant, dict, grant)
        self.assertEqual(self.login(password="wrong"), REFUSED)
        self.assertEqual(self.login("nobody"), REFUSED)
        self.assertTrue(self.local_works())
        self.assertEqual(self.login("suzuki", PASSWORD), REFUSED)
        self.assertEqual(self.causes(), ["wrong_password", "unknown_user", "wrong_password"])
        with self.broker.database() as database:  # nothing of a password is stored
            self.assertEqual(database.execute("SELECT password FROM users WHERE name = 'hana'").fetchone(), ("directory",))

    def test_a_person_who_has_no_account_here_gets_in_nowhere(self):
        self.slapd.add_person("stranger")
        self.start()
        for _ in range(2):
            self.assertEqual(self.login("stranger"), REFUSED)
        self.broker.ctl("user", "add", "stranger", "--directory")  # control
        self.assertEqual(self.login("stranger"), OK)

    def test_an_account_that_the_directory_does_not_know(self):
        self.start()
        self.broker.ctl("user", "add", "gone", "--directory")
        self.assertEqual(self.login("gone"), REFUSED)
        self.assertEqual(self.causes(), ["directory_unknown"])

    def test_nothing_that_is_typed_for_an_unknown_name_leaves_the_broker(self):
        self.start()
        for terminal in range(8):
            self.broker.ctl("terminal", "add", f"u{terminal}")
        before = len(self.slapd.said())
        names = [f"unknown-name-{number}" for number in range(16)]
        self.assertEqual({self.login(name, "typed by mistake", terminal=f"u{i % 8}") for i, name in enumerate(names)}, {REFUSED})
        seen = self.slapd.said()[before:]
        # Some ask the directory about nobody, as those of the directory do; some do not, as local ones.
        self.assertIn("SRCH base", seen)
        self.assertLess(seen.count("SRCH base"), 16)
        self.assertNotIn("unknown-name", seen)

    def test_the_lock_comes_before_the_directory(self):
        self.slapd.add_person("locked")
        self.broker.ctl("user", "add", "locked", "--directory")
        self.start()
        before = len(self.slapd.said())
        for _ in range(5):
            self.assertEqual(self.login("locked", "wrong"), REFUSED)
        binds = self.slapd.said()[before:].count('BIND dn="uid=locked')
        self.assertGreater(binds, 0)
        self.assertEqual(self.login("locked"), REFUSED)
        self.assertEqual(self.causes()[-1], "locked")
        self.assertEqual(self.slapd.said()[before:].count('BIND dn="uid=locked'), binds)

    def test_disabled_here_is_disabled(self):
        self.start()
        self.broker.ctl("user", "disable", "hana")
        self.assertEqual(self.login(), REFUSED)
        self.assertEqual(self.causes(), ["disabled"])
        self.broker.ctl("user", "enable", "hana")
        self.assertEqual(self.login(), OK)

    def test_with_a_second_factor(self):
        self.broker.ctl("policy", "set", "hana", "access.second_factor", "required")
        self.start()
        self.assertEqual(self.login(), ENROLMENT_NEEDED)
        self.assertEqual(self.login(password="wrong"), REFUSED)
        link = self.link()
        link.send(0x10, link.text("hana") + link.text(PASSWORD) + link.text(""))
        secret = link.expect(0x47)
        step = totp.now()
        link.send(0x11, totp.code(secret, step).encode())
        self.assertEqual(link.expect(0x42)[0], OK)
        self.assertEqual(self.login(code=totp.code(secret, step)), REFUSED)  # used
        self.assertEqual(self.login(code=totp.code(secret, step + 1)), OK)
        self.assertEqual(self.login(password="wrong", code=totp.code(secret, step + 1)), REFUSED)

    def test_the_password_is_changed_in_the_directory(self):
        self.start()

        def change(user, password, wanted):
            link = self.link()
            link.send(0x0F, b"".join(map(link.text, (user, password, "", wanted))))
            return link.expect(0x42)[0]
        self.assertEqual(change("hana", PASSWORD, "quite another password"), PASSWORD_ELSEWHERE)
        self.assertEqual(change("hana", "wrong", "quite another password"), REFUSED)
        self.assertEqual(self.causes(), ["password_in_directory", "wrong_password"])
        self.assertEqual(self.login(), OK)
        self.assertEqual(change("suzuki", LOCAL_PASSWORD, "quite another password"), OK)  # control

    def test_to_the_directory_and_back(self):
        self.slapd.add_person("suzuki")
        self.start()
        self.broker.ctl("user", "passwd", "suzuki", "--directory")
        self.assertEqual(self.login("suzuki", PASSWORD), OK)
        self.assertEqual(self.login("suzuki", LOCAL_PASSWORD), REFUSED)
        for command in (("passwd", "suzuki", "--password-stdin"), ("code", "suzuki")):
            refused = self.broker.ctl("user", *command, stdin="a new password\n", check=False)
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn("--local", refused.stderr)
        self.assertEqual(self.login("suzuki", PASSWORD), OK)
        self.broker.ctl("user", "passwd", "suzuki", "--local", "--password-stdin", stdin="a new password\n")
        self.assertEqual(self.login("suzuki", PASSWORD), REFUSED)
        self.assertEqual(self.login("suzuki", "a new password"), 4)  # it has to be changed
        listed = {row["user"]: row["directory"] for row in self.broker.ctl("user", "list")}
        self.assertEqual(listed, {"hana": True, "suzuki": False})


class Groups(DirectoryLogin):
    def mine(self):
        row, = [row for row in self.broker.ctl("user", "list") if row["user"] == "hana"]
        return {name for name in row["groups"].split(",") if name}

    def test_membership_follows_the_directory(self):
        for name, page in (("welfare", "https://welfare.example/"), ("tax", "https://tax.example/"), ("own", None)):
            self.broker.ctl("group", "add", name)
            if page:
                self.broker.ctl("policy", "set", f"group:{name}", "web.start_page", page)
        self.broker.ctl("group", "join", "hana", "own")
        self.broker.ctl("group", "join", "hana", "tax")  # not what the directory says
        self.start()
        roles = self.broker.ctl("role", "list")
        self.slapd.change_member("add", self.in_welfare, self.hana)
        self.addCleanup(self.slapd.modify, f"dn: {self.in_welfare}\nchangetype: modify\ndelete: member\nmember: {self.hana}\n", "-c")
        link = self.link()
        self.assertEqual(link.login("hana", PASSWORD)[0], OK)
        self.assertEqual(self.mine(), {"welfare", "own"})
        self.assertIn(b"https://welfare.example/", link.open()["policy"])
        record, = [row for row in self.broker.events("membership") if row.get("cause") == "directory"]
        self.assertEqual((record["user"], set(record["before"].split(",")), set(record["after"].split(",")), record["loosens"]),
                         ("hana", {"own", "tax"}, {"own", "welfare"}, record["loosens"]))
        self.assertNotIn("admin_uid", record)
        newest = self.broker.ctl("policy", "history", "hana")[0]
        self.assertEqual((newest["version"], newest["admin_uid"]), (record["policy_version"], 0xfffffffe))
        self.assertEqual(self.login(), OK)
        self.assertEqual(len([row for row in self.broker.events("membership") if row.get("cause") == "directory"]), 1)
        self.assertEqual(self.login(password="wrong"), REFUSED)
        self.slapd.change_member("delete", self.in_welfare, self.hana)
        self.slapd.change_member("add", self.in_tax, self.hana)
        self.assertEqual(self.login(password="wrong"), REFUSED)
        self.assertEqual(self.mine(), {"welfare", "own"})  # a wrong password changes nothing
        self.assertEqual(self.login(), OK)
        self.assertEqual(self.mine(), {"tax", "own"})
        self.slapd.change_member("delete", self.in_tax, self.hana)
        self.slapd.change_member("add", self.in_welfare, self.hana)
        self.assertEqual(self.broker.ctl("role", "list"), roles)

    def test_a_group_decides_about_the_log_in_that_brings_it(self):
        self.broker.ctl("group", "add", "tax")
        self.broker.ctl("policy", "set", "group:tax", "access.second_factor", "required")
        self.start()
        self.assertEqual(self.login(), OK)
        self.slapd.change_member("add", self.in_tax, self.hana)
        self.assertEqual(self.login(), ENROLMENT_NEEDED)
        self.slapd.change_member("delete", self.in_tax, self.hana)
        self.assertEqual(self.login(), OK)


class Outages(DirectoryLogin):
    def test_without_sudare_directory(self):
        self.assertEqual(self.broker.ctl("status")[0]["directory"], "not connected")
        self.assertEqual(self.login(), BUSY)
        self.assertTrue(self.local_works())
        self.assertTrue(self.start().startswith("READY"))
        self.assertEqual(self.broker.ctl("status")[0]["directory"], "connected")
        self.assertEqual(self.login(), OK)
        self.program.send_signal(signal.SIGKILL)
        self.program.wait()
        self.broker.wait_until(lambda: self.broker.ctl("status")[0]["directory"] == "not connected")
        self.assertEqual(self.login(), BUSY)
        self.assertTrue(self.local_works())
        self.start()
        self.assertEqual(self.login(), OK)
        self.assertEqual(self.causes(), ["directory_not_connected"] * 2)

    def test_a_directory_that_is_down(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            self.start(f"ldaps://localhost:{nobody.getsockname()[1]}")
            self.assertEqual(self.login(), BUSY)
            self.assertEqual(self.login(), BUSY)
        # The second was not even counted as a try: it was known already.
        self.assertEqual(self.causes(), ["directory_unreachable", "directory_outage"])
        self.assertTrue(self.local_works())

    def hanging(self):
        """sudare-directory with a server that takes connections and never says anything; its listener."""
        silent = socket.socket()
        self.addCleanup(silent.close)
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        silent.settimeout(DEADLINE)
        self.start(f"ldaps://localhost:{silent.getsockname()[1]}", top="connect_seconds = 30\noperation_seconds = 30")
        return silent

    def test_a_directory_that_hangs_holds_nobody_else_up(self):
        silent = self.hanging()
        waiting = self.link()
        waiting.send_login("hana", PASSWORD)
        connection, _ = silent.accept()
        self.addCleanup(connection.close)
        self.assertTrue(self.local_works())
        self.assertNotIn("login_refused", [row["event"] for row in self.broker.events(user="hana")])  # it waits still
        self.assertEqual(waiting.expect(0x42)[0], BUSY)
        self.assertEqual(self.causes(), ["directory_slow"])

    def test_a_crash_in_the_middle(self):
        silent = self.hanging()
        waiting = self.link()
        waiting.send_login("hana", PASSWORD)
        connection, _ = silent.accept()
        self.addCleanup(connection.close)
        self.program.send_signal(signal.SIGKILL)
        self.assertEqual(waiting.expect(0x42)[0], BUSY)
        self.assertEqual(self.causes(), ["directory_unreachable"])
        self.assertTrue(self.local_works())

    def test_no_more_than_eight_at_once(self):
        self.hanging()
        for number in range(5):
            self.broker.ctl("terminal", "add", f"w{number}")
            self.broker.ctl("user", "add", f"w{number}", "--directory")
        links = []
        for number in range(10):
            links.append(self.link(terminal=f"w{number % 5}"))
            links[-1].send_login(f"w{number % 5}", PASSWORD)
        self.assertEqual([link.expect(0x42)[0] for link in links], [BUSY] * 10)
        self.assertEqual(sorted(self.causes()), ["busy"] * 2 + ["directory_slow"] * 8)

    def test_stopping_while_somebody_waits(self):
        silent = self.hanging()
        self.link().send_login("hana", PASSWORD)
        silent.accept()[0].close()
        self.assertEqual(self.broker.stop(), 0)


class Border(DirectoryLogin):
    def fake(self):
        end = socket.socket(socket.AF_UNIX)
        self.addCleanup(end.close)
        end.settimeout(DEADLINE)
        end.connect(str(self.broker.directory / "directory.sock"))
        return end

    @staticmethod
    def read(end, count):
        out = b""
        while len(out) < count:
            piece = end.recv(count - len(out))
            if not piece:
                return out
            out += piece
        return out

    def test_one_at_a_time(self):
        first = self.fake()
        self.assertEqual(self.read(first, 1), b"\1")
        second = self.fake()
        self.assertEqual(self.read(second, 1), b"")
        first.close()
        self.broker.wait_until(lambda: self.broker.ctl("status")[0]["directory"] == "not connected")
        self.start()
        self.assertEqual(self.login(), OK)

    def test_what_it_must_not_say_ends_it_and_nobody_gets_in(self):
        for answer in (b"\x41\0\0\x0d" + struct.pack(">IBQ", 1, 99, 0), b"\x41\0\0\x0d" + struct.pack(">IBQ", 1, 1, 1),
                       b"\x41\0\0\x0c" + bytes(12), b"\x42\0\0\x00"):
            end = self.fake()
            self.read(end, int.from_bytes(self.read(end, 4)[1:], "big"))
            end.sendall(answer)
            self.assertEqual(self.read(end, 1), b"", answer)
            end.close()
            self.broker.wait_until(lambda: self.broker.ctl("status")[0]["directory"] == "not connected")
        self.assertTrue(self.local_works())

    def test_it_cannot_answer_for_local_accounts_or_unasked(self):
        end = self.fake()
        self.read(end, int.from_bytes(self.read(end, 4)[1:], "big"))
        for number in range(64):
            end.sendall(b"\x41\0\0\x0d" + struct.pack(">IBQ", number, 0, 2 ** 64 - 1))
        self.assertEqual(self.login("suzuki", "wrong"), REFUSED)
        self.assertTrue(self.local_works())
        # Control, and what its word is worth: an account of the directory.
        link = self.link()
        link.send_login("hana", "whatever")
        header = self.read(end, 4)
        check = self.read(end, int.from_bytes(header[1:], "big"))
        self.assertEqual(check[4:], Link.text("hana") + Link.text("whatever"))
        end.sendall(b"\x41\0\0\x0d" + struct.pack(">IBQ", *struct.unpack(">I", check[:4]), 0, 0))
        self.assertEqual(link.expect(0x42)[0], OK)

    @unittest.skipUnless(os.geteuid() == 0, "needs other uids")
    def test_only_its_uid(self):
        os.chmod(self.broker.directory, 0o755)
        os.chmod(self.broker.directory / "directory.sock", 0o666)
        for path in (self.folder, self.ca.certificate):
            os.chmod(path, 0o755)
        stranger = subprocess.run(["setpriv", "--reuid", "65534", "--clear-groups", sys.executable, "-c",
                                   "import socket,sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(len(s.recv(1)))",
                                   self.broker.directory / "directory.sock"], capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(stranger.stdout.strip(), "0", stranger.stderr)
        self.assertEqual(len(self.read(self.fake(), 1)), 1)  # control


class Settings(unittest.TestCase):
    def test_without_a_directory(self):
        broker = Broker()
        self.addCleanup(broker.remove)
        broker.add()
        for command in (("add", "hana", "--directory"), ("passwd", "suzuki", "--directory")):
            refused = broker.ctl("user", *command, check=False)
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn("[directory]", refused.stderr)

    def test_what_is_wrong_is_told(self):
        for table, said in (('groups = ["a = cn=a"]', "directory.socket"), ('socket = "x"\ngroups = ["cn=a,dc=b"]', "GROUP = NAME"),
                            ('socket = "x"\nseconds = 0', "directory.seconds")):
            broker = Broker(settings_text=f"[directory]\n{table}\n")
            self.addCleanup(broker.remove)
            self.assertEqual(broker.ready, "")
            broker.errors.seek(0)
            self.assertIn(said, broker.errors.read())

    def test_import(self):
        broker = Broker(settings_text=TABLE % "")
        self.addCleanup(broker.remove)
        broker.add("suzuki")
        table = broker.directory / "table.csv"
        table.write_text("user,directory\nhana,yes\ntaro,no\nsuzuki,no\n")
        rows = broker.ctl("import", table)
        self.assertEqual([row["user"] for row in rows if "code" in row], ["taro"])
        listed = {row["user"]: (row["directory"], row["must_change"]) for row in broker.ctl("user", "list")}
        self.assertEqual(listed, {"hana": (True, False), "taro": (False, True), "suzuki": (False, False)})
        for text, said in (("suzuki,yes", "--directory"), ("hana,no", "--local"), ("mika,maybe", "yes or no")):
            table.write_text(f"user,directory\n{text}\n")
            refused = broker.ctl("import", table, check=False)
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn(said, refused.stdout + refused.stderr)
        exported = broker.ctl_text("export")
        self.assertIn("directory", exported.splitlines()[0])
        table.write_text(exported)
        self.assertEqual(broker.ctl("import", table)[-1]["changes"], 0)


del DirectoryLogin


if __name__ == "__main__":
    unittest.main(verbosity=2)
