// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/keyboard_grab.h"

#include <unistd.h>
#include <wayland-server-protocol.h>

#include <limits>

#include "server/session/compositor/context.h"
#include "server/session/compositor/input_method.h"
#include "server/session/compositor/input_method_protocol.h"
#include "server/session/compositor/keyboard.h"
#include "server/session/compositor/seat.h"

namespace sudare::compositor {
namespace {

class Grab : public Object, public KeyGrab {
   public:
    using Object::Object;

    void take_keymap(const Keymap& map) override {
        send_grab_keymap(resource(), WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1, map.text.get(), map.size);
    }
    void take_key(std::uint32_t serial, std::uint16_t code, bool down) override {
        send_grab_key(
            resource(), serial, event_time(), code,
            down ? WL_KEYBOARD_KEY_STATE_PRESSED : WL_KEYBOARD_KEY_STATE_RELEASED);
    }
    void take_modifiers(std::uint32_t serial, const Modifiers& modifiers) override {
        send_grab_modifiers(resource(), serial, modifiers.depressed, modifiers.latched,
                            modifiers.locked, modifiers.group);
    }

   private:
    void on_destroyed() override {
        Keyboard& keyboard = context.seat->keyboard();
        if (keyboard.grab() == this)
            keyboard.set_grab(nullptr);
    }
};

struct VirtualKeyboard : Object {
    using Object::Object;
    [[nodiscard]] Keyboard& keyboard() const { return context.seat->keyboard(); }
};

const KeyboardGrabRequests kGrabRequests = {.release = destroy_request};

const VirtualKeyboardRequests kKeyboardRequests = {
    .keymap = [](wl_client*, wl_resource*, std::uint32_t, std::int32_t fd,
                 std::uint32_t) { ::close(fd); },
    .key =
        [](wl_client*, wl_resource* resource, std::uint32_t, std::uint32_t key,
           std::uint32_t state) {
            if (key <= std::numeric_limits<std::uint16_t>::max())
                object_of<VirtualKeyboard>(resource)->keyboard().forward(
                    static_cast<std::uint16_t>(key), state == WL_KEYBOARD_KEY_STATE_PRESSED);
        },
    .modifiers =
        [](wl_client*, wl_resource* resource, std::uint32_t depressed, std::uint32_t latched,
           std::uint32_t locked, std::uint32_t group) {
            object_of<VirtualKeyboard>(resource)->keyboard().forward(
                Modifiers{depressed, latched, locked, group});
        },
    .destroy = destroy_request,
};

const VirtualKeyboardManagerRequests kManagerRequests = {
    .create_virtual_keyboard =
        [](wl_client* client, wl_resource* resource, wl_resource*, std::uint32_t id) {
            make_object<VirtualKeyboard>(context_of(resource), client, &kVirtualKeyboardInterface,
                                         wl_resource_get_version(resource), id, &kKeyboardRequests);
        },
};

}  // namespace

void create_keyboard_grab(Context& context, wl_client* client, int version, std::uint32_t id) {
    auto grab =
        make_object<Grab>(context, client, &kKeyboardGrabInterface, version, id, &kGrabRequests);
    if (!grab)
        return;
    // For keys that the input method uses itself, such as Backspace in a composition.
    send_grab_repeat_info(grab->resource(), kRepeatPerSecond, kRepeatDelayMs);
    // Asked for a field that is gone by now: the next one is asked for again.
    if (context.input_methods->serving())
        context.seat->keyboard().set_grab(grab.get());
}

Global create_virtual_keyboards(Context& context) {
    return make_global<&kVirtualKeyboardManagerInterface, &kManagerRequests>(context, 1);
}

}  // namespace sudare::compositor
