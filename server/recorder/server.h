// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/recorder/connection.h"

namespace sudare::recorder {

// Accepts the gateway's connections, which it hands to links. SO_PEERCRED decides who it is.
class Server {
public:
    static Result<std::unique_ptr<Server>> create(asio::io_context& io, const Settings& settings,
                                                  Directory directory);
    void serve() { accept(); }

private:
    Server(asio::io_context& io, uid_t link_uid, Directory directory, UniqueFd listener);
    void accept();
    void welcome(Socket socket);

    uid_t link_uid_;
    Directory directory_;
    asio::local::stream_protocol::acceptor acceptor_;
    asio::steady_timer pause_;
};

}  // namespace sudare::recorder
