// SPDX-License-Identifier: Apache-2.0
#include "server/host/child_watch.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace sudare::host {
namespace {

struct Orphan {
    Child child;
    boost::asio::posix::stream_descriptor pidfd;
};

// Nobody waits: a process in the middle of a device's or file system's fault ends when it can.
void reap_later(Child child, boost::asio::posix::stream_descriptor pidfd) {
    auto orphan = std::make_shared<Orphan>(Orphan{std::move(child), std::move(pidfd)});
    orphan->pidfd.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                             [orphan](const boost::system::error_code& error) {
                                 if (!error)
                                     orphan->child.try_wait();
                             });
}

}  // namespace

ChildWatch::ChildWatch(boost::asio::io_context& loop, Child child, int duplicate,
                       std::function<void(int)> ended)
    : child_(std::move(child)), pidfd_(loop, duplicate), ended_(std::move(ended)) {}

Result<std::unique_ptr<ChildWatch>> ChildWatch::create(boost::asio::io_context& loop, Child child,
                                                       std::function<void(int)> ended) {
    const int duplicate = ::fcntl(child.pidfd.get(), F_DUPFD_CLOEXEC, 3);
    if (duplicate < 0) {
        const auto failure = fail_errno("duplicate pidfd");
        child.signal(SIGKILL);
        child.wait();
        return failure;
    }
    std::unique_ptr<ChildWatch> watch(
        new ChildWatch(loop, std::move(child), duplicate, std::move(ended)));
    watch->wait();
    return watch;
}

void ChildWatch::wait() {
    pidfd_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this, alive = alive_](const boost::system::error_code& error) {
                          if (error || !*alive)
                              return;
                          const auto status = child_.try_wait();
                          if (!status)
                              return wait();
                          const auto ended = ended_;  // may destroy this object
                          ended(*status);
                      });
}

void ChildWatch::kill_group() {
    if (!running())
        return;
    // Not yet reaped, so the number cannot belong to anybody else. A group of that number exists
    // only if the child leads one.
    ::kill(-child_.pid, SIGKILL);
    child_.signal(SIGKILL);
}

ChildWatch::~ChildWatch() {
    *alive_ = false;
    kill_group();
    if (running() && !child_.try_wait())
        reap_later(std::move(child_), std::move(pidfd_));
}

}  // namespace sudare::host
