// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Where things are inside a browser box. Known to the launcher, which builds the box, and to
// sudare-box-init, which runs in it.
namespace sudare::browser {

inline constexpr char kBoxInit[] = "/run/sudare-box-init";
// Chromium of Debian's package, in the box and outside: /usr is the same.
inline constexpr char kBrowserProgram[] = "/usr/lib/chromium/chromium";
inline constexpr char kBoxEgressSocket[] = "/run/egress.sock";
inline constexpr char kBoxRuntimeDir[] = "/run/session";  // XDG_RUNTIME_DIR
inline constexpr char kBoxWaylandName[] = "wayland-0";    // WAYLAND_DISPLAY
inline constexpr char kBoxHome[] = "/home/s";
inline constexpr char kBoxPolicies[] = "/etc/chromium/policies";
// What Chromium's ProxySettings policy names.
inline constexpr std::uint16_t kBoxProxyPort = 3128;
// The one account of the box; it maps to the session's browser uid outside.
inline constexpr unsigned kBoxUid = 1000;

}  // namespace sudare::browser
