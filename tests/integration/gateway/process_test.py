# SPDX-License-Identifier: Apache-2.0
"""Processes of the border: each connection has its own, none holds what it need not, each end is
orderly and recorded, and the throttle lets go again."""
import os
import pathlib
import resource
import signal
import unittest

from border import END_REQUEST, OK, Program, REFUSED, children_of, context, eventually, skip_where_sanitized, status_of
from handshake_test import BorderTest

SERVER_STOPPING, HOST_LOST, BROKER_LOST = 4, 63, 64


class LinkTest(BorderTest):
    def link_of(self, act):
        """(what act returns, pid of the link that it started)."""
        before = set(self.border.links())
        out = act()
        new = set(self.border.links()) - before
        self.assertEqual(len(new), 1)
        return out, new.pop()


class Processes(LinkTest):
    def test_each_connection_is_a_locked_process_of_its_own(self):
        skip_where_sanitized(self, "sudare-link")
        first, one = self.link_of(lambda: self.terminal().enter())
        second, two = self.link_of(lambda: self.terminal().enter())
        self.assertNotEqual(one, two)
        for pid in (one, two):
            status = status_of(pid)
            self.assertEqual((status["Seccomp"], status["NoNewPrivs"], status["Threads"]), ("2", "1", "1"))
            self.assertEqual(status["Seccomp_filters"], "2", "the gateway's and its own")
            self.assertEqual(children_of(pid), [])
        gateway = status_of(self.border.gateway.pid)
        self.assertEqual((gateway["Seccomp"], gateway["Seccomp_filters"], gateway["NoNewPrivs"]), ("2", "1", "1"))
        first.close()
        eventually(lambda: not status_of(one), "the first link is gone and reaped")
        second.open()  # the other one serves on: the host is away, and it says so
        self.assertEqual(second.end(), HOST_LOST)

    def test_no_secret_where_others_look_and_no_core_file(self):
        _, link = self.link_of(lambda: self.terminal().enter())
        secrets = set()
        for key in self.border.pki.directory.glob("*/*.key"):
            secrets.update(line for line in key.read_bytes().splitlines() if len(line) > 20)
        secrets.add(b"PRIVATE KEY")
        key_files = {os.stat(key).st_ino for key in self.border.pki.directory.glob("*/*.key")}
        for pid in (link, self.border.gateway.pid):
            folder = pathlib.Path(f"/proc/{pid}")
            self.assertFalse([line for line in secrets if line in (folder / "cmdline").read_bytes()])
            if os.getuid() != 0:  # not even its own user looks into a process that is not dumpable
                with self.assertRaises(PermissionError):
                    (folder / "environ").read_bytes()
                with self.assertRaises(PermissionError):
                    list((folder / "fd").iterdir())
                continue
            self.assertFalse([line for line in secrets if line in (folder / "environ").read_bytes()])
            self.assertIn("Max core file size        0                    0", (folder / "limits").read_text())
            held = {os.stat(fd).st_ino for fd in (folder / "fd").iterdir()}
            self.assertFalse(held & key_files, "a key file is open")
        log = self.border.gateway.text().encode()
        self.assertFalse([line for line in secrets if line in log])
        self.assertEqual(pathlib.Path(f"/proc/{link}/cmdline").read_bytes(), b"sudare-link\0")
        if os.getuid() != 0:
            return
        self.assertEqual(pathlib.Path(f"/proc/{link}/environ").read_bytes(), b"")
        # Its sockets, the event loop, and 0, 1, 2: neither the listener nor another's connection.
        kinds = [os.readlink(fd).split(":")[0] for fd in pathlib.Path(f"/proc/{link}/fd").iterdir()]
        self.assertLessEqual(kinds.count("socket"), 6)  # terminal, broker and recorder twice, control
        self.assertLessEqual(len(kinds), 14, kinds)


