// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/pipeline.h"

#include <algorithm>
#include <utility>

#include "server/session/picture/natural.h"
#include "server/session/picture/refine.h"
#include "server/session/picture/scroll_finder.h"

namespace sudare::picture {
namespace {

// Exactly sent photographs that take the link longer than this go through VP9 first.
constexpr std::chrono::duration<double> kPatience{0.1};
constexpr double kPhotographBytesPerPixel = 1.0;  // exactly; tests/bench/pages: 0.6 to 1.4
constexpr std::uint32_t kPhotographSideMin = 128;

std::vector<Rect> refine_all(const FramebufferView& frame, const Shadow& shadow,
                             std::span<const Rect> damage) {
    std::vector<Rect> rects;
    for (const Rect& area : damage) {
        const auto refined = refine(frame, shadow, area);
        rects.insert(rects.end(), refined.begin(), refined.end());
    }
    return rects;
}

}  // namespace

Result<std::unique_ptr<Pipeline>> Pipeline::create(Size size, const Settings& settings,
                                                   Output& output, Clock clock) {
    SUDARE_TRY(LosslessEncoder lossless, LosslessEncoder::create());
    return std::unique_ptr<Pipeline>(
        new Pipeline(size, settings, output, std::move(clock), std::move(lossless)));
}

Pipeline::Pipeline(Size size, const Settings& settings, Output& output, Clock clock,
                   LosslessEncoder lossless)
    : settings_(settings),
      output_(output),
      clock_(std::move(clock)),
      lossless_(std::move(lossless)),
      shadow_(size),
      regions_(std::make_unique<Regions>(size)),
      pacer_(settings.bits_per_second, settings.fps) {}

void Pipeline::on_damage(const FramebufferView& frame, const Rect& bounding) {
    {
        const StageTimer timer(stats_[Stage::kCommit]);
        if (frame.size != shadow_.size())
            resize(frame.size);
        frame_ = frame;
        damage_.add(bounding);
        if (!may_send(clock_()))
            ++stats_.gate_shut;
    }
    pump();
}

void Pipeline::on_pointer(std::int32_t x, std::int32_t y) {
    pointer_ = {x, y};
}

void Pipeline::on_ack(std::uint32_t sequence, std::uint32_t, std::uint8_t queue) {
    window_.on_ack(sequence, queue, clock_());
    pump();
}

void Pipeline::on_socket_drained() {
    pump();
}

void Pipeline::tick() {
    regions_->expire(clock_());
    pump();
}

void Pipeline::set_limits(std::uint64_t bits_per_second, unsigned fps) {
    settings_.bits_per_second = bits_per_second;
    settings_.fps = fps;
    pacer_.set(bits_per_second, fps);
    pump();
}

void Pipeline::resize(Size size) {
    frame_.reset();
    shadow_ = Shadow(size);
    regions_ = std::make_unique<Regions>(size);
    damage_.clear();
    change_ = {};
    snapshot_due_ = true;
}

void Pipeline::force_snapshot() {
    snapshot_due_ = true;
    window_.reset();
    pump();
}

std::optional<TimePoint> Pipeline::next_deadline() const {
    if (!frame_ || !window_.open() || !output_.socket_drained())
        return std::nullopt;  // an event will tell
    const bool waiting = change_.active || snapshot_due_ || !damage_.empty();
    const TimePoint paced = pacer_.ready_at(!change_.active);
    if (waiting || !frame_gate_open_)
        return paced;
    const auto due = regions_->next_due();
    return due ? std::optional(std::max(*due, paced)) : std::nullopt;
}

bool Pipeline::may_send(TimePoint now) {
    return window_.open() && output_.socket_drained() && pacer_.ready_at(!change_.active) <= now;
}

void Pipeline::pump() {
    for (;;) {
        const TimePoint now = clock_();
        bool may = false;
        {
            const StageTimer timer(stats_[Stage::kGate]);
            may = frame_ && may_send(now);
        }
        if (change_.repaint && (snapshot_due_ || !damage_.empty()))
            change_ = {};  // the shadow still knows what is missing
        if (!may || (!change_.active && !begin_change(now)))
            break;
        send_update(now);
    }
    update_frame_gate(clock_());
}

void Pipeline::update_frame_gate(TimePoint now) {
    const bool open = may_send(now);
    if (open == frame_gate_open_)
        return;
    frame_gate_open_ = open;
    output_.set_frame_gate(open);
}

void Pipeline::begin_snapshot() {
    snapshot_due_ = false;
    ++generation_;
    ++stats_.snapshots;
    shadow_.clear();
    regions_ = std::make_unique<Regions>(shadow_.size());
    damage_.clear();
    damage_.add(Rect::whole(shadow_.size()));
    change_.snapshot = true;
}

// False: there is nothing to send.
bool Pipeline::begin_change(TimePoint now) {
    change_ = {};
    if (snapshot_due_)
        begin_snapshot();
    if (damage_.empty())
        return begin_repaint(now);
    std::vector<Rect> damage = damage_.take();
    std::vector<Rect> rects;
    {
        const StageTimer timer(stats_[Stage::kRefine]);
        if (!change_.snapshot)
            find_scrolls(damage);
        rects = refine_all(*frame_, shadow_, damage);
    }
    plan(damage, std::move(rects), now);
    for (const Rect& rect : regions_->take_orphans())
        damage_.add(rect);
    change_.active = !change_.sent();
    if (change_.active)
        pacer_.on_change(now);
    return change_.active || (!damage_.empty() && begin_change(now));
}

void Pipeline::find_scrolls(std::span<const Rect> damage) {
    for (const Rect& area : damage)
        for (const wire::ScrollOp& op : find_scroll(*frame_, shadow_, area)) {
            shadow_.scroll(op.to, op.dx, op.dy);
            change_.scrolls.push_back(op);
        }
}

void Pipeline::plan(std::span<const Rect> damage, std::vector<Rect> rects, TimePoint now) {
    const StageTimer timer(stats_[Stage::kPlan]);
    if (settings_.video && !change_.snapshot)
        rects = regions_->take(*frame_, damage, rects, now);
    order_for_user(rects, pointer_);
    Parted parted = part_by_content(*frame_, rects);
    if (settings_.video)
        plan_slow_photographs(parted.natural, now);
    change_.text.assign(parted.text.begin(), parted.text.end());
    change_.natural.assign(parted.natural.begin(), parted.natural.end());
    change_.video = !regions_->pending().empty();
}

// On a slow link a photograph is shown at once by VP9 and made exact when it is quiet.
void Pipeline::plan_slow_photographs(std::vector<Rect>& natural, TimePoint now) {
    const auto measured = window_.rate();
    const auto limit = pacer_.limit();
    const double rate = std::min(measured.value_or(1e12), limit.value_or(1e12));
    const double patient = rate * kPatience.count() / kPhotographBytesPerPixel;
    std::erase_if(natural, [&](const Rect& rect) {
        const auto even = even_around(rect, frame_->size);
        return static_cast<double>(rect.pixels()) > patient && even && even->contains(rect) &&
               rect.width() >= kPhotographSideMin && rect.height() >= kPhotographSideMin &&
               regions_->add(*even, now);
    });
}

// A quiet region goes out exactly, in updates of its own.
bool Pipeline::begin_repaint(TimePoint now) {
    while (Regions::Region* region = regions_->due(now)) {
        const StageTimer timer(stats_[Stage::kRefine]);
        const auto rects = refine(*frame_, shadow_, region->encoder.rect());
        if (rects.empty()) {
            region->exact = true;
            continue;
        }
        change_.natural.assign(rects.begin(), rects.end());
        change_.repaint = true;
        change_.active = true;
        return true;
    }
    return false;
}

}  // namespace sudare::picture
