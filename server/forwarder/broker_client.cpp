// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/broker_client.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "server/base/log.h"
#include "server/base/unix_socket.h"

namespace sudare::forwarder {
namespace {

constexpr std::chrono::seconds kRetry{1};
const ipc::TableRules kRules{ipc::kForwardDownRows};

}  // namespace

BrokerClient::BrokerClient(std::string path) : path_(std::move(path)) {}

void BrokerClient::step(Clock::time_point now, const ipc::ForwardReport& report) {
    if (!socket_ && now >= retry_) {
        retry_ = now + kRetry;
        auto connected = unix_connect(path_, false);
        if (!connected && !told_)
            log_warn("the broker: {}", connected.error().message);
        told_ = told_ || !connected;
        if (connected) {
            socket_ = std::move(*connected);
            frames_.emplace(kRules);
        }
    }
    if (socket_ && !hear(report)) {
        if (!told_)
            log_warn("the broker is gone, or does not want this process; it is asked again");
        socket_.reset();
        retry_ = now + kRetry;
        told_ = true;
    }
}

// False: the connection is of no use any more.
bool BrokerClient::hear(const ipc::ForwardReport& report) {
    for (;;) {
        std::array<std::uint8_t, 1024> bytes;
        const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return errno == EAGAIN;
        if (count == 0)
            return false;
        frames_->append({bytes.data(), static_cast<std::size_t>(count)});
        while (const auto frame = frames_->next()) {
            const auto durable = ipc::parse_forward_durable(frame->payload);
            if (!durable)
                return false;
            durable_ = durable;
            told_ = false;
            ipc::ForwardReport mine = report;  // of those that there are
            mine.confirmed = std::min(mine.confirmed, durable->records);
            std::vector<std::uint8_t> answer;
            append_frame(answer, static_cast<std::uint8_t>(ipc::ForwardFrame::kReport),
                         ipc::payload_of(mine));
            if (::send(socket_.get(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL) !=
                static_cast<ssize_t>(answer.size()))
                return false;
            ++reports_;
        }
        if (frames_->failure())
            return false;
    }
}

}  // namespace sudare::forwarder
