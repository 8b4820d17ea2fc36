// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/ipc/host_egress.h"
#include "protocol/ipc/host_relay.h"
#include "protocol/wire/message_type.h"
#include "server/relay/report_reader.h"
#include "server/tls/channel.h"
#include "server/tls/local_stream.h"

namespace sudare::relay {

// One connection of the border and the one session behind it. It ends the TLS, checks types and
// lengths against the closed lists, and passes frames on; it understands none but the first.
// On the way down every buffer holds one frame: whoever is slow slows down the other side. On the
// way up the border is always read, so that its stop or its end is seen at once even when the
// session hangs; what the session has not taken waits in a queue of kInputQueueBytes.
class Relay {
   public:
    // Seven seconds of input at the highest metered rates (limits.h), on top of what the kernel
    // holds. A session that is so far behind will not come back.
    static constexpr std::size_t kInputQueueBytes = 64U << 10;

    Relay(asio::io_context& io, std::unique_ptr<LocalStream> host);

    // Before run(): the connection, not yet handshaken.
    Result<void> accept(UniqueFd socket, const tls::Context& context);
    static const FrameRules& host_rules();

    // The whole life; the io_context is stopped when it ends.
    asio::awaitable<void> run();

   private:
    asio::awaitable<std::optional<EndReason>> start_session();
    asio::awaitable<std::optional<EndReason>> wait_for_start();
    asio::awaitable<void> up();
    asio::awaitable<std::optional<EndReason>> pass_up(const Frame& frame);
    bool queue_input(const Frame& frame);
    asio::awaitable<void> feed_session();
    asio::awaitable<void> down();
    asio::awaitable<void> reports();
    asio::awaitable<void> host_messages();
    asio::awaitable<void> watch_deadlines();
    asio::awaitable<bool> pass(tls::Channel& to, const Frame& frame);
    asio::awaitable<bool> pass(LocalStream& to, const Frame& frame);
    asio::awaitable<void> end(EndReason reason);

    asio::io_context& io_;
    std::unique_ptr<LocalStream> host_;
    std::unique_ptr<tls::Channel> border_;
    std::unique_ptr<LocalStream> session_;
    std::unique_ptr<ReportReader> egress_;
    std::vector<std::uint8_t> input_;  // whole frames that the session has not been given yet
    asio::steady_timer input_more_;    // cancelled: there is input
    bool session_gone_ = false;        // nobody takes input any more; the host says why
    bool detached_ = false;            // after kDetach: reports still come
    bool ending_ = false;
};

}  // namespace sudare::relay
