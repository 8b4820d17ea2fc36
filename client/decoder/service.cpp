// SPDX-License-Identifier: Apache-2.0
#include "client/decoder/service.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace sudare::decoder {
namespace {

using Clock = std::chrono::steady_clock;

std::uint32_t microseconds_since(Clock::time_point start) {
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
    return static_cast<std::uint32_t>(
        std::min<std::int64_t>(elapsed, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

Reply Service::handle(std::span<const std::uint8_t> payload) {
    const Clock::time_point start = Clock::now();
    decoder_.clear_dirty();
    const auto header = decoder_.apply(payload);
    Reply reply;
    reply.decode_us = microseconds_since(start);
    if (!header) {
        reply.end_reason = EndReason::kPictureRejected;
        return reply;
    }
    reply.sequence = header->sequence;
    reply.status = header->present ? ReplyStatus::kPresent : ReplyStatus::kApplied;
    reply.size = header->size;
    reply.dirty.assign(decoder_.dirty().begin(), decoder_.dirty().end());
    return reply;
}

}  // namespace sudare::decoder
