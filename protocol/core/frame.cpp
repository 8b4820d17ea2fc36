// SPDX-License-Identifier: Apache-2.0
#include "protocol/core/frame.h"

#include <algorithm>
#include <cstring>

namespace sudare {

void FrameBuffer::append(std::span<const std::uint8_t> bytes) {
    const auto room = prepare(bytes.size());
    std::copy(bytes.begin(), bytes.end(), room.begin());
    commit(bytes.size());
}

std::span<std::uint8_t> FrameBuffer::prepare(std::size_t count) {
    compact();
    if (buffer_.size() < end_ + count)
        buffer_.resize(end_ + count);
    return std::span(buffer_).subspan(end_, count);
}

void FrameBuffer::commit(std::size_t count) {
    end_ = std::min(end_ + count, buffer_.size());
}

// Frames already handed out are dropped before new bytes come in, so that a view stays valid
// until then and the buffer never holds more than one partial frame plus one read.
void FrameBuffer::compact() {
    if (begin_ == 0)
        return;
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
}

std::optional<Frame> FrameBuffer::next() {
    if (failure_ || end_ - begin_ < limits::kFrameHeaderBytes)
        return std::nullopt;
    const std::uint8_t* header = buffer_.data() + begin_;
    const std::uint8_t type = header[0];
    const std::uint32_t length = std::uint32_t{header[1]} << 16 | std::uint32_t{header[2]} << 8 |
                                 std::uint32_t{header[3]};
    const auto range = rules_.range_of(type);
    if (!range) {
        failure_ = EndReason::kUnknownType;
        return std::nullopt;
    }
    if (length < range->min || length > range->max) {
        failure_ = EndReason::kMalformed;
        return std::nullopt;
    }
    const std::size_t whole = limits::kFrameHeaderBytes + length;
    if (end_ - begin_ < whole)
        return std::nullopt;
    const Frame frame{type, std::span<const std::uint8_t>(header + limits::kFrameHeaderBytes, length)};
    begin_ += whole;
    return frame;
}

bool append_frame(std::vector<std::uint8_t>& out, std::uint8_t type,
                  std::span<const std::uint8_t> payload) {
    if (payload.size() > limits::kLengthFieldMax)
        return false;
    const auto length = static_cast<std::uint32_t>(payload.size());
    const std::uint8_t header[4] = {type, static_cast<std::uint8_t>(length >> 16),
                                    static_cast<std::uint8_t>(length >> 8),
                                    static_cast<std::uint8_t>(length)};
    out.insert(out.end(), header, header + 4);
    out.insert(out.end(), payload.begin(), payload.end());
    return true;
}

}  // namespace sudare
