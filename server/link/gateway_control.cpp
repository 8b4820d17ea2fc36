// SPDX-License-Identifier: Apache-2.0
#include "server/link/gateway_control.h"

#include <sys/socket.h>

#include "server/base/unix_socket.h"

namespace sudare::link {

using ipc::LinkOrder;

GatewayControl::GatewayControl(asio::io_context& io, UniqueFd socket)
    : stream_(io, socket.release()), answered_(io) {}

// One byte at a time: a descriptor belongs to the byte that it came with.
asio::awaitable<void> GatewayControl::listen() {
    for (;;) {
        std::uint8_t order = 0;
        std::vector<UniqueFd> fds;
        const auto got = receive_with_fds(stream_.native_handle(), std::span(&order, 1), fds, false);
        if (got && *got == 1) {
            if (!obey(order, fds.empty() ? UniqueFd() : std::move(fds.front())))
                break;
            continue;
        }
        if (got || got.error().code != Errc::kUnavailable)
            break;
        boost::system::error_code error;
        co_await stream_.async_wait(asio::posix::stream_descriptor::wait_read, into(error));
        if (error)
            break;
    }
    waiting_ = false;
    answered_.raise();
    if (orders_.lost)
        orders_.lost();
}

bool GatewayControl::obey(std::uint8_t order, UniqueFd fd) {
    switch (static_cast<LinkOrder>(order)) {
        case LinkOrder::kHostConnected:
            host_ = std::move(fd);
            [[fallthrough]];
        case LinkOrder::kHostFailed:
            waiting_ = false;
            answered_.raise();
            return true;
        case LinkOrder::kRevocation: {
            const auto bytes = read_whole(fd.get(), ipc::kLinkSettingsMax);
            auto lists = bytes ? ipc::read_revocation_lists(*bytes)
                               : Result<ipc::RevocationLists>(fail(Errc::kBadInput, "no lists"));
            if (lists && orders_.revocation)
                orders_.revocation(std::move(*lists));
            return lists.has_value();
        }
        case LinkOrder::kRecorderConnected:
            if (fd && orders_.recorder)
                orders_.recorder(std::move(fd));
            return true;
        case LinkOrder::kRecorderFailed:
            return true;
        case LinkOrder::kStop:
            if (orders_.stop)
                orders_.stop();
            return true;
    }
    return false;
}

void GatewayControl::send(ipc::LinkRequest request) {
    const auto byte = static_cast<std::uint8_t>(request);
    // A byte now and then: the socket buffer always has room.
    ::send(stream_.native_handle(), &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void GatewayControl::say_proven() { send(ipc::LinkRequest::kProven); }

void GatewayControl::call_recorder() { send(ipc::LinkRequest::kConnectRecorder); }

asio::awaitable<std::optional<UniqueFd>> GatewayControl::connect_host() {
    waiting_ = true;
    host_.reset();
    send(ipc::LinkRequest::kConnectHost);
    while (waiting_)
        co_await answered_.wait();
    if (!host_ || !*host_)
        co_return std::nullopt;
    co_return std::exchange(host_, std::nullopt);
}

}  // namespace sudare::link
