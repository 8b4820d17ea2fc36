// SPDX-License-Identifier: Apache-2.0
// The encode and send stages of Pipeline: from a change to the bytes of one update.
#include <algorithm>
#include <iterator>
#include <utility>

#include "protocol/core/limits.h"
#include "server/base/log.h"
#include "server/session/picture/pipeline.h"

namespace sudare::picture {
namespace {

// On a slow link an update holds this much time's worth of bytes, so that it can be overtaken.
constexpr double kUpdateSeconds = 0.1;
constexpr std::size_t kUpdateFloor = 48U << 10;
constexpr double kVideoFramesPerSecond = 24.0;
constexpr double kVideoShare = 0.8;              // of the link; the rest is for text and input
constexpr double kVideoRateUnknown = 1'000'000;  // bytes a second until something was measured
constexpr double kVideoRateMax = 2'500'000;      // 20 Mbit/s: nothing is seen above it
constexpr std::size_t kSplitPixels = 64 * 64;    // a block this small always fits

std::size_t pixels_of(std::span<const Rect> rects) {
    std::size_t sum = 0;
    for (const Rect& rect : rects)
        sum += rect.pixels();
    return sum;
}

// Cuts the rectangle at the front in two, the upper part in front.
void split_front(std::deque<Rect>& rects, Size canvas) {
    const Rect whole = rects.front();
    const bool rows = whole.height() > 1;
    const auto half = static_cast<std::uint32_t>(rows ? whole.height() / 2 : whole.width() / 2);
    rects.pop_front();
    if (rows) {
        rects.push_front(
            *Rect::make(whole.x(), whole.y() + half, whole.width(), whole.height() - half, canvas));
        rects.push_front(*Rect::make(whole.x(), whole.y(), whole.width(), half, canvas));
    } else {
        rects.push_front(*Rect::make(whole.x() + half, whole.y(), whole.width() - half, 1, canvas));
        rects.push_front(*Rect::make(whole.x(), whole.y(), half, 1, canvas));
    }
}

// The first rectangles with at most `pixels` together; at least one, cut down if need be.
std::vector<Rect> front(std::deque<Rect>& rects, std::size_t pixels, Size canvas) {
    while (rects.front().pixels() > std::max(pixels, kSplitPixels))
        split_front(rects, canvas);
    std::vector<Rect> chosen;
    std::size_t sum = 0;
    for (const Rect& rect : rects) {
        sum += rect.pixels();
        if (!chosen.empty() && (sum > pixels || chosen.size() == limits::kRectsPerOpMax))
            break;
        chosen.push_back(rect);
    }
    return chosen;
}

}  // namespace

std::size_t Pipeline::bytes_per_update() const {
    const auto measured = window_.rate();
    const auto limit = pacer_.limit();
    if (!measured && !limit)
        return limits::kUpdateMax;
    const double rate = std::min(measured.value_or(1e12), limit.value_or(1e12));
    return std::clamp(static_cast<std::size_t>(rate * kUpdateSeconds), kUpdateFloor,
                      limits::kUpdateMax);
}

void Pipeline::send_update(TimePoint now) {
    const bool snapshot = std::exchange(change_.snapshot, false);
    wire::UpdateWriter writer({++sequence_, false, snapshot, generation_, shadow_.size(), 0});
    {
        const StageTimer timer(stats_[Stage::kEncode]);
        for (const wire::ScrollOp& op : std::exchange(change_.scrolls, {})) {
            writer.scroll(op);
            ++stats_.scrolls;
        }
        add_lossless(writer);
        if (change_.text.empty() && change_.natural.empty())
            add_video(writer, now);
    }
    const bool complete = change_.sent();
    const bool present = complete || change_.repaint;
    const auto payload = std::move(writer).take(present);
    if (complete)
        change_ = {};
    const StageTimer timer(stats_[Stage::kSend]);
    ++stats_.updates;
    stats_.bytes += payload.size();
    window_.on_sent(sequence_, payload.size(), now);
    pacer_.on_sent(payload.size(), now);
    output_.send(payload);
}

void Pipeline::add_lossless(wire::UpdateWriter& writer) {
    const std::size_t most = bytes_per_update();
    while (!(change_.text.empty() && change_.natural.empty()) && writer.size() < most &&
           !writer.full())
        if (!add_block(writer, most - writer.size()))
            break;
}

// One block from the front of the list. False: it goes into the next update.
bool Pipeline::add_block(wire::UpdateWriter& writer, std::size_t budget) {
    std::deque<Rect>& list = change_.text.empty() ? change_.natural : change_.text;
    auto pixels = static_cast<std::size_t>(static_cast<double>(budget) / bytes_per_pixel_);
    for (;;) {
        const std::vector<Rect> rects = front(list, pixels, shadow_.size());
        const std::size_t overhead = wire::UpdateWriter::lossless_overhead(rects.size());
        const std::size_t room = writer.room() > overhead ? writer.room() - overhead : 0;
        const auto block = lossless_.encode(*frame_, rects, room);
        const std::size_t total = pixels_of(rects);
        if (!block) {
            if (total <= kSplitPixels)
                return false;  // little room is left: an empty update always has enough
            pixels = total / 2;
            bytes_per_pixel_ = std::min(bytes_per_pixel_ * 2, 3.0);
            continue;
        }
        writer.lossless({block->format, block->palette_size, rects, 0, 0, block->frame});
        for (const Rect& rect : rects)
            shadow_.take(*frame_, rect);
        list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(rects.size()));
        ++stats_.lossless_blocks;
        stats_.lossless_bytes += block->frame.size();
        stats_.lossless_pixels += total;
        const double ratio = static_cast<double>(block->frame.size()) / static_cast<double>(total);
        bytes_per_pixel_ = std::clamp(bytes_per_pixel_ / 2 + ratio / 2, 0.02, 3.0);
        return true;
    }
}

