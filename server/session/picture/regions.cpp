// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/regions.h"

#include <algorithm>
#include <utility>

#include "server/base/log.h"
#include "server/session/picture/refine.h"

namespace sudare::picture {
namespace {

// A film at 24 frames a second pauses 42 ms between frames; nobody waits longer than 100 ms.
constexpr microseconds kQuietMin{60'000};
// Slow animation: repainting exactly between any two frames would waste the link.
constexpr microseconds kQuietMax{250'000};
constexpr milliseconds kLinger{2000};  // exact and quiet for so long: the region ends
// In a region that is exact, less than this part of it (a caret, a tooltip) goes exactly again.
constexpr std::size_t kSmallPart = 8;

std::size_t pixels_of(std::span<const Rect> rects) {
    std::size_t sum = 0;
    for (const Rect& rect : rects)
        sum += rect.pixels();
    return sum;
}

}  // namespace

void subtract(const Rect& rect, const Rect& hole, Size canvas, std::vector<Rect>& out) {
    const auto common = rect.intersected(hole);
    if (!common) {
        out.push_back(rect);
        return;
    }
    const auto add = [&](std::uint32_t x, std::uint32_t y, std::uint32_t right,
                         std::uint32_t bottom) {
        if (right > x && bottom > y)
            out.push_back(*Rect::make(x, y, right - x, bottom - y, canvas));
    };
    add(rect.x(), rect.y(), rect.right(), common->y());
    add(rect.x(), common->y(), common->x(), common->bottom());
    add(common->right(), common->y(), rect.right(), common->bottom());
    add(rect.x(), common->bottom(), rect.right(), rect.bottom());
}

std::size_t Regions::count() const {
    return static_cast<std::size_t>(std::count_if(regions_.begin(), regions_.end(),
                                                  [](const auto& region) { return !!region; }));
}

// What differs from the picture that was last encoded: the browser's damage alone would keep a
// stopped film alive whenever something else on the page changes.
std::vector<Rect> Regions::inside(const FramebufferView& frame, const Region& region,
                                  std::span<const Rect> damage) const {
    std::vector<Rect> changed;
    for (const Rect& rect : damage)
        if (const auto part = rect.intersected(region.encoder.rect())) {
            const auto refined = refine(frame, source_, *part);
            changed.insert(changed.end(), refined.begin(), refined.end());
        }
    return changed;
}

void Regions::note_change(Region& region, std::vector<Rect> changed, TimePoint now) {
    const auto since = std::chrono::duration_cast<microseconds>(now - region.last_change);
    region.interval = (region.interval * 3 + std::min(since, kQuietMax)) / 4;
    region.last_change = now;
    region.exact = false;
    region.changed.insert(region.changed.end(), changed.begin(), changed.end());
}

std::vector<Rect> Regions::take(const FramebufferView& frame, std::span<const Rect> damage,
                                std::span<const Rect> rects, TimePoint now) {
    std::vector<Rect> changed_all;
    std::vector<Rect> rest(rects.begin(), rects.end());
    const auto leave_out = [&](const Rect& hole) {
        std::vector<Rect> pieces;
        for (const Rect& rect : rest)
            subtract(rect, hole, frame.size, pieces);
        rest = std::move(pieces);
    };
    for (auto& region : regions_) {
        if (!region)
            continue;
        std::vector<Rect> changed = inside(frame, *region, damage);
        changed_all.insert(changed_all.end(), changed.begin(), changed.end());
        const Rect& whole = region->encoder.rect();
        if (region->exact && pixels_of(changed) * kSmallPart < whole.pixels())
            continue;  // the shadow knows these pixels: they stay in the lossless list
        if (!changed.empty())
            note_change(*region, std::move(changed), now);
        leave_out(whole);
    }
    changed_all.insert(changed_all.end(), rest.begin(), rest.end());
    motion_.note(changed_all, now);
    if (!rest.empty()) {
        const std::size_t before = count();
        find_new(frame, changed_all, now);
        if (count() != before)
            for (const auto& region : regions_)
                if (region)
                    leave_out(region->encoder.rect());
    }
    return rest;
}

void Regions::find_new(const FramebufferView& frame, std::span<const Rect> rects, TimePoint now) {
    for (const Rect& rect : motion_.moving(frame, rects))
        add(rect, now);
}

bool Regions::add(const Rect& rect, TimePoint now) {
    for (auto& region : regions_) {
        if (!region || !region->encoder.rect().intersects(rect))
            continue;
        if (region->encoder.rect().contains(rect))
            return false;
        orphans_.push_back(region->encoder.rect());
        region.reset();  // it grew or moved: one stream for all of it
    }
    const auto place = std::find(regions_.begin(), regions_.end(), std::nullopt);
    if (place == regions_.end())
        return false;
    auto encoder = VideoEncoder::create(rect, 0);
    if (!encoder) {
        log_warn("video region refused: {}", encoder.error().message);
        return false;
    }
    *place = Region{static_cast<std::uint8_t>(place - regions_.begin()),
                    std::move(*encoder),
                    {},
                    {rect},
                    now,
                    microseconds(33'000),
                    false};
    return true;
}

std::vector<Regions::Region*> Regions::pending() {
    std::vector<Region*> result;
    for (auto& region : regions_)
        if (region && !region->changed.empty())
            result.push_back(&*region);
    return result;
}

void Regions::encoded(Region& region, const FramebufferView& frame) {
    for (const Rect& rect : region.changed)
        source_.take(frame, rect);
    region.changed.clear();
    region.exact = false;
}

TimePoint Regions::quiet_at(const Region& region) {
    return region.last_change + std::clamp(region.interval * 3 / 2, kQuietMin, kQuietMax);
}

std::vector<Rect> Regions::take_orphans() {
    return std::exchange(orphans_, {});
}

Regions::Region* Regions::due(TimePoint now) {
    for (auto& region : regions_)
        if (region && !region->exact && region->changed.empty() && quiet_at(*region) <= now)
            return &*region;
    return nullptr;
}

std::optional<TimePoint> Regions::next_due() const {
    std::optional<TimePoint> next;
    for (const auto& region : regions_) {
        if (!region || !region->changed.empty())
            continue;
        const TimePoint at = region->exact ? region->last_change + kLinger : quiet_at(*region);
        next = next ? std::min(*next, at) : at;
    }
    return next;
}

void Regions::expire(TimePoint now) {
    for (auto& region : regions_)
        if (region && region->exact && region->last_change + kLinger <= now)
            region.reset();
}

}  // namespace sudare::picture
