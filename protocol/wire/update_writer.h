// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "protocol/core/writer.h"
#include "protocol/wire/update.h"

namespace sudare::wire {

// Builds one Update payload, never above limits::kUpdateMax bytes. An operation that does not fit
// leaves the payload broken (ok() is false), so ask room() before.
class UpdateWriter {
public:
    // op_count of the header is counted here; present may be set until take().
    explicit UpdateWriter(const UpdateHeader& header);

    void scroll(const ScrollOp& op);
    void lossless(const LosslessOp& op);  // pixels and expanded are implied by the rectangles
    void video(const VideoOp& op);
    void fill(const FillOp& op);

    // Bytes of an operation without its compressed frame.
    static std::size_t lossless_overhead(std::size_t rects) {
        return 1 + 1 + 1 + 2 + 8 * rects + 4;
    }
    static constexpr std::size_t kVideoOverhead = 1 + 3 + 8 + 4;

    [[nodiscard]] std::size_t room() const;
    [[nodiscard]] bool full() const { return op_count_ == limits::kOpsPerUpdateMax; }
    [[nodiscard]] bool ok() const { return writer_.ok() && op_count_ <= limits::kOpsPerUpdateMax; }
    [[nodiscard]] bool empty() const { return op_count_ == 0; }
    [[nodiscard]] std::size_t size() const { return writer_.size(); }

    std::vector<std::uint8_t> take(bool present) &&;

private:
    void begin(std::uint8_t kind);
    void rect(const Rect& rect);
    void frame(std::span<const std::uint8_t> bytes);

    Writer writer_;
    std::size_t op_count_ = 0;
    bool snapshot_;
};

}  // namespace sudare::wire
