// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/painter.h"

#include <cstddef>

namespace sudare::compositor {
namespace {

constexpr pixman_color_t kBlack{0, 0, 0, 0xffff};

void set_clip(pixman_image_t* target, const Region& clip) {
    pixman_image_set_clip_region32(target, const_cast<pixman_region32_t*>(clip.pixman()));
}

// A view of the store that reads buffer pixels through the item's scale; bilinear.
PixmanImage scaled_view(pixman_image_t* source, const SceneItem& item) {
    PixmanImage view(pixman_image_create_bits(
        pixman_image_get_format(source), pixman_image_get_width(source),
        pixman_image_get_height(source), pixman_image_get_data(source),
        pixman_image_get_stride(source)));
    if (!view)
        return nullptr;
    pixman_f_transform_t map;
    pixman_f_transform_init_scale(&map, item.crop.width / item.box.width,
                                  item.crop.height / item.box.height);
    pixman_f_transform_translate(&map, nullptr, item.crop.x, item.crop.y);
    pixman_transform_t fixed;
    if (!pixman_transform_from_pixman_f_transform(&fixed, &map))
        return nullptr;
    pixman_image_set_transform(view.get(), &fixed);
    pixman_image_set_filter(view.get(), PIXMAN_FILTER_BILINEAR, nullptr, 0);
    pixman_image_set_repeat(view.get(), PIXMAN_REPEAT_PAD);
    return view;
}

void composite(pixman_image_t* target, const SceneItem& item, pixman_op_t op,
               pixman_image_t* source, const Region& where) {
    if (where.empty())
        return;
    set_clip(target, where);
    const Box area = where.bounds();
    int source_x = area.x - item.box.x;
    int source_y = area.y - item.box.y;
    PixmanImage view;
    if (item.exact) {
        source_x += static_cast<int>(item.crop.x);
        source_y += static_cast<int>(item.crop.y);
    } else {
        view = scaled_view(source, item);
        if (!view)
            return;
        source = view.get();
    }
    pixman_image_composite32(op, source, nullptr, target, source_x, source_y, 0, 0, area.x, area.y,
                             area.width, area.height);
}

}  // namespace

void paint(pixman_image_t* target, std::span<const SceneItem> items, const Region& dirty) {
    const std::vector<Region> parts = visible_parts(items, dirty);
    if (const auto bare = parts.back().boxes(); !bare.empty()) {
        pixman_image_set_clip_region32(target, nullptr);
        pixman_image_fill_boxes(PIXMAN_OP_SRC, target, &kBlack, static_cast<int>(bare.size()),
                                bare.data());
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        Region opaque = parts[i];
        opaque.intersect(items[i].opaque);
        Region blended = parts[i];
        blended.subtract(items[i].opaque);
        // What claims to be opaque is read without alpha: the top byte stays 0xFF whatever the
        // browser wrote there.
        composite(target, items[i], PIXMAN_OP_SRC, items[i].store->xrgb(), opaque);
        composite(target, items[i], PIXMAN_OP_OVER, items[i].store->argb(), blended);
    }
    pixman_image_set_clip_region32(target, nullptr);
}

}  // namespace sudare::compositor
