// SPDX-License-Identifier: Apache-2.0
#include "server/broker/stream.h"

#include <string.h>
#include <sys/socket.h>

namespace sudare::broker {
namespace {

namespace asio = boost::asio;
constexpr std::size_t kReadBytes = 16U << 10;

}  // namespace

void Stream::close() {
    if (closed_)
        return;
    closed_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
    // Not from here: the caller may be in the middle of a handler of this very object.
    asio::post(executor(), [self = shared_from_this()] { self->on_closed(); });
}

void Stream::read() {
    if (reading_ || closed_)
        return;
    reading_ = true;
    const auto room = buffer_.prepare(kReadBytes);
    socket_.async_read_some(
        asio::buffer(room.data(), room.size()),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t count) {
            self->reading_ = false;
            if (error)
                return self->close();
            self->buffer_.commit(count);
            self->process();
        });
}

void Stream::process() {
    while (!paused_ && !closed_) {
        const auto frame = buffer_.next();
        if (!frame)
            break;
        on_frame(*frame);
    }
    if (closed_ || paused_)
        return;
    if (const auto fault = buffer_.failure()) {
        on_fault(*fault);
        return close();
    }
    read();
}

void Stream::resume() {
    paused_ = false;
    // Not from here: resume is called inside handlers.
    asio::post(executor(), [self = shared_from_this()] {
        if (!self->reading_)
            self->process();
    });
}

void Stream::send(std::uint8_t type, std::span<const std::uint8_t> payload) {
    if (closed_)
        return;
    if (unsent() + payload.size() > kUnsentMax || !append_frame(unsent_, type, payload))
        return close();
    if (writing_.empty())
        write();
}

bool Stream::send_now(std::uint8_t type, std::span<const std::uint8_t> payload) {
    std::vector<std::uint8_t> frame;
    frame.reserve(payload.size() + limits::kFrameHeaderBytes);  // it never grows: no copy stays behind
    const bool sent = !closed_ && append_frame(frame, type, payload) &&
                      ::send(socket_.native_handle(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL) ==
                          static_cast<ssize_t>(frame.size());
    ::explicit_bzero(frame.data(), frame.size());
    if (!sent)
        close();
    return sent;
}

void Stream::write() {
    writing_.swap(unsent_);
    asio::async_write(
        socket_, asio::buffer(writing_),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
            self->writing_.clear();
            if (error)
                return self->close();
            if (!self->unsent_.empty())
                return self->write();
            self->on_drained();
        });
}

}  // namespace sudare::broker
