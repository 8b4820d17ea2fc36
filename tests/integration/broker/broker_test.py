# SPDX-License-Identifier: Apache-2.0
"""sudare-broker and sudarectl as real programs over their sockets. Numbers are EndReason."""
import os
import signal
import struct
import time
import unittest

from broker_link import BUSY, DEADLINE, Broker, Link, OK, REFUSED

NOT_PERMITTED, TOO_MANY, POLICY_CHANGED, REVOKED = 22, 23, 24, 25
ADMIN_ENDED, SERVER_STOPPING, REPLACED, AUDIT_UNAVAILABLE = 3, 4, 6, 67


REVIEWER = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e00b"  # any point of the curve

class BrokerTest(unittest.TestCase):
    def setUp(self):
        self.broker = Broker()
        self.addCleanup(lambda: self.broker.remove())
        self.assertTrue(self.broker.ready.startswith("READY"), self.broker.ready)

    def link(self):
        link = Link(self.broker)
        self.addCleanup(link.close)
        return link


class Login(BrokerTest):
    def test_right_password_opens_a_session_and_everything_is_recorded(self):
        user, password = self.broker.add()
        link = self.link()
        grant = link.session(user, password)
        self.assertIn(b"https://portal.example.lg.jp/", grant["policy"])
        link.counters(grant["session"])
        link.destination(grant["session"], "portal.example.lg.jp")
        link.ended(grant["session"])
        self.broker.wait_for_event("session_ended")
        mine = [row for row in self.broker.events(user=user) if row["event"] != "user_added"]
        self.assertEqual([row["event"] for row in mine], ["login_accepted", "session_granted", "session_started",
                                                          "counters", "destination", "session_ended"])
        for row in mine:
            self.assertEqual((row["terminal"], row["address"]), ("t1", "192.0.2.7"))
        self.assertEqual(mine[3]["keys"], 1)
        self.assertTrue(mine[4]["reported_by_host"])
        self.assertEqual((mine[5]["reason"], mine[5]["bytes_down"]), ("user_ended", 22))

    def test_wrong_password_and_unknown_user_get_the_same_answer(self):
        user, _ = self.broker.add()
        answers = []
        for name in (user, "nobody"):
            link = self.link()
            link.connect()
            answers.append(link.login(name, "wrong password!"))
        self.assertEqual(answers, [(REFUSED, 0, 0)] * 2)
        causes = [(row["cause"], row.get("user")) for row in self.broker.events("login_refused")]
        # An unknown name is not recorded: it may be a password typed into the wrong field.
        self.assertEqual(causes, [("wrong_password", user), ("unknown_user", None)])

    def test_a_link_that_enrols_gets_no_session(self):
        user, password = self.broker.add()
        enrolling, plain = self.link(), self.link()
        for link in (enrolling, plain):
            link.connect()
        enrolling.send(0x10, link.text(user) + link.text(password) + link.text(""))
        self.assertEqual(len(enrolling.expect(0x47)), 20)
        enrolling.send(0x02, link.text(user) + link.text(password) + link.text(""))
        self.assertIsNone(enrolling.receive())
        self.broker.wait_for_event("link_violation")
        self.assertEqual(plain.login(user, password)[0], OK)  # control
        plain.send(0x10, link.text(user) + link.text(password) + link.text(""))
        self.assertIsNone(plain.receive())

    def test_five_failures_lock_this_terminal_and_not_another(self):
        user, password = self.broker.add()
        self.broker.ctl("terminal", "add", "t2")
        for name in (user, "nobody"):
            for attempt in range(6):
                link = self.link()
                link.connect()
                code, retry, _ = link.login(name, "wrong password!")
                self.assertEqual((code, retry > 0), (REFUSED, attempt == 5), (name, attempt))
        link = self.link()
        link.connect()
        self.assertGreater(link.login(user, password)[1], 0)  # locked: even the right one
        other = self.link()
        other.connect(terminal="t2")
        self.assertEqual(other.login(user, password)[0], OK)

    def test_invented_names_do_not_push_a_lock_out(self):
        user, password = self.broker.add()
        for terminal in ("t2", "t3"):
            self.broker.ctl("terminal", "add", terminal)

        def login(name, secret, terminal):
            link = self.link()
            link.connect(terminal=terminal)
            return link.login(name, secret)
        for _ in range(5):
            login(user, "wrong password!", "t1")
        newer = int(time.time()) + 5
        with self.broker.database() as database:
            database.executemany("INSERT INTO failures (key, count, locked_until, at) VALUES (?, 1, 0, ?)",
                                 ((f"invented{number}", newer) for number in range(25000)))
        login("one more", "wrong password!", "t2")
        with self.broker.database() as database:  # control: the others are kept within bounds
            self.assertEqual(database.execute("SELECT count(*) FROM failures WHERE locked_until = 0").fetchone(), (20000,))
        code, retry, _ = login(user, password, "t1")
        self.assertEqual((code, retry > 0), (REFUSED, True))
        self.assertEqual(login(user, password, "t3")[0], OK)

    def test_a_disabled_user_cannot_log_in_and_an_open_session_ends(self):
        user, password = self.broker.add()
        link = self.link()
        link.session(user, password)
        self.broker.ctl("user", "disable", user)
        self.assertEqual(struct.unpack(">H", link.expect(0x46))[0], NOT_PERMITTED)
        again = self.link()
        again.connect()
        self.assertEqual(again.login(user, password)[0], REFUSED)
        self.broker.ctl("user", "enable", user)
        control = self.link()
        control.connect()
        self.assertEqual(control.login(user, password)[0], OK)

    def test_a_password_has_an_age_where_policy_says(self):
        user, password = self.broker.add()

        def login(secret=password):
            link = self.link()
            link.connect()
            return link.login(user, secret)[0]
        self.broker.ctl("policy", "set", "default", "access.password_days", "90")
        self.assertEqual(login(), OK)  # control
        with self.broker.database() as database:
            database.execute("UPDATE users SET password_at = password_at - 91 * 86400")
        self.assertEqual(login(), 4)  # it must be changed
        self.assertEqual(self.broker.events("login_refused")[-1]["cause"], "password_expired")
        link = self.link()
        link.connect()
        link.send(0x0F, b"".join(link.text(text) for text in (user, password, "", "another horse battery")))
        self.assertEqual(link.expect(0x42)[0], OK)
        self.assertEqual(login("another horse battery"), OK)
        with self.broker.database() as database:
            database.execute("UPDATE users SET password_at = password_at - 91 * 86400")
        self.broker.ctl("policy", "set", user, "access.password_days", "0")
        self.assertEqual(login("another horse battery"), OK)

    def test_many_logins_at_once_are_all_answered(self):
        user, password = self.broker.add()
        links = [self.link() for _ in range(40)]
        for link in links:
            link.connect()
            link.send(0x02, link.text(user) + link.text(password) + link.text(""))
        codes = [link.expect(0x42)[0] for link in links]
        # One worker pair and 32 waiting: some are told to come back, none waits for ever. The five
        # tries of this terminal are counted before the password is looked at, so the rest is locked.
        self.assertTrue(set(codes) <= {OK, REFUSED, BUSY}, codes)
        self.assertGreaterEqual(codes.count(OK), 1)


