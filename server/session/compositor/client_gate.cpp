// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/client_gate.h"

#include <sys/socket.h>
#include <wayland-server-core.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <utility>

#include "server/base/unix_socket.h"
#include "server/session/compositor/complaint.h"
#include "server/session/compositor/compositor_limits.h"
#include "server/session/compositor/context.h"

namespace sudare::compositor {

// One connection; told by libwayland when it ends and when it makes a resource. libwayland
// itself bounds neither the pools and buffers of a client nor how often it binds a global.
struct ClientGate::Guest {
    wl_listener destroyed{};  // first: the trampolines cast
    wl_listener created{};
    wl_client* client = nullptr;
    ClientGate* gate = nullptr;
    // Shared with the resources, which die after their client has said goodbye.
    std::shared_ptr<std::size_t> resources = std::make_shared<std::size_t>(0);

    void count(wl_resource* resource);
    ~Guest() {
        wl_list_remove(&destroyed.link);
        wl_list_remove(&created.link);
    }
};

namespace {

struct Counted {
    wl_listener destroyed{};  // first: the trampoline casts
    std::shared_ptr<std::size_t> resources;
};

}  // namespace

void ClientGate::Guest::count(wl_resource* resource) {
    auto* counted = new Counted{{}, resources};  // its resource's; freed with it
    counted->destroyed.notify = [](wl_listener* listener, void*) {
        const std::unique_ptr<Counted> gone(reinterpret_cast<Counted*>(listener));
        wl_list_remove(&gone->destroyed.link);
        --*gone->resources;
    };
    wl_resource_add_destroy_listener(resource, &counted->destroyed);
    if (++*resources > kResourcesMax)
        wl_client_post_no_memory(client);
}

Result<std::unique_ptr<ClientGate>> ClientGate::create(Context& context, UniqueFd listen_socket,
                                                       Events events) {
    SUDARE_CHECK(set_nonblocking(listen_socket.get(), true));
    std::unique_ptr<ClientGate> gate(new ClientGate(context, std::move(listen_socket), std::move(events)));
    SUDARE_TRY(gate->watch_,
               context.loop.watch(gate->socket_.get(), EventLoop::kReadable,
                                  [self = gate.get()](std::uint32_t) { self->accept_one(); }));
    return gate;
}

ClientGate::ClientGate(Context& context, UniqueFd listen_socket, Events events)
    : context_(context), socket_(std::move(listen_socket)), events_(std::move(events)) {}

ClientGate::~ClientGate() = default;

void ClientGate::accept_one() {
    UniqueFd connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!connection) {
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            complain("wayland: accept: errno {}", errno);
        return;
    }
    const auto peer = peer_credentials(connection.get());
    if (!peer || (pid_ != 0 && peer->pid != pid_) || guests_.size() >= kConnectionsMax) {
        complain("wayland: connection refused (process {})", peer ? peer->pid : 0);
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
    guest->created.notify = [](wl_listener* listener, void* resource) {
        Guest* self = nullptr;
        self = wl_container_of(listener, self, created);
        self->count(static_cast<wl_resource*>(resource));
    };
    wl_client_add_destroy_listener(client, &guest->destroyed);
    wl_client_add_resource_created_listener(client, &guest->created);
    guests_.push_back(std::move(guest));
    if (guests_.size() == 1)
        events_.came();
}

bool ClientGate::let_in(const wl_client* client) const {
    return std::ranges::any_of(guests_,
                               [client](const auto& guest) { return guest->client == client; });
}

void ClientGate::left(Guest* guest) {
    std::erase_if(guests_, [guest](const auto& known) { return known.get() == guest; });
    if (!guests_.empty())
        return;
    pid_ = 0;
    events_.gone();
}

}  // namespace sudare::compositor
