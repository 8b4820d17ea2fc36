// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/session/compositor/region.h"
#include "server/session/compositor/resource.h"

namespace sudare::compositor {

void create_region(Context& context, wl_client* client, int version, std::uint32_t id);

// The boxes of a wl_region now; nothing for null. Logical coordinates.
Region region_of(wl_resource* resource);

}  // namespace sudare::compositor
