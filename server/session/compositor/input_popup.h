// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "server/session/compositor/region.h"
#include "server/session/compositor/resource.h"

namespace sudare::compositor {

class Surface;

// zwp_input_popup_surface_v2: the candidates of an input method, below the caret, or above it where
// there is no room, always inside the screen.
class InputPopup : public Object {
   public:
    InputPopup(Context& owner, std::weak_ptr<Surface> surface)
        : Object(owner), surface_(std::move(surface)) {}

    [[nodiscard]] std::shared_ptr<Surface> surface() const { return surface_.lock(); }
    // caret: logical, on the screen. Nothing while there is nothing to show.
    [[nodiscard]] std::optional<Point> origin(const Box& caret) const;
    // Tells the client where the caret is, seen from the popup.
    void tell_caret(const Box& caret);

   private:
    void on_destroyed() override;
    std::weak_ptr<Surface> surface_;
    Box told_;
};

void create_input_popup(Context& context, wl_client* client, int version, std::uint32_t id,
                        wl_resource* surface);

}  // namespace sudare::compositor
