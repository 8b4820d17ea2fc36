// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/client_gate.h"

#include <sys/socket.h>
#include <wayland-server-core.h>

#include <cerrno>
#include <utility>

#include "server/base/log.h"
#include "server/base/unix_socket.h"
#include "server/session/compositor/compositor_limits.h"
#include "server/session/compositor/context.h"

namespace sudare::compositor {

// One connection; told by libwayland when it ends.
struct ClientGate::Guest {
    wl_listener destroyed{};  // first: the trampoline casts
    wl_client* client = nullptr;
    ClientGate* gate = nullptr;
};

Result<std::unique_ptr<ClientGate>> ClientGate::create(Context& context, UniqueFd listen_socket) {
    SUDARE_CHECK(set_nonblocking(listen_socket.get(), true));
    std::unique_ptr<ClientGate> gate(new ClientGate(context, std::move(listen_socket)));
    SUDARE_TRY(gate->watch_,
               context.loop.watch(gate->socket_.get(), EventLoop::kReadable,
                                  [self = gate.get()](std::uint32_t) { self->accept_one(); }));
    return gate;
}

ClientGate::ClientGate(Context& context, UniqueFd listen_socket)
    : context_(context), socket_(std::move(listen_socket)) {}

ClientGate::~ClientGate() {
    for (const auto& guest : guests_)
        wl_list_remove(&guest->destroyed.link);
}

void ClientGate::accept_one() {
    UniqueFd connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!connection) {
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            log_warn("wayland: accept: errno {}", errno);
        return;
    }
    const auto peer = peer_credentials(connection.get());
    if (!peer || (pid_ != 0 && peer->pid != pid_) || guests_.size() >= kConnectionsMax) {
        log_warn("wayland: connection refused (process {})", peer ? peer->pid : 0);
        return;
    }
    pid_ = peer->pid;
    admit(std::move(connection));
}

void ClientGate::admit(UniqueFd connection) {
    wl_client* client = wl_client_create(context_.display, connection.get());
    if (!client) {
        if (guests_.empty())
            pid_ = 0;
        return;
    }
    (void)connection.release();  // libwayland's now
    auto guest = std::make_unique<Guest>();
    guest->client = client;
    guest->gate = this;
    guest->destroyed.notify = [](wl_listener* listener, void*) {
        auto* gone = reinterpret_cast<Guest*>(listener);
        gone->gate->left(gone);
    };
    wl_client_add_destroy_listener(client, &guest->destroyed);
    guests_.push_back(std::move(guest));
    if (guests_.size() == 1)
        context_.delegate.on_client_connected();
}

void ClientGate::left(Guest* guest) {
    wl_list_remove(&guest->destroyed.link);
    std::erase_if(guests_, [guest](const auto& known) { return known.get() == guest; });
    if (!guests_.empty())
        return;
    pid_ = 0;
    context_.delegate.on_client_gone();
}

}  // namespace sudare::compositor