class Crash(LinkTest):
    settings = {"throttle": "penalties = true"}

    def test_a_crash_ends_one_connection_and_is_recorded(self):
        skip_where_sanitized(self, "sudare-link")
        victim, link = self.link_of(lambda: self.terminal().enter())
        other = self.terminal()
        other.greet()
        port = victim.socket.getsockname()[1]
        os.kill(link, signal.SIGSEGV)
        self.assertIsNone(victim.end())
        self.border.wait_for_event("disconnected", port=port)
        eventually(lambda: "signal 11" in self.border.gateway.text(), self.border.gateway.text)
        self.assertEqual(other.log_in(), OK)
        # One crash may be a fault of ours: a known terminal gets back in at once.
        again, link = self.link_of(lambda: self.terminal().enter())
        os.kill(link, signal.SIGSEGV)
        self.assertIsNone(again.end())
        eventually(lambda: self.border.gateway.text().count("signal 11") == 2, self.border.gateway.text)
        # Two: somebody tries things. This source waits now, others would not.
        refused = self.raw()
        self.assertTrue(self.is_dropped(refused))
        self.border.wait_for_event("handshake_failed", cause="throttled", port=refused.getsockname()[1])


class Idlers(BorderTest):
    settings = {"throttle": "penalties = true"}

    def test_coming_and_going_without_a_login_is_slowed_down(self):
        """A good certificate alone must not fill the log: each connection makes records."""
        self.terminal().enter()  # control: with a login nothing is counted
        def come_and_go():
            terminal = self.terminal()
            terminal.greet()
            terminal.send(END_REQUEST)
            terminal.end()
            terminal.close()
        def is_refused():
            try:
                come_and_go()
                return False
            except (EOFError, OSError):
                return True
        eventually(is_refused, "the throttle steps in")
        self.border.wait_for_event("handshake_failed", cause="throttled")


class Guessers(BorderTest):
    settings = {"throttle": "penalties = true"}

    def test_wrong_passwords_cost_although_the_connection_ends_in_order(self):
        # Control: whoever gets in at last pays nothing.
        for _ in range(5):
            honest = self.terminal()
            honest.greet()
            self.assertEqual(honest.log_in(password="a slip of the finger"), REFUSED)
            self.assertEqual(honest.log_in(), OK)
            honest.close()
        for _ in range(4):  # 5 s each: the fourth one makes 20
            guesser = self.terminal()
            guesser.greet()
            self.assertEqual(guesser.log_in(user="nobody", password="a guess of many"), REFUSED)
            guesser.send(END_REQUEST)
            guesser.end()
            guesser.close()
        eventually(lambda: not children_of(self.border.gateway.pid), "their links are reaped and counted")
        refused = self.raw()
        self.assertTrue(self.is_dropped(refused))
        self.border.wait_for_event("handshake_failed", cause="throttled", port=refused.getsockname()[1])


