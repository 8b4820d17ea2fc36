# SPDX-License-Identifier: Apache-2.0
"""A line between a terminal and the gateway that can be cut: a TCP forwarder on loopback."""

import selectors
import socket
import struct
import threading


class Line:
    """Cut "reset": both ends are told. Cut "silent": bytes vanish, nobody is told, as when a cable is pulled.
    While it is cut nothing new comes through either."""

    def __init__(self, target):
        self.target = target  # "host:port"; may be changed
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._listener.setblocking(False)
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = socket.socketpair()
        self._orders = []
        self._peers = {}
        self._swallowed = []
        self._whole = True
        self._running = True
        self.connections = 0
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    # --- from the test's thread -------------------------------------------------------------
    def cut(self, how):
        self._order(lambda: self._cut(how))

    def mend(self):
        self._order(self._mend)

    def stop(self):
        self._order(self._stop)
        self._thread.join()

    def _order(self, action):
        done = threading.Event()
        self._orders.append((action, done))
        self._wake_write.send(b"x")
        done.wait(10)

    # --- in the thread of the line -------------------------------------------------------------
    def _cut(self, how):
        self._whole = False
        for one in list(self._peers):
            if how == "reset":
                self._close(one, abruptly=True)
            elif one in self._peers:
                # What is swallowed cannot come back: both ends hear nothing more, until they give up.
                self._selector.unregister(one)
                self._swallowed.append(one)
                del self._peers[one]

    def _mend(self):
        self._whole = True

    def _stop(self):
        self._running = False

    def _close(self, one, abruptly=False):
        for end in (one, self._peers.get(one)):
            if end is None or end not in self._peers:
                continue
            del self._peers[end]
            try:
                self._selector.unregister(end)
            except KeyError:
                pass
            if abruptly:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()

    def _accept(self):
        near, _ = self._listener.accept()
        if not self._whole:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return near.close()
        host, port = self.target.rsplit(":", 1)
        try:
            far = socket.create_connection((host, int(port)), timeout=5)
        except OSError:
            return near.close()
        self.connections += 1
        for one, other in ((near, far), (far, near)):
            one.settimeout(10)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._peers[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _forward(self, one):
        try:
            piece = one.recv(65536)
            if piece:
                return self._peers[one].sendall(piece)
        except (OSError, KeyError):
            pass
        self._close(one)

    def _run(self):
        while self._running:
            for key, _ in self._selector.select():
                if key.fileobj is self._wake_read:
                    self._wake_read.recv(1)
                    action, done = self._orders.pop(0)
                    action()
                    done.set()
                elif key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj in self._peers:
                    self._forward(key.fileobj)
        for one in list(self._peers):
            self._close(one)
        for one in self._swallowed:
            one.close()
        self._listener.close()
