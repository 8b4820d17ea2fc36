// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// What the one Wayland client, the browser, can push against. It is hostile once a page has taken
// it over; each limit is at least ten times what Chromium 156 was seen to use. Beyond it the
// client is disconnected, which ends the session, never the process by accident.
namespace sudare::compositor {

inline constexpr std::size_t kConnectionsMax = 4;       // Ozone and GDK: two, of one process
inline constexpr std::size_t kSurfacesMax = 256;        // bounds every recursion over the tree too
inline constexpr std::size_t kObjectsMax = 2048;        // regions, positioners, offers, and so on
inline constexpr std::size_t kResourcesMax = 8192;      // of any kind, libwayland's own included
inline constexpr int kRegionBoxesMax = 256;             // of one wl_region or damage set
inline constexpr std::size_t kFrameCallbacksMax = 1024; // waiting, all surfaces together
inline constexpr std::int32_t kBufferSideMax = 8192;    // pixels
inline constexpr std::size_t kStoredPixelsMax = 64U << 20;  // all surfaces: 256 MiB
inline constexpr std::size_t kMimeTypesMax = 128;       // of one drag
inline constexpr std::size_t kMimeTypeBytesMax = 1024;
inline constexpr int kComplaintsMax = 100;  // lines in the log about it, in the life of a process

// While the frame gate is shut. Chromium evicts the contents of a window that gets no frame
// callback at all (reference/performance.md section 6), so a trickle stays.
inline constexpr std::chrono::milliseconds kFrameFloor{500};

}  // namespace sudare::compositor
