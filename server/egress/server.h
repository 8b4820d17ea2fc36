// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <unordered_set>

#include "server/egress/connection.h"
#include "server/egress/context.h"
#include "server/egress/control.h"
#include "server/egress/net.h"

namespace sudare::egress {

// The proxy of one session: accepts the browser's connections and applies each configuration to
// them. Nothing is accepted before the first configuration.
class Server {
public:
    // Takes over both descriptors: a listening Unix stream socket and the control stream.
    Server(asio::io_context& io, int listener, int control, std::unique_ptr<Resolver> resolver);

    // Runs until the control stream ends (success), is malformed or does not take our reports.
    // on_ready is called after the first configuration.
    awaitable<Result<void>> run(std::function<void()> on_ready);

    // The last reports: call when the process is about to end.
    void report_rest();

private:
    Result<void> apply(ipc::EgressConfig config);
    awaitable<void> accept_loop();
    awaitable<void> tick_loop();
    void add(BrowserSocket browser);
    void remove(const std::shared_ptr<Connection>& connection);

    asio::io_context& io_;
    asio::local::stream_protocol::acceptor acceptor_;
    Control control_;
    std::unique_ptr<Resolver> resolver_;
    DestinationLog log_;
    Context context_;
    std::unordered_set<std::shared_ptr<Connection>> connections_;
    asio::steady_timer room_;  // cancelled when a connection ends
    std::function<void()> on_ready_;
    bool overflow_ = false;
};

}  // namespace sudare::egress
