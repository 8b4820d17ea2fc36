# SPDX-License-Identifier: Apache-2.0
"""What holds inside a browser box, with a control for each claim.

Every probe of probes.py runs four times: inside the box that sudare-host would start; outside as
an ordinary user; outside as root; and, where the claim is about another session, as that session.
A probe counts as blocked only if one of the controls got further with the very same code: a
system call that fails everywhere proves nothing and is listed as such.

Root is not needed, but gives more controls and separate uids.
"""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = pathlib.Path(__file__).parent
RUNNER = pathlib.Path(os.environ["SUDARE_TESTS"]) / "box_runner"
PROBES = (HERE / "probes.py").read_text()
PYTHON = "/usr/bin/python3"  # inside the box there is only /usr
ROOT = os.getuid() == 0
BOX_UID, OTHER_UID = 231001, 231005
REFUSED = {"EPERM", "ENOSYS"}

# What must be refused inside. Not listed calls of probes.CALLS fail with ENOSYS on some kernels
# for everybody; test_system_calls names them.
MUST_BE_OK = {  # Chromium is built on these
    "namespace user", "namespace pid", "namespace net", "socket 1/1", "socket 2/1", "socket 2/2",
    "socket 10/1", "fill home"}


class Listener:
    """Accepts and drops; says whether anybody came."""

    def __init__(self, family, address, mode=None):
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.bind(address)
        if mode is not None:
            os.chmod(address, mode)
        self.socket.listen(64)
        self.address = self.socket.getsockname()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        try:
            while True:
                self.socket.accept()[0].close()
        except OSError:
            pass

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class SessionDirectory:
    """What sudare-host makes for one session, with listeners in place of its processes."""

    def __init__(self, uid):
        self.uid = uid
        self.path = tempfile.mkdtemp(prefix="sudare-box-")
        os.chmod(self.path, 0o710)
        if ROOT:
            os.chown(self.path, 0, uid)
        self.listeners = [Listener(socket.AF_UNIX, f"{self.path}/{name}", 0o666)
                          for name in ("wayland-0", "egress.sock")]

    def box(self, *command, **options):
        arguments = [RUNNER, "--directory", self.path]
        if ROOT:
            arguments += ["--uid", str(self.uid)]
        return subprocess.Popen([*arguments, "--", *command], stdout=subprocess.PIPE,
                                text=True, **options)

    def close(self):
        for listener in self.listeners:
            listener.close()
        shutil.rmtree(self.path)


def as_user(uid, *command):
    prefix = ["/usr/bin/setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
    return [*(prefix if ROOT else []), *command]


def probe_command(given):
    return [PYTHON, "-c", PROBES, json.dumps(given)]


def result_of(process):
    text, _ = process.communicate(timeout=120)
    return json.loads(text)


def run_outside(given, uid=None):
    command = probe_command(given)
    if uid is not None:
        command = as_user(uid, *command)
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True,
                                     timeout=120, cwd="/").stdout)


