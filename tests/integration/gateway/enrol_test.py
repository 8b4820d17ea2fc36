# SPDX-License-Identifier: Apache-2.0
"""sudare-enrol/1 and the second factor on a real border: change of password, set-up, log-in with codes. What is
refused stands beside the same thing that is accepted."""
import struct
import threading
import unittest

import totp
from border import OK, PASSWORD, REFUSED, Border, Terminal, context, frame
from frames import read_frame

HELLO, CHANGE, BEGIN, CONFIRM = 1, 2, 3, 4
WELCOME, RESULT, SECRET, END = 0x41, 0x42, 0x43, 0x44
CODE_NEEDED, CHANGE_NEEDED, ENROLMENT_NEEDED, WEAK = 3, 4, 5, 6
NOT_PERMITTED, LOGIN_FAILED, MALFORMED, UNKNOWN_TYPE, ILLEGAL_STATE = 22, 26, 40, 41, 42


def texts(*parts):
    return b"".join(struct.pack(">H", len(part.encode())) + part.encode() for part in parts)


class Enroller(Terminal):
    """A viewer's end of sudare-enrol/1."""

    def __init__(self, border, greeted=True):
        super().__init__(border, tls=context(border, alpn=("sudare-enrol/1",)))
        if greeted:
            self.send(HELLO, struct.pack(">H", 1))
            kind, payload = self.answer()
            assert (kind, struct.unpack(">HH", payload)) == (WELCOME, (1, 10)), (kind, payload)

    def answer(self):
        return read_frame(self.socket.recv)

    def ask(self, kind, payload):
        """The verdict, or the secret."""
        self.send(kind, payload)
        told, payload = self.answer()
        return payload if told == SECRET else payload[0] if told == RESULT else (told, payload)

    def change(self, user, password, wanted, code=""):
        return self.ask(CHANGE, texts(user, password, code, wanted))

    def begin(self, user, password, code=""):
        return self.ask(BEGIN, texts(user, password, code))

    def confirm(self, code):
        return self.ask(CONFIRM, code.encode())

    def set_up(self, user, password=PASSWORD):
        """The secret, and the step of the code that was used up."""
        secret, step = self.begin(user, password), totp.now()
        assert len(secret) == 20, secret
        assert self.confirm(totp.code(secret, step)) == OK
        return secret, step


class EnrolTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.border = Border()
        cls.addClassCleanup(cls.border.close)

    def setUp(self):
        self.user = "user" + str(abs(hash(self.id())) % 10**8)
        self.border.ctl("user", "add", self.user, "--password-stdin", stdin=PASSWORD + "\n")

    def enroller(self, **options):
        out = Enroller(self.border, **options)
        self.addCleanup(out.close)
        return out

    def log_in(self, password=PASSWORD, code=""):
        terminal = Terminal(self.border)
        self.addCleanup(terminal.close)
        terminal.greet()
        return terminal.log_in(self.user, password, code)

    def require_factor(self):
        self.border.ctl("policy", "set", self.user, "access.second_factor", "required")

    def causes(self):
        return [row["cause"] for row in self.border.events("login_refused") if row.get("user") == self.user]


