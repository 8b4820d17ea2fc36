# SPDX-License-Identifier: Apache-2.0
"""What an attacker inside a browser box would try, one function each.

Runs inside the box (and outside of it, as the control) as `python3 -c SOURCE JSON`; prints one
JSON object: name of the probe -> "ok" or the name of the errno. Stands alone: only the standard
library, no import from the repository, because nothing of the host but /usr is visible inside.
"""
import ctypes
import errno
import fcntl
import json
import os
import socket
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
GIVEN = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET, NEWTIME = 0x10000000, 0x20000000, 0x40000000, 0x80
BAD = 1  # an address that is never mapped: the call is reached, and fails with EFAULT

# number on x86-64, arguments that do no harm if the call is permitted
CALLS = {
    "add_key": (248, BAD, BAD, 0, 0, 0), "request_key": (249, BAD, BAD, 0, 0),
    "keyctl": (250, 0, 0xfffffffd, 0, 0, 0), "bpf": (321, 0, BAD, 16),
    "perf_event_open": (298, BAD, 0, -1, -1, 0), "userfaultfd": (323, 1),
    "io_uring_setup": (425, 1, BAD), "io_uring_enter": (426, -1, 0, 0, 0, 0, 0),
    "io_uring_register": (427, -1, 0, 0, 0), "ptrace": (101, 0x4206, 0, 0, 0),
    "process_vm_readv": (310, 1 << 22, 0, 1, 0, 1, 0),
    "process_vm_writev": (311, 1 << 22, 0, 1, 0, 1, 0), "kcmp": (312, 1 << 22, 1 << 22, 0, 0, 0),
    "process_madvise": (440, -1, 0, 0, 0, 0), "pidfd_getfd": (438, -1, 0, 0),
    "fanotify_init": (300, 0xffffffff, 0), "mount": (165, BAD, BAD, BAD, 0, 0),
    "umount2": (166, BAD, 0), "pivot_root": (155, BAD, BAD), "open_tree": (428, -1, BAD, 0),
    "move_mount": (429, -1, BAD, -1, BAD, 0), "fsopen": (430, BAD, 0),
    "fsconfig": (431, -1, 0, 0, 0, 0), "fsmount": (432, -1, 0, 0), "fspick": (433, -1, BAD, 0),
    "mount_setattr": (442, -1, BAD, 0, BAD, 32), "setns": (308, -1, 0),
    "name_to_handle_at": (303, -1, BAD, BAD, BAD, 0), "open_by_handle_at": (304, -1, BAD, 0),
    "swapon": (167, BAD, 0), "swapoff": (168, BAD), "reboot": (169, 0, 0, 0, 0),
    "acct": (163, BAD), "quotactl": (179, 0x80000700, BAD, 0, 0),
    "quotactl_fd": (443, -1, 0, 0, 0), "settimeofday": (164, BAD, BAD),
    "clock_settime": (227, 0, BAD), "adjtimex": (159, BAD), "clock_adjtime": (305, 0, BAD),
    "iopl": (172, 9), "ioperm": (173, 1 << 20, 1, 1), "syslog": (103, 99, 0, 0),
    "modify_ldt": (154, 0, BAD, 8), "init_module": (175, BAD, 8, BAD),
    "finit_module": (313, -1, BAD, 0), "delete_module": (176, BAD, 0),
    "kexec_load": (246, 0, 17, BAD, 0), "kexec_file_load": (320, -1, -1, 0, 0, 0xff),
    "sethostname": (170, BAD, 1), "setdomainname": (171, BAD, 1), "mknod": (133, BAD, 0o10600, 0),
    "mknodat": (259, -1, BAD, 0o10600, 0), "personality": (135, 0xffffffff),
    "move_pages": (279, 0, 1, BAD, 0, BAD, 0), "mbind": (237, 0, 0, 99, 0, 0, 0),
    "set_mempolicy": (238, 99, 0, 0), "migrate_pages": (256, 0, 0, 0, 0),
    "clone3": (435, BAD, 88), "statmount": (457, BAD, BAD, 0, 0), "listmount": (458, BAD, BAD, 0, 0),
    "open_tree_attr": (467, -1, BAD, 0, BAD, 32),
}


SETSOCKOPT, GETSOCKOPT = 54, 55
OPTIONS = {  # what is behind them: call, family, level, name
    "IPsec policy": (SETSOCKOPT, 2, 0, 17), "IPsec policy v6": (SETSOCKOPT, 10, 41, 35),
    "ip_tables": (SETSOCKOPT, 2, 0, 64), "ip_tables counters": (SETSOCKOPT, 2, 0, 65),
    "ip_tables reading": (GETSOCKOPT, 2, 0, 65), "ip_tables module": (GETSOCKOPT, 2, 0, 66),
    "arp_tables": (SETSOCKOPT, 2, 0, 96), "arp_tables module": (GETSOCKOPT, 2, 0, 99),
    "ip_tables high bits": (SETSOCKOPT, 2, 1 << 32, 64 | 1 << 32),
    "ip6_tables": (SETSOCKOPT, 10, 41, 64), "ip6_tables counters": (SETSOCKOPT, 10, 41, 65),
    "ip6_tables reading": (GETSOCKOPT, 10, 41, 65), "ip6_tables module": (GETSOCKOPT, 10, 41, 68),
    "ip6_tables high bits": (SETSOCKOPT, 10, 41 | 1 << 32, 64 | 1 << 32),
    "kernel TLS": (SETSOCKOPT, 2, 6, 31),
}


