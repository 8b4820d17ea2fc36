// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/session/compositor/resource.h"

// zxdg_decoration_manager_v1: windows are told that the compositor decorates them. It draws
// nothing, so the browser has no frame, no shadow and no minimise button that would do nothing.
namespace sudare::compositor {

Global create_xdg_decoration(Context& context);

}  // namespace sudare::compositor
