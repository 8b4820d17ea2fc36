// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "protocol/core/frame.h"
#include "protocol/ipc/host_egress.h"
#include "server/egress/net.h"

namespace sudare::egress {

// The stream to sudare-host: configurations come, reports go.
class Control {
public:
    // fd is owned from here on.
    Control(asio::io_context& io, int fd);

    // Calls on_config for each configuration. Returns at the end of the stream (success) or with
    // what was wrong with it.
    awaitable<Result<void>> run(std::function<Result<void>(ipc::EgressConfig)> on_config);

    // Queues a report. When the host does not take them (limits::kReportQueueBytes), on_overflow
    // is called: no record, no session.
    void send(const ipc::Destination& destination);
    std::function<void()> on_overflow;

    // Writes what is queued without waiting: for the end of the process.
    void flush_now();

private:
    awaitable<void> write_queue();
    Result<void> take_frames(const std::function<Result<void>(ipc::EgressConfig)>& on_config);

    ipc::TableRules rules_;
    FrameBuffer frames_;
    BrowserSocket socket_;
    std::vector<std::uint8_t> queue_;    // waits
    std::vector<std::uint8_t> writing_;  // is being written
    bool busy_ = false;
};

}  // namespace sudare::egress
