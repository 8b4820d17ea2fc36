# SPDX-License-Identifier: Apache-2.0
"""The audit log of a real broker, forwarded by sudare-forwarder to a real rsyslog: in order, once, and after every
kind of death at least once. As root, for the uids."""
import concurrent.futures
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from collector import Certificates, Collector
from forward_world import Forwarder, ForwardingBroker, Link, Reports


class World(unittest.TestCase):
    BEHIND = 4

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-forward-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.broker = ForwardingBroker(self.directory, ForwardingBroker.settings(self.BEHIND))
        self.addCleanup(lambda: self.broker.end())
        self.assertTrue(self.broker.ready.startswith("READY"))
        self.collector = Collector(self.directory / "collector", CERTIFICATES, ForwardingBroker.wait_until)
        self.addCleanup(lambda: self.collector.stop(signal.SIGKILL))
        self.forwarder = Forwarder(self.directory / "forwarder", self.broker, self.collector)
        self.addCleanup(lambda: self.forwarder.stop(kill=True))

    def change(self, times=1):
        """So many records."""
        for _ in range(times):
            self.flag = not getattr(self, "flag", False)
            self.broker.ctl("policy", "set", "default", "input.text", "false" if self.flag else "true")

    def restart_broker(self):
        self.broker = self.forwarder.broker = self.broker.restart()
        self.assertTrue(self.broker.ready.startswith("READY"))

    def flood(self, count):
        """Many records at once, from a session."""
        if not hasattr(self, "link"):
            self.link = Reports(self.broker, *self.broker.add())
            self.addCleanup(lambda: self.link.close())
        before = len(self.broker.log())
        for number in range(count):
            self.link.destination(f"host{number}.example.jp")
        self.broker.wait_until(lambda: len(self.broker.log()) >= before + count)

    def confirmed(self):
        """All that is on the disk is with the collector, by its own word."""
        return self.forwarder.position()[:2] == ("closed", len(self.broker.log()))

    def wait_confirmed(self):
        self.broker.wait_until(self.confirmed)

    def check(self, exactly_once=True):
        """Every record of the log has arrived, with its hash; doubles only where they may be."""
        hashes = dict(self.broker.log())
        arrived = [(int(one["index"]), one["leaf"]) for one in self.collector.messages()]
        self.assertEqual(sorted(set(arrived)), sorted(hashes.items()))
        if exactly_once:
            self.assertEqual([index for index, _ in arrived], list(range(len(hashes))))
        return len(arrived) - len(hashes)

    def alarms(self, name="forward_behind"):
        return [row.get("cause") for row in self.broker.events(name)]


class Orderly(World):
    """Once each, in order, and nothing is announced."""
    BEHIND = 30

    def test_what_arrives_is_the_log(self):
        self.collector.start()
        evil = 'a"]b\\c\nd[x y="z"] \u202e<14>1 - - - - - - 中野'
        self.change()
        self.broker.ctl("log", evil)
        self.forwarder.start()
        self.wait_confirmed()
        self.check()
        self.assertIn("TLSv1.3", self.forwarder.text())
        found = [one for one in self.collector.messages() if one["event"] == "log_read"]
        self.assertEqual(len(found), 1)
        shown = 'a"]b\\c\\x0ad[x y="z"] \\xe2\\x80\\xae<14>1 - - - - - - 中野'
        self.assertIn(shown, found[0]["filter"])
        self.assertEqual((found[0]["host"], found[0]["app"], found[0]["pri"], found[0]["element"], found[0]["words"]),
                         ("border", "sudare", 13 * 8 + 6, "sudare@32473", "記録の閲覧"))
        # The time is the record's, by the log as sudarectl shows it.
        self.assertEqual(found[0]["time"], self.broker.events("log_read")[0]["time"])
        self.broker.wait_until(lambda: self.broker.forwarding() == ("ok", len(self.broker.log())))
        self.assertEqual(self.alarms(), [])

    def test_both_ends_are_restarted_in_order(self):
        self.collector.start()
        self.forwarder.start()
        for what in (self.collector, self.forwarder, self.collector):
            self.change(3)
            if what is self.forwarder:  # in the middle of a connection: the records are there, and not confirmed
                self.broker.wait_until(lambda: len(self.collector.lines()) == len(self.broker.log()))
                self.assertEqual(self.forwarder.position()[0], "open")
            else:
                self.wait_confirmed()
            what.stop()
            self.change(3)
            what.start()
            self.wait_confirmed()
        self.restart_broker()
        self.change()
        self.wait_confirmed()
        self.check()

    def test_a_log_of_two_days_and_many_records(self):
        self.flood(2000)
        self.link.close()
        self.broker.stop()
        whole = self.broker.log_file.read_bytes()
        index, cut = 700, 0  # where the second day's file begins; borders prove nothing
        for _ in range(index):
            cut += struct.unpack_from(">I", whole, cut)[0] + 8
        self.broker.log_file.write_bytes(whole[:cut])
        (self.broker.audit / f"{index:020}.log").write_bytes(whole[cut:])
        self.restart_broker()
        self.collector.start(newest="TLSv1.2")
        self.forwarder.start()
        self.wait_confirmed()
        self.check()
        self.assertIn("TLSv1.2", self.forwarder.text())


