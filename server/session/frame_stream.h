// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "protocol/core/frame.h"
#include "server/base/unique_fd.h"
#include "server/session/compositor/event_loop.h"

namespace sudare::session {

using compositor::EventLoop;

// Frames over one Unix stream, on the session's event loop, never blocking. The file flags of the
// descriptor are left alone (MSG_DONTWAIT on every call), since its other end may be shared.
class FrameStream {
   public:
    // What may wait for the peer: a 4K picture without any compression, and room. The picture
    // pipeline sends only when nothing waits, so this is one change of the picture at most.
    static constexpr std::size_t kQueueBytesMax = 64U << 20;
    // Descriptors that have arrived and are not taken yet.
    static constexpr std::size_t kWaitingFdsMax = 4;

    struct Events {
        // A whole frame that the rules permit. May destroy the stream.
        std::function<void(const Frame&)> frame;
        // The stream is over, called once and last. May destroy the stream.
        std::function<void(EndReason)> end;
        // What had been sent has left for the peer (see drained()). May be empty.
        std::function<void()> drained;
    };

    // `rules`, what the peer may send, and `loop` must outlive the stream.
    static Result<std::unique_ptr<FrameStream>> create(EventLoop& loop, UniqueFd fd,
                                                       const FrameRules& rules, Events events);
    ~FrameStream();

    // Writes what the kernel takes and queues the rest. False when the queue would overflow: the
    // peer has stopped reading and the stream is useless.
    bool send(std::uint8_t type, std::span<const std::uint8_t> payload);
    // Nothing waits here, and at most a quarter of the kernel's small buffer (kSendBuffer) is
    // still to be read: what is sent now goes out now.
    [[nodiscard]] bool drained() const;
    // The oldest descriptor that came with the frames so far.
    std::optional<UniqueFd> take_fd();

   private:
    struct Core;
    explicit FrameStream(std::shared_ptr<Core> core);
    std::shared_ptr<Core> core_;  // shared with a running callback
};

}  // namespace sudare::session
