// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/window_stack.h"

#include <algorithm>

#include "server/session/compositor/context.h"
#include "server/session/compositor/scene.h"
#include "server/session/compositor/seat.h"
#include "server/session/compositor/surface.h"
#include "server/session/compositor/xdg_popup.h"
#include "server/session/compositor/xdg_surface.h"
#include "server/session/compositor/xdg_toplevel.h"

namespace sudare::compositor {
namespace {

template <typename T>
void erase_entry(std::vector<std::weak_ptr<T>>& list, const T* gone) {
    std::erase_if(list, [gone](const std::weak_ptr<T>& entry) {
        auto known = entry.lock();
        return !known || known.get() == gone;
    });
}

template <typename T>
bool holds(const std::vector<std::weak_ptr<T>>& list, const T* wanted) {
    for (const auto& entry : list)
        if (entry.lock().get() == wanted)
            return true;
    return false;
}

}  // namespace

void WindowStack::created(const std::shared_ptr<XdgToplevel>& window) {
    erase_entry<XdgToplevel>(known_, nullptr);
    known_.push_back(window);
}

void WindowStack::push(const std::shared_ptr<XdgToplevel>& window) {
    if (holds(mapped_, window.get()))
        return;
    for (const auto& below : bottom_to_top())
        below->set_activated(false);
    mapped_.push_back(window);
    window->set_activated(true);
    focus_topmost();
}

void WindowStack::remove(const XdgToplevel* window) {
    erase_entry(known_, window);
    remove_mapped(window);
}

void WindowStack::remove_mapped(const XdgToplevel* window) {
    if (!holds(mapped_, window))
        return;
    erase_entry(mapped_, window);
    const auto rest = bottom_to_top();
    if (!rest.empty())
        rest.back()->set_activated(true);
    focus_topmost();
    if (rest.empty())
        context_.delegate.on_last_window_closed();
}

std::vector<std::shared_ptr<XdgToplevel>> WindowStack::bottom_to_top() const {
    std::vector<std::shared_ptr<XdgToplevel>> windows;
    for (const auto& entry : mapped_)
        if (auto window = entry.lock())
            windows.push_back(std::move(window));
    return windows;
}

void WindowStack::raise_next() {
    erase_entry<XdgToplevel>(mapped_, nullptr);
    if (mapped_.size() < 2)
        return;
    dismiss_grabs();
    if (const auto top = mapped_.back().lock())
        top->set_activated(false);
    std::ranges::rotate(mapped_, mapped_.begin() + 1);
    if (const auto top = mapped_.back().lock())
        top->set_activated(true);
    focus_topmost();
    context_.scene->compose();
}

void WindowStack::reconfigure(bool scale_changed) {
    for (const auto& entry : known_)
        if (auto window = entry.lock())
            window->screen_changed(scale_changed);
}

void WindowStack::push_grab(const std::shared_ptr<XdgPopup>& popup) {
    if (holds<XdgPopup>(grabs_, popup.get()))
        return;
    grabs_.push_back(popup);
    focus_topmost();
}

void WindowStack::remove_grab(const XdgPopup* popup) {
    if (!holds(grabs_, popup))
        return;
    erase_entry(grabs_, popup);
    focus_topmost();
}

void WindowStack::dismiss_grabs() {
    for (auto entry = grabs_.rbegin(); entry != grabs_.rend(); ++entry)
        if (auto popup = entry->lock())
            popup->dismiss();
}

void WindowStack::focus_topmost() {
    std::shared_ptr<XdgSurface> top;
    if (const auto windows = bottom_to_top(); !windows.empty())
        top = windows.back()->xdg_surface();
    for (const auto& entry : grabs_)
        if (auto popup = entry.lock(); popup && popup->xdg_surface())
            top = popup->xdg_surface();
    context_.seat->focus_keyboard(top ? top->surface() : nullptr);
}

}  // namespace sudare::compositor