class Doubles(World):
    """Nothing is lost; what is double has the same index and hash, and says so."""

    def check_doubles(self):
        doubles = self.check(exactly_once=False)
        seen, unmarked = set(), 0
        for one in self.collector.messages():
            unmarked += one["index"] in seen and "again" not in one
            seen.add(one["index"])
        self.assertEqual(unmarked, 0)
        return doubles

    def wait_read(self):
        """What a killed forwarder had sent is read by the collector beside, and maybe after, what the next one sends."""
        before = -1
        while before != (before := len(self.collector.lines())):
            time.sleep(1)


class Killed(Doubles):
    BEHIND = 60  # else a slow machine announces that, and each announcement is a record under way

    def test_the_forwarder_is_killed(self):
        self.collector.start()
        self.forwarder.write(timeout_seconds=20)  # a slow collector is not what this is about
        self.flood(3000)
        self.forwarder.start()
        self.broker.wait_until(lambda: len(self.collector.lines()) > 500)
        self.forwarder.stop(kill=True)
        self.assertEqual(self.forwarder.position()[0], "open")
        self.forwarder.start()
        self.wait_confirmed()
        self.wait_read()
        doubles = self.check_doubles()
        self.assertGreater(doubles, 0)  # control: it was in the middle
        self.forwarder.stop(kill=True)  # nothing is under way
        self.forwarder.start()
        self.change()
        self.wait_confirmed()
        self.assertEqual(self.check_doubles(), doubles)


class Deaths(Doubles):
    """The same when it is the collector that ends."""

    def test_the_collector_is_killed(self):
        """By SIGTERM too, in the middle: it says so, and loses what it had read and not yet looked at."""
        self.collector.start()
        self.flood(3000)
        self.forwarder.start()
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGTERM):
            count = len(self.collector.lines())
            self.flood(1000)
            self.broker.wait_until(lambda: len(self.collector.lines()) > count + 300)
            self.collector.stop(number)
            self.change()
            self.collector.start()
            self.wait_confirmed()
        self.assertRegex(self.forwarder.text(), "close_notify|reset|the collector ended")  # control: it broke off at least once
        self.check_doubles()

    def test_a_collector_that_stands_still(self):
        """It is announced, no session notices, and whatever its kernel took meanwhile does not count."""
        self.collector.start()
        self.forwarder.start()
        self.wait_confirmed()
        self.collector.process.send_signal(signal.SIGSTOP)
        self.flood(100)  # a session opens, and its records are on the disk
        self.broker.wait_until(lambda: self.broker.forwarding()[0] == "collector_silent")
        self.assertIn(self.alarms()[0], ("collector_silent", "slow"))  # as it stood at that moment
        row = self.broker.events("forward_behind")[0]
        self.assertGreaterEqual(row["unforwarded"], 1)
        self.assertLess(self.broker.forwarding()[1], 20)
        self.flood(100)
        self.link.ended()  # the session has lived on
        self.broker.wait_for_event("session_ended")
        self.collector.stop(signal.SIGKILL)  # with what its kernel had taken
        self.collector.start()
        self.broker.wait_until(lambda: self.broker.forwarding()[0] == "ok")
        self.assertEqual(len(self.alarms("forward_caught_up")), len(self.alarms()))
        self.wait_confirmed()
        self.check_doubles()