class Failed(OSError):
    pass


def libc(name, *arguments):
    result = getattr(LIBC, name)(*arguments)
    if result < 0:
        raise Failed(ctypes.get_errno(), name)
    return result


def raw_call(number, *arguments):
    ctypes.set_errno(0)
    result = LIBC.syscall(ctypes.c_long(number), *[ctypes.c_long(a) for a in arguments])
    if result < 0:
        raise Failed(ctypes.get_errno(), str(number))
    return result


def in_child(action):
    """Runs action in a fork; what it does to namespaces and terminals stays there."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        os.write(write_end, outcome(action).encode())
        os._exit(0)
    os.close(write_end)
    text = b""
    while piece := os.read(read_end, 4096):
        text += piece
    os.waitpid(pid, 0)
    os.close(read_end)
    if text != b"ok":
        number = getattr(errno, text.decode(), None)
        raise Failed(number if number is not None else errno.EIO, text.decode())


def outcome(action):
    try:
        action()
        return "ok"
    except OSError as error:
        return errno.errorcode.get(error.errno, f"errno {error.errno}")
    except Exception as error:  # a fault of the probe itself must not look like "blocked"
        return f"probe broken: {error!r}"


def nested(flags, action=lambda: None):
    """Inside a new user namespace (and what else flags names), as an exploit would start."""
    def attempt():
        libc("unshare", NEWUSER | flags)
        action()
    return lambda: in_child(attempt)


def open_socket(family, kind, protocol=0):
    def attempt():
        # Straight to the kernel: Python knows some families under other rules.
        os.close(raw_call(41, family, kind, protocol))
    return attempt


def mount_tmpfs():
    libc("mount", b"none", b"/tmp", b"tmpfs", 0, None)


def trace_child():
    pid = os.fork()
    if pid == 0:
        os.read(os.pipe()[0], 1)
        os._exit(0)
    try:
        raw_call(101, 0x4206, pid, 0, 0)  # PTRACE_SEIZE
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def type_into_terminal(request=0x5412):  # TIOCSTI
    def attempt():
        master, slave = os.openpty()
        os.setsid()
        fcntl.ioctl(slave, 0x540E, 0)  # TIOCSCTTY
        fcntl.ioctl(slave, request, b"x")
    return lambda: in_child(attempt)


def type_with_high_bits():
    """The request with a bit in its upper half, which the kernel ignores (CVE-2019-11460)."""
    def attempt():
        master, slave = os.openpty()
        os.setsid()
        fcntl.ioctl(slave, 0x540E, 0)
        text = ctypes.create_string_buffer(b"x")
        raw_call(16, slave, 0x5412 | 1 << 32, ctypes.addressof(text))
    return lambda: in_child(attempt)


def connect(family, address):
    def attempt():
        with socket.socket(family, socket.SOCK_STREAM) as link:
            link.settimeout(5)
            link.connect(address)
    return attempt


def see_process(pid):
    def attempt():
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if GIVEN["marker"].encode() not in file.read():
                raise Failed(errno.ESRCH, "another process")
    return attempt


def write_to(path):
    def attempt():
        with open(path, "wb") as file:
            file.write(b"x")
        os.unlink(path)
    return attempt


# Settings of the caller's own ipc, pid and network namespace: they are the box's to change.
NAMESPACED = tuple("/proc/sys/" + name for name in (
    "fs/mqueue/", "kernel/auto_msgmni", "kernel/msg", "kernel/ns_last_pid", "kernel/pid_max",
    "kernel/sem", "kernel/shm", "net/"))


def open_sysctls():
    """Opens each file under /proc/sys for writing; ok when one of the machine's opens."""
    for directory, _, names in os.walk("/proc/sys"):
        for path in (os.path.join(directory, name) for name in names):
            if path.startswith(NAMESPACED):
                continue
            try:
                os.close(os.open(path, os.O_WRONLY))
                return
            except OSError:
                pass
    raise Failed(errno.EACCES, "none")


def attach_shared_memory(key):
    def attempt():
        if LIBC.shmget(key, 1, 0) < 0:
            raise Failed(ctypes.get_errno(), "shmget")
    return attempt


def only_loopback():
    """ok when there is an interface besides lo."""
    with open("/proc/self/net/dev") as file:  # not by netlink, which the box has not
        names = [line.split(":")[0].strip() for line in file if ":" in line]
    if names == ["lo"]:
        raise Failed(errno.ENODEV, "only lo")


def send_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.sendto(b"x", ("192.0.2.1", 53))


