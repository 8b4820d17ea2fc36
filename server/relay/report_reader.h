// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "protocol/core/frame.h"
#include "protocol/core/reason.h"
#include "protocol/core/result.h"
#include "server/base/unique_fd.h"
#include "server/tls/asio.h"

namespace sudare::relay {

// Reads the egress reports of a session, frame by frame, from a stream that goes on to the next relay
// when this one ends. A frame is looked at, passed on, and only then taken: what a relay that dies
// has not passed on is still there for its successor, and it never finds half a frame. The stream's
// flags stay as they are, and it is never shut down: others hold it too. One thread.
class ReportReader {
   public:
    // rules: what may come, frames of at most kFrameMax bytes; must outlive the reader.
    static Result<std::unique_ptr<ReportReader>> create(asio::io_context& io, UniqueFd socket,
                                                        const FrameRules& rules);
    static constexpr std::size_t kFrameMax = 1024;

    // The first frame of the stream, header included; a view until the next call. The same again
    // until take(). Ends with kConnectionClosed, or the fault of its bytes.
    asio::awaitable<tl::expected<std::span<const std::uint8_t>, EndReason>> look();
    void take();
    void close();

   private:
    ReportReader(asio::io_context& io, UniqueFd socket, UniqueFd events, const FrameRules& rules);
    // Bytes of the whole frame at the start of `seen_`; 0: not yet there.
    [[nodiscard]] tl::expected<std::size_t, EndReason> whole_frame(std::size_t seen) const;

    UniqueFd socket_;
    asio::posix::stream_descriptor events_;  // an epoll set that holds the socket
    asio::steady_timer rest_;                // for the rest of half a frame
    const FrameRules& rules_;
    std::vector<std::uint8_t> seen_;
    std::size_t frame_ = 0;
    bool closed_ = false;
};

}  // namespace sudare::relay
