// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>

#include "server/base/spawn.h"

namespace sudare::host {

// One child process: tells its end once, through the event loop. Dropping the watch kills a child
// that still runs; the loop reaps it when it has ended, however long the kernel takes for that.
class ChildWatch {
public:
    // ended: the wait status. Called at most once, and not after the watch has been destroyed.
    static Result<std::unique_ptr<ChildWatch>> create(boost::asio::io_context& loop, Child child,
                                                      std::function<void(int)> ended);
    ~ChildWatch();
    ChildWatch(const ChildWatch&) = delete;
    ChildWatch& operator=(const ChildWatch&) = delete;

    [[nodiscard]] bool running() const { return child_.pid > 0; }
    // SIGKILL to the child and, when it leads one, to its whole process group.
    void kill_group();
    void signal(int number) const { child_.signal(number); }

private:
    ChildWatch(boost::asio::io_context& loop, Child child, int duplicate,
               std::function<void(int)> ended);
    void wait();

    Child child_;
    boost::asio::posix::stream_descriptor pidfd_;
    std::function<void(int)> ended_;
    // Says to a callback that is already queued whether this object still exists.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sudare::host
