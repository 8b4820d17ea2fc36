# SPDX-License-Identifier: Apache-2.0
"""Border and session host as two machines: two network namespaces with one cable between them.

The tests run inside the border's namespace (an ordinary user gets one through a user namespace);
the session host's is held open by a child. Nothing leads anywhere else, and that is shown with a
listener outside that everybody outside can reach."""
import contextlib
import ctypes
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

from border import (BIN, DEADLINE, END_REQUEST, ENVIRONMENT, KEY, Program, SESSION_STATE, SessionHost, UPDATE,
                    children_of, eventually, snapshot)
from handshake_test import BorderTest

BORDER, HOST = "10.77.0.1", "10.77.0.2"
HOST_LOST, USER_ENDED = 63, 1
STARTING, RUNNING = 0, 1
CLONE_NEWNET = 0x40000000
OUTSIDE = "SUDARE_TEST_OUTSIDE"  # address of the listener outside, for the tests inside
ROOT = os.environ.get("SUDARE_TEST_ROOT") == "1"


def run(*command):
    subprocess.run([str(part) for part in command], check=True, timeout=DEADLINE, env=ENVIRONMENT)


class HostNamespace:
    """The network of the session host: a namespace at the other end of one cable."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                       env=ENVIRONMENT)
        own = os.readlink("/proc/self/ns/net")
        eventually(lambda: os.readlink(f"/proc/{self.holder.pid}/ns/net") != own, "a second namespace")
        self.enter = ["nsenter", "--net", "-t", str(self.holder.pid)]
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "border0", "type", "veth", "peer", "name", "host0", "netns", self.holder.pid)
        run("ip", "addr", "add", f"{BORDER}/24", "dev", "border0")
        run("ip", "link", "set", "border0", "up")
        run(*self.enter, "ip", "link", "set", "lo", "up")
        run(*self.enter, "ip", "addr", "add", f"{HOST}/24", "dev", "host0")
        run(*self.enter, "ip", "link", "set", "host0", "up")

    @contextlib.contextmanager
    def inside(self):
        """This thread is there; sockets made meanwhile stay there."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open("/proc/self/ns/net") as here, open(f"/proc/{self.holder.pid}/ns/net") as there:
            assert libc.setns(there.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
            try:
                yield
            finally:
                assert libc.setns(here.fileno(), CLONE_NEWNET) == 0

    def unplug(self):
        run("ip", "link", "set", "border0", "down")

    def plug(self):
        run("ip", "link", "set", "border0", "up")

    def close(self):
        run("ip", "link", "del", "border0")
        self.holder.stdin.close()  # cat ends, and the namespace with it
        self.holder.wait(DEADLINE)


def reaches(host, port):
    try:
        socket.create_connection((host, port), timeout=5).close()
        return True
    except OSError:
        return False


class MachinesTest(BorderTest):
    @classmethod
    def setUpClass(cls):
        cls.network = HostNamespace()
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.network.close()

    def use_host(self, address):
        self.border.gateway.stop()
        self.border.write_settings("penalties = false", address)
        self.border.start_gateway()

    def opened(self):
        terminal = self.terminal().enter()
        terminal.open()
        self.assertEqual(terminal.until(SESSION_STATE)[0], STARTING)
        return terminal


class TwoMachines(MachinesTest):
    def stand_in(self):
        with self.network.inside():
            host = SessionHost(self.border.pki, HOST)
        self.addCleanup(host.close)
        self.use_host(host.address)
        return host

    def test_the_border_connects_outward_to_the_session_host(self):
        host = self.stand_in()
        terminal = self.opened()
        host.start()
        self.assertEqual(host.socket.getpeername()[0], BORDER)
        self.assertEqual(host.socket.version(), "TLSv1.3")
        self.assertEqual(terminal.until(SESSION_STATE)[0], RUNNING)
        host.send(UPDATE, snapshot())
        self.assertEqual(terminal.until(UPDATE), snapshot())
        terminal.send(KEY, struct.pack(">HB", 30, 1))
        self.assertEqual(host.until(KEY), struct.pack(">HB", 30, 1))
        terminal.send(END_REQUEST)
        self.assertEqual(terminal.end(), USER_ENDED)

    def test_nothing_else_is_reachable(self):
        host = self.stand_in()
        port = host.listener.getsockname()[1]
        self.assertTrue(reaches(HOST, port), "control: the cable")
        self.assertTrue(reaches(*self.border.address), "control: terminals reach the gateway")
        outside, outside_port = os.environ[OUTSIDE].split(":")
        self.assertFalse(reaches(outside, int(outside_port)), "from the border to outside")
        with self.network.inside():
            self.assertTrue(reaches(HOST, port), "control: the host's own listener")
            self.assertFalse(reaches(outside, int(outside_port)), "from the host to outside")
            self.assertFalse(reaches(BORDER, self.border.address[1]), "from the host to the gateway")
            with socket.create_server((HOST, 0)) as other:
                closed = other.getsockname()[1]
        self.assertFalse(reaches(HOST, closed), "a port where nobody listens any more")

    def test_a_host_whose_cable_is_cut_is_lost_and_back_afterwards(self):
        host = self.stand_in()
        self.network.unplug()
        try:
            terminal = self.opened()
            self.assertEqual(terminal.end(), HOST_LOST)
        finally:
            self.network.plug()
        self.border.wait_for_event("session_ended", reason="host_lost")
        terminal = self.opened()
        host.start()
        self.assertEqual(terminal.until(SESSION_STATE)[0], RUNNING)


@unittest.skipUnless(ROOT, "sessions need uids of their own, which a user namespace of one uid does not have")
class RealHost(MachinesTest):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-far-", dir="/run"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.directory.chmod(0o755)
        programs = self.directory / "bin"
        programs.mkdir()
        for name in ("sudare-host", "sudare-relay", "sudare-session", "sudare-egress", "sudare-box-init"):
            shutil.copy2(BIN / name, programs / name)
        (self.directory / "run").mkdir()
        settings = self.directory / "host.toml"
        settings.write_text(
            f'runtime_dir = "{self.directory}/run"\nprograms = "{programs}"\nuid_base = 760000\n'
            f'resource_limits = "optional"\n[listen]\naddress = "{HOST}"\nport = 0\n[tls]\n'
            + self.border.pki.section("host", "host") + '[egress]\nresolvers = ["127.0.0.1:9"]\n')
        self.far = Program("sudare-host", settings, self.network.enter)
        self.addCleanup(self.far.stop)

    def test_a_real_session_of_a_real_browser(self):
        self.use_host(self.far.ready.split()[1])
        terminal = self.opened()
        self.assertEqual(terminal.until(SESSION_STATE)[0], RUNNING)
        width, height = struct.unpack(">HH", terminal.until(UPDATE)[6:10])
        self.assertEqual((width, height), (1280, 720))
        terminal.send(END_REQUEST)
        self.assertEqual(terminal.end(), USER_ENDED)
        row = self.border.wait_for_event("session_ended", reason="user_ended")
        self.assertGreater(row["bytes_down"], 0)
        self.border.wait_for_event("host_event", kind="browser_started")

    def test_a_session_whose_cable_is_cut_ends_on_both_sides(self):
        self.use_host(self.far.ready.split()[1])
        self.assertEqual(children_of(self.far.pid), [])
        terminal = self.opened()
        terminal.until(UPDATE)
        self.assertNotEqual(children_of(self.far.pid), [])
        self.network.unplug()
        try:
            # No picture and no input is under way: only the connection itself can find out.
            self.assertEqual(terminal.end(), HOST_LOST)
            eventually(lambda: not children_of(self.far.pid), "the end of the session on its own side")
        finally:
            self.network.plug()
        self.border.wait_for_event("session_ended", reason="host_lost")


def outer_address():
    """This machine's address towards others; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"


def main():
    if OUTSIDE in os.environ:
        return unittest.main(verbosity=2)
    with socket.create_server((outer_address(), 0)) as listener:
        address = "%s:%d" % listener.getsockname()
        assert reaches(*listener.getsockname()), "control: outside it can be reached"
        flags = ["--net"] if os.getuid() == 0 else ["--map-root-user", "--net"]
        environment = dict(os.environ, **{OUTSIDE: address, "SUDARE_TEST_ROOT": "1" if os.getuid() == 0 else "0"})
        return sys.exit(subprocess.run(["unshare", *flags, sys.executable, *sys.argv], env=environment,
                                       check=False).returncode)


if __name__ == "__main__":
    main()
