// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "protocol/core/frame.h"

namespace sudare::broker {

using UnixSocket = boost::asio::local::stream_protocol::socket;

// One framed connection of the event loop. Reads, cuts frames by the given rules, hands them to
// on_frame one at a time; writes in order. The object lives as long as an operation is under way
// or somebody holds it.
class Stream : public std::enable_shared_from_this<Stream> {
public:
    // Unsent bytes at most: three policies of the largest kind, or an administrator's largest answer. A
    // peer that lets more pile up is cut off.
    static constexpr std::size_t kUnsentMax = 3 * limits::kIpcFrameMax;

    Stream(UnixSocket socket, const FrameRules& rules)
        : socket_(std::move(socket)), buffer_(rules) {}
    virtual ~Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    void start() { read(); }
    // Ends the connection; on_closed follows, once.
    void close();
    [[nodiscard]] bool closed() const { return closed_; }

protected:
    virtual void on_frame(const Frame& frame) = 0;
    // The peer's bytes break the frame rules; the stream is closed right after.
    virtual void on_fault(EndReason reason) = 0;
    virtual void on_closed() = 0;
    virtual void on_drained() {}  // everything sent is with the kernel

    void send(std::uint8_t type, std::span<const std::uint8_t> payload);
    // All of it at once, wiped afterwards, or not at all (false): small messages with secrets, on a
    // connection that sends nothing else.
    bool send_now(std::uint8_t type, std::span<const std::uint8_t> payload);
    [[nodiscard]] std::size_t unsent() const { return unsent_.size() + writing_.size(); }
    // While a request waits for its answer no further frame is looked at.
    void pause() { paused_ = true; }
    void resume();
    [[nodiscard]] auto executor() { return socket_.get_executor(); }

private:
    void read();
    void process();
    void write();

    UnixSocket socket_;
    FrameBuffer buffer_;
    std::vector<std::uint8_t> unsent_;
    std::vector<std::uint8_t> writing_;
    bool paused_ = false;
    bool reading_ = false;
    bool closed_ = false;
};

}  // namespace sudare::broker