class Refused(World):
    BEHIND = 2

    def refused(self, why, cause="collector_untrusted", **changes):
        self.forwarder.write(**changes)
        self.forwarder.start()
        self.broker.wait_until(lambda: re.search(why, self.forwarder.text()))
        self.broker.wait_until(lambda: self.broker.forwarding()[0] == cause)
        self.assertEqual(self.collector.lines(), [])
        self.forwarder.stop()

    def test_wrong_authority_and_wrong_name(self):
        self.collector.start()
        self.refused("self-signed certificate|unable to get local issuer", authority=str(CERTIFICATES.pem("other_ca")))
        self.refused("hostname mismatch", name="other.test")
        self.forwarder.write()
        self.forwarder.start()  # the control
        self.broker.wait_until(lambda: self.broker.forwarding()[0] == "ok")
        self.wait_confirmed()
        self.check()

    def test_a_collector_that_wants_a_certificate(self):
        self.collector.start(mutual=True)
        self.forwarder.write()
        self.forwarder.start()
        self.broker.wait_until(lambda: self.broker.forwarding()[0].startswith("collector_"))
        self.forwarder.stop()
        self.forwarder.write(certificate=str(CERTIFICATES.pem("other_sender")), key=str(CERTIFICATES.key("other_sender")))
        self.forwarder.start()
        self.broker.wait_until(lambda: self.forwarder.text().count("127.0.0.1") >= 2)
        self.forwarder.stop()
        self.assertEqual(self.collector.lines(), [])
        mine = {"certificate": str(CERTIFICATES.pem("sender")), "key": str(self.directory / "sender.key")}
        shutil.copy(CERTIFICATES.key("sender"), mine["key"])
        os.chmod(mine["key"], 0o644)
        self.forwarder.write(**mine)
        self.assertEqual(self.forwarder.start().wait(), 1)
        self.assertIn("everybody can read", self.forwarder.text())
        os.chmod(mine["key"], 0o640)
        self.forwarder.start()
        self.wait_confirmed()
        self.check(exactly_once=False)

    def test_no_forwarder_and_no_collector(self):
        self.broker.wait_until(lambda: self.broker.forwarding()[0] == "no_forwarder")
        self.forwarder.start()
        self.broker.wait_until(lambda: self.broker.forwarding()[0] == "collector_unreachable")
        self.assertEqual(self.alarms(), ["no_forwarder"])
        self.forwarder.process.send_signal(signal.SIGSTOP)
        self.broker.wait_until(lambda: self.broker.forwarding()[0] == "forwarder_silent")

    def test_a_forwarder_that_lies(self):
        """It is heard once a second, and never above the log's end."""
        def durable(link):
            return struct.unpack(">Q32s", link.expect(0x01))[0]

        def report(link, confirmed, state=0):
            link.send(0x41, struct.pack(">QB", confirmed, state))

        good = Link(self.broker, "../forward.sock")
        for _ in range(2):  # the control: it is asked again
            report(good, durable(good))
        second = Link(self.broker, "../forward.sock")
        self.assertIsNone(second.receive())  # one at a time
        records = durable(good)
        report(good, records + 1)
        self.assertIsNone(good.receive())
        for lie in (lambda link: report(link, 0, state=7), lambda link: link.send(0x42, b""),
                    lambda link: link.send(0x41, bytes(10)),
                    lambda link: (report(link, 0), report(link, 0))):  # twice for one question
            liar = Link(self.broker, "../forward.sock")
            durable(liar)
            lie(liar)
            self.assertIsNone(liar.receive())
            liar.close()
        last = Link(self.broker, "../forward.sock")
        report(last, durable(last))
        durable(last)  # the broker is well
        self.broker.wait_until(lambda: self.alarms("forward_violation"))
        self.assertEqual(len(self.alarms("forward_violation")), 1)  # of five: they would fill the log

    def test_a_log_that_was_put_back(self):
        self.collector.start()
        self.broker.stop()
        shutil.copytree(self.broker.state, self.directory / "older", ignore=shutil.ignore_patterns("*.sock"))
        self.restart_broker()
        self.change(5)
        self.forwarder.start()
        self.wait_confirmed()
        count = len(self.collector.lines())
        self.forwarder.stop()
        self.broker.stop()
        for grown in (0, 8):  # shorter than the position, and as long again with another past
            shutil.rmtree(self.broker.state)
            shutil.copytree(self.directory / "older", self.broker.state)
            self.restart_broker()
            self.change(grown)
            self.forwarder.start()
            self.assertEqual(self.forwarder.wait(), 1)
            self.assertIn("is not the log that was forwarded", self.forwarder.text())
            self.broker.wait_until(lambda: self.broker.forwarding()[0] == "another_log")
            self.broker.stop()
        self.assertEqual(len(self.collector.lines()), count)
        self.assertEqual(self.forwarder.text().count("is not the log that was forwarded"), 2)
        (self.forwarder.state / "position").unlink()  # the remedy that it names
        self.restart_broker()
        self.forwarder.start()
        self.wait_confirmed()
        self.assertEqual(self.collector.indices()[count:], list(range(len(self.broker.log()))))
        self.broker.stop()  # and while the forwarder runs
        shutil.rmtree(self.broker.state)
        shutil.copytree(self.directory / "older", self.broker.state)
        self.restart_broker()
        self.assertEqual(self.forwarder.wait(), 1)
        self.broker.wait_until(lambda: self.broker.forwarding()[0] == "another_log")

    def test_a_damaged_position(self):
        self.forwarder.state.mkdir(parents=True)
        (self.forwarder.state / "position").write_text("sudare forward position 1\n")
        self.assertEqual(self.forwarder.start().wait(), 1)
        self.assertIn("is damaged; put it back, or remove it", self.forwarder.text())


