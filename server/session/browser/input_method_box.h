// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/core/result.h"
#include "server/session/browser/box.h"

namespace sudare::browser {

// The box of the session's input method, fcitx5 with mozc (docs/decisions/0012): a box as the
// browser's, but without any way out other than its own socket of the compositor. It never sees a
// page. What mozc learns dies with the session.
//
// wayland_socket: as made by the launcher, for input methods only. Errors: kNotFound when the
// machine has no fcitx5 with mozc.
Result<Box> make_input_method_box(const std::string& wayland_socket, Locale locale);

}  // namespace sudare::browser
