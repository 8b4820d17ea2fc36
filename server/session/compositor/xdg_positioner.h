// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/session/compositor/popup_placement.h"
#include "server/session/compositor/resource.h"

namespace sudare::compositor {

void create_xdg_positioner(Context& context, wl_client* client, int version, std::uint32_t id);

// The rules that a positioner holds now.
PopupRules rules_of(wl_resource* positioner);

}  // namespace sudare::compositor
