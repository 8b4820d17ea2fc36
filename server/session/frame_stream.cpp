// SPDX-License-Identifier: Apache-2.0
#include "server/session/frame_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "server/base/unix_socket.h"

namespace sudare::session {
namespace {

constexpr std::size_t kReadBytes = 64U << 10;
// The kernel doubles it and calls a Unix stream writable when at most a quarter is used: about
// 32 KiB, the size at which TCP_NOTSENT_LOWAT keeps late decisions late.
constexpr int kSendBuffer = 64 << 10;

}  // namespace

struct FrameStream::Core : std::enable_shared_from_this<Core> {
    Core(UniqueFd socket, const FrameRules& rules, Events handlers)
        : fd(std::move(socket)), incoming(rules), events(std::move(handlers)) {}

    void ready(std::uint32_t readiness);
    void read_some();
    void hand_out();
    void write_some();
    void finish(EndReason reason);
    void update_interest();

    UniqueFd fd;
    FrameBuffer incoming;
    Events events;
    EventLoop::Watch watch;
    std::vector<std::uint8_t> queue;
    std::size_t sent = 0;           // bytes of `queue` that the kernel has
    bool await_drain = false;       // tell `drained` when the kernel has passed it on
    bool closed = false;            // nothing more is told
    std::deque<UniqueFd> fds;
};

Result<std::unique_ptr<FrameStream>> FrameStream::create(EventLoop& loop, UniqueFd fd,
                                                         const FrameRules& rules, Events events) {
    if (::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer) != 0)
        return fail_errno("SO_SNDBUF");
    auto core = std::make_shared<Core>(std::move(fd), rules, std::move(events));
    SUDARE_TRY(core->watch, loop.watch(core->fd.get(), EventLoop::kReadable,
                                       [self = core.get()](std::uint32_t readiness) {
                                           self->shared_from_this()->ready(readiness);
                                       }));
    return std::unique_ptr<FrameStream>(new FrameStream(std::move(core)));
}

FrameStream::FrameStream(std::shared_ptr<Core> core) : core_(std::move(core)) {}

FrameStream::~FrameStream() {
    core_->closed = true;
    core_->watch = {};
}

bool FrameStream::send(std::uint8_t type, std::span<const std::uint8_t> payload) {
    Core& core = *core_;
    if (core.closed || core.queue.size() + payload.size() > kQueueBytesMax ||
        !append_frame(core.queue, type, payload))
        return false;
    core.write_some();
    return true;
}

bool FrameStream::drained() const {
    if (core_->closed || !core_->queue.empty())
        return false;
    pollfd asked{core_->fd.get(), POLLOUT, 0};
    if (::poll(&asked, 1, 0) == 1 && (asked.revents & POLLOUT) != 0)
        return true;
    core_->await_drain = true;
    core_->update_interest();
    return false;
}

std::optional<UniqueFd> FrameStream::take_fd() {
    if (core_->fds.empty())
        return std::nullopt;
    UniqueFd fd = std::move(core_->fds.front());
    core_->fds.pop_front();
    return fd;
}

void FrameStream::Core::ready(std::uint32_t readiness) {
    auto keep = shared_from_this();
    if (readiness & EventLoop::kWritable)
        write_some();
    if (!closed && (readiness & EventLoop::kWritable) && queue.empty() && await_drain) {
        await_drain = false;
        update_interest();
        if (events.drained)
            events.drained();
    }
    if (!closed && (readiness & (EventLoop::kReadable | EventLoop::kHangUp)))
        read_some();
}

void FrameStream::Core::read_some() {
    std::vector<UniqueFd> arrived;
    const auto count = receive_with_fds(fd.get(), incoming.prepare(kReadBytes), arrived);
    for (UniqueFd& one : arrived)
        fds.push_back(std::move(one));
    if (!count && count.error().code == Errc::kUnavailable)
        return incoming.commit(0);
    incoming.commit(count.value_or(0));
    if (fds.size() > kWaitingFdsMax)
        return finish(EndReason::kMalformed);
    if (count.value_or(0) == 0)
        return finish(EndReason::kConnectionClosed);
    hand_out();
}

void FrameStream::Core::hand_out() {
    while (!closed) {
        const auto frame = incoming.next();
        if (!frame)
            break;
        events.frame(*frame);
    }
    if (!closed && incoming.failure())
        finish(*incoming.failure());
}

void FrameStream::Core::write_some() {
    while (sent < queue.size()) {
        const ssize_t count = ::send(fd.get(), queue.data() + sent, queue.size() - sent,
                                     MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            break;  // full, or over: then reading says so
        sent += static_cast<std::size_t>(count);
    }
    if (sent == queue.size()) {
        queue.clear();
        sent = 0;
    }
    await_drain = true;
    update_interest();
}

void FrameStream::Core::update_interest() {
    const bool wants_write = !queue.empty() || await_drain;
    watch.set_interest(wants_write ? EventLoop::kReadable | EventLoop::kWritable
                                   : EventLoop::kReadable);
}

void FrameStream::Core::finish(EndReason reason) {
    if (std::exchange(closed, true))
        return;
    watch = {};
    events.end(reason);
}

}  // namespace sudare::session
