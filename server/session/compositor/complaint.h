// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "server/base/log.h"
#include "server/session/compositor/compositor_limits.h"

namespace sudare::compositor {

// A line in the log that the browser can bring about as often as it likes: the first
// kComplaintsMax are written, so that it cannot fill the host's disk. One thread.
template <typename... Args>
void complain(fmt::format_string<Args...> format, Args&&... args) {
    static int written = 0;  // of this instantiation: each kind of line has its own share
    if (written >= kComplaintsMax)
        return;
    log_warn(format, std::forward<Args>(args)...);
    if (++written == kComplaintsMax)
        log_warn("wayland: no more of these lines");
}

}  // namespace sudare::compositor