class Ends(BorderTest):
    """Each test leaves the border as it was."""
    settings = {"throttle": "penalties = false\nunproven_per_source = 200\nearly_drop_from = 200\nearly_drop_full = 300"}

    def test_an_orderly_stop_ends_links_in_order(self):
        terminals = [self.terminal().enter() for _ in range(3)]
        silent = self.raw()
        eventually(lambda: len(self.border.links()) == 4, "four links")
        links = self.border.links()
        self.border.gateway.process.send_signal(signal.SIGTERM)
        self.assertEqual([terminal.end() for terminal in terminals], [SERVER_STOPPING] * 3)
        self.assertTrue(self.is_dropped(silent))
        self.assertEqual(self.border.gateway.stop(), 0)
        self.assertFalse([pid for pid in links if status_of(pid)])
        self.border.start_gateway()
        self.assert_lives()

    def test_a_killed_gateway_takes_its_links_along(self):
        terminal = self.terminal().enter()
        links = self.border.links()
        self.border.gateway.stop(signal.SIGKILL)
        terminal.end()
        eventually(lambda: not [pid for pid in links if status_of(pid)], "no link is left")
        self.border.start_gateway()
        self.assert_lives()

    def test_links_end_with_the_broker_and_the_gateway_lives_on(self):
        terminal = self.terminal().enter()
        self.border.broker.stop(signal.SIGKILL)
        self.assertEqual(terminal.end(), BROKER_LOST)
        refused = self.raw()  # nobody could record it
        self.assertTrue(self.is_dropped(refused))
        eventually(lambda: not self.border.links(), "no link was started, and the old one is gone")
        self.border.start_broker()
        self.assert_lives()

    def test_a_broker_that_does_not_answer_does_not_stop_the_gateway(self):
        """Its queue has room for 64; the next connection must fail, not wait."""
        broker = self.border.broker.process
        broker.send_signal(signal.SIGSTOP)
        self.addCleanup(broker.send_signal, signal.SIGCONT)
        failure = "cannot start a link"
        for _ in range(70):
            self.raw()
        eventually(lambda: failure in self.border.gateway.text(), self.border.gateway.text)
        broker.send_signal(signal.SIGCONT)
        eventually(lambda: not self.border.links(), "all links have ended")
        self.assert_lives()


class NoDescriptors(BorderTest):
    def test_a_gateway_without_descriptors_waits_and_goes_on(self):
        pid = self.border.gateway.pid
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, before[1]))  # what is open stays open
        connection = self.raw()  # by the kernel's grace; nobody takes it
        lines = lambda: self.border.gateway.text().count("accept: ")
        eventually(lambda: lines() >= 3, self.border.gateway.text)
        self.assertLess(lines(), 1000, "a busy loop")
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        context(self.border).wrap_socket(connection).close()
        self.assert_lives()


class Settings(BorderTest):
    def test_a_gateway_that_could_not_serve_does_not_start(self):
        path = self.border.directory / "wrong.toml"
        text = (self.border.directory / "gateway.toml").read_text()
        cases = {"connections_max": text + "connections_max = 20000\n",
                 "field \"host.address\"": text.replace("127.0.0.1:9", "host.example:9"),
                 "section \"tls\"": text.replace("gateway/gateway.key", "border/border.key"),
                 "cannot listen": text.replace('address = "127.0.0.1"', 'address = "192.0.2.1"')}
        for complaint, settings in cases.items():
            with self.subTest(complaint):
                path.write_text(settings)
                prefix = ["/bin/sh", "-c", 'ulimit -n 1000; exec "$@"', "sh"]
                with self.assertRaisesRegex(AssertionError, complaint):
                    Program("sudare-gateway", path, prefix if complaint == "connections_max" else ()).stop()


class Throttle(BorderTest):
    settings = {"throttle": "penalties = false\nunproven_per_source = 3\nconnections_per_source = 6"}

    def test_unproven_connections_of_a_source_are_limited_and_it_recovers(self):
        proven = [self.terminal() for _ in range(2)]  # these do not count
        for terminal in proven:
            terminal.greet()
        silent = [self.raw() for _ in range(3)]
        eventually(lambda: len(self.border.links()) == 5, "five links")
        refused = self.raw()
        self.assertTrue(self.is_dropped(refused))
        row = self.border.wait_for_event("handshake_failed", cause="throttled", port=refused.getsockname()[1])
        self.assertEqual(row["address"], "127.0.0.1")
        self.assertEqual(len(self.border.links()), 5)
        for connection in silent:
            connection.close()
        eventually(lambda: len(self.border.links()) == 2, "the silent ones are gone")
        more = [self.terminal() for _ in range(4)]
        for terminal in more:
            terminal.greet()
        self.assertTrue(self.is_dropped(self.raw()), "six in all, proven or not")
        more[0].close()
        eventually(lambda: len(self.border.links()) == 5, "one has ended")
        self.assert_lives()


if __name__ == "__main__":
    unittest.main(verbosity=2)
