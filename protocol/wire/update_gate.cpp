// SPDX-License-Identifier: Apache-2.0
#include "protocol/wire/update_gate.h"

#include <algorithm>

namespace sudare::wire {

void UpdateGate::permit_size(Size size) {
    if (permitted_.size() == limits::kResizeBurst)
        permitted_.pop_front();
    permitted_.push_back(size);
}

std::optional<Size> UpdateGate::size() const {
    return last_ ? std::optional(last_->size) : std::nullopt;
}

Result<void> UpdateGate::take_size(Size size) {
    if (sizes_ == Sizes::kAnySize || (last_ && last_->size == size))
        return {};
    const auto found = std::find(permitted_.begin(), permitted_.end(), size);
    if (found == permitted_.end())
        return fail(Errc::kDenied, "update: a size that nobody asked for");
    permitted_.erase(permitted_.begin(), found + 1);
    return {};
}

Result<void> UpdateGate::check_order(const UpdateHeader& header) {
    if (!last_ && !header.snapshot)
        return fail(Errc::kState, "update: the first one is not a snapshot");
    if (last_) {
        const auto step = static_cast<std::uint8_t>(header.generation - last_->generation);
        if (header.sequence != last_->sequence + 1 || step != (header.snapshot ? 1 : 0))
            return fail(Errc::kState, "update: sequence or generation");
        if (header.size != last_->size && !header.snapshot)
            return fail(Errc::kState, "update: a new size without a snapshot");
    }
    return take_size(header.size);
}

Result<PictureUpdate> UpdateGate::check(std::span<const std::uint8_t> payload) {
    SUDARE_TRY(PictureUpdate update, parse_update(payload));
    SUDARE_CHECK(check_order(update.header));
    last_ = update.header;
    if (update.header.snapshot)
        for (Vp9Gate& region : regions_)
            region.reset();
    for (const Op& op : update.ops)
        if (const auto* video = std::get_if<VideoOp>(&op))
            SUDARE_CHECK(regions_[video->region].check(*video));
    return update;
}

}  // namespace sudare::wire
