// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "protocol/core/frame.h"
#include "protocol/core/reason.h"
#include "protocol/core/result.h"
#include "server/base/unique_fd.h"
#include "server/tls/asio.h"
#include "server/tls/turnstile.h"

namespace sudare {

// Frames (and descriptors) on a Unix stream between two of our processes, for coroutines: what
// tls::Channel is for the network. One thread.
class LocalStream {
   public:
    // kExclusive: the open file description is ours alone. kShared: somebody else holds a
    // duplicate, so its flags must not change; such a stream can only be read.
    enum class Ownership { kExclusive, kShared };

    static Result<std::unique_ptr<LocalStream>> create(asio::io_context& io, UniqueFd socket,
                                                       const FrameRules& rules,
                                                       Ownership ownership = Ownership::kExclusive);

    // The next frame, a view until the next call; kConnectionClosed at the end of the stream, or
    // the fault of its bytes.
    asio::awaitable<tl::expected<Frame, EndReason>> read();
    // False when the other end is gone. In the order of the calls.
    asio::awaitable<bool> send(std::span<const std::uint8_t> bytes);
    // Descriptors that have come, in their order; at most kMaxPassedFds are kept.
    std::vector<UniqueFd> take_fds() { return std::exchange(fds_, {}); }

    void close();

   private:
    LocalStream(asio::io_context& io, UniqueFd socket, UniqueFd watched, const FrameRules& rules);
    asio::awaitable<bool> fill();

    UniqueFd socket_;
    // What the event loop waits on: a duplicate of the socket, or for a shared one an epoll set
    // that holds it, because the loop makes whatever it watches non-blocking.
    asio::posix::stream_descriptor watched_;
    FrameBuffer frames_;
    Turnstile writing_;
    std::vector<UniqueFd> fds_;
    bool closed_ = false;
};

}  // namespace sudare
