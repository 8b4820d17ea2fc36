// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <memory>
#include <vector>

#include "server/base/unique_fd.h"
#include "server/session/compositor/event_loop.h"

namespace sudare::compositor {

struct Context;

// Lets in the browser and nobody else: the connections (at most kConnectionsMax) of one process
// at a time, the first that comes. Chromium opens two, one through Ozone and one through GDK.
class ClientGate {
   public:
    static Result<std::unique_ptr<ClientGate>> create(Context& context, UniqueFd listen_socket);
    ~ClientGate();

   private:
    struct Guest;
    ClientGate(Context& context, UniqueFd listen_socket);
    void accept_one();
    void admit(UniqueFd connection);
    void left(Guest* guest);

    Context& context_;
    UniqueFd socket_;
    EventLoop::Watch watch_;
    std::vector<std::unique_ptr<Guest>> guests_;  // at most kConnectionsMax
    pid_t pid_ = 0;  // whose connections are let in; 0: the next one's
};

}  // namespace sudare::compositor
