// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "protocol/core/limits.h"
#include "server/session/picture/clock.h"
#include "server/session/picture/framebuffer_view.h"
#include "server/session/picture/motion.h"
#include "server/session/picture/rate_model.h"
#include "server/session/picture/shadow.h"
#include "server/session/picture/video_encoder.h"

namespace sudare::picture {

// The parts of the canvas that go through VP9: natural content that moves, or that would take the
// link too long exactly. At most limits::kVideoRegionsMax, never overlapping. A region that goes
// quiet is repainted exactly (the pipeline does it, told by due()); one that stays quiet ends.
class Regions {
public:
    explicit Regions(Size size) : motion_(size), source_(size) {}

    struct Region {
        std::uint8_t id = 0;
        VideoEncoder encoder;
        RateModel rate;
        std::vector<Rect> changed;  // since its last frame; empty: nothing to encode
        TimePoint last_change{};
        microseconds interval{33'000};  // between changes, smoothed
        bool exact = false;             // the viewer has its pixels exactly
    };

    // Sorts the damage: takes note of what changed inside regions, and returns what is left of
    // `rects` outside of them. `damage` is what the browser reported, `rects` what differs from
    // the shadow and did not merely scroll.
    std::vector<Rect> take(const FramebufferView& frame, std::span<const Rect> damage,
                           std::span<const Rect> rects, TimePoint now);

    // Makes a region of natural content that is new: `rects` leave the lossless list then.
    // False: no region is free, or it is too small to pay.
    bool add(const Rect& rect, TimePoint now);

    // Rectangles of regions that gave way to others: what of them is still inexact must be sent.
    std::vector<Rect> take_orphans();

    // Regions with something to encode.
    std::vector<Region*> pending();
    // The frame for it has been encoded from this picture.
    void encoded(Region& region, const FramebufferView& frame);

    // Ends a region whose encoder failed.
    void remove(Region& region) { regions_[region.id].reset(); }

    // A quiet region whose exact repaint is due, and when the next one will be.
    Region* due(TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next_due() const;
    // Ends regions that have been exact and quiet for long.
    void expire(TimePoint now);

    [[nodiscard]] std::size_t count() const;

private:
    std::vector<Rect> inside(const FramebufferView& frame, const Region& region,
                             std::span<const Rect> damage) const;
    void find_new(const FramebufferView& frame, std::span<const Rect> rects, TimePoint now);
    static void note_change(Region& region, std::vector<Rect> changed, TimePoint now);
    [[nodiscard]] static TimePoint quiet_at(const Region& region);

    std::array<std::optional<Region>, limits::kVideoRegionsMax> regions_;
    std::vector<Rect> orphans_;
    Motion motion_;
    Shadow source_;  // inside regions: the pixels that were last encoded
};

// rect without the parts that lie inside hole: up to four pieces, appended to out.
void subtract(const Rect& rect, const Rect& hole, Size canvas, std::vector<Rect>& out);

}  // namespace sudare::picture