class Terminals(BrokerTest):
    def test_unregistered_and_revoked_terminals_are_refused(self):
        self.broker.add()
        self.assertEqual(self.link().connect(terminal="unknown"), NOT_PERMITTED)
        control = self.link()
        self.assertEqual(control.connect(), 0)
        self.broker.ctl("terminal", "revoke", "t1")
        self.assertEqual(struct.unpack(">H", control.expect(0x46))[0], REVOKED)
        self.assertEqual(self.link().connect(), REVOKED)

    def test_handshake_failures_are_recorded(self):
        link = self.link()
        link.send(0x09, bytes(10) + b"\xff\xff\xc0\x00\x02\x09" + struct.pack(">HB", 1234, 4))
        row = self.broker.wait_for_event("handshake_failed")[0]
        self.assertEqual((row["cause"], row["address"]), ("tls_version", "192.0.2.9"))


class Sessions(BrokerTest):
    def test_sessions_at_once(self):
        user, password = self.broker.add()
        self.broker.ctl("policy", "set", user, "access.resume_minutes", "0")
        self.link().session(user, password)
        second = self.link()
        second.connect()
        second.login(user, password)
        self.assertEqual(second.open(), TOO_MANY)
        self.broker.ctl("policy", "set", user, "access.sessions_max", "2")
        self.assertFalse(second.open()["resumed"])  # control

    def test_an_administrator_ends_a_session(self):
        user, password = self.broker.add()
        link = self.link()
        grant = link.session(user, password)
        listed = self.broker.ctl("session", "list")
        self.assertEqual([(row["session"], row["user"]) for row in listed], [(grant["session"], user)])
        self.broker.ctl("session", "end", str(grant["session"]))
        self.assertEqual(struct.unpack(">H", link.expect(0x46))[0], ADMIN_ENDED)
        self.assertEqual(self.broker.ctl("session", "end", "999", check=False).returncode, 4)

    def test_a_vanished_link_is_recorded(self):
        user, password = self.broker.add()
        self.broker.ctl("policy", "set", user, "access.resume_minutes", "0")
        link = self.link()
        link.session(user, password)
        link.close()
        self.assertEqual(self.broker.wait_for_event("session_ended")[0]["reason"], "link_crashed")

    def test_what_the_border_forbids_ends_the_connection(self):
        user, password = self.broker.add()
        cases = {
            "illegal_state": lambda link: link.open_early(),
            "unknown_type": lambda link: link.send(0x7F, b""),
            "malformed": lambda link: link.send(0x04, b"\0" * 7),
        }
        Link.open_early = lambda link: link.send(0x03, struct.pack(">HHHBB", 1280, 720, 120, 0, 0))
        for reason, act in cases.items():
            link = self.link()
            link.connect()
            act(link)
            self.assertIsNone(link.receive())
        found = [row["reason"] for row in self.broker.events("link_violation")]
        self.assertEqual(found, list(cases))
        # Another session's number is not mine.
        a, b = self.link(), self.link()
        self.broker.ctl("policy", "set", user, "access.sessions_max", "2")
        mine = a.session(user, password)
        b.session(user, password)
        b.ended(mine["session"])
        self.assertIsNone(b.receive())
        a.ended(mine["session"])  # control

    def test_sessions_of_a_killed_broker_are_ended_by_the_next(self):
        user, password = self.broker.add()
        grant = self.link().session(user, password)
        self.broker = self.broker.restart()
        row = self.broker.events("session_ended")[0]
        self.assertEqual((row["session"], row["reason"], row["user"]), (grant["session"], "broker_lost", user))
        self.assertGreater(self.link().session(user, password)["session"], grant["session"])

    def stop_in_the_same_turn(self, count, action):
        """So many links do that, and the broker sees it in the turn of its loop in which it is told to stop."""
        links = [self.link() for _ in range(count)]
        for link in links:
            link.connect()
        os.kill(self.broker.process.pid, signal.SIGSTOP)
        for link in links:
            action(link)
        os.kill(self.broker.process.pid, signal.SIGTERM)
        os.kill(self.broker.process.pid, signal.SIGCONT)
        self.assertEqual(self.broker.process.wait(DEADLINE), 0)

    def test_stop_while_links_leave(self):
        self.stop_in_the_same_turn(40, Link.close)

    def test_stop_while_passwords_are_looked_at(self):
        """Their threads answer a loop that runs no more."""
        user, password = self.broker.add()
        self.stop_in_the_same_turn(2, lambda link: link.send_login(user, password))

    def test_orderly_stop_tells_the_links(self):
        user, password = self.broker.add()
        link = self.link()
        grant = link.session(user, password)
        self.broker.process.terminate()
        self.assertEqual(struct.unpack(">H", link.expect(0x46))[0], SERVER_STOPPING)
        link.ended(grant["session"], SERVER_STOPPING)
        self.assertEqual(self.broker.process.wait(20), 0)
        self.broker = self.broker.restart()
        names = [row["event"] for row in self.broker.events()]
        self.assertIn("broker_stopped", names)
        self.assertEqual(names.count("session_ended"), 1)


