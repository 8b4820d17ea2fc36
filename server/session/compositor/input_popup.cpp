// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/input_popup.h"

#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/input_method.h"
#include "server/session/compositor/input_method_protocol.h"
#include "server/session/compositor/output.h"
#include "server/session/compositor/popup_placement.h"
#include "server/session/compositor/scene.h"
#include "server/session/compositor/surface.h"

namespace sudare::compositor {
namespace {

const InputPopupRequests kRequests = {.destroy = destroy_request};

}  // namespace

std::optional<Point> InputPopup::origin(const Box& caret) const {
    const auto shown = surface();
    if (!resource() || !shown || !shown->contents())
        return std::nullopt;
    const Box extent = shown->extent();
    PopupRules rules;
    rules.width = extent.width;
    rules.height = extent.height;
    rules.anchor_rect = caret;
    rules.anchor = {-1, 1};
    rules.gravity = {1, 1};
    rules.adjustment = kSlideX | kFlipY | kSlideY;
    if (!rules.complete())
        return std::nullopt;
    const Box placed = place_popup(rules, context.output->logical_box());
    return clamped(Point{placed.x, placed.y});
}

void InputPopup::tell_caret(const Box& caret) {
    const auto place = origin(caret);
    if (!place)
        return;
    const Box seen = caret.moved({-place->x, -place->y});
    if (seen == std::exchange(told_, seen))
        return;
    send_text_input_rectangle(resource(), seen.x, seen.y, seen.width, seen.height);
}

void InputPopup::on_destroyed() {
    context.scene->compose();
}

void create_input_popup(Context& context, wl_client* client, int version, std::uint32_t id,
                        wl_resource* surface_resource) {
    const auto surface = object_of<Surface>(surface_resource);
    if (!surface || surface->client() != client || !surface->set_role(Role::kInputPopup))
        return wl_client_post_implementation_error(client, "the surface serves for something else");
    if (auto popup = make_object<InputPopup>(context, client, &kInputPopupInterface, version, id,
                                             &kRequests, surface))
        context.input_methods->add_popup(popup);
}

}  // namespace sudare::compositor
