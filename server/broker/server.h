// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>

#include "server/base/unique_fd.h"
#include "server/broker/core.h"
#include "server/broker/stream.h"

namespace sudare::broker {

// The two listening sockets and the orderly stop. The socket decides the role, and with it the
// table of requests; SO_PEERCRED decides who may connect to it.
class Server {
public:
    static constexpr std::size_t kLinksMax = 4096;
    static constexpr std::size_t kAdminsMax = 64;
    static constexpr std::chrono::seconds kStopDeadline{3};
    // Between two connections of forwarders: one that connects without end costs nobody anything.
    static constexpr std::chrono::seconds kForwarderPause{1};

    // stop_signal: becomes readable when the program shall end.
    static Result<std::unique_ptr<Server>> create(boost::asio::io_context& loop, Core& core,
                                                  UniqueFd stop_signal);
    // Starts to accept; the loop's run() does the rest and returns after the orderly stop.
    void start();

private:
    using Acceptor = boost::asio::local::stream_protocol::acceptor;
    Server(boost::asio::io_context& loop, Core& core, UniqueFd links, UniqueFd admins,
           UniqueFd directories, UniqueFd forwarders, UniqueFd stop);

    void accept_links();
    void accept_admins();
    void accept_directories();
    void accept_forwarders();
    void welcome_link(UnixSocket socket);
    void welcome_admin(UnixSocket socket);
    void welcome_directory(UnixSocket socket);
    void welcome_forwarder(UnixSocket socket);
    void stop();
    void wait_for_links();

    boost::asio::io_context& loop_;
    Core& core_;
    Acceptor links_;
    Acceptor admins_;
    Acceptor directories_;  // open only when there is a directory
    Acceptor forwarders_;   // open only when something is forwarded
    boost::asio::posix::stream_descriptor stop_;
    boost::asio::steady_timer poll_;
    boost::asio::steady_timer forwarder_pause_;
    std::chrono::steady_clock::time_point stop_by_;
    std::size_t admin_count_ = 0;
};

}  // namespace sudare::broker