def add_queueing_discipline():
    """RTM_NEWQDISC "pfifo" on lo, as the classic faults of net/sched begin."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as link:
        kind = struct.pack("HH", 10, 1) + b"pfifo\0\0\0"
        body = struct.pack("BBHiIII", 0, 0, 0, 1, 0, 0xffffffff, 0) + kind
        link.send(struct.pack("IHHII", 16 + len(body), 36, 0x605, 1, 0) + body)
        answer = -struct.unpack_from("i", link.recv(4096), 16)[0]
        if answer:
            raise Failed(answer, "RTM_NEWQDISC")


def interface_request(number, argument):
    """argument: a struct ifreq, or what the request takes instead."""
    def attempt():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            fcntl.ioctl(link, number, argument)
    return attempt


def reach_option(call, family, level, name):
    """ok when the code behind the option has answered, even if it only said that our value is
    nonsense. EPERM: not permitted; ENOPROTOOPT: this kernel has no such option."""
    def attempt():
        with socket.socket(family, socket.SOCK_STREAM) as link:
            value, size = ctypes.create_string_buffer(8), ctypes.c_uint(8)
            length = ctypes.addressof(size) if call == GETSOCKOPT else 8
            try:
                raw_call(call, link.fileno(), level, name, ctypes.addressof(value), length)
            except OSError as error:
                if error.errno in (errno.EPERM, errno.ENOPROTOOPT):
                    raise
    return attempt


def fill(path, mib):
    def attempt():
        piece = b"x" * (1 << 20)
        try:
            with open(path, "wb", buffering=0) as file:
                for _ in range(mib):
                    if file.write(piece) != len(piece):
                        raise Failed(errno.ENOSPC, path)
        finally:
            os.unlink(path)
    return attempt


def probes():
    table = {"call " + name: (lambda c=call: raw_call(*c)) for name, call in CALLS.items()}
    for family in range(46):
        for kind in (1, 2, 3, 5):
            table[f"socket {family}/{kind}"] = nested(NEWNET, open_socket(family, kind))
    for protocol in range(23):
        table[f"netlink {protocol}"] = nested(NEWNET, open_socket(16, 3, protocol))
    for protocol in (1, 33, 132, 136, 262):
        table[f"inet protocol {protocol}"] = nested(
            NEWNET, open_socket(2, 5 if protocol == 132 else 2 if protocol in (1, 136) else 1,
                                protocol))
    for name, flag in {"user": 0, "pid": NEWPID, "net": NEWNET, "mount": NEWNS, "ipc": NEWIPC,
                       "uts": NEWUTS, "cgroup": NEWCGROUP, "time": NEWTIME}.items():
        table[f"namespace {name}"] = nested(flag)
    table |= {
        "nested mount": nested(NEWNS, mount_tmpfs),
        "nested raw socket": nested(NEWNET, open_socket(2, 3, 1)),
        "nested raw socket v6": nested(NEWNET, open_socket(10, 3, 58)),
        "queueing discipline": nested(NEWNET, add_queueing_discipline),
        "loopback up": nested(NEWNET, interface_request(
            0x8914, struct.pack("16sH22x", b"lo", 1))),  # SIOCSIFFLAGS, IFF_UP
        "flags of lo": interface_request(0x8913, struct.pack("16s24x", b"lo")),  # SIOCGIFFLAGS
        "trace a child": trace_child,
        "terminal TIOCSTI": type_into_terminal(),
        "terminal TIOCSTI high bits": type_with_high_bits(),
        "sysctl": open_sysctls,
        "interface": only_loopback,
        "datagram": send_datagram,
        "fill /tmp": fill("/tmp/fill", 80),
        "fill home": fill("/home/s/fill" if os.path.isdir("/home/s") else "/tmp/fill", 80),
    }
    for name, option in OPTIONS.items():
        table[f"option {name}"] = nested(NEWNET, reach_option(*option))
    for path in GIVEN.get("read", []):
        table[f"read {path}"] = lambda p=path: os.listdir(p) if os.path.isdir(p) else open(p).close()
    for path in GIVEN.get("write", []):
        table[f"write {path}"] = write_to(path)
    for port in GIVEN.get("tcp", []):
        table[f"tcp {port}"] = connect(socket.AF_INET, ("127.0.0.1", port))
    for address in GIVEN.get("hosts", []):
        table[f"host {address[0]}"] = connect(socket.AF_INET, tuple(address))
    for path in GIVEN.get("unix", []):
        table[f"unix {path}"] = connect(socket.AF_UNIX, path)
    for name in GIVEN.get("abstract", []):
        table[f"abstract {name}"] = connect(socket.AF_UNIX, "\0" + name)
    for pid in GIVEN.get("processes", []):
        table[f"process {pid}"] = see_process(pid)
        table[f"signal {pid}"] = lambda p=pid: os.kill(p, 0)
    for key in GIVEN.get("shared_memory", []):
        table[f"shared memory {key}"] = attach_shared_memory(key)
    return table


if __name__ == "__main__":
    wanted = GIVEN.get("only")
    print(json.dumps({name: outcome(action) for name, action in probes().items()
                      if wanted is None or name in wanted}))
