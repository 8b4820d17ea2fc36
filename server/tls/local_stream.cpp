// SPDX-License-Identifier: Apache-2.0
#include "server/tls/local_stream.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "server/base/unix_socket.h"

namespace sudare {
namespace {

constexpr std::size_t kReadPiece = 64U << 10;

Result<UniqueFd> watch_of(int socket, LocalStream::Ownership ownership) {
    if (ownership == LocalStream::Ownership::kExclusive) {
        UniqueFd copy(::fcntl(socket, F_DUPFD_CLOEXEC, 3));
        if (!copy)
            return fail_errno("F_DUPFD_CLOEXEC");
        return copy;
    }
    UniqueFd set(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{};
    event.events = EPOLLIN;
    if (!set || ::epoll_ctl(set.get(), EPOLL_CTL_ADD, socket, &event) != 0)
        return fail_errno("epoll_create1");
    return set;
}

}  // namespace

Result<std::unique_ptr<LocalStream>> LocalStream::create(asio::io_context& io, UniqueFd socket,
                                                         const FrameRules& rules,
                                                         Ownership ownership) {
    SUDARE_TRY(UniqueFd watched, watch_of(socket.get(), ownership));
    return std::unique_ptr<LocalStream>(
        new LocalStream(io, std::move(socket), std::move(watched), rules));
}

LocalStream::LocalStream(asio::io_context& io, UniqueFd socket, UniqueFd watched,
                         const FrameRules& rules)
    : socket_(std::move(socket)), watched_(io, watched.release()), frames_(rules), writing_(io) {}

asio::awaitable<bool> LocalStream::fill() {
    for (;;) {
        const auto room = frames_.prepare(kReadPiece);
        const auto got = receive_with_fds(socket_.get(), room, fds_, false);
        if (got && *got > 0 && fds_.size() <= kMaxPassedFds) {
            frames_.commit(*got);
            co_return true;
        }
        frames_.commit(0);
        if (got || got.error().code != Errc::kUnavailable)
            co_return false;
        boost::system::error_code error;
        co_await watched_.async_wait(asio::posix::stream_descriptor::wait_read, into(error));
        if (error || closed_)
            co_return false;
    }
}

asio::awaitable<tl::expected<Frame, EndReason>> LocalStream::read() {
    for (;;) {
        if (closed_)
            co_return tl::unexpected(EndReason::kConnectionClosed);
        if (const auto frame = frames_.next())
            co_return *frame;
        if (frames_.failure())
            co_return tl::unexpected(*frames_.failure());
        if (!co_await fill())
            close();
    }
}

asio::awaitable<bool> LocalStream::send(std::span<const std::uint8_t> bytes) {
    co_await writing_.enter();
    while (!bytes.empty() && !closed_) {
        const ssize_t sent =
            ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
            continue;
        }
        if (errno != EAGAIN && errno != EINTR) {
            close();
            break;
        }
        boost::system::error_code error;
        co_await watched_.async_wait(asio::posix::stream_descriptor::wait_write, into(error));
    }
    writing_.leave();
    co_return !closed_;
}

void LocalStream::close() {
    if (closed_)
        return;
    closed_ = true;
    boost::system::error_code ignored;
    watched_.close(ignored);
    ::shutdown(socket_.get(), SHUT_RDWR);
    socket_.reset();
}

}  // namespace sudare
