// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/session/compositor/resource.h"

// xdg_wm_base: windows and menus.
namespace sudare::compositor {

Global create_xdg_wm_base(Context& context);

}  // namespace sudare::compositor
