#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Most LGWAN terminals run Windows: outside client/platform/linux the viewer includes no POSIX or Linux header
and names no POSIX function. Each source of the viewer, and of the protocol that it is built with, is preprocessed;
the compiler's own list of includes (-H) says who includes what. The system's own headers may include each other.

    check_portable.py --commands build/dev/compile_commands.json
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PORTABLE = ("client/core/", "client/app/", "client/probe/", "client/decoder/", "client/platform/", "protocol/core/",
            "protocol/wire/")
# The Linux side of the platform folder, and the decoder's program, which lives behind it.
NATIVE = ("client/platform/linux/",)
HEADERS = """unistd.h fcntl.h poll.h pthread.h dlfcn.h dirent.h netdb.h pwd.h grp.h sched.h semaphore.h spawn.h strings.h
syslog.h termios.h aio.h glob.h regex.h wordexp.h ftw.h langinfo.h ucontext.h sys/types.h sys/stat.h sys/socket.h
sys/mman.h sys/wait.h sys/time.h sys/resource.h sys/prctl.h sys/un.h sys/uio.h sys/select.h sys/ioctl.h sys/epoll.h
sys/eventfd.h sys/timerfd.h sys/signalfd.h sys/syscall.h sys/random.h netinet/in.h netinet/tcp.h arpa/inet.h
linux/input-event-codes.h linux/seccomp.h linux/memfd.h xcb/xcb.h X11/Xlib.h""".split()
CALLS = re.compile(r"(?<![\w.:>])::(fork|execve?|pipe2?|socketpair|mmap|munmap|open|close|read|write|dup[23]?|fcntl|"
                   r"poll|ioctl|kill|waitpid|prctl|getpid|getuid|setsid|memfd_create)\s*\(")


def compiled(commands):
    """Of every source; one that is compiled in a group (cmake/unity_groups.py) with its group's arguments."""
    for entry in json.loads(pathlib.Path(commands).read_text()):
        group = pathlib.Path(entry["file"])
        if group.parent.name != "Unity":
            yield entry
            continue
        for source in re.findall(r'^#include "(.*)"', group.read_text(), re.MULTILINE):
            yield entry | {"file": source, "command": entry["command"].replace(str(group), source)}


def sources(commands):
    """(path, compile arguments) of every portable source that is built."""
    for entry in compiled(commands):
        path = pathlib.Path(entry["file"])
        if not path.is_relative_to(ROOT):
            continue
        name = str(path.relative_to(ROOT))
        if name.startswith(PORTABLE) and not name.startswith(NATIVE):
            yield name, entry


def included(name, entry):
    """What this source and the repository's headers in it include, by the compiler's own account: -H prints each
    header with its depth."""
    argv, skip = [], False
    for word in shlex.split(entry["command"]):
        if skip or word.endswith("ccache"):
            skip = False
            continue
        if word in ("-o", "-MF", "-MT", "-MQ", "-include"):
            skip = True
            continue
        if word in ("-c", "-MD", "-Winvalid-pch"):
            continue
        argv.append(word)
    run = subprocess.run([*argv, "-E", "-H", "-o", os.devnull], cwd=entry["directory"], capture_output=True, text=True,
                         check=False)
    if run.returncode != 0:
        yield name, "does not preprocess: " + run.stderr.strip().splitlines()[-1]
        return
    stack = [str(ROOT / name)]
    for line in run.stderr.splitlines():
        match = re.match(r"^(\.+)[!x]? (.+)$", line)
        if not match:
            continue
        depth, header = len(match[1]), os.path.normpath(os.path.join(entry["directory"], match[2]))
        del stack[depth:]
        by = stack[-1]
        stack.append(header)
        ours = by.startswith(str(ROOT)) and "/build/" not in by[len(str(ROOT)):]
        for poisoned in HEADERS:
            if ours and re.search(r"/include/([a-z0-9_]+-linux-gnu/)?" + re.escape(poisoned) + "$", header):
                yield os.path.relpath(by, ROOT), f"includes <{poisoned}>"


def complaints(entries):
    found = set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for complaint in pool.map(lambda one: list(included(*one)), entries):
            found.update(complaint)
    for name, _ in entries:
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
            if call := CALLS.search(line.split("//")[0]):
                found.add((f"{name}:{number}", f"calls {call[1]}()"))
    return sorted(found)


def self_test(entries):
    """A source that includes <unistd.h> through a header of its own, and one that calls ::fork, are found."""
    name, entry = entries[0]
    with tempfile.TemporaryDirectory(dir=ROOT / "client" / "core") as folder:
        base = pathlib.Path(folder)
        (base / "bad.h").write_text("#include <unistd.h>\n#include <vector>\n")
        (base / "bad.cpp").write_text('#include "bad.h"\nint f() { return ::fork(); }\n')
        bad = str((base / "bad.cpp").relative_to(ROOT))
        changed = dict(entry, command=entry["command"].replace(str(ROOT / name), str(ROOT / bad)))
        told = complaints([(bad, changed)])
    wanted = [f"{os.path.dirname(bad)}/bad.h", f"{bad}:2"]
    return sorted(place for place, _ in told) == sorted(wanted)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--commands", required=True)
    arguments = parser.parse_args()
    entries = list(sources(arguments.commands))
    if len(entries) < 50:
        sys.exit(f"only {len(entries)} sources of the viewer are in {arguments.commands}")
    if not self_test(entries):
        sys.exit("the check does not find a POSIX header and a POSIX call that are there")
    found = complaints(entries)
    for place, what in found:
        print(f"{place} {what}")
    if found:
        sys.exit("a viewer for Windows cannot be built of this; such calls belong behind client/platform/")
    print(f"{len(entries)} sources include no POSIX header")


if __name__ == "__main__":
    main()
