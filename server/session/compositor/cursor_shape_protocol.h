// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <wayland-server-core.h>

#include <cstdint>

// The wire description of cursor-shape-v1, version 1 (wayland-protocols 1.32, staging), written by
// hand because Debian 12 has wayland-protocols 1.31. Remove it with the move to a later Debian:
// wayland-scanner makes the same.
namespace sudare::compositor {

extern const wl_interface kCursorShapeManagerInterface;
extern const wl_interface kCursorShapeDeviceInterface;

// The order of the members is the order of the opcodes.
struct CursorShapeManagerRequests {
    void (*destroy)(wl_client* client, wl_resource* resource);
    void (*get_pointer)(wl_client* client, wl_resource* resource, std::uint32_t device,
                        wl_resource* pointer);
    void (*get_tablet_tool)(wl_client* client, wl_resource* resource, std::uint32_t device,
                            wl_resource* tool);
};

struct CursorShapeDeviceRequests {
    void (*destroy)(wl_client* client, wl_resource* resource);
    void (*set_shape)(wl_client* client, wl_resource* resource, std::uint32_t serial,
                      std::uint32_t shape);
};

}  // namespace sudare::compositor
