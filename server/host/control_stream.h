// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "protocol/core/frame.h"
#include "protocol/ipc/rules.h"
#include "server/base/unique_fd.h"

namespace sudare::host {

// Frames over one Unix stream to a process of ours, without ever blocking the launcher: what the
// peer does not take waits in a queue with a maximum; a peer that lets it fill up is lost.
//
// The file flags of the descriptor stay as they are (MSG_DONTWAIT on every call), because one end
// of such a stream may be shared with another process. One thread: that of the io_context.
class ControlStream : public std::enable_shared_from_this<ControlStream> {
public:
    // Two whole frames of the largest kind, and what is small.
    static constexpr std::size_t kQueueBytesMax = 2 * limits::kIpcFrameMax + 65536;

    struct Events {
        // A whole frame that the rules permit. May call close().
        std::function<void(const Frame&)> frame;
        // Nothing more will be read; called once and last, never after close(). kMalformed or
        // kUnknownType: bytes that are no frame, one may still send. kHostLost: the peer is gone.
        std::function<void(EndReason)> end;
    };

    // rules: what the peer may send; must outlive the stream.
    ControlStream(boost::asio::io_context& loop, UniqueFd fd, const FrameRules& rules);

    // Starts reading. Without it the stream is write-only.
    void listen(Events events);

    // Queues one frame, and passes duplicates of the descriptors with its first byte. False when
    // the queue is full or the stream is over.
    bool send(std::uint8_t type, std::span<const std::uint8_t> payload,
              std::span<const int> fds = {});

    // After what is queued has been taken, the peer reads the end of the stream.
    void finish();
    void close();

private:
    struct Message {
        std::vector<std::uint8_t> bytes;
        std::size_t sent = 0;
        std::vector<UniqueFd> fds;
    };

    void wait_readable();
    void read_some();
    void hand_out();
    void wait_writable();
    void write_some();
    bool write_one(Message& message);
    void report(EndReason reason);

    boost::asio::posix::stream_descriptor descriptor_;
    FrameBuffer incoming_;
    Events events_;
    std::deque<Message> queue_;
    std::size_t queued_bytes_ = 0;
    bool writing_ = false;
    bool finishing_ = false;
    bool closed_ = false;
};

}  // namespace sudare::host
