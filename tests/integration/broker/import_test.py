# SPDX-License-Identifier: Apache-2.0
"""A yearly reorganisation from a CSV file, the way back out, and one-time codes: a real broker and sudarectl."""
import csv
import io
import json
import os
import stat
import subprocess
import unittest

from broker_link import BIN, DEADLINE, OK, REFUSED
from broker_test import BrokerTest

MUST_CHANGE = 4
HEADER = "user,groups,state\r\n"


class Import(BrokerTest):
    def setUp(self):
        super().setUp()
        for name in ("tax", "住民課"):
            self.broker.ctl("group", "add", name)

    def write(self, text, encoding="utf-8", name="people.csv"):
        path = self.broker.directory / name
        path.write_bytes(text.encode(encoding))
        return path

    def rows(self, *arguments, **options):
        return self.broker.ctl("import", *map(str, arguments), **options)

    def users(self):
        return {row["user"]: (row["groups"], row["disabled"]) for row in self.broker.ctl("user", "list")}

    def errors(self, text, *options, code=1):
        """[(line, column, message)], and nothing has changed."""
        before = self.users(), self.broker.ctl("policy", "history")
        done = self.broker.ctl("import", str(self.write(text)), *options, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual((self.users(), self.broker.ctl("policy", "history")), before)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        return [(row["line"], row["column"], row["message"]) for row in rows], done.stderr


class Reorganisation(Import):
    def test_as_a_spreadsheet_writes_it(self):
        """UTF-8 with and without a mark, Shift_JIS of Windows, quotes, wide spaces, both sorts of line ends."""
        text = 'user,グループ,state\r\n髙橋,住民課,\r\n "﨑山" ,"tax; 住民課 ",有効\r\n\r\n鈴木,\u3000tax\u3000,\r\n'
        text = text.replace(' "﨑山" ', '"﨑山"')
        wanted = {"髙橋": ("住民課", False), "﨑山": ("tax,住民課", False), "鈴木": ("tax", False)}
        for encoding, changed in (("utf-8", text), ("utf-8-sig", text), ("cp932", text), ("utf-8", text.replace("\r\n", "\n"))):
            rows = self.rows(self.write(changed, encoding), "--dry-run")
            self.assertEqual([row["layer"] for row in rows if row["field"] == "user"], list(wanted), encoding)
            self.assertEqual({row["layer"]: row["after"] for row in rows if row["field"] == "groups"},
                             {name: groups for name, (groups, _) in wanted.items()})
        self.assertEqual(self.users(), {})  # only looked at
        self.rows(self.write(text, "cp932"))
        self.assertEqual(self.users(), wanted)

    def test_what_is_there_changes_and_an_empty_cell_leaves_it(self):
        for name in ("sato", "tanaka", "suzuki"):
            self.broker.ctl("user", "add", name)
        self.broker.ctl("group", "join", "sato", "tax")
        self.broker.ctl("policy", "set", "tanaka", "input.text", "false")
        text = ("user,groups,state,input.text,access.hours\n"
                "sato,-,停止,,\ntanaka,,,-,08:00-12:00\nnew,住民課,,false,\n")
        looked_at = self.rows(self.write(text), "--dry-run")
        self.rows(self.write(text))
        self.assertEqual(self.users(), {"sato": ("", True), "tanaka": ("", False), "suzuki": ("", False), "new": ("住民課", False)})
        self.assertEqual({row["field"]: row["value"] for row in self.broker.ctl("policy", "get", "tanaka")}, {"access.hours": "08:00-12:00"})
        self.assertEqual({row["field"]: row["value"] for row in self.broker.ctl("policy", "get", "new")}, {"input.text": "false"})
        self.assertEqual({(row["layer"], row["field"], row.get("before", ""), row["after"]) for row in looked_at},
                         {("new", "user", "", "new"), ("sato", "state", "", "disabled"), ("sato", "groups", "tax", ""),
                          ("tanaka", "input.text", "false", ""), ("tanaka", "access.hours", "", "08:00-12:00"),
                          ("new", "groups", "", "住民課"), ("new", "input.text", "", "false")})
        self.assertEqual(self.rows(self.write(text), "--dry-run"), [])  # it is so now
        row, = self.broker.events("imported")
        self.assertEqual((row["number"], row["loosens"]), (7, True))
        self.assertEqual(len(self.broker.events("user_disabled")), 1)

    def test_who_has_no_row(self):
        user, password = self.broker.add("sato")
        self.broker.ctl("user", "add", "tanaka")
        link = self.link()
        link.session(user, password)
        self.rows(self.write(HEADER + "tanaka,,\n"))
        self.assertEqual(self.users()["sato"], ("", False))  # control: is left alone
        rows = self.rows(self.write(HEADER + "tanaka,,\n"), "--disable-others", "--dry-run")
        self.assertEqual([(row["layer"], row["after"]) for row in rows], [("sato", "disabled")])
        self.rows(self.write(HEADER + "tanaka,,\n"), "--disable-others")
        self.assertEqual(self.users(), {"sato": ("", True), "tanaka": ("", False)})
        link.expect(0x46)

    def test_groups_that_do_not_exist(self):
        found, _ = self.errors(HEADER + "sato,tax;new,\n")
        self.assertEqual([(line, column) for line, column, _ in found], [(2, "groups")])
        self.assertIn('"new"', found[0][2])
        self.rows(self.write(HEADER + "sato,tax;new,\n"), "--add-groups")
        self.assertEqual(self.users()["sato"], ("tax,new", False))
        self.assertIn(("new", 100), [(row["group"], row["place"]) for row in self.broker.ctl("group", "list")])

    def test_each_error_has_its_line_and_column_and_nothing_is_done(self):
        text = ('user,groups,state,access.hours\n'
                'good,tax,active,\n'
                'a:b,tax,,\n'
                'sato,"tax;\nnothing",perhaps,25:00-26:00\n'
                'good,,,\n')
        found, said = self.errors(text)
        self.assertEqual([(line, column) for line, column, _ in found],
                         [(3, "user"), (5, "groups"), (5, "state"), (5, "access.hours"), (6, "user")])
        self.assertIn("5 errors; nothing was changed", said)
        self.assertIn("25:00-26:00", found[3][2])
        for text, part in [("", "empty"), ("name,groups\nx,y\n", "none of user, groups"), ("groups\ntax\n", 'no column \\"user'),
                           ("user,user\na,b\n", "twice"), ("user,利用者\na,b\n", "twice"),
                           (HEADER + "sato,tax\n", "line 2 has 2 columns"), (HEADER + 'sa"to,,\n', "line 2"),
                           (HEADER + 'sato,"tax,\n', "not closed"), (HEADER + "sa\x01to,,\n", "line 2, column 1")]:
            found, said = self.errors(text)
            self.assertIn(part, said + json.dumps(found), text)
        path = self.broker.directory / "bad.csv"
        for raw, part in [(b"user\r\n\x81\r\n", "line 2"), ("user\nx".encode("utf-16"), "UTF-16")]:
            path.write_bytes(raw)
            self.assertIn(part, self.rows(path, check=False).stderr)
        self.assertEqual(self.rows("no-such.csv", check=False).returncode, 4)

    def test_in_words_for_people(self):
        path = self.write(HEADER + "a:b,,\n")
        done = subprocess.run([BIN / "sudarectl", "--lang", "ja", "--socket", self.broker.admin_socket, "import", path],
                              capture_output=True, text=True, timeout=DEADLINE)
        self.assertIn(f"{path}:2: user: 名前「a:b」", done.stdout)
        self.assertIn("何も変更していません", done.stderr)

    def test_out_and_in_again_is_the_same(self):
        self.rows(self.write("user,groups,state,web.bookmarks,input.text\nsato,tax;住民課,,\"a,b|https://a.example/\nc|https://c.example/\",false\n"
                             "tanaka,,停止,,\n"))
        for encoding in ("utf-8", "shift_jis"):
            done = subprocess.run([BIN / "sudarectl", "--socket", self.broker.admin_socket, "export", "--encoding", encoding],
                                  capture_output=True, timeout=DEADLINE, check=True)
            read = list(csv.reader(io.StringIO(done.stdout.decode("cp932" if encoding == "shift_jis" else encoding), newline="")))
            self.assertEqual(sorted(read[0]), sorted(["user", "state", "groups", "web.bookmarks", "input.text"]))
            path = self.broker.directory / "out.csv"
            path.write_bytes(done.stdout)
            self.assertEqual(self.rows(path, "--dry-run"), [])
        path.write_bytes(done.stdout.replace(b"false", b"true"))
        self.assertEqual(len(self.rows(path, "--dry-run")), 1)  # control


class Codes(Import):
    def login(self, user, secret, link=None):
        link = link or self.link()
        link.connect()
        return link.login(user, secret)[0]

    def change(self, user, secret, wanted):
        link = self.link()
        link.connect()
        link.send(0x0F, b"".join(link.text(text) for text in (user, secret, "", wanted)))
        return link.expect(0x42)[0]

    def import_one(self, *options):
        rows = self.rows(self.write(HEADER + "sato,tax,\n"), *options)
        self.broker.ctl("terminal", "add", "t1")
        return next((row["code"] for row in rows if "code" in row), None)

    def test_a_code_chooses_one_password_and_gives_no_session(self):
        code = self.import_one()
        self.assertRegex(code, r"^([a-z2-9]{4}-){3}[a-z2-9]{4}$")
        self.assertEqual(self.login("sato", code), MUST_CHANGE)
        self.assertEqual(self.login("sato", code[:-1] + ("a" if code[-1] != "a" else "b")), REFUSED)
        self.assertEqual(self.change("sato", code.upper().replace("-", " "), "correct horse battery"), OK)
        self.assertEqual(self.login("sato", "correct horse battery"), OK)
        self.assertEqual(self.change("sato", code, "another horse battery"), REFUSED)  # it was good once
        self.assertEqual(self.login("sato", code), REFUSED)

    def test_a_code_ends(self):
        code = self.import_one("--days", "1")
        self.assertEqual(self.login("sato", code), MUST_CHANGE)  # control
        with self.broker.database() as database:
            stored, = database.execute("SELECT password FROM users").fetchone()
            kind, until, rest = stored.split(":")
            database.execute("UPDATE users SET password = ?", (f"{kind}:{int(until) - 86401}:{rest}",))
        self.assertEqual(self.login("sato", code), REFUSED)
        self.assertEqual(self.change("sato", code, "correct horse battery"), REFUSED)

    def test_codes_are_told_once_and_nowhere_else(self):
        path = self.broker.directory / "codes.csv"
        self.assertIsNone(self.import_one("--codes", path))
        (header, row), mode = list(csv.reader(path.read_text().splitlines())), path.stat().st_mode
        self.assertEqual((header, row[0], stat.S_IMODE(mode)), (["user", "code", "until"], "sato", 0o600))
        self.assertEqual(self.login("sato", row[1]), MUST_CHANGE)
        self.broker.stop()
        for other in self.broker.directory.rglob("*"):
            if other.is_file() and other != path:
                self.assertNotIn(row[1].encode(), other.read_bytes(), other)
                self.assertNotIn(row[1].replace("-", "").encode(), other.read_bytes(), other)
        self.broker = self.broker.restart()
        done = self.rows(self.write(HEADER + "late,,\n"), "--codes", path, check=False)
        self.assertEqual(done.returncode, 1)  # it would overwrite the codes of the others
        self.assertNotIn("late", self.users())

    def test_another_code_for_somebody_who_forgot_the_password(self):
        user, password = self.broker.add("sato")
        link = self.link()
        link.session(user, password)
        row, = self.broker.ctl("user", "code", user, "--days", "3")
        link.expect(0x46)  # whoever has the old password is out
        self.assertEqual(self.login(user, password), REFUSED)
        self.assertEqual(self.login(user, row["code"]), MUST_CHANGE)
        row, = self.broker.events("user_code")
        self.assertEqual((row["user"], row["admin_uid"]), (user, os.getuid()))
        self.assertEqual(self.broker.ctl("user", "code", user, "--days", "91", check=False).returncode, 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
