// SPDX-License-Identifier: Apache-2.0
#include "server/recorder/server.h"

#include <sys/resource.h>
#include <unistd.h>

#include "server/base/log.h"
#include "server/base/unix_socket.h"

namespace sudare::recorder {
namespace {

constexpr mode_t kSocketMode = 0660;
// After a failed accept: what is short does not come back at once.
constexpr std::chrono::milliseconds kPause{200};

// Two descriptors for each link.
Result<void> provide_descriptors() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return fail_errno("getrlimit");
    limit.rlim_cur = limit.rlim_max;
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? Result<void>() : fail_errno("setrlimit");
}

}  // namespace

Result<std::unique_ptr<Server>> Server::create(asio::io_context& io, const Settings& settings,
                                               Directory directory) {
    SUDARE_CHECK(provide_descriptors());
    SUDARE_TRY(UniqueFd listener, unix_listen(settings.socket, kSocketMode));
    if (settings.link_gid != ::getegid() &&
        ::chown(settings.socket.c_str(), static_cast<uid_t>(-1), settings.link_gid) != 0)
        return fail_errno(("field \"link_gid\": chown " + settings.socket).c_str());
    return std::unique_ptr<Server>(
        new Server(io, settings.link_uid, std::move(directory), std::move(listener)));
}

Server::Server(asio::io_context& io, uid_t link_uid, Directory directory, UniqueFd listener)
    : link_uid_(link_uid),
      directory_(std::move(directory)),
      acceptor_(io, asio::local::stream_protocol(), listener.release()),
      pause_(io) {}

void Server::accept() {
    acceptor_.async_accept([this](const boost::system::error_code& error, Socket socket) {
        if (error == asio::error::operation_aborted)
            return;
        if (!error) {
            welcome(std::move(socket));
            return accept();
        }
        log_warn("accept: {}", error.message());
        pause_.expires_after(kPause);
        pause_.async_wait([this](const boost::system::error_code& cancelled) {
            if (!cancelled)
                accept();
        });
    });
}

void Server::welcome(Socket socket) {
    const auto peer = peer_credentials(socket.native_handle());
    if (!peer || (peer->uid != link_uid_ && peer->uid != ::geteuid()))
        return log_warn("connection refused: wrong uid");
    std::make_shared<Connection>(std::move(socket), directory_)->start();
}

}  // namespace sudare::recorder
