# SPDX-License-Identifier: Apache-2.0
"""Plays sudare-relay, sudare-session and sudare-egress towards a real sudare-host.

What is under test is the launcher: descriptors, uids, cgroups, order, ends. The stand-ins speak
its borders and tell what they were given. The browser box is the real one. The role is the last
part of the program's name. Copied beside frames.py into the directory that `programs` names.
"""
import array
import json
import os
import selectors
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from frames import *  # noqa: F401,F403,E402


def stream(fd):
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=fd)


def about_me():
    fds = sorted(int(name) for name in os.listdir("/proc/self/fd"))
    with open("/proc/self/status") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    with open("/proc/self/cgroup") as file:
        groups = file.read()
    # os.listdir had one descriptor open while it looked
    return {"pid": os.getpid(), "terminal_session": os.getsid(0),
            "uids": os.getresuid(), "gids": os.getresgid(), "groups": os.getgroups(),
            "fds": fds[:-1], "environment": dict(os.environ),
            "argv": sys.argv[1:], "capabilities": status["CapEff"], "cgroups": groups,
            "no_new_privs": status["NoNewPrivs"], "stdin": os.readlink("/proc/self/fd/0")}


def relay():
    """Frames between the test's TCP connection and the launcher, and the two streams it passes."""
    me = about_me()
    tcp, host = socket.socket(fileno=3), stream(4)
    me["tls"] = [os.pread(fd, 4096, 0).decode() for fd in (5, 6, 7, 8)]
    tcp.sendall(frame(SESSION_SAYS, json.dumps({"relay": me}).encode()))
    loop = selectors.DefaultSelector()
    loop.register(tcp, selectors.EVENT_READ)
    loop.register(host, selectors.EVENT_READ)
    streams = {}
    while True:
        for key, _ in loop.select():
            source = key.fileobj
            try:
                if source is host:
                    data, fds = receive_frame_with_fds(host)
                    for name, fd in zip(("session", "egress"), fds):
                        streams[name] = stream(fd)
                        loop.register(streams[name], selectors.EVENT_READ)
                    tcp.sendall(data)
                else:
                    kind, payload = read_frame(source.recv)
                    if source is not tcp:
                        tcp.sendall(frame(kind, payload))
                    elif 0x04 <= kind <= 0x0B:  # the wire's input messages
                        pass_on(streams.get("session"), frame(kind, payload))
                    else:
                        host.sendall(frame(kind, payload))
            except (EOFError, OSError):
                if source is host or source is tcp:
                    return
                loop.unregister(source)


def pass_on(link, data):
    """Input for a session that has just gone is lost, and no reason to end."""
    try:
        if link is not None:
            link.sendall(data)
    except OSError:
        pass


def receive_frame_with_fds(link):
    fds = array.array("i")
    header, control, _, _ = link.recvmsg(4, socket.CMSG_SPACE(8 * 4))
    if not header:
        raise EOFError
    for level, kind, data in control:
        fds.frombytes(data[:len(data) - len(data) % 4])
    _, high, low = struct.unpack(">BBH", header)
    return header + read_exactly(link.recv, high << 16 | low), list(fds)


def session():
    host = stream(3)
    told = {"session": about_me(), "listens": os.readlink("/proc/self/fd/4")}
    _, config = read_frame(host.recv)
    told["session_config"] = config.hex()
    data, fds = receive_frame_with_fds(host)
    assert data[0] == 0x02, data
    picture = stream(fds[0])
    # The picture's stream may be gone already: then nobody hears it, and the session stays.
    say = lambda what: pass_on(picture, frame(SESSION_SAYS, json.dumps(what).encode()))
    say(told)
    host.sendall(frame(0x81))
    loop = selectors.DefaultSelector()
    loop.register(host, selectors.EVENT_READ)
    loop.register(picture, selectors.EVENT_READ)
    while True:
        for key, _ in loop.select():
            try:
                data, fds = receive_frame_with_fds(key.fileobj)
            except (EOFError, ConnectionResetError):
                if key.fileobj is host:
                    return
                loop.unregister(picture)  # nobody watches
                continue
            kind, payload = data[0], data[4:]
            if key.fileobj is picture:
                command = payload.decode()
                if command == "crash":
                    os.abort()
                if command == "ignore stop":
                    loop.unregister(host)
                if command == "garbage":
                    host.sendall(frame(0x99, b"x"))
                if command == "end":
                    host.sendall(frame(0x82, struct.pack(">H", USER_ENDED)))
            elif kind == 0x02:
                if picture in [one.fileobj for one in loop.get_map().values()]:
                    loop.unregister(picture)
                picture = stream(fds[0])
                loop.register(picture, selectors.EVENT_READ)
                say({"attached": payload.hex()})
            elif kind == 0x04:
                say({"stopped": struct.unpack(">H", payload)[0]})
                return
            else:
                say({"frame": kind, "payload": payload.hex()})


def tick(host, payload):
    """A report every 50 ms, numbered, in the size of a destination."""
    number = 0
    while True:
        host.sendall(frame(EGRESS_SAYS, struct.pack(">Q", number) + bytes(60)))
        number += 1
        time.sleep(0.05)


def egress():
    host = stream(4)
    me = {"egress": about_me(), "listens": os.readlink("/proc/self/fd/3")}
    try:
        while True:
            kind, payload = read_frame(host.recv)
            if b"ticking.example" in payload:
                tick(host, payload)
            me.update(kind=kind, config=payload.hex())
            host.sendall(frame(EGRESS_SAYS, json.dumps(me).encode()))
    except EOFError:
        pass


if __name__ == "__main__":
    {"relay": relay, "session": session, "egress": egress}[sys.argv[0].rsplit("-", 1)[1]]()
