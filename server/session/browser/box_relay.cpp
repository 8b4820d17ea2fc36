// SPDX-License-Identifier: Apache-2.0
#include "server/session/browser/box_relay.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sudare::browser {
namespace {

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

// A full backlog at the egress side makes connect() fail with EAGAIN; the browser then sees a
// refused connection, as it would of a busy proxy.
UniqueFd connect_egress(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return {};
    std::memcpy(address.sun_path, path.data(), path.size());
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (fd && ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fd.reset();
    return fd;
}

}  // namespace

BoxRelay::BoxRelay(UniqueFd listener, std::string egress_path)
    : listener_(std::move(listener)), egress_path_(std::move(egress_path)) {}

// Order: the listener, then tcp and unix of each connection. A side is asked for reading only
// when its buffer is empty, so that a slow reader slows its writer down.
void BoxRelay::append_polls(std::vector<pollfd>& out) const {
    const short accepting = connections_.size() < kConnectionsMax ? POLLIN : 0;
    out.push_back({listener_.get(), accepting, 0});
    const auto wanted = [](const Flow& reads, const Flow& writes) {
        short events = 0;
        if (reads.empty() && !reads.source_ended)
            events |= POLLIN;
        if (!writes.empty())
            events |= POLLOUT;
        return events;
    };
    for (const auto& connection : connections_) {
        // No wish means no interest in its POLLHUP either: poll would return at once, forever.
        const auto entry = [](int fd, short events) {
            return pollfd{events != 0 ? fd : -1, events, 0};
        };
        out.push_back(entry(connection->tcp.get(), wanted(connection->up, connection->down)));
        out.push_back(
            entry(connection->unix_socket.get(), wanted(connection->down, connection->up)));
    }
}

void BoxRelay::dispatch(const pollfd* polls, std::size_t count) {
    for (std::size_t i = 0; i < connections_.size() && 2 * i + 2 < count; ++i)
        if (!serve(*connections_[i], polls[2 * i + 1].revents, polls[2 * i + 2].revents))
            connections_[i].reset();
    std::erase(connections_, nullptr);
    if ((polls[0].revents & POLLIN) != 0)
        accept_all();
}

void BoxRelay::accept_all() {
    while (connections_.size() < kConnectionsMax) {
        UniqueFd tcp(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!tcp)
            return;
        UniqueFd egress = connect_egress(egress_path_);
        if (!egress)
            continue;  // closes tcp: the browser reports "proxy connection failed"
        auto connection = std::make_unique<Connection>();
        connection->tcp = std::move(tcp);
        connection->unix_socket = std::move(egress);
        connections_.push_back(std::move(connection));
    }
}

// False when the connection is over.
bool BoxRelay::serve(Connection& connection, short tcp_events, short unix_events) {
    constexpr short kReadable = POLLIN | POLLHUP | POLLERR;
    const int tcp = connection.tcp.get();
    const int egress = connection.unix_socket.get();
    if (!pump(connection.up, tcp, (tcp_events & kReadable) != 0, egress) ||
        !pump(connection.down, egress, (unix_events & kReadable) != 0, tcp))
        return false;
    return !(connection.up.closed && connection.down.closed);
}

bool BoxRelay::pump(Flow& flow, int source, bool readable, int sink) {
    if (readable && flow.empty() && !flow.source_ended) {
        const ssize_t got = ::read(source, flow.bytes.data(), flow.bytes.size());
        if (got < 0 && !would_block())
            return false;
        flow.begin = 0;
        flow.end = got > 0 ? static_cast<std::size_t>(got) : 0;
        flow.source_ended = got == 0;
    }
    return drain(flow, sink);
}

bool BoxRelay::drain(Flow& flow, int sink) {
    while (!flow.empty()) {
        const ssize_t sent =
            ::send(sink, flow.bytes.data() + flow.begin, flow.end - flow.begin, MSG_NOSIGNAL);
        if (sent < 0)
            return would_block();
        flow.begin += static_cast<std::size_t>(sent);
    }
    if (flow.source_ended && !flow.closed) {
        ::shutdown(sink, SHUT_WR);
        flow.closed = true;
    }
    return true;
}

}  // namespace sudare::browser
