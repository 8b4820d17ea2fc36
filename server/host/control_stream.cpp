// SPDX-License-Identifier: Apache-2.0
#include "server/host/control_stream.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "server/base/unix_socket.h"

namespace sudare::host {
namespace {

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

ControlStream::ControlStream(boost::asio::io_context& loop, UniqueFd fd, const FrameRules& rules)
    : descriptor_(loop, fd.release()), incoming_(rules) {}

void ControlStream::listen(Events events) {
    events_ = std::move(events);
    wait_readable();
}

void ControlStream::wait_readable() {
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                               if (!error && !self->closed_)
                                   self->read_some();
                           });
}

// recv, not recvmsg: descriptors that a peer attaches are dropped by the kernel.
void ControlStream::read_some() {
    const auto room = incoming_.prepare(65536);
    const ssize_t got = ::recv(descriptor_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
    incoming_.commit(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (got == 0 || (got < 0 && !would_block())) {
        close();
        return report(EndReason::kHostLost);
    }
    hand_out();
    if (closed_)
        return;
    // After a frame that is none, nothing more is read; what we have to say still goes out.
    if (incoming_.failure())
        return report(*incoming_.failure());
    wait_readable();
}

void ControlStream::hand_out() {
    while (!closed_) {
        const auto frame = incoming_.next();
        if (!frame)
            break;
        events_.frame(*frame);
    }
}

bool ControlStream::send(std::uint8_t type, std::span<const std::uint8_t> payload,
                         std::span<const int> fds) {
    Message message;
    if (closed_ || finishing_ || fds.size() > kMaxPassedFds ||
        !append_frame(message.bytes, type, payload) ||
        queued_bytes_ + message.bytes.size() > kQueueBytesMax)
        return false;
    for (const int fd : fds) {
        message.fds.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
        if (!message.fds.back())
            return false;
    }
    queued_bytes_ += message.bytes.size();
    queue_.push_back(std::move(message));
    if (!writing_)
        write_some();
    return true;
}

void ControlStream::wait_writable() {
    writing_ = true;
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_write,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                               self->writing_ = false;
                               if (!error && !self->closed_)
                                   self->write_some();
                           });
}

// A failed write is not the place where a lost peer is noticed: the reading side or the end of
// the process tells.
void ControlStream::write_some() {
    while (!queue_.empty()) {
        Message& message = queue_.front();
        if (!write_one(message))
            return would_block() ? wait_writable() : queue_.clear();
        if (message.sent == message.bytes.size()) {
            queued_bytes_ -= message.bytes.size();
            queue_.pop_front();
        }
    }
    if (finishing_)
        ::shutdown(descriptor_.native_handle(), SHUT_WR);
}

bool ControlStream::write_one(Message& message) {
    iovec part{message.bytes.data() + message.sent, message.bytes.size() - message.sent};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMaxPassedFds)> control{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (!message.fds.empty()) {
        std::array<int, kMaxPassedFds> numbers{};
        for (std::size_t i = 0; i < message.fds.size(); ++i)
            numbers[i] = message.fds[i].get();
        header.msg_control = control.data();
        header.msg_controllen = CMSG_SPACE(sizeof(int) * message.fds.size());
        cmsghdr* rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * message.fds.size());
        std::memcpy(CMSG_DATA(rights), numbers.data(), sizeof(int) * message.fds.size());
    }
    const ssize_t sent =
        ::sendmsg(descriptor_.native_handle(), &header, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0)
        return false;
    message.fds.clear();  // they went with the first byte
    message.sent += static_cast<std::size_t>(sent);
    return true;
}

void ControlStream::finish() {
    finishing_ = true;
    if (!closed_ && queue_.empty())
        ::shutdown(descriptor_.native_handle(), SHUT_WR);
}

void ControlStream::close() {
    if (std::exchange(closed_, true))
        return;
    boost::system::error_code ignored;
    descriptor_.close(ignored);
    queue_.clear();
}

// The callback may release the last owner of this object: a copy is called.
void ControlStream::report(EndReason reason) {
    const auto end = events_.end;
    if (end)
        end(reason);
}

}  // namespace sudare::host
