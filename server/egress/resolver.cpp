// SPDX-License-Identifier: Apache-2.0
#include "server/egress/resolver.h"

#include <ares.h>
#include <netinet/in.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <map>
#include <optional>

#include "server/base/log.h"
#include "server/egress/limits.h"

namespace sudare::egress {
namespace {

// One lookup. Shared with the callback, which c-ares may call after the waiter has gone.
struct Query {
    explicit Query(asio::io_context& io) : done(io) {}
    asio::steady_timer done;  // runs to the deadline; cancelled by the answer
    std::optional<int> status;
    std::vector<IpAddress> addresses;
};

struct AddrinfoDeleter {
    void operator()(ares_addrinfo* info) const { ares_freeaddrinfo(info); }
};

std::optional<IpAddress> address_of(const ares_addrinfo_node& node) {
    if (node.ai_family == AF_INET && node.ai_addrlen >= sizeof(sockaddr_in)) {
        sockaddr_in address{};
        std::memcpy(&address, node.ai_addr, sizeof address);
        return asio::ip::address_v4(ntohl(address.sin_addr.s_addr));
    }
    if (node.ai_family == AF_INET6 && node.ai_addrlen >= sizeof(sockaddr_in6)) {
        sockaddr_in6 address{};
        std::memcpy(&address, node.ai_addr, sizeof address);
        asio::ip::address_v6::bytes_type bytes{};
        std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
        return asio::ip::address_v6(bytes);
    }
    return std::nullopt;
}

void finish(Query& query, int status, const ares_addrinfo* info) {
    query.status = status;
    for (const ares_addrinfo_node* node = info ? info->nodes : nullptr; node; node = node->ai_next)
        if (const auto address = address_of(*node))
            query.addresses.push_back(*address);
    query.done.cancel();
}

void on_answer(void* context, int status, int, ares_addrinfo* info) {
    const std::unique_ptr<std::shared_ptr<Query>> query(
        static_cast<std::shared_ptr<Query>*>(context));
    const std::unique_ptr<ares_addrinfo, AddrinfoDeleter> owned(info);
    finish(**query, status, info);
}

std::string servers_text(const std::vector<ipc::SocketAddress>& servers) {
    std::string out;
    for (const ipc::SocketAddress& server : servers) {
        const IpAddress address = from_bytes(server.address);
        const std::string host =
            address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
        out += (out.empty() ? "" : ",") + host + ":" + std::to_string(server.port);
    }
    return out;
}

}  // namespace

// Feeds the sockets of c-ares from the io_context.
struct Resolver::Channel {
    explicit Channel(asio::io_context& context) : io(context), timer(context) {}
    ~Channel() {
        if (ares != nullptr)
            ares_destroy(ares);
        watches.clear();
    }

    struct Watch {
        explicit Watch(asio::io_context& io, int fd) : descriptor(io, fd) {}
        // The number belongs to c-ares, which closes it.
        ~Watch() { descriptor.release(); }
        asio::posix::stream_descriptor descriptor;
        bool want_read = false;
        bool want_write = false;
        bool reading = false;
        bool writing = false;
    };

    void on_state(int fd, bool readable, bool writable) {
        if (!readable && !writable) {
            watches.erase(fd);
            return;
        }
        auto& watch = watches[fd];
        if (!watch)
            watch = std::make_shared<Watch>(io, fd);
        watch->want_read = readable;
        watch->want_write = writable;
        wait(watch, fd);
    }

    void wait(const std::shared_ptr<Watch>& watch, int fd) {
        if (watch->want_read && !watch->reading) {
            watch->reading = true;
            watch->descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                                         ready(watch, fd, &Watch::reading, true));
        }
        if (watch->want_write && !watch->writing) {
            watch->writing = true;
            watch->descriptor.async_wait(asio::posix::descriptor_base::wait_write,
                                         ready(watch, fd, &Watch::writing, false));
        }
    }

