// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/session/compositor/resource.h"

// wp_cursor_shape_manager_v1: the browser names its cursor instead of drawing it.
namespace sudare::compositor {

Global create_cursor_shape(Context& context);

}  // namespace sudare::compositor
