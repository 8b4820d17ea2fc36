// SPDX-License-Identifier: Apache-2.0
#include "server/egress/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <vector>

#include "server/base/log.h"
#include "server/egress/limits.h"

namespace sudare::egress {

Server::Server(asio::io_context& io, int listener, int control, std::unique_ptr<Resolver> resolver)
    : io_(io),
      acceptor_(io, asio::local::stream_protocol(), listener),
      control_(io, control),
      resolver_(std::move(resolver)),
      log_([this](const ipc::Destination& destination) { control_.send(destination); }),
      context_{nullptr, *resolver_, log_, {}},
      room_(io) {
    control_.on_overflow = [this] {
        overflow_ = true;
        io_.stop();
    };
}

awaitable<Result<void>> Server::run(std::function<void()> on_ready) {
    on_ready_ = std::move(on_ready);
    co_return co_await control_.run(
        [this](ipc::EgressConfig config) { return apply(std::move(config)); });
}

Result<void> Server::apply(ipc::EgressConfig config) {
    SUDARE_TRY(std::shared_ptr<const Access> access, Access::create(std::move(config)));
    SUDARE_CHECK(resolver_->set_servers(access->config().resolvers));
    const bool first = !context_.access;
    context_.access = std::move(access);
    context_.quota.set_limit(context_.access->bytes_per_day());
    if (first) {
        asio::co_spawn(io_, accept_loop(), asio::detached);
        asio::co_spawn(io_, tick_loop(), asio::detached);
        on_ready_();
    }
    // A copy: cutting a connection may remove it from the set.
    const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
    for (const auto& connection : all)
        connection->reconsider();
    return {};
}

awaitable<void> Server::accept_loop() {
    for (;;) {
        while (connections_.size() >= context_.access->connections_max() + limits::kRefusalSlots) {
            room_.expires_at(asio::steady_timer::time_point::max());
            co_await room_.async_wait(kTuple);
        }
        auto [error, browser] = co_await acceptor_.async_accept(kTuple);
        if (!error) {
            add(std::move(browser));
            continue;
        }
        // Out of descriptors, or the browser has gone: wait for a place, but not for ever.
        log_warn("accept: {}", error.message());
        room_.expires_after(std::chrono::seconds(1));
        co_await room_.async_wait(kTuple);
    }
}

void Server::add(BrowserSocket browser) {
    const bool over_quota = connections_.size() >= context_.access->connections_max();
    auto connection = std::make_shared<Connection>(context_, std::move(browser), over_quota);
    connections_.insert(connection);
    connection->start([this, weak = std::weak_ptr(connection)] {
        if (const auto ended = weak.lock())
            remove(ended);
    });
}

void Server::remove(const std::shared_ptr<Connection>& connection) {
    connections_.erase(connection);
    room_.cancel();
}

awaitable<void> Server::tick_loop() {
    asio::steady_timer timer(io_);
    for (;;) {
        timer.expires_after(std::chrono::seconds(1));
        co_await timer.async_wait(kTuple);
        log_.tick(DestinationLog::Clock::now());
    }
}

void Server::report_rest() {
    if (overflow_) {
        log_error("sudare-host does not take the reports");
        return;
    }
    log_.flush();
    control_.flush_now();
}

}  // namespace sudare::egress
