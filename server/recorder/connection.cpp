// SPDX-License-Identifier: Apache-2.0
#include "server/recorder/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "server/base/log.h"

namespace sudare::recorder {
namespace {

using ipc::RecorderFrame;
constexpr std::size_t kReadBytes = 64U << 10;
constexpr std::size_t kUnsentMax = 4096;  // hundreds of answers; a link that reads none is stuck

}  // namespace

void Connection::read() {
    const auto room = buffer_.prepare(kReadBytes);
    socket_.async_read_some(
        asio::buffer(room.data(), room.size()),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t count) {
            if (error)
                return;  // the file stays as it is
            self->buffer_.commit(count);
            while (const auto frame = self->buffer_.next())
                if (!self->take(*frame))
                    return log_warn("a link broke the order of frames; it is cut off");
            if (self->buffer_.failure())
                return log_warn("a link sent what no link sends; it is cut off");
            self->read();
        });
}

bool Connection::take(const Frame& frame) {
    const auto type = static_cast<RecorderFrame>(frame.type);
    if (type == RecorderFrame::kBegin)
        return begin(frame.payload);
    if (!file_ && !failed_)
        return false;
    switch (type) {
        case RecorderFrame::kAppend:
            return failed_ || judge(file_->append(frame.payload));
        case RecorderFrame::kSync:
            return failed_ || sync(frame.payload);
        default:  // kEnd; there is no other
            file_.reset();
            failed_ = false;
            return true;
    }
}

bool Connection::begin(std::span<const std::uint8_t> payload) {
    const auto what = ipc::read_recording_begin(payload);
    if (!what || file_)
        return false;
    failed_ = false;
    auto file = RecordingFile::create(directory_, *what);
    if (!file)
        return judge(tl::unexpected(file.error()));
    file_.emplace(std::move(*file));
    return true;
}

bool Connection::sync(std::span<const std::uint8_t> payload) {
    const auto number = ipc::read_recorder_mark(payload);
    if (!number)
        return false;
    const auto done = file_->sync();
    if (done)
        reply(RecorderFrame::kStored, ipc::write_recorder_mark(*number));
    return judge(done);
}

bool Connection::judge(const Stored<>& done) {
    if (!done) {
        log_error("a recording fails (cause {})", static_cast<int>(done.error()));
        file_.reset();
        failed_ = true;
        reply(RecorderFrame::kFailed, ipc::write_recorder_fault(done.error()));
    }
    return true;
}

void Connection::reply(RecorderFrame type, std::span<const std::uint8_t> payload) {
    if (unsent_.size() < kUnsentMax)
        append_frame(unsent_, static_cast<std::uint8_t>(type), payload);
    if (writing_.empty())
        write();
}

void Connection::write() {
    writing_.swap(unsent_);
    asio::async_write(
        socket_, asio::buffer(writing_),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
            self->writing_.clear();
            if (!error && !self->unsent_.empty())
                self->write();
        });
}

}  // namespace sudare::recorder
