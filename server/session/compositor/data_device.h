// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/session/compositor/resource.h"

namespace sudare::compositor {

// wl_data_device of one client.
struct DataDevice : Object {
    using Object::Object;
};

// wl_data_device_manager: has to exist, else a page that starts a drag crashes the browser. Drags
// work inside the browser. Selections are accepted and forgotten: never read, never offered, to
// no one; the browser keeps its own copy for its own copy and paste.
Global create_data_device_manager(Context& context);

}  // namespace sudare::compositor
