// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>

#include "protocol/core/result.h"
#include "server/base/unique_fd.h"

namespace sudare::host {

// Notices that the other end of a connected stream socket has gone, or has finished sending,
// without reading a byte of it: for a connection that another process reads, and may have stopped
// reading. Holds a duplicate, so the connection is not closed before this object is destroyed.
class HangUpWatch {
public:
    // hung_up: called once, through the event loop; not after this object has been destroyed.
    static Result<std::unique_ptr<HangUpWatch>> create(boost::asio::io_context& loop, int socket,
                                                       std::function<void()> hung_up);

private:
    HangUpWatch(boost::asio::io_context& loop, UniqueFd socket, int events);

    UniqueFd socket_;
    // An epoll set that holds the socket: readable when the hang-up is there. Watching the socket
    // itself would make it non-blocking for its reader, and wake at each byte.
    boost::asio::posix::stream_descriptor events_;
};

}  // namespace sudare::host
