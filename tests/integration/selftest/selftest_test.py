# SPDX-License-Identifier: Apache-2.0
"""sudarectl self-test against a whole Sudare with real Chromium: once as it is, once with every class of refusal
loosened on purpose. The second run is the control of the first: each try can succeed, and is then an alarm."""
import json
import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from scene import INSIDE, USER, SelfTestChain, BIN  # noqa: E402

TRIES = {"download", "upload", "print", "clipboard_write", "clipboard_read", "private_address", "dev_tools", "file_url",
         "unknown_message", "oversize_message", "tls_1_2", "revoked_certificate"}
# What the session host writes into Chromium's policy, loosened.
LOOSE_POLICY = [(b'"DownloadRestrictions": 3', b'"DownloadRestrictions": 0'),
                (b'"AllowFileSelectionDialogs": false', b'"AllowFileSelectionDialogs": true '),
                (b'"PrintingEnabled": false', b'"PrintingEnabled": true '),
                (b'"DeveloperToolsAvailability": 2', b'"DeveloperToolsAvailability": 1'),
                (b'"devtools://*"', b'"devtoolx://*"'),  # either of these two alone keeps the tools shut
                (b'"file://*"', b'"filx://*"')]
# The tester sends what is permitted instead: twice ReleaseAll.
LAWFUL = [(b"7f00000400000000", b"0900000009000000"), (b"04ffffff00000000", b"0900000009000000")]


def setUpModule():
    global CHAIN
    CHAIN = SelfTestChain(BIN, gateway_settings="[throttle]\npenalties = false")
    unittest.addModuleCleanup(CHAIN.stop)
    CHAIN.start()
    CHAIN.prepare()


class SelfTest(unittest.TestCase):
    def records(self, *events):
        return [row for row in CHAIN.ctl_json("log") if row["event"] in events]

    def report(self, folder, ending):
        return max(folder.glob("self-test-*" + ending)).read_text(encoding="utf-8")

    def test_1_everything_is_refused_and_each_refusal_has_its_record(self):
        folder = CHAIN.dir / "reports"
        code, tries, said = CHAIN.self_test(CHAIN.config(), folder)
        self.assertEqual({name: "refused" for name in TRIES}, {name: row["result"] for name, row in tries.items()}, tries)
        self.assertEqual((0, ""), (code, said))
        self.assertEqual([], CHAIN.inside.hits)
        log = {str(row["index"]): row for row in CHAIN.ctl_json("log")}
        evidence = {name: log[row["evidence"]] for name, row in tries.items()}
        for name, wanted in {"unknown_message": ("refusal", "unknown_type"), "oversize_message": ("refusal", "malformed"),
                             "tls_1_2": ("handshake_failed", "tls_version"), "revoked_certificate": ("handshake_failed", "revoked"),
                             "private_address": ("destination", "denied_address")}.items():
            row = evidence[name]
            self.assertEqual(wanted, (row["event"], row.get("reason") or row.get("verdict") or row["cause"]), row)
        self.assertEqual({"session_started"}, {evidence[name]["event"] for name in TRIES - {
            "unknown_message", "oversize_message", "tls_1_2", "revoked_certificate", "private_address"}})
        # A fresh session for each try of the browser; the broken messages end those of file:// and private addresses.
        sessions = [row["session"] for row in self.records("self_test_try") if "session" in row]
        self.assertEqual((10, 8), (len(sessions), len(set(sessions))))
        self.assertEqual({(name, int(row["evidence"])) for name, row in tries.items()},
                         {(row["test"], row["evidence"]) for row in self.records("self_test_try")})
        self.assertEqual(([USER], 1, []), ([row["user"] for row in self.records("self_test_begun")],
                                           len(self.records("self_test_passed")), self.records("self_test_alarm")))
        self.assertEqual("passed", CHAIN.ctl_json("status")[0]["self_test"])
        self.check_report(folder)

    def check_report(self, folder):
        for ending, words in ((".ja.html", ("合格", "条文は設定されていません", "対応する試行は指定されていません")),
                              (".en.html", ("Passed", "text not given", "no test is assigned"))):
            page = self.report(folder, ending)
            for word in (*words, "&lt;記録&gt; &amp; 証拠", "DownloadRestrictions = 3", "web.clipboard_in_browser = false", "denied_address"):
                self.assertIn(word, page)
            self.assertEqual([], re.findall(r"<script|<link|src=\"(?!data:image/png)|<記録>", page))
        report = json.loads(self.report(folder, ".json"))
        self.assertEqual((True, TRIES), (report["passed"], {row["test"] for row in report["tests"]}))
        clipboard = next(row for row in report["tests"] if row["test"] == "clipboard_read")
        self.assertEqual({"value": "false", "origin": "built-in"}, clipboard["settings"]["web.clipboard_in_browser"])

    def test_2_whatever_is_loosened_is_an_alarm(self):
        CHAIN.patch("sudare-host", LOOSE_POLICY)
        CHAIN.patch("sudare-selftest", LAWFUL)
        CHAIN.restart_host()
        CHAIN.ctl("policy", "set", USER, "web.clipboard_in_browser", "true")
        folder = CHAIN.dir / "loose"
        config = CHAIN.config(private=[f"{INSIDE}:{CHAIN.inside.port}"], revoked=CHAIN.terminal("another"))
        code, tries, said = CHAIN.self_test(config, folder)
        expected = {name: "happened" for name in TRIES} | {"clipboard_write": "refused", "tls_1_2": "refused"}
        self.assertEqual(expected, {name: row["result"] for name, row in tries.items()}, tries)
        self.assertEqual(1, code)
        self.assertTrue(CHAIN.inside.hits)
        alarms = {row["test"] for row in self.records("self_test_alarm")}
        self.assertEqual(TRIES - {"clipboard_write", "tls_1_2"}, alarms)
        for name in alarms:
            self.assertIn(f"self-test ALARM: {name}: happened", said)
        self.assertEqual("alarm", CHAIN.ctl_json("status")[0]["self_test"])
        self.assertIn("ALARM: 10 of 12", self.report(folder, ".en.html"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
