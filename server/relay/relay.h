// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/ipc/host_egress.h"
#include "protocol/ipc/host_relay.h"
#include "protocol/wire/message_type.h"
#include "server/tls/channel.h"
#include "server/tls/local_stream.h"

namespace sudare::relay {

// One connection of the border and the one session behind it. It ends the TLS, checks types and
// lengths against the closed lists, and passes frames on; it understands none but the first.
// Every buffer holds one frame: whoever is slow slows down the other side.
class Relay {
   public:
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
    std::unique_ptr<LocalStream> egress_;
    bool ending_ = false;
};

}  // namespace sudare::relay