@unittest.skipUnless(os.getuid() == 0, "needs root for other uids")
class OwnUser(unittest.TestCase):
    UID, GID = 64311, 64312

    def test_reads_by_its_group_and_nothing_else(self):
        directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-forward-"))
        self.addCleanup(shutil.rmtree, directory, ignore_errors=True)
        directory.chmod(0o755)
        broker = type("B", (ForwardingBroker,), {"audit": property(lambda one: one.directory / "audit")})(
            directory, f'audit_dir = "{directory}/audit"\n' + ForwardingBroker.settings(
                more=f"uid = {self.UID}\ngid = {self.GID}\n"))
        self.addCleanup(broker.end)
        self.assertTrue(broker.ready.startswith("READY"))
        collector = Collector(directory / "collector", CERTIFICATES, broker.wait_until).start()
        self.addCleanup(lambda: collector.stop(signal.SIGKILL))
        own = directory / "forwarder"
        forwarder = Forwarder(own, broker, collector)
        self.addCleanup(lambda: forwarder.stop(kill=True))
        os.chown(own, self.UID, self.GID)
        authority = own / "ca.pem"
        shutil.copy(CERTIFICATES.pem("ca"), authority)
        forwarder.write(authority=str(authority))
        for file in (authority, forwarder.settings):
            file.chmod(0o644)
        user = ["setpriv", f"--reuid={self.UID}", f"--regid={self.GID}", "--clear-groups"]
        forwarder.start(*user)
        self.assertTrue(forwarder.ready.startswith("READY"), forwarder.text())
        broker.wait_until(lambda: broker.forwarding()[1] > 0)
        broker.wait_until(lambda: collector.indices() == list(range(len(broker.log()))))
        self.assertEqual((broker.audit.stat().st_mode & 0o7777, broker.audit.stat().st_gid), (0o750, self.GID))
        forwarder.stop()
        (segment,) = broker.audit.glob("*.log")
        for gid, permitted in ((self.GID, True), (64313, False)):  # the group, and nobody else
            read = self.run_as(64314, gid, "cat", segment)
            self.assertEqual(read.returncode == 0, permitted, read.stderr)
        script = f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({str(directory / 'forward.sock')!r}); s.recv(1)"
        self.run_as(64314, self.GID, sys.executable, "-c", script)  # another user of the group
        self.assertIn("connection of a forwarder refused: wrong uid", (directory / "stderr").read_text())

    @staticmethod
    def run_as(uid, gid, *command):
        return subprocess.run(["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *command],
                              capture_output=True, timeout=20, check=False)


def setUpModule():
    global CERTIFICATES
    directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-forward-ca-"))
    unittest.addModuleCleanup(shutil.rmtree, directory, ignore_errors=True)
    CERTIFICATES = Certificates(directory / "made")


class AtOnce(unittest.TestSuite):
    """Every test has a world of its own, in which it mostly waits for others: all at the same time."""

    def run(self, result, debug=False):
        setUpModule()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda test: test.run(result), self))
        unittest.doModuleCleanups()
        return result


if __name__ == "__main__":
    cases = [case for kind in (Orderly, Killed, Deaths, Refused, OwnUser) for case in unittest.defaultTestLoader.loadTestsFromTestCase(kind)]
    wanted = [case for case in cases if not sys.argv[1:] or any(name in case.id() for name in sys.argv[1:])]
    sys.exit(not unittest.TextTestRunner(verbosity=1).run(AtOnce(wanted)).wasSuccessful())
