// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/surface.h"

#include <wayland-server-protocol.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/frame_pacer.h"
#include "server/session/compositor/output.h"
#include "server/session/compositor/scene.h"
#include "server/session/compositor/subcompositor.h"

namespace sudare::compositor {

Surface::Surface(Context& owner) : Object(owner), id_(owner.next_surface_id++) {
    ++owner.surfaces;
    layers_.push_back({{}, true});
    pending_layers_ = layers_;
}

Surface::~Surface() {
    --context.surfaces;
}

void Surface::on_destroyed() {
    store_.reset();
    pending_.buffer.release();
    cached_.buffer.release();
    if (auto listener = listener_.lock())
        listener->on_commit();  // without contents: unmaps
    context.scene->compose();
}

bool Surface::set_role(Role role) {
    if (role_ != Role::kNone && role_ != role)
        return false;
    role_ = role;
    return true;
}

void Surface::set_commit_listener(std::weak_ptr<CommitListener> listener) {
    listener_ = std::move(listener);
}

void Surface::set_subsurface(std::weak_ptr<Subsurface> subsurface) {
    subsurface_ = std::move(subsurface);
}

// --- commit --------------------------------------------------------------------------------------

void Surface::commit() {
    SurfaceState state = std::exchange(pending_, {});
    if (auto sub = subsurface_.lock(); sub && sub->synchronised()) {
        cached_.merge(std::move(state));
        return;
    }
    SurfaceState whole = std::exchange(cached_, {});
    whole.merge(std::move(state));
    apply(std::move(whole));
    context.scene->compose();
    context.pacer->serve();
}

void Surface::apply_cached() {
    if (!cached_.empty())
        apply(std::exchange(cached_, {}));
    else
        apply_children();
}

void Surface::apply(SurfaceState state) {
    if (state.scale)
        scale_ = *state.scale;
    offset_ = {clamp_coordinate(std::int64_t{offset_.x} + state.offset.x),
               clamp_coordinate(std::int64_t{offset_.y} + state.offset.y)};
    if (state.viewport)
        viewport_ = *state.viewport;
    if (state.opaque)
        opaque_ = std::move(*state.opaque);
    if (state.input)
        input_ = std::move(*state.input);
    if (state.buffer_set)
        take_buffer(state);
    apply_children();
    if (auto listener = listener_.lock())
        listener->on_commit();
    context.pacer->add(weak_from_this(), std::move(state.callbacks));
}

void Surface::apply_children() {
    layers_ = pending_layers_;
    for (const Layer& layer : layers_) {
        auto child = layer.child.lock();
        if (!child)
            continue;
        child->apply_position();
        auto surface = child->surface();
        if (surface && child->synchronised())
            surface->apply_cached();
    }
}

void Surface::take_buffer(SurfaceState& state) {
    wl_resource* buffer = state.buffer.get();
    if (!buffer || role_ == Role::kCursor) {  // a cursor's picture is never read
        state.buffer.release();
        store_.reset();
        return;
    }
    auto info = inspect_buffer(buffer);
    if (!info)
        return refuse(info.error());
    bool whole = info->opaque != opaque_format_;
    if (!store_ || store_->width() != info->width || store_->height() != info->height) {
        store_.reset();
        auto store = PixelStore::create(context.pixels, info->width, info->height);
        if (!store)
            return refuse(store.error());
        store_ = std::move(*store);
        whole = true;
    }
    opaque_format_ = info->opaque;
    Region changed = whole ? Region(store_->box()) : damage_in_buffer(state);
    changed.intersect(store_->box());
    store_->copy_from(buffer, *info, changed);
    damage_.add(changed);
    damage_.simplify(kRegionBoxesMax);  // one that is not on the screen is never asked for it
    state.buffer.release();
    if (!std::exchange(entered_output_, true))
        context.output->enter(*this);
}

// Damage comes in surface coordinates (wl_surface.damage) and in buffer coordinates
// (damage_buffer); a fractional factor widens it to whole pixels.
Region Surface::damage_in_buffer(const SurfaceState& state) const {
    Region result = state.buffer_damage;
    const CropBox shown = crop();
    const Box size = extent();
    if (size.empty())
        return result;
    const double sx = shown.width / size.width;
    const double sy = shown.height / size.height;
    for (const pixman_box32_t& box : state.surface_damage.boxes()) {
        const auto left = static_cast<std::int64_t>(std::floor(shown.x + box.x1 * sx));
        const auto top = static_cast<std::int64_t>(std::floor(shown.y + box.y1 * sy));
        const auto right = static_cast<std::int64_t>(std::ceil(shown.x + box.x2 * sx));
        const auto bottom = static_cast<std::int64_t>(std::ceil(shown.y + box.y2 * sy));
        result.add(Box::clamped(left, top, right - left, bottom - top));
    }
    return result;
}

void Surface::refuse(const Error& error) {
    store_.reset();
    if (resource())
        wl_resource_post_error(resource(), WL_SURFACE_ERROR_INVALID_SIZE, "%s",
                               error.message.c_str());
}

// --- what it shows -------------------------------------------------------------------------------

CropBox Surface::crop() const {
    if (!store_)
        return {};
    if (viewport_.source) {
        const CropBox& asked = *viewport_.source;
        CropBox box{asked.x * scale_, asked.y * scale_, asked.width * scale_,
                    asked.height * scale_};
        if (box.x + box.width <= store_->width() && box.y + box.height <= store_->height())
            return box;
    }
    return {0, 0, static_cast<double>(store_->width()), static_cast<double>(store_->height())};
}

Box Surface::extent() const {
    if (!store_)
        return {};
    if (viewport_.width > 0)
        return {0, 0, viewport_.width, viewport_.height};
    const CropBox shown = crop();
    return {0, 0, static_cast<std::int32_t>(std::ceil(shown.width / scale_)),
            static_cast<std::int32_t>(std::ceil(shown.height / scale_))};
}

bool Surface::accepts_input(double x, double y) const {
    const Box size = extent();
    if (x < 0 || y < 0 || x >= size.width || y >= size.height)
        return false;
    return !input_ ||
           input_->contains({static_cast<std::int32_t>(x), static_cast<std::int32_t>(y)});
}

Region Surface::take_damage() {
    return std::exchange(damage_, {});
}

// --- subsurfaces ---------------------------------------------------------------------------------

void Surface::attach_child(const std::shared_ptr<Subsurface>& child) {
    pending_layers_.push_back({child, false});
}

void Surface::detach_child(const Subsurface* child) {
    const auto is_child = [child](const Layer& layer) {
        auto known = layer.child.lock();
        return !layer.self && (!known || known.get() == child);
    };
    std::erase_if(layers_, is_child);
    std::erase_if(pending_layers_, is_child);
}

bool Surface::restack(const Subsurface* child, const Subsurface* sibling, bool above) {
    auto find = [this](const Subsurface* wanted) {
        return std::ranges::find_if(pending_layers_, [wanted](const Layer& layer) {
            return wanted ? layer.child.lock().get() == wanted : layer.self;
        });
    };
    if (child == sibling || find(sibling) == pending_layers_.end())
        return false;
    auto from = find(child);
    if (from == pending_layers_.end())
        return false;
    Layer moved = *from;
    pending_layers_.erase(from);
    auto to = find(sibling);
    pending_layers_.insert(above ? to + 1 : to, std::move(moved));
    return true;
}

}  // namespace sudare::compositor
