# SPDX-License-Identifier: Apache-2.0
"""Whatever dies, the person sees a clear end, the log has it, nothing is left behind, and the next session works."""
import os
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from estate import Estate, children_of, command_of, renderers, wait_until  # noqa: E402

ESTATE = None
USER = "hanako"
PAGE = (0, 170, 800, 300)  # a part of the portal's first screen: x, y, width, height


def setUpModule():
    global ESTATE
    if os.getuid() != 0:
        raise unittest.SkipTest("needs root: looks into processes of other identities")
    # A link that dies counts against its terminal's address, as an attack might; here they are killed by hand.
    ESTATE = Estate(USER, gateway_settings="[throttle]\npenalties = false\n")
    unittest.addModuleCleanup(ESTATE.close)


class Failure(unittest.TestCase):
    def setUp(self):
        wait_until(lambda: not ESTATE.traces(), 30, "an empty beginning")
        self.screen = ESTATE.session(USER)
        self.number = self.screen.probe.stats()["session"]
        self.assertTrue(ESTATE.session_processes() and ESTATE.slots() and ESTATE.links())  # control of traces()

    def tearDown(self):
        self.screen.stop()
        for name in ("broker", "host", "gateway"):
            if not ESTATE.chain.parts[name].alive():
                ESTATE.restart(name)

    def kill(self, pid, number=signal.SIGKILL):
        os.kill(pid, number)

    def end(self):
        """How the person's connection ended: (fault of this side, reason that the server gave)."""
        ending = self.screen.probe.command("wait_state ended 60000")
        return ending["fault"], ending.get("reason")

    def recorded(self, reason):
        """The session's last record names the reason."""
        def ended():
            return [r for r in ESTATE.log(USER, "session_ended") if r["session"] == self.number]
        record = wait_until(ended, 30, "the record of the session's end")
        self.assertEqual(1, len(record))
        self.assertEqual(reason, record[0]["reason"])
        self.assertEqual([], ESTATE.chain.ctl_json("session", "list"))

    def nothing_left(self):
        self.screen.stop()
        try:
            wait_until(lambda: not ESTATE.traces(), 30)
        except TimeoutError:
            self.assertEqual([], ESTATE.traces())

    def works_again(self):
        """The same person's next session shows the same page."""
        again = ESTATE.session(USER)
        try:
            self.assertTrue(again.picture().part(*PAGE))
            again.probe.end()
        finally:
            again.stop()
        self.nothing_left()


class OnTheSessionHost(Failure):
    def check(self, program, reason):
        self.kill(ESTATE.host_part(program))
        self.assertEqual(("none", reason), self.end())
        self.recorded(reason)
        self.nothing_left()
        self.works_again()

    def test_browser(self):
        self.check("/chromium", "browser_crashed")

    def test_session(self):
        self.check("sudare-session", "session_crashed")

    def test_egress(self):
        self.check("sudare-egress", "egress_lost")

    def test_relay(self):
        self.check("sudare-relay", "host_lost")

    def test_box(self):
        self.check("sudare-box-init", "browser_crashed")

    def test_renderer_takes_its_tab_only(self):
        """By SIGKILL: as the first process of its namespace it has to heed no other signal from outside."""
        before = self.screen.picture()
        pages = renderers(ESTATE.chain)
        self.assertTrue(pages)
        for pid in pages:
            self.kill(pid)
        crashed = wait_until(lambda: (now := self.screen.picture()).part(*PAGE) != before.part(*PAGE) and now,
                             what="a crashed tab")
        self.assertLess(crashed.colours(150), before.colours(150))
        self.assertEqual("running", self.screen.probe.stats()["stage"])
        self.screen.combo("ctrl+r")
        wait_until(lambda: self.screen.picture().part(*PAGE) == before.part(*PAGE), what="the page again")
        self.screen.probe.end()
        self.recorded("user_ended")
        self.nothing_left()

    def test_host(self):
        """Its children go with it; what it cannot remove itself, its successor removes."""
        self.kill(ESTATE.chain.parts["host"].pid)
        self.assertEqual(("none", "host_lost"), self.end())
        self.recorded("host_lost")
        wait_until(lambda: not ESTATE.session_processes(), 30, "no process of the session")
        ESTATE.restart("host")
        self.nothing_left()
        self.works_again()

    def test_host_away(self):
        """While there is no session host a session is refused, and that is said and recorded."""
        self.screen.probe.end()
        self.kill(ESTATE.chain.parts["host"].pid)
        self.assertEqual("host_lost", ESTATE.refusal(USER))
        self.assertEqual("host_lost", ESTATE.log(USER, "session_ended")[-1]["reason"])
        ESTATE.restart("host")
        self.nothing_left()
        self.works_again()


class OnTheBorder(Failure):
    def test_link(self):
        self.kill(ESTATE.links()[0])
        fault, reason = self.end()
        self.assertNotEqual("none", fault)
        self.assertIsNone(reason)  # there is nobody left who could have said one
        self.recorded("link_crashed")
        self.nothing_left()
        self.works_again()

    def test_gateway(self):
        """Its links hold its keys and go with it, at once: nobody can say anything any more."""
        self.kill(ESTATE.chain.parts["gateway"].pid)
        self.assertEqual(("lost", None), self.end())
        self.recorded("link_crashed")
        self.nothing_left()
        ESTATE.restart("gateway")
        self.works_again()

    def test_broker(self):
        self.kill(ESTATE.chain.parts["broker"].pid)
        self.assertEqual(("none", "broker_lost"), self.end())
        self.nothing_left()
        ESTATE.restart("broker")
        self.recorded("broker_lost")
        self.works_again()


class OnTheTerminal(Failure):
    def test_decoder(self):
        decoders = [pid for pid in children_of(self.screen.probe.process.pid) if "sudare-decoder" in command_of(pid)[0]]
        self.assertEqual(1, len(decoders))
        self.kill(decoders[0])
        self.assertEqual(("decoder", "decoder_failed"), self.end())
        self.recorded("connection_closed")
        self.nothing_left()
        self.works_again()

    def test_viewer(self):
        self.kill(self.screen.probe.process.pid)
        self.recorded("connection_closed")
        self.nothing_left()
        self.works_again()


class OrderlyEnds(Failure):
    def test_by_the_person(self):
        self.screen.probe.end()
        self.recorded("user_ended")
        self.nothing_left()

    def test_by_closing_the_last_window(self):
        for keys in ("ctrl+w", "alt+f4"):
            with self.subTest(keys):
                self.screen.combo(keys)
                self.assertEqual(("none", "browser_closed"), self.end())
                self.recorded("browser_closed")
                self.nothing_left()
                if keys == "ctrl+w":
                    self.setUp()

    def test_by_an_administrator(self):
        ESTATE.chain.ctl("session", "end", str(self.number))
        self.assertEqual(("none", "admin_ended"), self.end())
        self.recorded("admin_ended")
        self.assertTrue([r for r in ESTATE.chain.ctl_json("log") if r["event"] == "session_end_asked"])
        self.nothing_left()

    def test_by_stopping_the_programs(self):
        """SIGTERM, as a service manager sends it."""
        for name in ("gateway", "host", "broker"):
            with self.subTest(name):
                if not self.screen.probe.process.poll() is None:
                    self.setUp()
                ESTATE.chain.parts[name].kill(signal.SIGTERM)
                fault, reason = self.end()
                self.assertEqual("none", fault)
                self.assertEqual("server_stopping", reason)
                self.screen.stop()
                if name != "host":
                    self.nothing_left()
                ESTATE.restart(name)
                self.nothing_left()


if __name__ == "__main__":
    unittest.main(verbosity=2)
