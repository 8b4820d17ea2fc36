# SPDX-License-Identifier: Apache-2.0
"""The control of the clipboard: the same browser on an X display, where any other program may read
what was copied; and such a program, in a few calls of Xlib."""
import ctypes
import subprocess
import time

from control import CONTROL_UID, as_user
from display import VirtualDisplay
from processes import wait_until

SELECTION_NOTIFY, PROPERTY_BYTES = 31, 1 << 22


class XBrowser:
    """Chromium of a ControlBrowser (its policy and home are used), shown on Xvfb instead."""

    def __init__(self, control, chain, flags, page):
        self.display = VirtualDisplay.start(chain.logs, "1280x720")
        flags = [f for f in flags if not f.startswith(("--user-data-dir=", "--ozone-platform="))]
        argv = ["bwrap", "--dev-bind", "/", "/", "--die-with-parent", "--tmpfs", "/etc/chromium", "--ro-bind",
                control.policies, "/etc/chromium/policies", "--ro-bind", control.directory / "hosts", "/etc/hosts",
                "--", *flags, "--ozone-platform=x11", f"--user-data-dir={control.home}/x", control.site + page]
        env = {"PATH": "/usr/bin:/bin", "LANG": "ja_JP.UTF-8", "HOME": str(control.home), "NO_AT_BRIDGE": "1",
               "DISPLAY": self.display.environment["DISPLAY"]}
        self.browser = subprocess.Popen([str(word) for word in argv], env=env, cwd=control.home, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=control.log, start_new_session=True,
                                        **as_user(CONTROL_UID))

    def keys(self, *names):
        """Keys into the browser's window; there is no window manager to give it the focus."""
        def window():
            found = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "chromium"], capture_output=True,
                                   env={"PATH": "/usr/bin:/bin"} | self.display.environment, check=False).stdout.split()
            return found and found[-1].decode()
        self.display.xdotool("windowfocus", "--sync", wait_until(window, what="the browser's window"))
        for name in names:
            self.display.xdotool("key", name)

    def selection(self):
        """The text of the CLIPBOARD selection, as any program on this display may ask for it; '' without."""
        x = ctypes.CDLL("libX11.so.6")
        x.XOpenDisplay.restype = ctypes.c_void_p
        x.XOpenDisplay.argtypes = [ctypes.c_char_p]
        display = ctypes.c_void_p(x.XOpenDisplay(self.display.environment["DISPLAY"].encode()))
        if not display:
            raise RuntimeError("no X display")
        try:
            return self._convert(x, display)
        finally:
            x.XCloseDisplay(display)

    @staticmethod
    def _convert(x, display):
        for name in ("XDefaultRootWindow", "XCreateSimpleWindow", "XInternAtom"):
            getattr(x, name).restype = ctypes.c_ulong
        ulong, pointer = ctypes.c_ulong, ctypes.byref
        clipboard, utf8, place = (ulong(x.XInternAtom(display, name, 0))
                                  for name in (b"CLIPBOARD", b"UTF8_STRING", b"SUDARE_TEST"))
        window = ulong(x.XCreateSimpleWindow(display, ulong(x.XDefaultRootWindow(display)), 0, 0, 1, 1, 0, ulong(0),
                                             ulong(0)))
        x.XConvertSelection(display, clipboard, utf8, place, window, ulong(0))
        event = (ctypes.c_long * 24)()
        deadline = time.monotonic() + 10
        while not x.XCheckTypedEvent(display, SELECTION_NOTIFY, event):
            if time.monotonic() > deadline:
                return ""
            time.sleep(0.02)
        kind, form, count, left, data = ulong(), ctypes.c_int(), ulong(), ulong(), ctypes.c_void_p()
        x.XGetWindowProperty(display, window, place, ctypes.c_long(0), ctypes.c_long(PROPERTY_BYTES // 4), 1, ulong(0),
                             pointer(kind), pointer(form), pointer(count), pointer(left), pointer(data))
        text = ctypes.string_at(data.value, count.value).decode() if data.value else ""
        x.XFree(data)
        return text

    def stop(self):
        if self.browser.poll() is None:
            self.browser.terminate()
        try:
            self.browser.wait(10)
        except subprocess.TimeoutExpired:
            self.browser.kill()
            self.browser.wait()
        self.display.stop()
