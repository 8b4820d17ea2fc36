// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "server/session/compositor/resource.h"
#include "server/session/compositor/xdg_surface.h"

namespace sudare::compositor {

// xdg_toplevel: a window, always as large as the screen, maximised or full screen. Its title and
// application name are ignored: no text leaves.
class XdgToplevel : public Object,
                    public XdgRole,
                    public std::enable_shared_from_this<XdgToplevel> {
   public:
    XdgToplevel(Context& owner, std::weak_ptr<XdgSurface> xdg_surface);

    void first_commit() override { schedule_configure(); }
    void commit(bool has_contents) override;
    void acknowledged(std::uint32_t serial) override;

    [[nodiscard]] std::shared_ptr<XdgSurface> xdg_surface() const { return xdg_surface_.lock(); }
    void set_activated(bool activated);
    void set_fullscreen(bool fullscreen);
    void screen_changed(bool scale_changed);
    // Tells the window its size and state, after the requests that came in one batch with the
    // one that made it necessary.
    void schedule_configure();

   private:
    void on_destroyed() override;
    void configure();

    std::weak_ptr<XdgSurface> xdg_surface_;
    bool activated_ = false;
    bool fullscreen_ = false;
    bool scheduled_ = false;

    // Chromium does not send its viewport destination again when the scale changes but the pixel
    // size does not: it is given a size some pixels off first, then the right one
    // (reference/wayland.md section 7).
    enum class Nudge : std::uint8_t { kNone, kWanted, kSent, kAcknowledged };
    Nudge nudge_ = Nudge::kNone;
    std::uint32_t nudge_serial_ = 0;
};

void create_xdg_toplevel(wl_client* client, wl_resource* xdg_surface, std::uint32_t id);

}  // namespace sudare::compositor
