// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "protocol/ipc/link_recorder.h"
#include "server/tls/local_stream.h"

namespace sudare::link {

// The link's side of link_recorder.h. What is handed over waits in memory until the recorder has
// taken it: nothing here waits for a disk. One thread.
class RecorderClient {
public:
    // A slow disk is as good as none when this much waits for it; two or three of the largest
    // segments.
    static constexpr std::size_t kWaitingMax = 4U << 20;

    struct Events {
        std::function<void(std::uint32_t number)> stored;
        std::function<void(ipc::RecorderFault)> failed;
        std::function<void()> lost;  // once
    };

    static Result<std::unique_ptr<RecorderClient>> create(asio::io_context& io, UniqueFd socket);
    void set_events(Events events) { events_ = std::move(events); }
    // Reads until the recorder is lost; spawn it once.
    asio::awaitable<void> listen();
    [[nodiscard]] bool lost() const { return lost_; }

    void begin(const ipc::RecordingBegin& what);
    // Appends, and asks for `number` to be told when all of it is on the disk. False: too much
    // waits.
    bool store(std::span<const std::uint8_t> bytes, std::uint32_t number);
    void end();

private:
    RecorderClient(asio::io_context& io, std::unique_ptr<LocalStream> stream)
        : io_(io), stream_(std::move(stream)) {}
    void send(std::vector<std::uint8_t> bytes);
    bool take(const Frame& frame);

    asio::io_context& io_;
    std::unique_ptr<LocalStream> stream_;
    Events events_;
    std::size_t waiting_ = 0;
    bool lost_ = false;
};

}  // namespace sudare::link
