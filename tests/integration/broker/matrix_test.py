# SPDX-License-Identifier: Apache-2.0
"""Every field of the policy in every layer, changed while a session runs: what the link is told, and what the broker
itself does by it. What link, session and egress do by it is tested there (docs/policy.md says where)."""
import struct
import time
import unittest

from broker_link import OK
from broker_test import BrokerTest, NOT_PERMITTED, POLICY_CHANGED, TOO_MANY

# A value other than the default. What the session's programs enforce is in the message that the link gets.
IN_THE_MESSAGE = {
    "access.idle_minutes": "7", "access.total_minutes": "17", "access.resume_minutes": "3",
    "web.allow_by_default": "true", "web.plain_http": "true", "web.clipboard_in_browser": "true",
    "web.start_page": "https://other.example/", "web.hosts": "allow:.matrix.example", "web.denied_urls": "a.example/b",
    "web.bookmarks": "a|https://a.example/", "web.connections_max": "17", "web.megabytes_per_day": "17",
    "input.keyboard": "false", "input.pointer": "false", "input.text": "false", "input.characters_per_minute": "17",
    "input.blocked_combinations": "save", "input.profile": "strict", "display.width_max": "1024", "display.height_max": "768",
    "display.frames_per_second": "7", "display.kilobits_per_second": "1700", "display.watermark": "user,time",
    "evidence.recording": "required",
}


def other_hours():
    return "13:00-24:00" if time.localtime().tm_hour < 12 else "00:00-11:00"


def other_days():
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return days[(time.localtime().tm_wday + 3) % 7]


ENDS_THE_SESSION = {"access.enabled": lambda: "false", "access.weekdays": other_days, "access.hours": other_hours,
                    "access.terminals": lambda: "elsewhere"}
AT_THE_NEXT_LOGIN = {"access.second_factor": ("required", 5), "access.password_days": ("1", 4)}
AT_THE_NEXT_OPENING = {"access.sessions_max": "0"}
AT_THE_EXPORT = {"evidence.second_reviewer": "true"}
AT_THE_DELETION = {"evidence.retention_days": "10"}
REVIEWER = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e00b"  # any point of the curve


