// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/scene.h"

#include <cmath>
#include <ranges>
#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/input_method.h"
#include "server/session/compositor/output.h"
#include "server/session/compositor/painter.h"
#include "server/session/compositor/seat.h"
#include "server/session/compositor/subcompositor.h"
#include "server/session/compositor/surface.h"
#include "server/session/compositor/window_stack.h"
#include "server/session/compositor/xdg_popup.h"
#include "server/session/compositor/xdg_surface.h"
#include "server/session/compositor/xdg_toplevel.h"

namespace sudare::compositor {
namespace {

Result<PixmanImage> make_image(Size size) {
    PixmanImage image(pixman_image_create_bits(PIXMAN_a8r8g8b8, size.width(), size.height(),
                                               nullptr, 0));
    if (!image)
        return fail(Errc::kSystem, "pixman_image_create_bits");
    return image;
}

// An opaque region in logical coordinates covers a framebuffer pixel only if it covers it wholly.
Region opaque_on_screen(const Surface& surface, const SceneItem& item, Scale scale) {
    if (surface.opaque_format() || surface.opaque().covers(surface.extent()))
        return Region(item.box);
    Region result;
    for (const pixman_box32_t& box : surface.opaque().boxes()) {
        const auto left = static_cast<std::int32_t>(std::ceil(box.x1 * scale.factor()));
        const auto top = static_cast<std::int32_t>(std::ceil(box.y1 * scale.factor()));
        const auto right = static_cast<std::int32_t>(std::floor(box.x2 * scale.factor()));
        const auto bottom = static_cast<std::int32_t>(std::floor(box.y2 * scale.factor()));
        result.add(Box{left, top, right - left, bottom - top}.moved({item.box.x, item.box.y}));
    }
    result.intersect(item.box);
    return result;
}

}  // namespace

Result<std::unique_ptr<Scene>> Scene::create(Context& context, Size size) {
    SUDARE_TRY(PixmanImage image, make_image(size));
    return std::unique_ptr<Scene>(new Scene(context, std::move(image), size));
}

Scene::Scene(Context& context, PixmanImage image, Size size)
    : context_(context), image_(std::move(image)), size_(size) {
    paint(image_.get(), {}, Region(Box{0, 0, size_.width(), size_.height()}));
}

Result<void> Scene::resize(Size size) {
    if (size != size_) {
        SUDARE_TRY(PixmanImage image, make_image(size));
        image_ = std::move(image);
        size_ = size;
    }
    repaint_all_ = true;
    compose();
    return {};
}

Framebuffer Scene::framebuffer() const {
    return {pixman_image_get_data(image_.get()),
            static_cast<std::size_t>(pixman_image_get_stride(image_.get())) / 4, size_};
}

// --- composing -----------------------------------------------------------------------------------

void Scene::compose() {
    std::vector<SceneItem> items = build();
    const Box screen{0, 0, size_.width(), size_.height()};
    mark_hidden(items, screen);
    Region dirty = geometry_damage(items_, items);
    const bool rearranged = !dirty.empty();
    for (const SceneItem& item : items) {
        dirty.add(to_screen(item, item.surface->take_damage()));
        dirty.simplify(kRegionBoxesMax);
    }
    if (std::exchange(repaint_all_, false))
        dirty.add(screen);
    dirty.intersect(screen);
    items_ = std::move(items);
    if (rearranged)
        context_.seat->scene_changed();
    if (dirty.empty())
        return;
    paint(image_.get(), items_, dirty);
    const Box bounds = dirty.bounds();
    if (auto rect = Rect::clip(bounds.x, bounds.y, bounds.width, bounds.height, size_))
        context_.delegate.on_damage(framebuffer(), *rect);
}

std::vector<SceneItem> Scene::build() const {
    std::vector<SceneItem> items;
    const auto windows = context_.windows->bottom_to_top();
    for (const auto& window : windows) {
        if (auto surface = window->xdg_surface())
            add_window(items, *surface, {}, window == windows.back());
    }
    for (const auto& [surface, origin] : context_.input_methods->shown())
        add_tree(items, surface, origin, true);
    if (auto icon = drag_icon_.lock(); icon && icon->contents()) {
        const double factor = context_.output->scale().factor();
        const Point at{static_cast<std::int32_t>(drag_position_.x / factor),
                       static_cast<std::int32_t>(drag_position_.y / factor)};
        add_tree(items, icon, at + icon->offset(), false);
    }
    return items;
}

// `origin` is where the window geometry begins; shadows may lie outside it.
void Scene::add_window(std::vector<SceneItem>& items, XdgSurface& window, Point origin,
                       bool topmost) const {
    const Box geometry = window.geometry();
    if (auto surface = window.surface())
        add_tree(items, surface, origin - Point{geometry.x, geometry.y}, topmost);
    for (const auto& popup : window.popups()) {
        auto surface = popup->xdg_surface();
        if (surface && popup->mapped())
            add_window(items, *surface, clamped(origin + popup->position()), topmost);
    }
}

void Scene::add_tree(std::vector<SceneItem>& items, const std::shared_ptr<Surface>& surface,
                     Point origin, bool topmost) const {
    if (!surface->contents())
        return;  // unmapped, its subsurfaces with it
    for (const Layer& layer : surface->layers()) {
        if (layer.self) {
            if (auto item = make_item(surface, origin)) {
                item->takes_input = topmost;
                items.push_back(std::move(*item));
            }
            continue;
        }
        auto link = layer.child.lock();
        auto child = link ? link->surface() : nullptr;
        if (child)
            add_tree(items, child, clamped(origin + link->position()), topmost);
    }
}

std::optional<SceneItem> Scene::make_item(const std::shared_ptr<Surface>& surface,
                                          Point origin) const {
    const Scale scale = context_.output->scale();
    SceneItem item;
    item.surface_id = surface->id();
    item.surface = surface;
    item.store = surface->contents();
    item.origin = origin;
    item.crop = surface->crop();
    item.box = scale.to_device(surface->extent().moved(origin));
    if (item.box.empty() || item.crop.width < 1 || item.crop.height < 1)
        return std::nullopt;
    // A client that follows the fractional scale draws one pixel per pixel; its size and ours may
    // differ by one from rounding. Scaling by 1919/1920 would blur all text for nothing.
    const auto whole = [](double value) { return value == std::floor(value); };
    const double wide = item.crop.width - item.box.width;
    const double high = item.crop.height - item.box.height;
    item.exact = std::abs(wide) <= 1 && std::abs(high) <= 1 && whole(item.crop.x) &&
                 whole(item.crop.y) && whole(item.crop.width) && whole(item.crop.height);
    if (item.exact) {
        item.box.width = static_cast<std::int32_t>(item.crop.width);
        item.box.height = static_cast<std::int32_t>(item.crop.height);
    }
    item.opaque = opaque_on_screen(*surface, item, scale);
    return item;
}

// --- questions -----------------------------------------------------------------------------------

Scene::Hit Scene::hit(Point device) const {
    const Scale scale = context_.output->scale();
    for (const SceneItem& item : items_ | std::views::reverse) {
        if (!item.takes_input || !item.surface->resource())
            continue;
        const double x = scale.to_logical(device.x + 0.5) - item.origin.x;
        const double y = scale.to_logical(device.y + 0.5) - item.origin.y;
        if (item.surface->accepts_input(x, y))
            return {item.surface, x, y};
    }
    return {};
}

std::optional<Scene::Hit> Scene::locate(const Surface& surface, Point device) const {
    const SceneItem* item = find(surface);
    if (!item)
        return std::nullopt;
    const Scale scale = context_.output->scale();
    return Hit{item->surface, scale.to_logical(device.x + 0.5) - item->origin.x,
               scale.to_logical(device.y + 0.5) - item->origin.y};
}

std::optional<Box> Scene::place(const Surface& surface, const Box& logical) const {
    const SceneItem* item = find(surface);
    if (!item)
        return std::nullopt;
    return context_.output->scale().to_device(logical.moved(item->origin));
}

std::optional<Box> Scene::place_logical(const Surface& surface, const Box& logical) const {
    const SceneItem* item = find(surface);
    return item ? std::optional(logical.moved(item->origin)) : std::nullopt;
}

bool Scene::visible(const Surface& surface) const {
    const SceneItem* item = find(surface);
    return item && !item->hidden;
}

const SceneItem* Scene::find(const Surface& surface) const {
    for (const SceneItem& item : items_)
        if (item.surface_id == surface.id())
            return &item;
    return nullptr;
}

void Scene::set_drag_icon(std::weak_ptr<Surface> icon, Point device) {
    const bool shown = !drag_icon_.expired() || !icon.expired();
    drag_icon_ = std::move(icon);
    drag_position_ = device;
    if (shown)
        compose();
}

}  // namespace sudare::compositor
