// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <vector>

#include "server/base/unique_fd.h"
#include "server/session/compositor/event_loop.h"

struct wl_client;

namespace sudare::compositor {

struct Context;

// Lets in one program and nobody else, the browser or the input method, each through a socket of its
// own: the connections (at most kConnectionsMax) of one process at a time, the first that comes.
// Chromium opens two, one through Ozone and one through GDK.
class ClientGate {
   public:
    struct Events {
        std::function<void()> came;  // the first connection
        std::function<void()> gone;  // the last one ended, for whatever reason
    };
    static Result<std::unique_ptr<ClientGate>> create(Context& context, UniqueFd listen_socket,
                                                      Events events);
    ~ClientGate();

    [[nodiscard]] bool let_in(const wl_client* client) const;

   private:
    struct Guest;
    ClientGate(Context& context, UniqueFd listen_socket, Events events);
    void accept_one();
    void admit(UniqueFd connection);
    void left(Guest* guest);

    Context& context_;
    UniqueFd socket_;
    Events events_;
    EventLoop::Watch watch_;
    std::vector<std::unique_ptr<Guest>> guests_;  // at most kConnectionsMax
    pid_t pid_ = 0;  // whose connections are let in; 0: the next one's
};

}  // namespace sudare::compositor
