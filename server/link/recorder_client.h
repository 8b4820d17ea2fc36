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
        std::function<void()> lost;  // once for each connection
    };

    explicit RecorderClient(asio::io_context& io) : io_(io) {}  // lost until connect()
    RecorderClient(const RecorderClient&) = delete;
    RecorderClient& operator=(const RecorderClient&) = delete;
    // Takes a connection, listens on it until the recorder is lost, and tells that. Only while it is
    // lost. Errors: kSystem.
    Result<void> connect(UniqueFd socket);
    void set_events(Events events) { events_ = std::move(events); }
    [[nodiscard]] bool lost() const { return stream_ == nullptr; }
    [[nodiscard]] bool ever_there() const { return ever_there_; }

    void begin(const ipc::RecordingBegin& what);
    // Appends, and asks for `number` to be told when all of it is on the disk. False: too much
    // waits.
    bool store(std::span<const std::uint8_t> bytes, std::uint32_t number);
    void end();

private:
    asio::awaitable<void> listen(std::shared_ptr<LocalStream> stream);
    void send(std::vector<std::uint8_t> bytes);
    bool take(const Frame& frame);

    asio::io_context& io_;
    // Shared with what is on its way through it: it may be lost, and another one there, meanwhile.
    std::shared_ptr<LocalStream> stream_;
    Events events_;
    std::size_t waiting_ = 0;
    bool ever_there_ = false;
};

}  // namespace sudare::link