class Matrix(BrokerTest):
    LAYERS = "default", "group", "user", "exception"

    def setUp(self):
        super().setUp()
        self.user, self.password = self.broker.add()
        self.broker.ctl("group", "add", "tax")
        self.broker.ctl("reviewer", "add", "kanri", REVIEWER)  # else nothing could be recorded
        self.broker.ctl("group", "join", self.user, "tax")
        self.broker.ctl("user", "add", "bystander", "--password-stdin", stdin=self.password + "\n")
        with self.broker.database() as database:
            database.execute("UPDATE users SET password_at = password_at - 2 * 86400")

    def set(self, layer, field, value):
        """Sets it; what undoes it."""
        if layer == "exception":
            row, = self.broker.ctl("exception", "add", self.user, field, value, "--until", "1h", "--reason", "matrix")
            return lambda: self.broker.ctl("exception", "end", str(row["exception"]))
        name = {"default": "default", "group": "group:tax", "user": self.user}[layer]
        self.broker.ctl("policy", "set", name, field, value)
        return lambda: self.broker.ctl("policy", "unset", name, field)

    def origin(self, field, user=None):
        rows = self.broker.ctl("policy", "explain", user or self.user)
        return next((row["value"], row["origin"].split()[0]) for row in rows if row["field"] == field)

    def login(self):
        link = self.link()
        link.connect()
        return link, link.login(self.user, self.password)[0]

    def test_the_matrix_has_every_field(self):
        known = {row["field"] for row in self.broker.ctl("policy", "show")}
        self.assertEqual(known, {*IN_THE_MESSAGE, *ENDS_THE_SESSION, *AT_THE_NEXT_LOGIN, *AT_THE_NEXT_OPENING, *AT_THE_EXPORT, *AT_THE_DELETION})

    def test_what_the_link_is_told_at_once(self):
        link = self.link()
        before = link.session(self.user, self.password)["policy"][4:]
        for layer in self.LAYERS:
            for field, value in IN_THE_MESSAGE.items():
                with self.subTest(layer=layer, field=field):
                    undo = self.set(layer, field, value)
                    self.assertEqual(self.origin(field), (value, layer))
                    self.assertEqual(self.origin(field, "bystander")[1] == layer, layer == "default")
                    self.assertNotEqual(link.expect(0x45)[4:], before)
                    undo()
                    self.assertEqual(link.expect(0x45)[4:], before)

    def test_what_ends_the_session(self):
        for layer in self.LAYERS:
            for field, value in ENDS_THE_SESSION.items():
                with self.subTest(layer=layer, field=field):
                    link = self.link()
                    grant = link.session(self.user, self.password)
                    undo = self.set(layer, field, value())
                    self.assertEqual(struct.unpack(">H", link.expect(0x46))[0], POLICY_CHANGED)
                    link.ended(grant["session"], POLICY_CHANGED)
                    link.close()
                    again, code = self.login()
                    self.assertEqual((code, again.open()), (OK, NOT_PERMITTED))
                    undo()
                    self.assertIsInstance(again.open(), dict)  # control
                    again.close()
                    self.broker.wait_until(lambda: not self.broker.ctl("session", "list"))

    def test_what_counts_at_the_next_login_and_opening(self):
        for layer in self.LAYERS:
            for field, (value, answer) in AT_THE_NEXT_LOGIN.items():
                with self.subTest(layer=layer, field=field):
                    undo = self.set(layer, field, value)
                    self.assertEqual(self.login()[1], answer)
                    undo()
                    self.assertEqual(self.login()[1], OK)  # control
            for field, value in AT_THE_NEXT_OPENING.items():
                with self.subTest(layer=layer, field=field):
                    link, _ = self.login()
                    undo = self.set(layer, field, value)
                    self.assertEqual(link.open(), TOO_MANY)
                    undo()
                    grant = link.open()  # control
                    link.started(grant["session"])
                    link.ended(grant["session"])
                    self.broker.wait_until(lambda: not self.broker.ctl("session", "list"))

    def test_what_counts_at_the_export_of_a_recording(self):
        number, day = "0f" * 16, time.strftime("%Y-%m-%d", time.gmtime())
        self.broker.store_recordings([(number, 7, self.user, int(time.time()))])
        folder = self.broker.directory / "recordings" / day
        folder.mkdir()
        (folder / f"{number}.rec").write_bytes(b"what it holds does not matter here")
        out = self.broker.directory / "out"

        def waits():
            out.unlink(missing_ok=True)
            return self.broker.ctl("recording", "export", number, "--reason", "matrix", "--out", str(out), check=False).returncode == 5

        for layer in self.LAYERS:
            for field, value in AT_THE_EXPORT.items():
                with self.subTest(layer=layer, field=field):
                    undo = self.set(layer, field, value)
                    self.assertTrue(waits())
                    undo()
                    self.assertFalse(waits())
                    self.assertTrue(out.exists(), "control: it came")

    def test_what_counts_at_the_deletion_of_a_recording(self):
        self.broker.store_recordings([(number * 16, 7, user, int(time.time()) - 20 * 86400)
                                      for number, user in (("0f", self.user), ("0e", "bystander"))])

        def going():
            return [row["user"] for row in self.broker.ctl("evidence", "retention", "--dry-run")
                    if (row["kind"], row.get("verdict")) == ("recording", "delete")]

        for layer in self.LAYERS:
            for field, value in AT_THE_DELETION.items():
                with self.subTest(layer=layer, field=field):
                    undo = self.set(layer, field, value)
                    self.assertEqual(sorted(going()), ["bystander", self.user] if layer == "default" else [self.user])
                    undo()
                    self.assertEqual(going(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
