# SPDX-License-Identifier: Apache-2.0
"""A session through the real border. The session host's end is the test: it shows what an honest
one gets through, and what a hostile one cannot."""
import random
import struct
import unittest

from border import (ASK, BUTTON, CURSOR, END_REQUEST, KEY, MOVE, NOTICE, RESIZE, SESSION_STATE, SessionHost, TEXT,
                    UPDATE, WHEEL, snapshot)
from handshake_test import BorderTest

USER_ENDED, BROWSER_OLD, BROWSER_CRASHED, HOST_LOST, PICTURE_REJECTED = 1, 30, 60, 63, 45
STARTING, RUNNING = 0, 1
KEY_A = 30
RELEASE_ALL, ACK = 0x09, 0x0B


class SessionTest(BorderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host = SessionHost(cls.border.pki)
        cls.border.write_settings("penalties = false", cls.host.address)
        cls.border.gateway.stop()
        cls.border.start_gateway()
        cls.border.ctl("policy", "set", "suzuki", "access.sessions_max", "4")

    @classmethod
    def tearDownClass(cls):
        cls.host.close()
        super().tearDownClass()

    def opening(self):
        terminal = self.terminal().enter()
        terminal.open()
        self.assertEqual(terminal.until(SESSION_STATE)[0], STARTING)
        return terminal

    def running(self):
        terminal = self.opening()
        self.session = struct.unpack(">Q", self.host.start())[0]
        self.addCleanup(self.host.socket.close)
        self.assertEqual(terminal.until(SESSION_STATE)[0], RUNNING)
        return terminal

    def record(self, event, **fields):
        return self.border.wait_for_event(event, session=self.session, **fields)


class Honest(SessionTest):
    def test_pictures_come_down_and_keys_go_up(self):
        terminal = self.running()
        self.record("session_started")
        self.host.send(UPDATE, snapshot())
        self.assertEqual(terminal.until(UPDATE), snapshot())
        self.host.send(CURSOR, b"\x01")
        self.assertEqual(terminal.until(CURSOR), b"\x01")
        terminal.send(KEY, struct.pack(">HB", KEY_A, 1))
        self.assertEqual(self.host.until(KEY), struct.pack(">HB", KEY_A, 1))
        terminal.send(END_REQUEST)
        self.assertEqual(terminal.end(), USER_ENDED)
        self.assertEqual(struct.unpack(">H", self.host.until(SessionHost.STOP))[0], USER_ENDED)
        row = self.record("session_ended", reason="user_ended")
        self.assertEqual(row["updates"], 1)
        self.assertEqual(self.record("counters")["keys"], 1)

    def test_policy_takes_effect_at_once(self):
        terminal = self.running()
        self.border.ctl("policy", "set", "suzuki", "input.text", "false")
        self.addCleanup(self.border.ctl, "policy", "unset", "suzuki", "input.text")
        self.host.until(SessionHost.POLICY)
        terminal.send(TEXT, "あ".encode())
        terminal.send(KEY, struct.pack(">HB", KEY_A, 1))
        self.assertEqual(self.host.read()[0], KEY)  # and no Text before it
        self.record("refusal", kind="input_denied")

    def test_what_the_host_reports_is_recorded_as_its_word(self):
        terminal = self.running()
        self.host.send(SessionHost.EVENT, struct.pack(">BI", 1, 42))
        self.assertTrue(self.record("host_event", kind="browser_started")["reported_by_host"])
        self.host.send(SessionHost.ENDED, struct.pack(">H", BROWSER_CRASHED))
        self.assertEqual(terminal.end(), BROWSER_CRASHED)
        self.record("session_ended", reason="browser_crashed")

    def test_a_host_with_an_old_browser_says_so_instead_of_starting(self):
        terminal = self.opening()
        self.session = struct.unpack(">Q", self.host.accept().until(SessionHost.START)[:8])[0]
        self.addCleanup(self.host.socket.close)
        self.host.send(SessionHost.ENDED, struct.pack(">H", BROWSER_OLD))
        self.assertEqual(terminal.end(), BROWSER_OLD)
        self.record("session_ended", reason="browser_old")
        self.assertEqual("too_old", self.border.ctl("status")[0]["browser"])

    def test_the_user_may_end_while_the_host_is_silent(self):
        terminal = self.opening()
        self.host.accept()
        self.addCleanup(self.host.socket.close)
        self.session = struct.unpack(">Q", self.host.until(SessionHost.START)[:8])[0]
        terminal.send(KEY, struct.pack(">HB", KEY_A, 1))  # legal, and dropped
        terminal.send(END_REQUEST)
        self.assertEqual(terminal.end(), USER_ENDED)
        self.record("session_ended", reason="user_ended")

    def test_a_resize_while_the_session_starts_is_not_lost(self):
        terminal = self.opening()
        self.host.accept()
        self.addCleanup(self.host.socket.close)
        session = self.host.until(SessionHost.START)[:8]
        size = struct.pack(">HHH", 1000, 600, 120)
        terminal.send(KEY, struct.pack(">HB", KEY_A, 1))
        terminal.send(RESIZE, size)
        terminal.pinged()
        terminal.pinged()  # the second one comes only after the first was answered: all is read
        self.host.send(SessionHost.STARTED, session)
        self.assertEqual(terminal.until(SESSION_STATE)[0], RUNNING)
        self.assertEqual(self.host.read(), (RESIZE, size))
        self.host.send(UPDATE, snapshot(1000, 600))
        self.assertEqual(terminal.until(UPDATE), snapshot(1000, 600))


class Together(SessionTest):
    def test_a_busy_session_does_not_disturb_those_who_come_and_go(self):
        """The connection to the host once stayed in the gateway's event loop after it was handed to the link: its
        traffic then woke what had been put in its place, and links were taken for ended."""
        terminal = self.running()
        for _ in range(40):
            guest = self.terminal()
            self.host.send(CURSOR, b"\x01")
            guest.greet()
            self.host.send(CURSOR, b"\x02")
            guest.log_in(password="wrong")
            guest.close()
            terminal.until(CURSOR)
        terminal.send(END_REQUEST)
        self.assertEqual(terminal.end(), USER_ENDED)


class Policy(SessionTest):
    """What goes up is judged in the link; the host of these tests would notice nothing."""

    def refuse(self, field, value, blocked, notice, permitted):
        """With the field set, `blocked` (frames) does not reach the host, while `permitted` does; without, both do."""
        for forbidden in (False, True):
            if forbidden:
                self.border.ctl("policy", "set", "suzuki", field, value)
                self.addCleanup(self.border.ctl, "policy", "unset", "suzuki", field)
            terminal = self.running()
            for kind, payload in [*blocked, permitted]:
                terminal.send(kind, payload)
            seen = [self.host.read() for _ in range(1 if forbidden else len(blocked) + 1)]
            self.assertEqual(seen, [permitted] if forbidden else [*blocked, permitted], (field, forbidden))
            if forbidden:
                self.assertEqual(struct.unpack(">HII", terminal.until(NOTICE))[:2], notice)
                self.record("refusal", kind="input_denied")
            terminal.send(END_REQUEST)
            self.assertEqual(terminal.end(), USER_ENDED)

    key, move, text = (KEY, struct.pack(">HB", KEY_A, 1)), (MOVE, bytes(4)), (TEXT, "漢字".encode())

    def test_keyboard(self):
        self.refuse("input.keyboard", "false", [self.key], (2, 4), self.move)

    def test_pointer(self):
        self.refuse("input.pointer", "false", [self.move, (BUTTON, b"\0\1"), (WHEEL, bytes(4))], (2, 3), self.key)

    def test_text(self):
        self.refuse("input.text", "false", [self.text], (2, 2), self.key)

    def test_a_blocked_combination(self):
        control, s = 29, 31
        down = [(KEY, struct.pack(">HB", code, 1)) for code in (control, s)]
        terminal = self.running()
        for frame in down:
            terminal.send(*frame)
        self.assertEqual([self.host.read() for _ in down], down)  # control
        self.border.ctl("policy", "set", "suzuki", "input.blocked_combinations", "save")
        self.addCleanup(self.border.ctl, "policy", "unset", "suzuki", "input.blocked_combinations")
        terminal = self.running()
        for frame in [*down, self.move]:
            terminal.send(*frame)
        self.assertEqual([self.host.read() for _ in range(2)], [down[0], self.move])
        self.assertEqual(struct.unpack(">HII", terminal.until(NOTICE))[:2], (2, 1))
        self.record("refusal", kind="combination")

    def test_profile(self):
        """Strict: coarse, and never more than one of a kind in 20 ms; the order within stays."""
        wheel, button = (WHEEL, struct.pack(">hh", 0, 300)), (BUTTON, bytes([0, 1]))
        move = (MOVE, struct.pack(">HH", 101, 7))
        for strict in (False, True):
            if strict:
                self.border.ctl("policy", "set", "suzuki", "input.profile", "strict")
                self.addCleanup(self.border.ctl, "policy", "unset", "suzuki", "input.profile")
            terminal = self.opening()
            self.session = struct.unpack(">Q", self.host.start())[0]
            self.addCleanup(self.host.socket.close)
            state = terminal.until(SESSION_STATE)
            self.assertEqual(struct.unpack(">H", state[35:37])[0] & 64, 64 if strict else 0, "the viewer is told")
            for frame in (move, button, wheel, self.key):
                terminal.send(*frame)
            seen = [self.host.read() for _ in range(4)]
            if strict:
                self.assertEqual(seen, [(MOVE, struct.pack(">HH", 100, 6)), button, (WHEEL, struct.pack(">hh", 0, 120)),
                                        self.key])
            else:
                self.assertEqual(seen, [move, button, wheel, self.key])
            self.flood(terminal, 21 if strict else 199)
            terminal.send(END_REQUEST)
            self.assertEqual(terminal.end(), USER_ENDED)

    def flood(self, terminal, least):
        """Far more presses than any profile permits: what gets through is counted, and the last key of all arrives."""
        for code in range(2, 12):
            for _ in range(60):
                terminal.send(KEY, struct.pack(">HB", code, 1))
                terminal.send(KEY, struct.pack(">HB", code, 0))
        terminal.send(KEY, struct.pack(">HB", KEY_A, 0))
        presses = 0
        while (seen := self.host.read()) != (KEY, struct.pack(">HB", KEY_A, 0)):
            presses += seen[1][2]
        self.assertGreaterEqual(presses, least)
        self.assertLess(presses, 600)

    def test_what_no_hand_types_is_an_alarm(self):
        terminal = self.running()
        for _ in range(3):
            terminal.send(TEXT, ("あ" * 30).encode())
        terminal.send(*self.key)
        while self.host.read() != self.key:
            pass
        self.assertEqual([row for row in self.border.events("input_alarm") if row["session"] == self.session], [],
                         "control: three long commits at once are a sentence")
        for _ in range(2):
            terminal.send(TEXT, ("あ" * 30).encode())
        row = self.record("input_alarm", kind="pasted")
        self.assertGreaterEqual(row["number"], 120)
        self.assertNotIn("あ", str(row))
        terminal.send(END_REQUEST)
        self.assertEqual(terminal.end(), USER_ENDED)

    def test_characters_per_minute(self):
        self.border.ctl("policy", "set", "suzuki", "input.characters_per_minute", "6")
        self.addCleanup(self.border.ctl, "policy", "unset", "suzuki", "input.characters_per_minute")
        terminal = self.running()
        piece = (TEXT, ("あ" * 30).encode())
        for frame in [piece] * 5 + [self.key]:
            terminal.send(*frame)
        seen = []
        while not seen or seen[-1] != self.key:
            seen.append(self.host.read())
        self.assertEqual(seen, [piece, self.key])  # the burst is one Text of the greatest length
        self.assertEqual(struct.unpack(">HII", terminal.until(NOTICE))[:2], (6, 6))
        self.record("refusal", kind="rate")
        terminal.send(END_REQUEST)
        self.assertEqual(terminal.end(), USER_ENDED)
        row = self.record("counters")
        self.assertEqual((row["code_points"], row["dropped"]), (30, 4))


class HostAway(BorderTest):
    def test_a_host_that_is_not_there_ends_with_host_lost(self):
        terminal = self.terminal().enter()
        terminal.open()
        self.assertEqual(terminal.end(), HOST_LOST)
        self.border.wait_for_event("session_ended", reason="host_lost")
        self.assert_lives()


class Hostile(SessionTest):
    """What a session host that somebody has taken over can do to a link: end its own session."""

    def refusals(self, kind):
        return [row for row in self.border.events("refusal") if row.get("session") == self.session
                and row["kind"] == kind]

    def assert_blamed_on_the_host(self, terminal, reason):
        self.assertEqual(terminal.end(), reason)
        self.record("session_ended")
        self.assertTrue(self.refusals("host_protocol"))
        self.assertFalse(self.refusals("protocol"), "the terminal did nothing wrong")

    def test_a_picture_that_is_not_in_order(self):
        broken = [snapshot(1281, 720), snapshot()[:-1], snapshot() + b"\0", bytes(100)]
        for payload in broken:
            with self.subTest(payload[:16].hex()):
                terminal = self.running()
                self.host.send(UPDATE, payload)
                self.assert_blamed_on_the_host(terminal, PICTURE_REJECTED)

    def test_messages_that_a_host_never_sends(self):
        cases = {"a notice": (NOTICE, bytes(10)), "an unknown cursor": (CURSOR, b"\xff"), "a key": (KEY, bytes(3)),
                 "a length": (CURSOR, bytes(2)), "started again": (SessionHost.STARTED, bytes(8)),
                 "a broken report": (SessionHost.EVENT, b"\xff" + bytes(4)), "text": (0x7F, b"hello")}
        for name, (kind, payload) in cases.items():
            with self.subTest(name):
                terminal = self.running()
                self.host.send(kind, payload)
                self.assert_blamed_on_the_host(terminal, HOST_LOST)

    def test_a_host_cannot_speak_for_the_border(self):
        # admin_ended, replaced, certificate_revoked, login_failed, malformed, audit_unavailable, emergency; browser_old and
        # session_gone are answers to the start of a session, and this one runs
        for claimed in (3, 6, 25, 26, 40, 67, 31, 30, 29):
            with self.subTest(claimed):
                terminal = self.running()
                self.host.send(SessionHost.ENDED, struct.pack(">H", claimed))
                self.assert_blamed_on_the_host(terminal, HOST_LOST)
                self.record("session_ended", reason="host_lost")

    def test_a_flood_of_reports_ends_before_it_fills_the_log(self):
        terminal = self.running()
        try:
            while True:
                self.host.socket.sendall((bytes([SessionHost.EVENT, 0, 0, 5]) + struct.pack(">BI", 2, 1)) * 500)
        except OSError:
            pass  # the link is gone
        self.assert_blamed_on_the_host(terminal, HOST_LOST)
        status = self.border.ctl("status")
        self.assertTrue(status)

    def test_a_host_of_another_name_is_no_host(self):
        self.border.pki.issue("host", "elsewhere")
        self.host.show("elsewhere")
        self.addCleanup(self.host.show, "host")
        terminal = self.opening()
        with self.assertRaises((EOFError, OSError)):  # the link's alert, or just its end
            self.host.accept()
            self.addCleanup(self.host.socket.close)
            self.host.read()
        self.assertEqual(terminal.end(), HOST_LOST)
        self.host.show("host")
        self.running()  # control


class RevokedHost(SessionTest):
    def test_a_host_that_is_revoked_before_the_session_starts(self):
        self.running()  # control
        terminal = self.terminal().enter()  # its link has the lists of now
        self.border.pki.revoke("host")
        self.reload()
        terminal.open()
        with self.assertRaises((EOFError, OSError)):
            self.host.accept()
            self.addCleanup(self.host.socket.close)
            self.host.until(SessionHost.START)
        self.assertEqual(terminal.end(), HOST_LOST)


class HostileTerminal(SessionTest):
    def test_acknowledgements_carry_nothing(self):
        """Software on the terminal could write 72 bits into every Ack: no policy meters them."""
        terminal = self.running()
        for i in range(300):
            terminal.send(ACK, random.Random(i).randbytes(9))
            terminal.send(RELEASE_ALL)
        terminal.send(KEY, struct.pack(">HB", KEY_A, 1))
        self.assertEqual((KEY, struct.pack(">HB", KEY_A, 1)), self.host.read())
        # Control: the Ack of an update that was sent arrives, once, and without its free bits.
        self.host.send(UPDATE, snapshot())
        terminal.until(UPDATE)
        for _ in range(3):
            terminal.send(ACK, struct.pack(">IIB", 1, 0xDEADBEEF, 0xA5))
        terminal.send(RELEASE_ALL)
        self.assertEqual((ACK, struct.pack(">IIB", 1, 0, 3)), self.host.read())
        self.assertEqual((RELEASE_ALL, b""), self.host.read())
        terminal.send(END_REQUEST)
        self.assertEqual(terminal.end(), USER_ENDED)
        self.assertEqual(self.record("counters")["dropped"], 302)

    def test_questions_do_not_flood_the_log(self):
        terminal = self.running()
        for _ in range(300):
            terminal.send(ASK, struct.pack(">I", 7))
        terminal.send(KEY, struct.pack(">HB", KEY_A, 1))
        self.host.until(KEY)  # all of them have been read
        terminal.send(END_REQUEST)
        self.assertEqual(terminal.end(), USER_ENDED)
        self.record("session_ended")
        asked = [row for row in self.border.events("exception_asked") if row["session"] == self.session]
        self.assertTrue(1 <= len(asked) < 100, len(asked))


if __name__ == "__main__":
    unittest.main(verbosity=2)
