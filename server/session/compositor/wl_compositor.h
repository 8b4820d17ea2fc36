// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/session/compositor/resource.h"

// wl_compositor: surfaces and regions.
namespace sudare::compositor {

Global create_wl_compositor(Context& context);

}  // namespace sudare::compositor