class Password(EnrolTest):
    def test_the_new_one_is_good_and_the_old_one_is_not(self):
        self.assertEqual(self.log_in(), OK)
        self.assertEqual(self.enroller().change(self.user, PASSWORD, "another long one"), OK)
        self.assertEqual(self.log_in(), REFUSED)
        self.assertEqual(self.log_in("another long one"), OK)
        self.assertEqual(self.border.wait_for_event("password_changed", user=self.user)["terminal"], "t1")

    def test_only_with_the_present_one(self):
        enroller = self.enroller()
        self.assertEqual(enroller.change(self.user, "wrong password", "another long one"), REFUSED)
        self.assertEqual(enroller.change("nobody", PASSWORD, "another long one"), REFUSED)
        self.assertEqual(self.log_in(), OK)
        self.assertEqual(enroller.change(self.user, PASSWORD, "another long one"), OK)

    def test_a_weak_one_is_not_taken(self):
        enroller = self.enroller()
        for weak in ("short", PASSWORD, f"xx{self.user.upper()}xx"):
            self.assertEqual(enroller.change(self.user, PASSWORD, weak), WEAK, weak)
        self.assertEqual(enroller.change(self.user, PASSWORD, "0123456789"), OK)
        weak = [row for row in self.border.events("login_refused") if row["cause"] == "weak_password"]
        self.assertGreaterEqual(len(weak), 3)

    def test_two_changes_at_once_from_one_password(self):
        enrollers, verdicts = [self.enroller() for _ in range(2)], []
        threads = [threading.Thread(target=lambda one=one, new=new: verdicts.append(
            (one.change(self.user, PASSWORD, new), new))) for one, new in zip(enrollers, ("the first of two", "the other of two"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(verdict for verdict, _ in verdicts), [OK, REFUSED])
        for verdict, new in verdicts:
            self.assertEqual(self.log_in(new), verdict)

    def test_one_that_has_to_be_changed(self):
        self.border.ctl("user", "passwd", self.user, "--password-stdin", "--change", stdin="of the help desk\n")
        self.assertEqual(self.log_in("of the help desk"), CHANGE_NEEDED)
        self.assertEqual(self.enroller().change(self.user, "of the help desk", "only I know it"), OK)
        self.assertEqual(self.log_in("only I know it"), OK)

    def test_whoever_used_the_old_one_is_out(self):
        intruder = Terminal(self.border)
        self.addCleanup(intruder.close)
        intruder.greet()
        self.assertEqual(intruder.log_in(self.user), OK)
        self.assertEqual(self.enroller().change(self.user, PASSWORD, "another long one"), OK)
        self.assertEqual(intruder.end(), NOT_PERMITTED)

    def test_guessing_is_locked_here_too(self):
        for _ in range(2):
            enroller = self.enroller()
            for _ in range(3):
                self.assertEqual(enroller.change(self.user, "wrong password", "another long one"), REFUSED)
            kind, payload = enroller.answer()  # three tries for each connection
            self.assertEqual((kind, struct.unpack(">H", payload)[0]), (END, LOGIN_FAILED))
        self.assertEqual(self.log_in(), REFUSED)  # with the right password
        self.assertIn("locked", self.causes())


class Factor(EnrolTest):
    def test_it_is_set_up_and_then_needed(self):
        self.require_factor()
        self.assertEqual(self.log_in(), ENROLMENT_NEEDED)
        secret, step = self.enroller().set_up(self.user)
        self.assertEqual(self.log_in(), CODE_NEEDED)
        self.assertEqual(self.log_in(code=totp.code(secret, step + 5)), REFUSED)
        self.assertEqual(self.log_in("wrong password", totp.code(secret, step + 1)), REFUSED)
        self.assertEqual(self.log_in(code=totp.code(secret, step + 1)), OK)
        self.border.wait_for_event("second_factor_set", user=self.user)

    def test_a_code_is_good_once(self):
        self.require_factor()
        secret, step = self.enroller().set_up(self.user)
        self.assertEqual(self.log_in(code=totp.code(secret, step)), REFUSED)  # confirmed with it
        self.assertEqual(self.log_in(code=totp.code(secret, step + 1)), OK)
        self.assertEqual(self.log_in(code=totp.code(secret, step + 1)), REFUSED)
        self.assertEqual(self.log_in(code=totp.code(secret, step)), REFUSED)  # nor an older one
        self.assertEqual(self.causes().count("code_used"), 3)

    def test_two_at_once_with_one_code(self):
        self.require_factor()
        secret, step = self.enroller().set_up(self.user)
        code, verdicts = totp.code(secret, step + 1), []
        terminals = [Terminal(self.border) for _ in range(2)]
        for terminal in terminals:
            self.addCleanup(terminal.close)
            terminal.greet()
        threads = [threading.Thread(target=lambda one=one: verdicts.append(one.log_in(self.user, PASSWORD, code)))
                   for one in terminals]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(verdicts), [OK, REFUSED])

    def test_only_its_owner_replaces_it(self):
        secret, step = self.enroller().set_up(self.user)
        self.assertEqual(self.enroller().begin(self.user, PASSWORD), CODE_NEEDED)
        self.assertEqual(self.enroller().begin(self.user, PASSWORD, totp.code(secret, step)), REFUSED)
        replaced = self.enroller().begin(self.user, PASSWORD, totp.code(secret, step + 1))
        self.assertEqual(len(replaced), 20)
        self.assertNotEqual(replaced, secret)

    def test_a_password_is_changed_with_the_code(self):
        secret, step = self.enroller().set_up(self.user)
        enroller = self.enroller()
        self.assertEqual(enroller.change(self.user, PASSWORD, "another long one"), CODE_NEEDED)
        code = totp.code(secret, step + 1)
        self.assertEqual(enroller.change(self.user, PASSWORD, "another long one", code), OK)

    def test_a_lost_phone(self):
        self.require_factor()
        self.enroller().set_up(self.user)
        self.border.ctl("user", "reset-factor", self.user)
        self.assertEqual(self.log_in(), ENROLMENT_NEEDED)
        self.border.wait_for_event("second_factor_reset", user=self.user)

    def test_a_secret_told_before_does_not_replace_a_factor(self):
        early = self.enroller()  # somebody who knows the password begins first and waits
        stolen = early.begin(self.user, PASSWORD)
        secret, step = self.enroller().set_up(self.user)
        self.assertEqual(early.confirm(totp.code(stolen, totp.now())), REFUSED)
        self.assertIn("changed_meanwhile", self.causes())
        self.require_factor()
        self.assertEqual(self.log_in(code=totp.code(secret, step + 1)), OK)  # the owner's still stands

    def test_a_right_password_buys_no_tries_at_the_code(self):
        secret, step = self.enroller().set_up(self.user)  # policy asks for no code: each log-in forgets failures
        for _ in range(5):
            self.assertEqual(self.log_in(), OK)
            self.assertEqual(self.enroller().begin(self.user, PASSWORD, totp.code(secret, step + 7)), REFUSED)
        self.assertEqual(self.log_in(), OK)
        self.assertEqual(self.enroller().begin(self.user, PASSWORD, totp.code(secret, step + 1)), REFUSED)
        self.assertIn("locked", self.causes())

    def test_a_wrong_first_code_sets_nothing_up(self):
        self.require_factor()
        enroller = self.enroller()
        secret, step = enroller.begin(self.user, PASSWORD), totp.now()
        self.assertEqual(enroller.confirm(totp.code(secret, step + 9)), REFUSED)
        self.assertEqual(self.log_in(), ENROLMENT_NEEDED)
        self.assertEqual(enroller.confirm(totp.code(secret, step)), OK)
        self.assertEqual(self.log_in(), CODE_NEEDED)


class Protocol(EnrolTest):
    def ends(self, enroller):
        kind, payload = enroller.answer()
        self.assertEqual(kind, END)
        return struct.unpack(">H", payload)[0]

    def test_nothing_of_sudare_1_is_spoken_here(self):
        for kind in (7, 8, 0x0F, 0x41, 0xFF):
            enroller = self.enroller()
            enroller.send(kind, bytes(8))
            self.assertEqual(self.ends(enroller), UNKNOWN_TYPE, hex(kind))
        self.assertEqual(self.enroller().change(self.user, PASSWORD, "another long one"), OK)  # control

    def test_what_is_malformed_or_out_of_turn(self):
        for kind, payload, reason in (
                (CHANGE, texts(self.user, PASSWORD, "12345", "another long one"), MALFORMED),
                (CHANGE, texts(self.user, PASSWORD, "", "another\0long one"), MALFORMED),
                (BEGIN, texts("", PASSWORD, ""), MALFORMED),
                (CHANGE, texts(self.user, PASSWORD, "", "another\nlong one"), MALFORMED),
                (BEGIN, texts(self.user + "\n", PASSWORD, ""), MALFORMED),
                (CONFIRM, b"12345x", MALFORMED),
                (CONFIRM, b"123456", ILLEGAL_STATE),
                (HELLO, struct.pack(">H", 1), ILLEGAL_STATE)):
            enroller = self.enroller()
            enroller.send(kind, payload)
            self.assertEqual(self.ends(enroller), reason, (kind, payload))
        again = self.enroller()
        self.assertEqual(len(again.begin(self.user, PASSWORD)), 20)
        self.assertEqual(again.begin(self.user, "wrong password"), REFUSED)  # the secret is worthless now
        again.send(CONFIRM, b"123456")
        self.assertEqual(self.ends(again), ILLEGAL_STATE)
        self.assertEqual(self.border.events("link_violation"), [])  # the link has not passed any of it on
        first = self.enroller(greeted=False)
        first.send(BEGIN, texts(self.user, PASSWORD, ""))
        self.assertEqual(self.ends(first), MALFORMED)

    def test_a_terminal_that_is_not_registered(self):
        self.border.pki.issue("terminal", "t9")
        stranger = Terminal(self.border, tls=context(self.border, terminal="t9", alpn=("sudare-enrol/1",)))
        self.addCleanup(stranger.close)
        self.assertEqual(self.ends_of(stranger), NOT_PERMITTED)

    @staticmethod
    def ends_of(terminal):
        kind, payload = read_frame(terminal.socket.recv)
        assert kind == END, kind
        return struct.unpack(">H", payload)[0]


if __name__ == "__main__":
    unittest.main(verbosity=2)
