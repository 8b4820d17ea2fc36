// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "protocol/ipc/gateway_link.h"
#include "server/base/unique_fd.h"
#include "server/link/signal_flag.h"

namespace sudare::link {

// The control stream to the gateway (gateway_link.h): single bytes, some with a descriptor.
class GatewayControl {
   public:
    struct Orders {
        std::function<void(ipc::RevocationLists)> revocation;
        std::function<void()> stop;
        std::function<void(UniqueFd)> recorder;  // the connection that call_recorder() asked for
        std::function<void()> lost;
    };
    GatewayControl(asio::io_context& io, UniqueFd socket);
    void set_orders(Orders orders) { orders_ = std::move(orders); }

    asio::awaitable<void> listen();  // spawn it first
    void say_proven();
    // The connected socket to the session host, or nothing.
    asio::awaitable<std::optional<UniqueFd>> connect_host();
    // Asks for a new connection to the recorder; none comes when it is not there. Not more often than
    // every ipc::kRecorderPause, or the gateway ends the link.
    void call_recorder();

   private:
    void send(ipc::LinkRequest request);
    bool obey(std::uint8_t order, UniqueFd fd);

    asio::posix::stream_descriptor stream_;
    SignalFlag answered_;
    Orders orders_;
    bool waiting_ = false;
    std::optional<UniqueFd> host_;
};

}  // namespace sudare::link
