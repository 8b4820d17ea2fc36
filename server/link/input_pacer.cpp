// SPDX-License-Identifier: Apache-2.0
#include "server/link/input_pacer.h"

#include <algorithm>
#include <utility>

namespace sudare::link {
namespace {

using TimePoint = TokenBucket::TimePoint;

// The order within a slot: a move before the press at its place, keys before what they may cause.
int rank_of(const wire::UpMessage& message) {
    if (std::holds_alternative<wire::PointerMove>(message))
        return 0;
    if (std::holds_alternative<wire::PointerButton>(message))
        return 1;
    if (std::holds_alternative<wire::Wheel>(message))
        return 2;
    if (std::holds_alternative<wire::Key>(message) ||
        std::holds_alternative<wire::ReleaseAll>(message))
        return 3;
    if (std::holds_alternative<wire::Text>(message))
        return 4;
    return std::holds_alternative<wire::Resize>(message) ? 5 : 6;
}

}  // namespace

void InputPacer::set_profile(const input::Profile& profile, TimePoint now) {
    if (profile_ == &profile)
        return;
    profile_ = &profile;
    if (due_)
        due_ = now;
}

TimePoint InputPacer::boundary_after(TimePoint now) const {
    const auto slot = profile_->slot;
    if (slot.count() == 0)
        return now;
    return TimePoint((now.time_since_epoch() / slot + 1) * TimePoint::duration(slot));
}

void InputPacer::push(wire::UpMessage message, TimePoint now) {
    if (const auto* ack = std::get_if<wire::Ack>(&message)) {
        if (!ack_)
            ack_due_ = std::max(ack_due_, boundary_after(now));
        ack_ = *ack;
        return;
    }
    const bool move = std::holds_alternative<wire::PointerMove>(message);
    if (move && !waiting_.empty() && std::holds_alternative<wire::PointerMove>(waiting_.back()))
        waiting_.pop_back();
    waiting_.push_back(std::move(message));
    if (!due_)
        due_ = boundary_after(now);
}

std::vector<wire::UpMessage> InputPacer::take_due(TimePoint now) {
    std::vector<wire::UpMessage> out;
    if (due_ && *due_ <= now) {
        take_slot(out);
        due_ = waiting_.empty() ? std::nullopt : std::optional(boundary_after(now));
    }
    if (ack_ && ack_due_ <= now) {
        out.emplace_back(*std::exchange(ack_, std::nullopt));
        ack_due_ = now + profile_->ack_interval;
        if (profile_->slot.count() != 0)
            ack_due_ = boundary_after(now);
    }
    return out;
}

void InputPacer::take_slot(std::vector<wire::UpMessage>& out) {
    const bool slotted = profile_->slot.count() != 0;
    int last = -1;
    while (!waiting_.empty() && (!slotted || rank_of(waiting_.front()) > last)) {
        last = rank_of(waiting_.front());
        out.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
}

std::optional<TimePoint> InputPacer::next_due() const {
    if (!ack_)
        return due_;
    return due_ ? std::min(*due_, ack_due_) : ack_due_;
}

void InputPacer::clear() {
    waiting_.clear();
    due_.reset();
    ack_.reset();
}

}  // namespace sudare::link
