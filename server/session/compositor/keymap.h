// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <xkbcommon/xkbcommon.h>

#include <array>
#include <cstdint>
#include <memory>

#include "protocol/core/result.h"
#include "protocol/core/terminal.h"
#include "server/base/unique_fd.h"

namespace sudare::compositor {

struct XkbKeymapDeleter {
    void operator()(xkb_keymap* keymap) const { xkb_keymap_unref(keymap); }
};
struct XkbStateDeleter {
    void operator()(xkb_state* state) const { xkb_state_unref(state); }
};
using XkbState = std::unique_ptr<xkb_state, XkbStateDeleter>;

// One keyboard layout, compiled, and as the sealed memory that clients map.
struct Keymap {
    std::unique_ptr<xkb_keymap, XkbKeymapDeleter> compiled;
    UniqueFd text;           // sealed against every change
    std::uint32_t size = 0;  // bytes, with the terminating zero
};

// All layouts. Compiling reads files of xkb-data, so it happens before the sandbox closes.
class Keymaps {
   public:
    static Result<Keymaps> create();
    [[nodiscard]] const Keymap& of(KeyboardLayout layout) const {
        return maps_[static_cast<std::size_t>(layout)];
    }

   private:
    std::array<Keymap, 2> maps_;
};

}  // namespace sudare::compositor
