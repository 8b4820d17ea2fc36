// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/core/frame.h"
#include "server/recorder/recording_file.h"

namespace sudare::recorder {

namespace asio = boost::asio;
using Socket = asio::local::stream_protocol::socket;

// One link. Frames are carried out in their order, one at a time; while the disk works nothing more
// is read, which is the link's back-pressure. Lives as long as an operation is under way.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Socket socket, const Directory& directory)
        : socket_(std::move(socket)), directory_(directory) {}
    void start() { read(); }

private:
    void read();
    // False: the link does what ours never does.
    bool take(const Frame& frame);
    bool begin(std::span<const std::uint8_t> payload);
    bool sync(std::span<const std::uint8_t> payload);
    bool judge(const Stored<>& done);
    void reply(ipc::RecorderFrame type, std::span<const std::uint8_t> payload);
    void write();

    Socket socket_;
    const Directory& directory_;
    ipc::TableRules rules_{ipc::kRecorderUpRows};
    FrameBuffer buffer_{rules_};
    std::optional<RecordingFile> file_;
    bool failed_ = false;  // what still comes of the recording is dropped
    std::vector<std::uint8_t> unsent_, writing_;
};

}  // namespace sudare::recorder
