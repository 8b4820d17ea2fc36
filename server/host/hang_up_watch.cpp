// SPDX-License-Identifier: Apache-2.0
#include "server/host/hang_up_watch.h"

#include <fcntl.h>
#include <sys/epoll.h>

namespace sudare::host {

HangUpWatch::HangUpWatch(boost::asio::io_context& loop, UniqueFd socket, int events)
    : socket_(std::move(socket)), events_(loop, events) {}

Result<std::unique_ptr<HangUpWatch>> HangUpWatch::create(boost::asio::io_context& loop, int socket,
                                                         std::function<void()> hung_up) {
    UniqueFd copy(::fcntl(socket, F_DUPFD_CLOEXEC, 3));
    if (!copy)
        return fail_errno("duplicate the connection");
    UniqueFd set(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{};
    event.events = EPOLLRDHUP;  // EPOLLHUP and EPOLLERR are always told
    if (!set || ::epoll_ctl(set.get(), EPOLL_CTL_ADD, copy.get(), &event) != 0)
        return fail_errno("watch the connection");
    std::unique_ptr<HangUpWatch> watch(new HangUpWatch(loop, std::move(copy), set.release()));
    watch->events_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                              [hung_up = std::move(hung_up)](const boost::system::error_code& e) {
                                  if (!e)
                                      hung_up();
                              });
    return watch;
}

}  // namespace sudare::host
