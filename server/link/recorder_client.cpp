// SPDX-License-Identifier: Apache-2.0
#include "server/link/recorder_client.h"

#include <algorithm>

#include "server/base/log.h"

namespace sudare::link {
namespace {

using ipc::RecorderFrame;
const ipc::TableRules kRules(ipc::kRecorderDownRows);

void append(std::vector<std::uint8_t>& out, RecorderFrame type,
            std::span<const std::uint8_t> payload) {
    append_frame(out, static_cast<std::uint8_t>(type), payload);
}

}  // namespace

Result<void> RecorderClient::connect(UniqueFd socket) {
    SUDARE_TRY(std::shared_ptr<LocalStream> stream,
               LocalStream::create(io_, std::move(socket), kRules));
    stream_ = stream;
    ever_there_ = true;
    asio::co_spawn(io_, listen(std::move(stream)), asio::detached);
    return {};
}

asio::awaitable<void> RecorderClient::listen(std::shared_ptr<LocalStream> stream) {
    for (;;) {
        const auto frame = co_await stream->read();
        if (!frame || !take(*frame))
            break;
    }
    stream->close();
    log_warn("the recorder is lost");
    stream_.reset();
    if (events_.lost)
        events_.lost();
}

bool RecorderClient::take(const Frame& frame) {
    if (static_cast<RecorderFrame>(frame.type) == RecorderFrame::kStored) {
        const auto number = ipc::read_recorder_mark(frame.payload);
        if (number && events_.stored)
            events_.stored(*number);
        return number.has_value();
    }
    const auto fault = ipc::read_recorder_fault(frame.payload);
    if (fault && events_.failed)
        events_.failed(*fault);
    return fault.has_value();
}

void RecorderClient::begin(const ipc::RecordingBegin& what) {
    std::vector<std::uint8_t> bytes;
    append(bytes, RecorderFrame::kBegin, ipc::write_recording_begin(what));
    send(std::move(bytes));
}

bool RecorderClient::store(std::span<const std::uint8_t> bytes, std::uint32_t number) {
    if (waiting_ + bytes.size() > kWaitingMax)
        return false;
    std::vector<std::uint8_t> frames;
    frames.reserve(bytes.size() + 1024);
    while (!bytes.empty()) {
        const auto piece =
            bytes.first(std::min<std::size_t>(bytes.size(), ipc::kRecorderAppendMax));
        append(frames, RecorderFrame::kAppend, piece);
        bytes = bytes.subspan(piece.size());
    }
    append(frames, RecorderFrame::kSync, ipc::write_recorder_mark(number));
    send(std::move(frames));
    return true;
}

void RecorderClient::end() {
    std::vector<std::uint8_t> bytes;
    append(bytes, RecorderFrame::kEnd, {});
    send(std::move(bytes));
}

// In the order of the calls: the stream sees to that.
void RecorderClient::send(std::vector<std::uint8_t> bytes) {
    if (lost())
        return;
    waiting_ += bytes.size();
    asio::co_spawn(
        io_,
        [this, stream = stream_, bytes = std::move(bytes)]() -> asio::awaitable<void> {
            co_await stream->send(bytes);
            waiting_ -= bytes.size();
        },
        asio::detached);
}

}  // namespace sudare::link
