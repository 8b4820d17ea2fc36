// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/link_process.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdlib>

#include "server/base/log.h"
#include "server/base/unix_socket.h"

namespace sudare::gateway {
namespace {

constexpr std::chrono::seconds kConnectDeadline{5};

}  // namespace

Result<std::shared_ptr<LinkProcess>> LinkProcess::start(asio::io_context& io, Start what,
                                                        Events events) {
    SUDARE_TRY(auto control, unix_pair());
    SpawnSpec spec;
    spec.program = what.program;
    spec.argv = {"sudare-link"};
    if (const char* level = std::getenv("SUDARE_LOG"))
        spec.environment.push_back(std::string("SUDARE_LOG=") + level);
    spec.fds = {{what.connection.get(), ipc::kLinkSocketFd},
                {what.broker.get(), ipc::kLinkBrokerFd},
                {what.settings.get(), ipc::kLinkSettingsFd},
                {control.second.get(), ipc::kLinkControlFd}};
    if (what.recorder)
        spec.fds.push_back({what.recorder.get(), ipc::kLinkRecorderFd});
    spec.open_files = 64;
    SUDARE_TRY(Child child, spawn(spec));
    auto link = std::shared_ptr<LinkProcess>(new LinkProcess(io, what, std::move(events)));
    SUDARE_CHECK(link->watch(std::move(child), std::move(control.first)));
    link->wait_for_request();
    link->wait_for_end();
    return link;
}

LinkProcess::LinkProcess(asio::io_context& io, const Start& what, Events events)
    : io_(io),
      control_(io),
      pidfd_(io),
      host_deadline_(io),
      host_endpoint_(what.host),
      events_(std::move(events)) {}

// A link that cannot be watched must not run: its end would never be counted.
Result<void> LinkProcess::watch(Child child, UniqueFd control) {
    child_ = std::move(child);
    UniqueFd end(::fcntl(child_.pidfd.get(), F_DUPFD_CLOEXEC, 3));
    boost::system::error_code error(errno, boost::system::system_category());
    if (end)
        pidfd_.assign(end.get(), error);
    if (end && !error) {
        [[maybe_unused]] const int now_owned_by_asio = end.release();
        control_.assign(control.get(), error);
    }
    if (pidfd_.is_open() && !error) {
        [[maybe_unused]] const int now_owned_by_asio = control.release();
        return {};
    }
    kill();
    child_.wait();
    return fail(Errc::kUnavailable, "cannot watch a link: " + error.message());
}

void LinkProcess::wait_for_end() {
    pidfd_.async_wait(asio::posix::stream_descriptor::wait_read,
                      [self = shared_from_this()](const boost::system::error_code& error) {
                          if (error)
                              return;
                          const auto status = self->child_.try_wait();
                          if (!status)
                              return self->wait_for_end();
                          boost::system::error_code ignored;
                          self->control_.close(ignored);
                          self->host_deadline_.cancel();
                          if (self->host_)
                              self->host_->close(ignored);
                          self->events_.ended(*status);
                      });
}

void LinkProcess::wait_for_request() {
    control_.async_wait(asio::posix::stream_descriptor::wait_read,
                        [self = shared_from_this()](const boost::system::error_code& error) {
                            if (error)
                                return;
                            std::uint8_t request = 0;
                            const ssize_t got =
                                ::read(self->control_.native_handle(), &request, 1);
                            const bool nothing = got < 0 && (errno == EAGAIN || errno == EINTR);
                            // The end of the stream: it ends, and the pidfd says how.
                            if (nothing || (got == 1 && self->answer(request)))
                                self->wait_for_request();
                        });
}

// False: the link does what ours never does, and is ended.
bool LinkProcess::answer(std::uint8_t request) {
    if (request == static_cast<std::uint8_t>(ipc::LinkRequest::kProven) && !proven_) {
        proven_ = true;
        events_.proven();
        return true;
    }
    if (request == static_cast<std::uint8_t>(ipc::LinkRequest::kConnectHost) && proven_ &&
        !asked_for_host_) {
        asked_for_host_ = true;
        connect_host();
        return true;
    }
    if (request == static_cast<std::uint8_t>(ipc::LinkRequest::kConnectRecorder) && proven_ &&
        may_call_recorder()) {
        const UniqueFd recorder = events_.connect_recorder();
        if (recorder)
            order(ipc::LinkOrder::kRecorderConnected, recorder.get());
        else
            order(ipc::LinkOrder::kRecorderFailed);
        return true;
    }
    log_warn("a link asked for {:#x} out of turn; it is ended", request);
    kill();
    return false;
}

// Links that were taken over could keep the recorder busy with connections.
bool LinkProcess::may_call_recorder() {
    const auto now = std::chrono::steady_clock::now();
    if (called_recorder_ && now - *called_recorder_ < ipc::kRecorderPause)
        return false;
    called_recorder_ = now;
    return true;
}

void LinkProcess::connect_host() {
    host_.emplace(io_);
    const auto finish = [self = shared_from_this()](const boost::system::error_code& error) {
        self->host_deadline_.cancel();
        if (!self->host_)
            return;
        // release() takes it out of the event loop. Closing would not: the link's descriptor keeps
        // the connection alive in the epoll set, and its events would wake somebody else here.
        boost::system::error_code kept;
        const UniqueFd connection(error ? -1 : self->host_->release(kept));
        self->host_.reset();
        if (error || kept) {
            log_warn("cannot connect to the session host: {}", (error ? error : kept).message());
            self->order(ipc::LinkOrder::kHostFailed);
        } else {
            self->order(ipc::LinkOrder::kHostConnected, connection.get());
        }
    };
    host_->async_connect(host_endpoint_, finish);
    host_deadline_.expires_after(kConnectDeadline);
    host_deadline_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        boost::system::error_code ignored;
        if (!error && self->host_)
            self->host_->cancel(ignored);  // the connect ends with an error
    });
}

void LinkProcess::order(ipc::LinkOrder order, std::optional<int> fd) {
    if (!control_.is_open())
        return;
    const auto byte = static_cast<std::uint8_t>(order);
    const int passed = fd.value_or(-1);
    const auto sent = send_with_fds(control_.native_handle(), std::span(&byte, 1),
                                    std::span(&passed, fd ? 1 : 0));
    if (!sent)
        kill();  // it does not read its control stream
}

}  // namespace sudare::gateway
