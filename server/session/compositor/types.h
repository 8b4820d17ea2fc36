// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "protocol/core/terminal.h"
#include "protocol/wire/cursor.h"
#include "protocol/wire/messages.h"

// What the compositor tells and takes, free of Wayland types.
namespace sudare::compositor {

using wire::Cursor;
using wire::FieldKind;

// The text field that has the keyboard, for the viewer's input method. The caret in framebuffer
// pixels, clipped to the framebuffer; all zero when the field has told none.
struct TextField {
    bool active = false;
    FieldKind kind = FieldKind::kText;
    std::uint16_t x = 0;
    std::uint16_t y = 0;
    std::uint16_t width = 0;
    std::uint16_t height = 0;
    bool composed_here = false;  // by an input method in the session: the terminal's has no part
    friend bool operator==(const TextField&, const TextField&) = default;
};

}  // namespace sudare::compositor
