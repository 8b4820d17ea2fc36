// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/core/geometry.h"
#include "protocol/core/result.h"
#include "protocol/wire/update_writer.h"
#include "server/session/picture/change.h"
#include "server/session/picture/clock.h"
#include "server/session/picture/framebuffer_view.h"
#include "server/session/picture/lossless_encoder.h"
#include "server/session/picture/output.h"
#include "server/session/picture/pacer.h"
#include "server/session/picture/regions.h"
#include "server/session/picture/shadow.h"
#include "server/session/picture/stats.h"
#include "server/session/picture/window.h"

namespace sudare::picture {

struct Settings {
    std::uint64_t bits_per_second = 0;  // of the policy; 0: no limit
    unsigned fps = 60;                  // changes a second of the policy; 60 and more: no limit
    bool video = true;                  // false: everything goes exactly
};

// From the browser's commits to Update payloads (docs/architecture.md: commit, refine, plan,
// encode, gate, send). Rules, each with its reason in design.md section 4: damage is encoded in
// the commit handler whenever socket and window are open, else it is only accumulated, so nothing
// encoded ever waits; the browser is held back meanwhile; whatever was sent lossily is repainted
// exactly once it is quiet. One thread; Output is called from inside.
class Pipeline {
public:
    // `output` must outlive the pipeline. The first update is a snapshot.
    static Result<std::unique_ptr<Pipeline>> create(Size size, const Settings& settings,
                                                    Output& output,
                                                    Clock clock = std::chrono::steady_clock::now);

    // The picture changed inside `bounding`. The view stays in use until the next one, until
    // resize(), or until the end.
    void on_damage(const FramebufferView& frame, const Rect& bounding);
    void on_pointer(std::int32_t x, std::int32_t y);
    void on_ack(std::uint32_t sequence, std::uint32_t decode_us, std::uint8_t queue);
    void on_socket_drained();

    // Forgets the view; the next damage of the new size starts with a snapshot.
    void resize(Size size);
    // For a new viewer or a recording: the next update resets canvas and codecs.
    void force_snapshot();
    void set_limits(std::uint64_t bits_per_second, unsigned fps);

    // When tick() has something to do; nullopt: only events matter.
    [[nodiscard]] std::optional<TimePoint> next_deadline() const;
    void tick();

    [[nodiscard]] const Stats& stats() const { return stats_; }
    [[nodiscard]] std::size_t video_regions() const { return regions_->count(); }

private:
    Pipeline(Size size, const Settings& settings, Output& output, Clock clock,
             LosslessEncoder lossless);

    void pump();
    [[nodiscard]] bool may_send(TimePoint now);
    void update_frame_gate(TimePoint now);
    bool begin_change(TimePoint now);
    bool begin_repaint(TimePoint now);
    void begin_snapshot();
    void find_scrolls(std::span<const Rect> damage);
    void plan(std::span<const Rect> damage, std::vector<Rect> rects, TimePoint now);
    void plan_slow_photographs(std::vector<Rect>& natural, TimePoint now);

    void send_update(TimePoint now);
    void add_video(wire::UpdateWriter& writer, TimePoint now);
    void add_video_frame(wire::UpdateWriter& writer, Regions::Region& region, TimePoint now);
    void add_lossless(wire::UpdateWriter& writer);
    bool add_block(wire::UpdateWriter& writer, std::size_t budget);
    [[nodiscard]] std::size_t bytes_per_update() const;

    Settings settings_;
    Output& output_;
    Clock clock_;
    LosslessEncoder lossless_;
    Shadow shadow_;
    std::unique_ptr<Regions> regions_;
    Window window_;
    Pacer pacer_;
    Stats stats_;

    std::optional<FramebufferView> frame_;
    DamageList damage_;  // not yet looked at
    Change change_;      // being sent
    PointerPosition pointer_;
    std::uint32_t sequence_ = 0;
    std::uint8_t generation_ = 0;
    bool snapshot_due_ = true;
    bool frame_gate_open_ = true;
    double bytes_per_pixel_ = 0.15;  // of exact blocks lately
};

}  // namespace sudare::picture
