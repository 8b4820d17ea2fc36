// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "protocol/core/frame.h"
#include "protocol/core/reason.h"
#include "server/base/unique_fd.h"
#include "server/tls/asio.h"
#include "server/tls/context.h"
#include "server/tls/flood_guard.h"
#include "server/tls/turnstile.h"

namespace sudare::tls {

// One TLS connection that carries frames. Every wait for the peer has a deadline, which a
// watchdog of the owner enforces: call enforce() about once a second. One thread; create it in a
// unique_ptr and keep it until its coroutines have ended (close() makes them end).
class Channel {
   public:
    using Clock = std::chrono::steady_clock;

    // Takes a connected stream socket. `rules` (what the peer may send) and `context` must
    // outlive the channel.
    static Result<std::unique_ptr<Channel>> create(asio::io_context& io, UniqueFd socket,
                                                   const Context& context,
                                                   const FrameRules& rules);
    ~Channel();

    // Ends with the proven peer or with the fault; the alert has then been sent.
    asio::awaitable<tl::expected<Identity, Fault>> handshake(std::chrono::seconds deadline);

    // The next frame, a view until the next call. Ends with kConnectionClosed, or with the reason
    // for which this side has to end the connection. kFrameDeadline holds for half a frame.
    asio::awaitable<tl::expected<Frame, EndReason>> read();

    // All bytes to the kernel, in order of the calls; false when the connection is dead. It
    // returns when less than kNotSentLowWater waits unsent: this is the back-pressure.
    asio::awaitable<bool> send(std::span<const std::uint8_t> bytes);

    // Same, for callers that do not wait: at most kPostedMax bytes may wait, else the connection
    // is dead (the peer does not read).
    void post(std::vector<std::uint8_t> bytes);
    static constexpr std::size_t kPostedMax = 64U << 10;
    // Nobody is sending: a picture written now goes out at once.
    [[nodiscard]] bool drained() const { return !writing_.busy(); }

    // close_notify, then reads off what the peer still sends, so that our last bytes are not
    // destroyed by a reset; at most two seconds.
    asio::awaitable<void> finish();
    // At once. Waiting coroutines end with `reason`.
    void close(EndReason reason = EndReason::kConnectionClosed);

    // Closes the connection when a deadline is over.
    void enforce(Clock::time_point now);

    [[nodiscard]] const SSL& connection() const { return *native_; }
    [[nodiscard]] std::uint64_t bytes_in() const { return bytes_in_; }
    [[nodiscard]] std::uint64_t bytes_out() const { return bytes_out_; }

   private:
    using Socket = asio::generic::stream_protocol::socket;

    Channel(asio::io_context& io, Socket socket, ConnectionPtr connection, Side side,
            const FrameRules& rules);
    Fault handshake_fault(const boost::system::error_code& error) const;
    EndReason reason_of(const boost::system::error_code& error) const;
    asio::awaitable<bool> fill();
    asio::awaitable<void> drain();

    struct Deadline {
        Clock::time_point at;
        EndReason reason;
    };

    asio::io_context& io_;
    SSL* native_;  // owned by stream_
    FloodGuard floods_;
    asio::ssl::stream<Socket> stream_;
    Side side_;
    FrameBuffer frames_;
    Turnstile writing_;
    std::optional<Deadline> deadline_;
    std::optional<EndReason> closed_;
    std::size_t posted_ = 0;
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
};

}  // namespace sudare::tls
