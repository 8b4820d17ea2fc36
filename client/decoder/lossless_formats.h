// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "client/decoder/canvas.h"
#include "protocol/wire/update.h"

namespace sudare::decoder {

// One painter per wire::LosslessFormat. content has exactly op.expanded bytes. False: an index
// that names no colour, or too few or too many escaped colours.
bool paint_bgr24(const wire::LosslessOp& op, std::span<const std::uint8_t> content,
                 const Canvas& canvas);
bool paint_indexed8(const wire::LosslessOp& op, std::span<const std::uint8_t> content,
                    const Canvas& canvas);
bool paint_indexed_escape(const wire::LosslessOp& op, std::span<const std::uint8_t> content,
                          const Canvas& canvas);
bool paint_predicted(const wire::LosslessOp& op, std::span<const std::uint8_t> content,
                     const Canvas& canvas);

}  // namespace sudare::decoder