    // A weak reference: the watch may be gone, and its number be in use again, by the time the
    // event is delivered.
    std::function<void(error_code)> ready(const std::shared_ptr<Watch>& watch, int fd,
                                          bool Watch::*busy, bool read) {
        return [this, weak = std::weak_ptr(watch), fd, busy, read](error_code error) {
            const auto alive = weak.lock();
            if (!alive || error)
                return;
            (*alive).*busy = false;
            ares_process_fd(ares, read ? fd : ARES_SOCKET_BAD, read ? ARES_SOCKET_BAD : fd);
            const auto found = watches.find(fd);
            if (found != watches.end() && found->second == alive)
                wait(alive, fd);
            arm_timer();
        };
    }

    // c-ares retries and gives up only when it is called.
    void arm_timer() {
        timeval wanted{};
        if (ares_timeout(ares, nullptr, &wanted) == nullptr) {
            timer.cancel();
            return;
        }
        timer.expires_after(std::chrono::seconds(wanted.tv_sec) +
                            std::chrono::microseconds(wanted.tv_usec + 1000));
        timer.async_wait([this](error_code error) {
            if (error)
                return;
            ares_process_fd(ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
            arm_timer();
        });
    }

    asio::io_context& io;
    asio::steady_timer timer;
    ares_channel ares = nullptr;
    std::map<int, std::shared_ptr<Watch>> watches;
    std::string servers;
};

Resolver::Resolver(std::unique_ptr<Channel> channel) : channel_(std::move(channel)) {}
Resolver::~Resolver() = default;

Result<std::unique_ptr<Resolver>> Resolver::create(asio::io_context& io) {
    auto channel = std::make_unique<Channel>(io);
    char lookups[] = "b";  // DNS only: never the hosts file
    ares_options options{};
    options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
    options.timeout = static_cast<int>(limits::kResolveTry.count());
    options.tries = limits::kResolveTries;
    options.ndots = 0;
    options.ndomains = 0;
    options.lookups = lookups;
    options.sock_state_cb_data = channel.get();
    options.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
        static_cast<Channel*>(self)->on_state(fd, readable != 0, writable != 0);
    };
    const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
                     ARES_OPT_DOMAINS | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
    const int status = ares_init_options(&channel->ares, &options, mask);
    if (status != ARES_SUCCESS)
        return fail(Errc::kSystem, std::string("c-ares: ") + ares_strerror(status));
    return std::unique_ptr<Resolver>(new Resolver(std::move(channel)));
}

Result<void> Resolver::set_servers(const std::vector<ipc::SocketAddress>& servers) {
    const std::string text = servers_text(servers);
    if (text == channel_->servers)
        return {};
    // c-ares refuses to change servers under a query.
    ares_cancel(channel_->ares);
    channel_->servers = text;
    if (text.empty())
        return {};
    const int status = ares_set_servers_ports_csv(channel_->ares, text.c_str());
    if (status != ARES_SUCCESS)
        return fail(Errc::kBadInput, "resolvers \"" + text + "\": " + ares_strerror(status));
    return {};
}

awaitable<Resolver::Answer> Resolver::resolve(std::string host) {
    if (channel_->servers.empty())
        co_return Answer{};
    auto query = std::make_shared<Query>(channel_->io);
    query->done.expires_after(limits::kResolveDeadline);
    ares_addrinfo_hints hints{};
    hints.ai_flags = ARES_AI_NOSORT;  // sorting opens sockets to every address of the answer
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(channel_->ares, host.c_str(), nullptr, &hints, on_answer,
                     new std::shared_ptr<Query>(query));
    channel_->arm_timer();
    // The callback may already have run; then its cancel() came too early to be seen.
    if (!query->status)
        co_await query->done.async_wait(kTuple);
    if (!query->status || *query->status == ARES_ETIMEOUT)
        co_return Answer{Status::kTimeout, {}};
    if (*query->status != ARES_SUCCESS || query->addresses.empty() ||
        query->addresses.size() > limits::kAddressesMax)
        co_return Answer{};
    co_return Answer{Status::kFound, std::move(query->addresses)};
}

}  // namespace sudare::egress
