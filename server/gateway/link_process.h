// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "protocol/ipc/gateway_link.h"
#include "server/base/spawn.h"
#include "server/gateway/throttle.h"

namespace sudare::gateway {

namespace asio = boost::asio;

// One sudare-link and its control stream. The two things that it may ask for are one byte each,
// and each is granted once. It keeps itself alive until its process has ended.
class LinkProcess : public std::enable_shared_from_this<LinkProcess> {
   public:
    struct Start {
        std::string program;
        UniqueFd connection, broker, settings;
        UniqueFd recorder;  // or none
        asio::ip::tcp::endpoint host;
    };
    struct Events {
        std::function<void()> proven;
        std::function<UniqueFd()> connect_recorder;  // nothing when it is not there
        std::function<void(int wait_status)> ended;
    };
    static Result<std::shared_ptr<LinkProcess>> start(asio::io_context& io, Start what,
                                                      Events events);

    void order(ipc::LinkOrder order, std::optional<int> fd = std::nullopt);
    void kill() { child_.signal(9); }
    [[nodiscard]] bool is_proven() const { return proven_; }

   private:
    LinkProcess(asio::io_context& io, const Start& what, Events events);
    Result<void> watch(Child child, UniqueFd control);
    void wait_for_request();
    void wait_for_end();
    bool answer(std::uint8_t request);
    void connect_host();
    bool may_call_recorder();

    asio::io_context& io_;
    Child child_;
    asio::posix::stream_descriptor control_;
    asio::posix::stream_descriptor pidfd_;
    std::optional<asio::ip::tcp::socket> host_;
    asio::steady_timer host_deadline_;
    asio::ip::tcp::endpoint host_endpoint_;
    Events events_;
    bool proven_ = false;
    bool asked_for_host_ = false;
    std::optional<std::chrono::steady_clock::time_point> called_recorder_;
};

}  // namespace sudare::gateway