void Pipeline::add_video(wire::UpdateWriter& writer, TimePoint now) {
    change_.video = false;
    for (Regions::Region* region : regions_->pending()) {
        if (writer.full() || writer.size() > limits::kUpdateMax / 2) {
            change_.video = true;  // the next update has room for it
            return;
        }
        add_video_frame(writer, *region, now);
    }
}

void Pipeline::add_video_frame(wire::UpdateWriter& writer, Regions::Region& region, TimePoint) {
    const auto measured = window_.rate();
    const auto limit = pacer_.limit();
    const double rate =
        std::min({measured.value_or(kVideoRateUnknown), limit.value_or(1e12), kVideoRateMax});
    const double share =
        rate * kVideoShare / static_cast<double>(std::max<std::size_t>(1, regions_->count()));
    const bool key = !region.encoder.started();
    const auto target = static_cast<std::size_t>(share / kVideoFramesPerSecond * (key ? 4 : 1));
    const std::size_t pixels = pixels_of(region.changed);
    const int quantizer = region.rate.quantizer(target, pixels, key);
    const auto encoded = region.encoder.encode(*frame_, region.changed, quantizer);
    const std::size_t room =
        writer.room() - std::min(writer.room(), wire::UpdateWriter::kVideoOverhead);
    const Rect rect = region.encoder.rect();
    if (!encoded || encoded->bytes.size() > room) {
        log_warn("video frame of {} bytes dropped", encoded ? encoded->bytes.size() : 0);
        regions_->remove(region);
        damage_.add(rect);  // exactly, then
        return;
    }
    region.rate.learn(quantizer, pixels, encoded->bytes.size(), encoded->key_frame);
    writer.video({region.id, region.encoder.profile(), encoded->key_frame, rect, encoded->bytes});
    shadow_.forget(rect);
    regions_->encoded(region, *frame_);
    ++stats_.video_frames;
    stats_.key_frames += encoded->key_frame ? 1 : 0;
    stats_.video_bytes += encoded->bytes.size();
}

}  // namespace sudare::picture
