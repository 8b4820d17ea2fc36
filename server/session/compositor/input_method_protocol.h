// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <wayland-server-core.h>

#include <cstdint>

// The wire description of input-method-unstable-v2 and virtual-keyboard-unstable-v1, both version 1,
// written by hand: wayland-protocols ships neither. Only an input method speaks them (input_method.h).
// The order of the members is the order of the opcodes.
namespace sudare::compositor {

extern const wl_interface kInputMethodManagerInterface;
extern const wl_interface kInputMethodInterface;
extern const wl_interface kInputPopupInterface;
extern const wl_interface kKeyboardGrabInterface;
extern const wl_interface kVirtualKeyboardManagerInterface;
extern const wl_interface kVirtualKeyboardInterface;

struct InputMethodManagerRequests {
    void (*get_input_method)(wl_client* client, wl_resource* resource, wl_resource* seat,
                             std::uint32_t id);
    void (*destroy)(wl_client* client, wl_resource* resource);
};

struct InputMethodRequests {
    void (*commit_string)(wl_client* client, wl_resource* resource, const char* text);
    void (*set_preedit_string)(wl_client* client, wl_resource* resource, const char* text,
                               std::int32_t cursor_begin, std::int32_t cursor_end);
    void (*delete_surrounding_text)(wl_client* client, wl_resource* resource, std::uint32_t before,
                                    std::uint32_t after);
    void (*commit)(wl_client* client, wl_resource* resource, std::uint32_t serial);
    void (*get_input_popup_surface)(wl_client* client, wl_resource* resource, std::uint32_t id,
                                    wl_resource* surface);
    void (*grab_keyboard)(wl_client* client, wl_resource* resource, std::uint32_t id);
    void (*destroy)(wl_client* client, wl_resource* resource);
};

struct InputPopupRequests {
    void (*destroy)(wl_client* client, wl_resource* resource);
};

struct KeyboardGrabRequests {
    void (*release)(wl_client* client, wl_resource* resource);
};

struct VirtualKeyboardManagerRequests {
    void (*create_virtual_keyboard)(wl_client* client, wl_resource* resource, wl_resource* seat,
                                    std::uint32_t id);
};

struct VirtualKeyboardRequests {
    void (*keymap)(wl_client* client, wl_resource* resource, std::uint32_t format, std::int32_t fd,
                   std::uint32_t size);
    void (*key)(wl_client* client, wl_resource* resource, std::uint32_t time, std::uint32_t key,
                std::uint32_t state);
    void (*modifiers)(wl_client* client, wl_resource* resource, std::uint32_t depressed,
                      std::uint32_t latched, std::uint32_t locked, std::uint32_t group);
    void (*destroy)(wl_client* client, wl_resource* resource);
};

// Events of zwp_input_method_v2.
void send_activate(wl_resource* input_method);
void send_deactivate(wl_resource* input_method);
void send_content_type(wl_resource* input_method, std::uint32_t hint, std::uint32_t purpose);
void send_done(wl_resource* input_method);
// This one will never be used: there is another.
void send_unavailable(wl_resource* input_method);

// The event of zwp_input_popup_surface_v2: the caret, seen from the popup's top left; logical.
void send_text_input_rectangle(wl_resource* popup, std::int32_t x, std::int32_t y,
                               std::int32_t width, std::int32_t height);

// Events of zwp_input_method_keyboard_grab_v2, with the meaning of wl_keyboard's.
void send_grab_keymap(wl_resource* grab, std::uint32_t format, int fd, std::uint32_t size);
void send_grab_key(wl_resource* grab, std::uint32_t serial, std::uint32_t time, std::uint32_t key,
                   std::uint32_t state);
void send_grab_modifiers(wl_resource* grab, std::uint32_t serial, std::uint32_t depressed,
                         std::uint32_t latched, std::uint32_t locked, std::uint32_t group);
void send_grab_repeat_info(wl_resource* grab, std::int32_t per_second, std::int32_t delay_ms);

}  // namespace sudare::compositor