class Policy(BrokerTest):
    def test_a_change_reaches_a_running_session(self):
        user, password = self.broker.add()
        link = self.link()
        grant = link.session(user, password)
        self.broker.ctl("policy", "set", user, "web.hosts", "allow:.example.lg.jp,deny:bad.example.lg.jp")
        changed = link.expect(0x45)
        self.assertIn(b".example.lg.jp", changed)
        self.assertNotIn(b"bad.example", grant["policy"])
        row = self.broker.events("policy_set")[0]
        self.assertEqual((row["field"], row["layer"], row["user"], row["loosens"]), ("web.hosts", "user", user, True))
        self.assertNotIn("before", row)
        self.broker.ctl("policy", "unset", user, "web.hosts")
        self.assertEqual(link.expect(0x45)[4:], grant["policy"][4:])  # but for the version
        row = self.broker.events("policy_unset")[0]
        self.assertEqual(row["before"], "allow:.example.lg.jp,deny:bad.example.lg.jp")
        self.assertNotIn("after", row)
        self.assertTrue(row["loosens"])  # a refusal went with it

    def test_a_change_that_forbids_ends_the_session(self):
        user, password = self.broker.add()
        link = self.link()
        grant = link.session(user, password)
        self.broker.ctl("policy", "set", "default", "access.terminals", "somewhere-else")
        self.assertEqual(struct.unpack(">H", link.expect(0x46))[0], POLICY_CHANGED)
        link.ended(grant["session"], POLICY_CHANGED)  # its place counts until it says so
        self.broker.wait_for_event("session_ended")
        other = self.link()
        other.connect()
        other.login(user, password)
        self.assertEqual(other.open(), NOT_PERMITTED)
        self.broker.ctl("policy", "set", user, "access.terminals", "t1")  # control: the user's layer wins
        self.assertIsInstance(other.open(), dict)

    def test_total_minutes_end_a_session(self):
        user, password = self.broker.add()
        self.broker.ctl("policy", "set", user, "access.total_minutes", "1")
        grant = self.link().session(user, password)
        self.assertTrue(0 < grant["remaining"] <= 60, grant["remaining"])

    def test_explain_names_the_origin(self):
        user, _ = self.broker.add()
        self.broker.ctl("policy", "set", "default", "input.text", "false")
        self.broker.ctl("policy", "set", user, "input.blocked_combinations", "save,print")
        rows = {row["field"]: row for row in self.broker.ctl("policy", "explain", user)}
        self.assertEqual((rows["input.text"]["value"], rows["input.text"]["origin"]), ("false", "default"))
        self.assertEqual((rows["input.blocked_combinations"]["value"], rows["input.blocked_combinations"]["origin"]), ("print,save", "user"))
        self.assertEqual(rows["input.keyboard"]["origin"], "built-in")
        self.assertEqual(rows["web.start_page"]["value"], "https://portal.example.lg.jp/")

    def test_recording_without_anybody_who_could_open_it_cannot_be_promised(self):
        user, password = self.broker.add()
        for field, value, default in [("evidence.recording", "required", "off"), ("evidence.recording", "on", "off")]:
            failed = self.broker.ctl("policy", "set", user, field, value, check=False)
            self.assertNotEqual(0, failed.returncode)
            self.assertIn(field, failed.stderr)
            self.broker.ctl("policy", "set", user, field, default)  # control
        self.link().session(user, password)

    def test_a_demand_for_recording_without_reviewers_opens_no_session(self):
        user, password = self.broker.add()
        link = self.link()
        link.connect()
        link.login(user, password)
        self.broker.store_policy("evidence.recording", "required")  # and nobody could open it
        self.assertEqual(link.open(), AUDIT_UNAVAILABLE)
        self.assertEqual(self.broker.events("session_refused")[-1]["cause"], "recording_unavailable")
        self.broker.ctl("reviewer", "add", "kanri", REVIEWER)  # control
        granted = link.open()
        self.assertEqual([bytes.fromhex(REVIEWER)], granted["reviewers"])

    def test_a_policy_that_no_message_holds_is_refused(self):
        user, password = self.broker.add()
        link = self.link()
        grant = link.session(user, password)

        def rules(letter, count):
            return ",".join(f"allow:{letter}{number}.{'x' * 60}.{'y' * 60}.{'z' * 60}.lg.jp" for number in range(count))
        layers = (("", "d", 7400), (user, "u", 1200))
        for layer, letter, most in layers:  # control: nearly what each may have
            self.assertEqual(self.broker.request(0x0A, layer, "web.hosts", rules(letter, most))[0], 0x42)
            self.assertIn(f"{letter}{most - 1}.".encode(), link.expect(0x45))
        for layer, letter, most in layers:
            kind, why = self.broker.request(0x0A, layer, "web.hosts", rules(letter, most + 900))
            self.assertEqual(kind, 0x43)
            self.assertIn(b"web.hosts", why)
        self.broker.ctl("policy", "set", user, "input.text", "false")  # the session is still there
        self.assertIn(b"d7399.", link.expect(0x45))
        link.ended(grant["session"])
        self.assertEqual(self.broker.wait_for_event("session_ended")[0]["reason"], "user_ended")

    def test_the_layer_of_everybody_is_no_user(self):
        failed = self.broker.ctl("user", "add", "default", check=False)
        self.assertNotEqual(0, failed.returncode)
        self.assertIn("default", failed.stderr)

    def test_errors_name_field_value_and_remedy(self):
        user, _ = self.broker.add()
        for field, value, hint in [("access.idle_minutes", "9999", "1..480"), ("no.such", "1", "policy show"),
                                   ("web.hosts", "alow:x", "allow:HOST")]:
            failed = self.broker.ctl("policy", "set", user, field, value, check=False)
            self.assertEqual(failed.returncode, 1)
            for part in (field, hint):
                self.assertIn(part, failed.stderr)
        self.assertEqual(self.broker.ctl("policy", "set", "nobody", "input.text", "true", check=False).returncode, 4)
        self.assertIn("利用者", self.broker.ctl("policy", "explain", "nobody", check=False, lang="ja").stderr)


