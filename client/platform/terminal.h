// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <optional>

#include "protocol/core/terminal.h"

namespace sudare::platform {

// The layout of this terminal's keyboard, so that a key means the same in the session. In doubt
// US, unless the system's language is Japanese. On X11 from the root window's rules; elsewhere
// from the system's settings.
KeyboardLayout detect_keyboard_layout();

// From an XKB layout list such as "jp,us" (X11) or "us": the first entry decides.
std::optional<KeyboardLayout> layout_from_xkb(const QString& layouts);

// Whether Caps Lock is on; nullopt where the window system does not tell (Wayland).
std::optional<bool> caps_lock_on();
// The same of Num Lock.
std::optional<bool> num_lock_on();

// TCP's smoothed estimate of the way to the other end and back, in milliseconds rounded up; nullopt
// where the system does not tell. `socket`: QAbstractSocket::socketDescriptor().
std::optional<int> round_trip_ms(qintptr socket);

// Larger pointers from the system's theme; before the application object is made.
void use_large_cursors();

// No core dumps and no ptrace by other processes of the same user: a password passes through
// this process. Called first in main.
void protect_process();

// Reads one line (a password) from an inherited descriptor and closes it; nullopt on error or
// when the line is longer than `maximum` bytes. The caller wipes the result.
std::optional<QByteArray> read_secret_line(int descriptor, qsizetype maximum);

}  // namespace sudare::platform