class InsideTheBox(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.session = SessionDirectory(BOX_UID)
        cls.tcp = Listener(socket.AF_INET, ("127.0.0.1", 0))
        cls.any = Listener(socket.AF_INET, ("0.0.0.0", 0))
        cls.abstract_name = f"sudare-test-{os.getpid()}"
        cls.abstract = Listener(socket.AF_UNIX, "\0" + cls.abstract_name)
        cls.outside_dir = tempfile.mkdtemp(prefix="sudare-outside-")
        os.chmod(cls.outside_dir, 0o755)
        cls.outside = Listener(socket.AF_UNIX, cls.outside_dir + "/socket", 0o666)
        cls.marker = f"marker-{os.getpid()}"
        cls.victim = subprocess.Popen(as_user(BOX_UID, PYTHON, "-c", "input()", cls.marker),
                                      stdin=subprocess.PIPE, cwd="/")
        cls.given = {
            "marker": cls.marker,
            "read": ["/etc/shadow", "/etc/hostname", "/root", "/sys", "/var/log", cls.outside_dir,
                     "/proc/kmsg", "/boot", "/etc/ssl", "/etc/chromium.d"],
            "write": ["/usr/sudare-probe", "/etc/sudare-probe", "/sudare-probe",
                      "/dev/sudare-probe", "/run/sudare-probe", "/var/sudare-probe"],
            "tcp": [cls.tcp.address[1]], "hosts": cls.host_addresses(),
            "unix": [cls.outside_dir + "/socket", cls.session.path + "/egress.sock"],
            "abstract": [cls.abstract_name], "processes": [cls.victim.pid],
        }
        cls.inside = result_of(cls.session.box(*probe_command(cls.given)))
        cls.user = run_outside(cls.given, BOX_UID)
        cls.root = run_outside(cls.given)

    @classmethod
    def host_addresses(cls):
        """This machine's own address on a real interface, where it has one."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            try:
                link.connect(("192.0.2.1", 9))
            except OSError:
                return []
            return [(link.getsockname()[0], cls.any.address[1])]

    @classmethod
    def tearDownClass(cls):
        cls.victim.communicate(b"\n")
        for listener in (cls.tcp, cls.any, cls.abstract, cls.outside):
            listener.close()
        shutil.rmtree(cls.outside_dir)
        cls.session.close()

    def names(self, prefix):
        found = [name for name in self.inside if name.startswith(prefix)]
        self.assertTrue(found, prefix)
        return found

    def got_further(self, name):
        return any(control[name] == "ok" for control in (self.user, self.root))

    def test_no_probe_is_broken(self):
        for results in (self.inside, self.user, self.root):
            self.assertEqual([], [n for n, r in results.items() if r.startswith("probe broken")])

    def test_system_calls(self):
        unproven = []
        for name in self.names("call "):
            with self.subTest(name):
                self.assertIn(self.inside[name], REFUSED)
                if {self.user[name], self.root[name]} <= REFUSED:
                    unproven.append(name)
        print("no control on this kernel:", ", ".join(unproven) or "none", file=sys.stderr)
        self.assertLess(len(unproven), 10)

    def test_what_chromium_needs_is_there(self):
        for name in MUST_BE_OK:
            with self.subTest(name):
                self.assertEqual("ok", self.inside[name])

    def test_namespaces(self):
        for kind in ("mount", "ipc", "uts", "cgroup", "time"):
            with self.subTest(kind):
                self.assertEqual("EPERM", self.inside["namespace " + kind])
                self.assertEqual("ok", self.user["namespace " + kind])

    def test_socket_families(self):
        permitted = {1, 2, 10}
        for name in self.names("socket "):
            family, kind = map(int, name.removeprefix("socket ").split("/"))
            with self.subTest(name):
                if family not in permitted or (family in (2, 10) and kind not in (1, 2)):
                    self.assertEqual("EPERM", self.inside[name])
        further = {int(n.split()[1].split("/")[0]) for n in self.names("socket ")
                   if self.got_further(n) and self.inside[n] != "ok"}
        print("families that the control could open:", sorted(further), file=sys.stderr)
        self.assertIn(17, further)  # AF_PACKET in a namespace of one's own

    def test_netlink_is_shut(self):
        for name in self.names("netlink "):
            with self.subTest(name):
                self.assertEqual("EPERM", self.inside[name])
        for protocol in (0, 12):  # routes and net/sched; nf_tables
            self.assertEqual("ok", self.user[f"netlink {protocol}"])

    def test_options_that_reach_into_netfilter_are_shut(self):
        for name in self.names("option "):
            with self.subTest(name):
                self.assertEqual("EPERM", self.inside[name])
                self.assertTrue(self.got_further(name), "no control")

    def test_blocked_with_control(self):
        for name, wanted in {
                "nested mount": "EPERM", "nested raw socket": "EPERM",
                "nested raw socket v6": "EPERM", "queueing discipline": "EPERM",
                "loopback up": "EPERM", "flags of lo": "EPERM",
                "inet protocol 262": "EPERM", "trace a child": "EPERM",
                "terminal TIOCSTI": "EPERM",
                "terminal TIOCSTI high bits": "EPERM", "interface": "ENODEV",
                "datagram": "ENETUNREACH", "fill /tmp": "ENOSPC", "sysctl": "EACCES"}.items():
            with self.subTest(name):
                self.assertEqual(wanted, self.inside[name])
                self.assertTrue(self.got_further(name), "no control")

    def test_nothing_of_the_host_is_there(self):
        for prefix in ("read ", "write ", "tcp ", "host ", "unix ", "abstract ", "process ",
                       "signal "):
            if prefix == "host " and not self.given["hosts"]:
                continue
            for name in self.names(prefix):
                with self.subTest(name):
                    self.assertNotEqual("ok", self.inside[name])
                    self.assertTrue(self.got_further(name), "no control")


class TwoSessions(unittest.TestCase):
    """One box looks for another one, which is there: it answers its own probe."""

    SERVE = """
import ctypes, os, socket, sys, json
sys.argv = ["", "{}"]
__name__ = "probes"  # the definitions only
exec(SOURCE)
links = []
for family, address in ((socket.AF_INET, ("127.0.0.1", 4711)), (socket.AF_UNIX, "\\0sudare-a"),
                        (socket.AF_UNIX, "/tmp/a.sock")):
    link = socket.socket(family, socket.SOCK_STREAM)
    link.bind(address)
    link.listen(8)
    links.append(link)
open("/dev/shm/a", "w").write("x")
open("/home/s/a", "w").write("x")
LIBC.shmget(0x5d41, 4096, 0o1666)
GIVEN.update(json.loads(LOOK))
table = {n: outcome(a) for n, a in probes().items() if n in GIVEN["only"]}
print(json.dumps(table), flush=True)
input()
"""

    def test_neither_sees_the_other(self):
        look = {"tcp": [4711], "abstract": ["sudare-a"], "unix": ["/tmp/a.sock"],
                "read": ["/dev/shm/a", "/home/s/a"], "shared_memory": [0x5d41]}
        look["only"] = ["tcp 4711", "abstract sudare-a", "unix /tmp/a.sock", "read /dev/shm/a",
                        "read /home/s/a", f"shared memory {0x5d41}"]
        source = f"SOURCE = {PROBES!r}\nLOOK = {json.dumps(look)!r}\n{self.SERVE}"
        first, second = SessionDirectory(BOX_UID), SessionDirectory(OTHER_UID)
        try:
            server = first.box(PYTHON, "-c", source, stdin=subprocess.PIPE)
            own = json.loads(server.stdout.readline())
            # The harder case too: two boxes under one uid, as when the host is no root.
            for session in (first, second):
                other = result_of(session.box(*probe_command(look)))
                for name in look["only"]:
                    with self.subTest(name, uid=session.uid):
                        self.assertEqual("ok", own[name])
                        self.assertNotEqual("ok", other[name])
            server.communicate("\n", timeout=30)
        finally:
            first.close()
            second.close()

    def test_the_end_of_the_launcher_ends_the_box(self):
        session = SessionDirectory(BOX_UID)
        try:
            box = session.box(PYTHON, "-c", "import os\nprint('up', flush=True)\nos.fork()\n"
                              "os.setsid()\nwhile True: input()", stdin=subprocess.PIPE)
            self.assertEqual("up", box.stdout.readline().strip())
            box.kill()  # no chance to clean up
            # The pipe ends when the last process inside has gone, forks and sessions included.
            self.assertEqual("", box.stdout.read())
            box.wait(30)
        finally:
            session.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