class Evidence(BrokerTest):
    def test_a_log_that_cannot_be_written_ends_and_refuses_sessions(self):
        user, password = self.broker.add()
        link = self.link()
        grant = link.session(user, password)
        waiting = self.link()
        waiting.connect()
        waiting.login(user, password)
        self.broker.limit_files(self.broker.log_file.stat().st_size + 10)
        link.counters(grant["session"])
        self.assertEqual(struct.unpack(">H", link.expect(0x46))[0], AUDIT_UNAVAILABLE)
        self.assertEqual(waiting.open(), AUDIT_UNAVAILABLE)
        failed = self.broker.ctl("user", "add", "late", check=False)
        self.assertEqual(failed.returncode, 3)

    def test_a_torn_tail_is_set_aside(self):
        self.broker.add()
        self.broker.kill()
        whole = self.broker.log_file.read_bytes()
        torn = whole + whole[:50]  # a frame that never ended
        self.broker.log_file.write_bytes(torn)
        self.broker = self.broker.restart()
        self.assertTrue(self.broker.ready.startswith("READY"))
        row = self.broker.events("log_recovered")[0]
        self.assertEqual((row["offset"], row["size"]), (len(whole), 50))
        kept = [path for path in self.broker.log_file.parent.iterdir() if ".torn-" in path.name]
        self.assertEqual([path.read_bytes() for path in kept], [whole[:50]])
        self.assertTrue(self.broker.log_file.read_bytes().startswith(whole))

    def test_a_changed_record_stops_the_broker(self):
        user, password = self.broker.add()
        self.broker.kill()
        whole = bytearray(self.broker.log_file.read_bytes())
        whole[whole.index(user.encode())] ^= 1
        self.broker.log_file.write_bytes(whole)
        self.broker = self.broker.restart()
        self.assertEqual(self.broker.ready, "")
        self.assertEqual(self.broker.process.wait(20), 1)
        self.assertEqual(self.broker.log_file.read_bytes(), whole)  # kept as it is

    def test_names_from_outside_cannot_forge_a_line(self):
        user, password = self.broker.add()
        for forged in ("a\nb", "a\u2028b\u202ec", "a  verdict=allowed  user=mayor"):
            link = self.link()
            grant = link.session(user, password)
            link.destination(grant["session"], "portal.example.lg.jp")  # control
            link.destination(grant["session"], forged)
            self.assertIsNone(link.receive(), forged)
        self.assertEqual({row["host"] for row in self.broker.events("destination")}, {"portal.example.lg.jp"})
        self.broker.ctl("log", "a\u2028b\u202ec  user=mayor \"")
        row = self.broker.events("log_read")[-2]
        self.assertEqual(row["filter"], 'user=a\\xe2\\x80\\xa8b\\xe2\\x80\\xaec  user=mayor " since=')
        lines = self.broker.ctl_text("log").splitlines()
        self.assertEqual([line.split("  ", 3)[3] for line in lines if "mayor" in line],
                         ['filter="user=a\\xe2\\x80\\xa8b\\xe2\\x80\\xaec  user=mayor \\x22 since="'])
        self.assertTrue(any("  host=portal.example.lg.jp  " in line for line in lines))  # control: plain ones stay plain

    def test_who_reads_about_people_is_recorded(self):
        user, _ = self.broker.add()
        reads = [("session", "list"), ("policy", "explain", user), ("user", "list"), ("terminal", "list")]
        for arguments in reads:
            self.broker.ctl(*arguments)
        self.broker.ctl("status")  # control: numbers only, asked every minute by whoever watches
        self.broker.ctl("policy", "show")
        rows = self.broker.events("state_read")
        self.assertEqual([row["filter"] for row in rows], [" ".join(arguments) for arguments in reads])
        self.assertEqual({row["admin_uid"] for row in rows}, {os.getuid()})
        self.broker.limit_files(self.broker.log_file.stat().st_size + 10)
        self.assertEqual(self.broker.ctl("session", "list", check=False).returncode, 3)  # unrecorded: not told
        self.assertEqual(self.broker.ctl("status")[0]["audit"], "failed")

    def test_a_second_broker_on_the_same_log_refuses_to_start(self):
        second = Broker(self.broker.directory)
        self.assertEqual(second.ready, "")
        self.assertEqual(second.process.wait(20), 1)
        second.end()
        self.broker.ctl("status")  # control: the first still serves


if __name__ == "__main__":
    unittest.main(verbosity=2)
