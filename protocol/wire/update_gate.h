// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "protocol/core/limits.h"
#include "protocol/wire/update.h"
#include "protocol/wire/vp9_gate.h"

namespace sudare::wire {

// Judges the updates of one connection in their order, in the link and again in the decoder. An
// update that fails ends the session (EndReason::kPictureRejected). One thread.
//
// The rules between updates: the first one is a snapshot; sequence grows by one; the generation
// grows by one with each snapshot (its start is free) and stays otherwise; the size changes with
// a snapshot only, to one that was permitted; each region's VP9 stream passes its Vp9Gate.
class UpdateGate {
public:
    // kAnySize: whoever hands the updates over has checked sizes already (the decoder's viewer
    // compares what the decoder reports).
    enum class Sizes { kPermittedOnly, kAnySize };
    explicit UpdateGate(Sizes sizes) : sizes_(sizes) {}

    // The viewer asked for this size. Order counts: once an update has it, older ones are void.
    void permit_size(Size size);

    // The parsed update; views point into payload. After an error nothing more may be asked.
    Result<PictureUpdate> check(std::span<const std::uint8_t> payload);

    [[nodiscard]] std::optional<Size> size() const;

private:
    Result<void> check_order(const UpdateHeader& header);
    Result<void> take_size(Size size);

    Sizes sizes_;
    std::deque<Size> permitted_;  // at most limits::kResizeBurst, oldest first
    std::optional<UpdateHeader> last_;
    std::array<Vp9Gate, limits::kVideoRegionsMax> regions_;
};

}  // namespace sudare::wire
