// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>
#include <memory>

namespace sudare::platform {

// Counts the key presses that the window system delivers to this application, before an input method
// takes its part of them. What the widgets then do not see, the input method has consumed.
// Linux: X11's KeyPress events through a native event filter; on Wayland the compositor hands keys to
// the input method directly, and nothing is counted. Windows: WM_KEYDOWN and WM_SYSKEYDOWN, whose
// key is VK_PROCESSKEY when an input method has consumed it. Application thread only.
class KeyPresses {
   public:
    virtual ~KeyPresses() = default;
    [[nodiscard]] virtual quint64 count() const = 0;  // since it was made
};

// nullptr where nothing can be counted.
std::unique_ptr<KeyPresses> count_key_presses();

}  // namespace sudare::platform
