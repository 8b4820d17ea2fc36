// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/keyboard.h"

#include <wayland-server-protocol.h>

#include <algorithm>
#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/surface.h"

namespace sudare::compositor {

struct KeyboardHandle : Object {
    using Object::Object;
};

namespace {

constexpr std::size_t kPressedMax = 32;       // more keys than fingers
constexpr std::size_t kOfferedMax = 64;       // typed ahead of an input method that is slow
constexpr std::uint32_t kEvdevToXkb = 8;      // xkb key codes are evdev codes plus 8

const struct wl_keyboard_interface kRequests = {.release = destroy_request};

}  // namespace

Keyboard::Keyboard(Context& context, Keymaps keymaps, KeyboardLayout layout)
    : context_(context),
      keymaps_(std::move(keymaps)),
      layout_(layout),
      state_(xkb_state_new(keymaps_.of(layout).compiled.get())) {}

void Keyboard::bind(wl_client* client, int version, std::uint32_t id) {
    auto handle = make_object<KeyboardHandle>(context_, client, &wl_keyboard_interface, version, id,
                                              &kRequests);
    if (!handle)
        return;
    std::erase_if(handles_, [](const auto& known) { return known.expired(); });
    handles_.push_back(handle);
    send_keymap(*handle);
    if (handle->version() >= WL_KEYBOARD_REPEAT_INFO_SINCE_VERSION)
        wl_keyboard_send_repeat_info(handle->resource(), kRepeatPerSecond, kRepeatDelayMs);
    if (auto surface = focus_.lock(); surface && surface->client() == client)
        send_enter(*handle, context_.next_serial(), *surface);
}

template <typename Tell>
void Keyboard::for_focused(Tell tell) const {
    auto surface = focus_.lock();
    if (!surface || !surface->resource())
        return;
    for (const auto& known : handles_) {
        auto handle = known.lock();
        if (handle && handle->resource() && handle->client() == surface->client())
            tell(*handle, *surface);
    }
}

void Keyboard::key(std::uint16_t code, bool down) {
    const auto known = std::ranges::find(pressed_, code);
    if ((known != pressed_.end()) == down || (down && pressed_.size() >= kPressedMax))
        return;
    if (down)
        pressed_.push_back(code);
    else
        pressed_.erase(known);
    const auto changed = xkb_state_update_key(state_.get(), code + kEvdevToXkb,
                                              down ? XKB_KEY_DOWN : XKB_KEY_UP);
    if (grab_)
        return offer(code, down, changed != 0);
    deliver(code, down);
    deliver(modifiers());
}

void Keyboard::deliver(std::uint16_t code, bool down) {
    const auto known = std::ranges::find(told_, code);
    if ((known != told_.end()) == down)
        return;
    if (down)
        told_.push_back(code);
    else
        told_.erase(known);
    const std::uint32_t serial = context_.next_serial();
    for_focused([&](const KeyboardHandle& handle, Surface&) {
        wl_keyboard_send_key(handle.resource(), serial, event_time(), code,
                             down ? WL_KEYBOARD_KEY_STATE_PRESSED : WL_KEYBOARD_KEY_STATE_RELEASED);
    });
}

void Keyboard::deliver(const Modifiers& modifiers) {
    if (modifiers == told_modifiers_)
        return;
    told_modifiers_ = modifiers;
    for_focused([&](const KeyboardHandle& handle, Surface&) {
        send_modifiers(handle, context_.next_serial());
    });
}

void Keyboard::release_all() {
    while (!pressed_.empty())
        key(pressed_.back(), false);
    if (modifiers() != Modifiers{}) {
        state_.reset(xkb_state_new(keymaps_.of(layout_).compiled.get()));
        if (grab_)
            grab_->take_modifiers(context_.next_serial(), {});
    }
    reconcile();
}

// --- grab ----------------------------------------------------------------------------------------

void Keyboard::set_grab(KeyGrab* grab) {
    grab_ = grab;
    if (!grab_)
        return reconcile();
    grab_->take_keymap(keymaps_.of(layout_));
    grab_->take_modifiers(context_.next_serial(), modifiers());
}

void Keyboard::offer(std::uint16_t code, bool down, bool modifiers_changed) {
    if (offered_.size() >= kOfferedMax)
        withdraw(1);
    offered_.push_back({code, down});
    grab_->take_key(context_.next_serial(), code, down);
    if (modifiers_changed)
        grab_->take_modifiers(context_.next_serial(), modifiers());
}

// The first `count` offers were used up by the grab. A window that holds such a key lets it go all
// the same.
void Keyboard::withdraw(std::size_t count) {
    for (; count > 0; --count) {
        const auto [code, down] = offered_.front();
        offered_.pop_front();
        if (!down)
            deliver(code, false);
    }
}

// An input method answers in the order in which it was asked, so what stands before the answer has
// been used up. It may also repeat a held key, letting it go and pressing it each time: the window
// repeats by itself and is told of the first press only. What was offered may come back after the
// grab's end: it was typed before.
void Keyboard::forward(std::uint16_t code, bool down) {
    const auto offer = std::ranges::find(offered_, Offer{code, down});
    if (offer == offered_.end()) {
        if (down && grab_ && holds(code))
            deliver(code, true);
        return;
    }
    withdraw(static_cast<std::size_t>(offer - offered_.begin()));
    offered_.pop_front();
    deliver(code, down);
    if (!grab_ && !holds(code))
        deliver(code, false);
}

void Keyboard::forward(const Modifiers& modifiers) {
    if (grab_)
        deliver(modifiers);
}

// The window has been told of nothing that is not so.
void Keyboard::reconcile() {
    const auto told = told_;
    for (const std::uint16_t code : told)
        if (!holds(code))
            deliver(code, false);
    deliver(modifiers());
}

bool Keyboard::holds(std::uint16_t code) const {
    return std::ranges::find(pressed_, code) != pressed_.end();
}

void Keyboard::set_layout(KeyboardLayout layout) {
    if (layout == layout_)
        return;
    release_all();
    layout_ = layout;
    state_.reset(xkb_state_new(keymaps_.of(layout).compiled.get()));
    for (const auto& known : handles_)
        if (auto handle = known.lock(); handle && handle->resource())
            send_keymap(*handle);
    for_focused([&](const KeyboardHandle& handle, Surface&) {
        send_modifiers(handle, context_.next_serial());
    });
    if (grab_)
        grab_->take_keymap(keymaps_.of(layout_));
}

void Keyboard::focus(const std::shared_ptr<Surface>& surface) {
    if (focus_.lock() == surface)
        return;
    const std::uint32_t serial = context_.next_serial();
    for_focused([&](const KeyboardHandle& handle, Surface& left) {
        wl_keyboard_send_leave(handle.resource(), serial, left.resource());
    });
    focus_ = surface;
    for_focused([&](const KeyboardHandle& handle, Surface& entered) {
        send_enter(handle, context_.next_serial(), entered);
    });
}

void Keyboard::send_keymap(const KeyboardHandle& handle) const {
    const Keymap& map = keymaps_.of(layout_);
    wl_keyboard_send_keymap(handle.resource(), WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1, map.text.get(),
                            map.size);
}

void Keyboard::send_enter(const KeyboardHandle& handle, std::uint32_t serial,
                          Surface& surface) const {
    wl_array keys;
    wl_array_init(&keys);
    for (const std::uint16_t code : told_)
        if (void* place = wl_array_add(&keys, sizeof(std::uint32_t)))
            *static_cast<std::uint32_t*>(place) = code;
    wl_keyboard_send_enter(handle.resource(), serial, surface.resource(), &keys);
    wl_array_release(&keys);
    send_modifiers(handle, context_.next_serial());
}

void Keyboard::send_modifiers(const KeyboardHandle& handle, std::uint32_t serial) const {
    const auto& [depressed, latched, locked, group] = told_modifiers_;
    wl_keyboard_send_modifiers(handle.resource(), serial, depressed, latched, locked, group);
}

Modifiers Keyboard::modifiers() const {
    return {xkb_state_serialize_mods(state_.get(), XKB_STATE_MODS_DEPRESSED),
            xkb_state_serialize_mods(state_.get(), XKB_STATE_MODS_LATCHED),
            xkb_state_serialize_mods(state_.get(), XKB_STATE_MODS_LOCKED),
            xkb_state_serialize_layout(state_.get(), XKB_STATE_LAYOUT_EFFECTIVE)};
}

}  // namespace sudare::compositor
