// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/cursor_shape_protocol.h"

#include <wayland-server-protocol.h>

namespace sudare::compositor {
namespace {

// zwp_tablet_tool_v2: named only so that libwayland refuses every other object in its place.
const wl_interface kTabletToolInterface = {"zwp_tablet_tool_v2", 1, 0, nullptr, 0, nullptr};

const wl_interface* kNoTypes[] = {nullptr, nullptr};
const wl_interface* kGetPointerTypes[] = {&kCursorShapeDeviceInterface, &wl_pointer_interface};
const wl_interface* kGetToolTypes[] = {&kCursorShapeDeviceInterface, &kTabletToolInterface};

const wl_message kManagerRequests[] = {
    {"destroy", "", kNoTypes},
    {"get_pointer", "no", kGetPointerTypes},
    {"get_tablet_tool_v2", "no", kGetToolTypes},
};

const wl_message kDeviceRequests[] = {
    {"destroy", "", kNoTypes},
    {"set_shape", "uu", kNoTypes},
};

}  // namespace

const wl_interface kCursorShapeManagerInterface = {
    "wp_cursor_shape_manager_v1", 1, 3, kManagerRequests, 0, nullptr};
const wl_interface kCursorShapeDeviceInterface = {
    "wp_cursor_shape_device_v1", 1, 2, kDeviceRequests, 0, nullptr};

}  // namespace sudare::compositor
