// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/session/compositor/resource.h"

// wp_viewporter: a surface's logical size apart from its buffer's, and a crop. With the fractional
// scale Chromium sends buffers of device pixels and the logical size as destination.
namespace sudare::compositor {

Global create_wp_viewporter(Context& context);

}  // namespace sudare::compositor
