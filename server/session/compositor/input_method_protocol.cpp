// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/input_method_protocol.h"

#include <wayland-server-protocol.h>

#include <iterator>

namespace sudare::compositor {
namespace {

const wl_interface* kNoTypes[] = {nullptr, nullptr, nullptr, nullptr, nullptr};
const wl_interface* kGetInputMethodTypes[] = {&wl_seat_interface, &kInputMethodInterface};
const wl_interface* kGetPopupTypes[] = {&kInputPopupInterface, &wl_surface_interface};
const wl_interface* kGrabTypes[] = {&kKeyboardGrabInterface};
const wl_interface* kCreateKeyboardTypes[] = {&wl_seat_interface, &kVirtualKeyboardInterface};

const wl_message kManagerRequests[] = {
    {"get_input_method", "on", kGetInputMethodTypes},
    {"destroy", "", kNoTypes},
};

const wl_message kMethodRequests[] = {
    {"commit_string", "s", kNoTypes},
    {"set_preedit_string", "sii", kNoTypes},
    {"delete_surrounding_text", "uu", kNoTypes},
    {"commit", "u", kNoTypes},
    {"get_input_popup_surface", "no", kGetPopupTypes},
    {"grab_keyboard", "n", kGrabTypes},
    {"destroy", "", kNoTypes},
};
const wl_message kMethodEvents[] = {
    {"activate", "", kNoTypes},          {"deactivate", "", kNoTypes},
    {"surrounding_text", "suu", kNoTypes}, {"text_change_cause", "u", kNoTypes},
    {"content_type", "uu", kNoTypes},    {"done", "", kNoTypes},
    {"unavailable", "", kNoTypes},
};

const wl_message kPopupRequests[] = {{"destroy", "", kNoTypes}};
const wl_message kPopupEvents[] = {{"text_input_rectangle", "iiii", kNoTypes}};

const wl_message kGrabRequests[] = {{"release", "", kNoTypes}};
const wl_message kGrabEvents[] = {
    {"keymap", "uhu", kNoTypes},
    {"key", "uuuu", kNoTypes},
    {"modifiers", "uuuuu", kNoTypes},
    {"repeat_info", "ii", kNoTypes},
};

const wl_message kKeyboardManagerRequests[] = {
    {"create_virtual_keyboard", "on", kCreateKeyboardTypes},
};
const wl_message kKeyboardRequests[] = {
    {"keymap", "uhu", kNoTypes},
    {"key", "uuu", kNoTypes},
    {"modifiers", "uuuu", kNoTypes},
    {"destroy", "", kNoTypes},
};

template <typename Messages>
constexpr int count(const Messages& messages) {
    return static_cast<int>(std::size(messages));
}

// Opcodes: positions in the lists above.
enum MethodEvent { kActivate, kDeactivate, kSurroundingText, kChangeCause, kContentType, kDone, kUnavailable };
enum GrabEvent { kKeymap, kKey, kModifiers, kRepeatInfo };

}  // namespace

const wl_interface kInputMethodManagerInterface = {
    "zwp_input_method_manager_v2", 1, count(kManagerRequests), kManagerRequests, 0, nullptr};
const wl_interface kInputMethodInterface = {
    "zwp_input_method_v2",  1,           count(kMethodRequests), kMethodRequests,
    count(kMethodEvents), kMethodEvents};
const wl_interface kInputPopupInterface = {
    "zwp_input_popup_surface_v2", 1, count(kPopupRequests), kPopupRequests, count(kPopupEvents),
    kPopupEvents};
const wl_interface kKeyboardGrabInterface = {
    "zwp_input_method_keyboard_grab_v2", 1, count(kGrabRequests), kGrabRequests,
    count(kGrabEvents), kGrabEvents};
const wl_interface kVirtualKeyboardManagerInterface = {"zwp_virtual_keyboard_manager_v1", 1,
                                                       count(kKeyboardManagerRequests),
                                                       kKeyboardManagerRequests, 0, nullptr};
const wl_interface kVirtualKeyboardInterface = {
    "zwp_virtual_keyboard_v1", 1, count(kKeyboardRequests), kKeyboardRequests, 0, nullptr};

void send_activate(wl_resource* input_method) {
    wl_resource_post_event(input_method, kActivate);
}

void send_deactivate(wl_resource* input_method) {
    wl_resource_post_event(input_method, kDeactivate);
}

void send_content_type(wl_resource* input_method, std::uint32_t hint, std::uint32_t purpose) {
    wl_resource_post_event(input_method, kContentType, hint, purpose);
}

void send_done(wl_resource* input_method) {
    wl_resource_post_event(input_method, kDone);
}

void send_unavailable(wl_resource* input_method) {
    wl_resource_post_event(input_method, kUnavailable);
}

void send_text_input_rectangle(wl_resource* popup, std::int32_t x, std::int32_t y,
                               std::int32_t width, std::int32_t height) {
    wl_resource_post_event(popup, 0, x, y, width, height);
}

void send_grab_keymap(wl_resource* grab, std::uint32_t format, int fd, std::uint32_t size) {
    wl_resource_post_event(grab, kKeymap, format, fd, size);
}

void send_grab_key(wl_resource* grab, std::uint32_t serial, std::uint32_t time, std::uint32_t key,
                   std::uint32_t state) {
    wl_resource_post_event(grab, kKey, serial, time, key, state);
}

void send_grab_modifiers(wl_resource* grab, std::uint32_t serial, std::uint32_t depressed,
                         std::uint32_t latched, std::uint32_t locked, std::uint32_t group) {
    wl_resource_post_event(grab, kModifiers, serial, depressed, latched, locked, group);
}

void send_grab_repeat_info(wl_resource* grab, std::int32_t per_second, std::int32_t delay_ms) {
    wl_resource_post_event(grab, kRepeatInfo, per_second, delay_ms);
}

}  // namespace sudare::compositor
