// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "protocol/core/frame.h"
#include "protocol/ipc/broker_forwarder.h"
#include "server/base/unique_fd.h"

namespace sudare::forwarder {

// The forwarder's end of broker_forwarder.h. It never blocks; a broker that is away is asked again
// every second. One thread.
class BrokerClient {
public:
    using Clock = std::chrono::steady_clock;

    explicit BrokerClient(std::string path);

    // Connects, hears what has come, and answers each Durable with this report.
    void step(Clock::time_point now, const ipc::ForwardReport& report);
    [[nodiscard]] int fd() const { return socket_ ? socket_.get() : -1; }
    [[nodiscard]] Clock::time_point deadline() const {
        return socket_ ? Clock::time_point::max() : retry_;
    }
    // The newest that was heard, also while the broker is away.
    [[nodiscard]] const std::optional<ipc::ForwardDurable>& durable() const { return durable_; }
    [[nodiscard]] std::uint64_t reports() const { return reports_; }  // that went out

private:
    bool hear(const ipc::ForwardReport& report);

    std::string path_;
    UniqueFd socket_;
    std::optional<FrameBuffer> frames_;
    Clock::time_point retry_{};
    std::optional<ipc::ForwardDurable> durable_;
    std::uint64_t reports_ = 0;
    bool told_ = false;  // that it is away
};

}  // namespace sudare::forwarder
