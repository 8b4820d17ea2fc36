// SPDX-License-Identifier: Apache-2.0
#pragma once

class QWindow;

namespace sudare::platform {

enum class CaptureGuard {
    kShut,         // other programs of this terminal see a black area
    kUnsupported,  // the window system has no such thing: whoever may connect to it can read the screen
};

// Asks the window system to keep this window's pixels from programs that take or share the screen.
// Windows: SetWindowDisplayAffinity with WDA_EXCLUDEFROMCAPTURE (WDA_MONITOR before version 2004).
// X11 and Wayland have no such request; on Wayland other clients cannot read the screen anyway unless
// the person permits it. It keeps no camera out, and no program with the rights of the system. GUI
// thread, after the window has a native handle.
CaptureGuard guard_against_capture(QWindow& window);

}  // namespace sudare::platform
