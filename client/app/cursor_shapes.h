// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Qt>

#include "protocol/wire/cursor.h"

namespace sudare::client {

// The terminal's own cursor for a shape of the wire; the nearest one where Qt has none.
Qt::CursorShape cursor_shape(wire::Cursor cursor);

}  // namespace sudare::client
