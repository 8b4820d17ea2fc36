// SPDX-License-Identifier: Apache-2.0
#include "server/relay/report_reader.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

namespace sudare::relay {
namespace {

// A frame comes in two pieces only when the stream was full in between.
constexpr std::chrono::milliseconds kRestInterval{1};

ssize_t receive(int socket, std::span<std::uint8_t> into_bytes, int flags) {
    iovec piece{into_bytes.data(), into_bytes.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    ssize_t got = -1;
    do
        got = ::recvmsg(socket, &message, flags | MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    return got;
}

}  // namespace

Result<std::unique_ptr<ReportReader>> ReportReader::create(asio::io_context& io, UniqueFd socket,
                                                           const FrameRules& rules) {
    UniqueFd set(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{};
    event.events = EPOLLIN;
    if (!set || ::epoll_ctl(set.get(), EPOLL_CTL_ADD, socket.get(), &event) != 0)
        return fail_errno("epoll_create1");
    return std::unique_ptr<ReportReader>(
        new ReportReader(io, std::move(socket), std::move(set), rules));
}

ReportReader::ReportReader(asio::io_context& io, UniqueFd socket, UniqueFd events,
                           const FrameRules& rules)
    : socket_(std::move(socket)),
      events_(io, events.release()),
      rest_(io),
      rules_(rules),
      seen_(kFrameMax) {}

tl::expected<std::size_t, EndReason> ReportReader::whole_frame(std::size_t seen) const {
    if (seen < limits::kFrameHeaderBytes)
        return 0U;
    const std::size_t length =
        std::size_t{seen_[1]} << 16U | std::size_t{seen_[2]} << 8U | std::size_t{seen_[3]};
    const auto permitted = rules_.range_of(seen_[0]);
    if (!permitted)
        return tl::unexpected(EndReason::kUnknownType);
    const std::size_t whole = length + limits::kFrameHeaderBytes;
    if (length < permitted->min || length > permitted->max || whole > kFrameMax)
        return tl::unexpected(EndReason::kMalformed);
    return seen >= whole ? whole : 0U;
}

asio::awaitable<tl::expected<std::span<const std::uint8_t>, EndReason>> ReportReader::look() {
    while (!closed_) {
        const ssize_t got = receive(socket_.get(), seen_, MSG_PEEK);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK))
            break;
        boost::system::error_code error;
        if (got < 0) {
            co_await events_.async_wait(asio::posix::stream_descriptor::wait_read, into(error));
            continue;
        }
        const auto whole = whole_frame(static_cast<std::size_t>(got));
        if (!whole)
            co_return tl::unexpected(whole.error());
        frame_ = *whole;
        if (frame_ != 0)
            co_return std::span<const std::uint8_t>(seen_).first(frame_);
        rest_.expires_after(kRestInterval);
        co_await rest_.async_wait(into(error));
    }
    co_return tl::unexpected(EndReason::kConnectionClosed);
}

void ReportReader::take() {
    if (!closed_ && frame_ != 0)
        (void)receive(socket_.get(), std::span<std::uint8_t>(seen_).first(frame_), 0);
    frame_ = 0;
}

void ReportReader::close() {
    closed_ = true;
    boost::system::error_code ignored;
    events_.close(ignored);
    rest_.cancel();
    socket_.reset();
}

}  // namespace sudare::relay
