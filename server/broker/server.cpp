// SPDX-License-Identifier: Apache-2.0
#include "server/broker/server.h"

#include <sys/socket.h>

#include <algorithm>

#include "server/base/log.h"
#include "server/base/unix_socket.h"
#include "server/broker/ctl_peer.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {
namespace {

namespace asio = boost::asio;
using audit::Event;
using audit::EventType;
using audit::Field;

constexpr mode_t kSocketMode = 0660;
constexpr int kGroupsMax = 256;
constexpr std::chrono::milliseconds kStopPoll{20};

Result<UniqueFd> listen_for_group(const std::string& path, gid_t group) {
    SUDARE_TRY(UniqueFd fd, unix_listen(path, kSocketMode));
    if (group != ::getegid() && ::chown(path.c_str(), static_cast<uid_t>(-1), group) != 0)
        return fail_errno(("chown " + path).c_str());
    return fd;
}

// The kernel's list, taken when the peer connected: its group and its supplementary ones.
bool in_group(int fd, const PeerCredentials& peer, gid_t group) {
    std::array<gid_t, kGroupsMax> groups{};
    socklen_t bytes = sizeof groups;
    if (peer.gid == group)
        return true;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes) != 0)
        return false;
    const auto* end = groups.begin() + bytes / sizeof(gid_t);
    return std::find(static_cast<const gid_t*>(groups.begin()), end, group) != end;
}

bool may_administer(int fd, const PeerCredentials& peer, const Settings& settings) {
    return peer.uid == 0 || peer.uid == ::geteuid() ||
           std::ranges::find(settings.admin_uids, peer.uid) != settings.admin_uids.end() ||
           in_group(fd, peer, settings.admin_gid);
}

}  // namespace

Result<std::unique_ptr<Server>> Server::create(asio::io_context& loop, Core& core, UniqueFd stop) {
    const Settings& settings = core.settings();
    SUDARE_TRY(UniqueFd links, listen_for_group(settings.link_socket, settings.link_gid));
    SUDARE_TRY(UniqueFd admins, listen_for_group(settings.admin_socket, settings.admin_gid));
    UniqueFd directories;
    if (core.directory().configured()) {
        SUDARE_TRY(directories, listen_for_group(settings.directory.socket, settings.directory.gid));
    }
    UniqueFd forwarders;
    if (core.forwarding().configured()) {
        SUDARE_TRY(forwarders, listen_for_group(settings.forward.socket, settings.forward.gid.value_or(::getegid())));
    }
    return std::unique_ptr<Server>(new Server(loop, core, std::move(links), std::move(admins),
                                              std::move(directories), std::move(forwarders), std::move(stop)));
}

Server::Server(asio::io_context& loop, Core& core, UniqueFd links, UniqueFd admins,
               UniqueFd directories, UniqueFd forwarders, UniqueFd stop)
    : loop_(loop),
      core_(core),
      links_(loop, asio::local::stream_protocol(), links.release()),
      admins_(loop, asio::local::stream_protocol(), admins.release()),
      directories_(loop),
      forwarders_(loop),
      stop_(loop, stop.release()),
      poll_(loop),
      forwarder_pause_(loop) {
    if (directories)
        directories_.assign(asio::local::stream_protocol(), directories.release());
    if (forwarders)
        forwarders_.assign(asio::local::stream_protocol(), forwarders.release());
}

void Server::start() {
    accept_links();
    accept_admins();
    if (directories_.is_open())
        accept_directories();
    if (forwarders_.is_open())
        accept_forwarders();
    stop_.async_wait(asio::posix::descriptor_base::wait_read,
                     [this](const boost::system::error_code& error) {
                         if (!error)
                             stop();
                     });
}

void Server::accept_links() {
    links_.async_accept([this](const boost::system::error_code& error, UnixSocket socket) {
        if (error == asio::error::operation_aborted)
            return;
        if (error)
            log_warn("accept on the link socket: {}", error.message());
        else
            welcome_link(std::move(socket));
        accept_links();
    });
}

void Server::accept_admins() {
    admins_.async_accept([this](const boost::system::error_code& error, UnixSocket socket) {
        if (error == asio::error::operation_aborted)
            return;
        if (error)
            log_warn("accept on the admin socket: {}", error.message());
        else
            welcome_admin(std::move(socket));
        accept_admins();
    });
}

void Server::accept_directories() {
    directories_.async_accept([this](const boost::system::error_code& error, UnixSocket socket) {
        if (error == asio::error::operation_aborted)
            return;
        if (error)
            log_warn("accept on the socket of the directory: {}", error.message());
        else
            welcome_directory(std::move(socket));
        accept_directories();
    });
}

void Server::accept_forwarders() {
    forwarders_.async_accept([this](const boost::system::error_code& error, UnixSocket socket) {
        if (error == asio::error::operation_aborted)
            return;
        if (error)
            log_warn("accept on the socket of the forwarder: {}", error.message());
        else
            welcome_forwarder(std::move(socket));
        forwarder_pause_.expires_after(kForwarderPause);
        forwarder_pause_.async_wait([this](const boost::system::error_code& cancelled) {
            if (!cancelled && forwarders_.is_open())
                accept_forwarders();
        });
    });
}

void Server::welcome_forwarder(UnixSocket socket) {
    const auto peer = peer_credentials(socket.native_handle());
    if (!peer || (peer->uid != core_.settings().forward.uid && peer->uid != ::geteuid()))
        return log_warn("connection of a forwarder refused: wrong uid");
    const auto forwarder = std::make_shared<ForwarderPeer>(std::move(socket), core_.forwarding());
    if (!core_.forwarding().attach(forwarder))
        return log_warn("connection of a forwarder refused: there is one already");
    forwarder->start();
}

void Server::welcome_directory(UnixSocket socket) {
    const auto peer = peer_credentials(socket.native_handle());
    if (!peer || (peer->uid != core_.settings().directory.uid && peer->uid != ::geteuid()))
        return log_warn("connection of a directory refused: wrong uid");
    const auto directory = std::make_shared<DirectoryPeer>(std::move(socket), core_.directory());
    if (!core_.directory().attach(directory))
        return log_warn("connection of a directory refused: there is one already");
    directory->start();
}

void Server::welcome_link(UnixSocket socket) {
    const auto peer = peer_credentials(socket.native_handle());
    const bool permitted =
        peer && (peer->uid == core_.settings().link_uid || peer->uid == ::geteuid());
    if (!permitted || core_.links().size() >= kLinksMax) {
        log_warn("link connection refused: {}", permitted ? "too many" : "wrong uid");
        return;
    }
    std::make_shared<LinkPeer>(std::move(socket), core_)->start();
}

void Server::welcome_admin(UnixSocket socket) {
    const auto peer = peer_credentials(socket.native_handle());
    if (!peer || !may_administer(socket.native_handle(), *peer, core_.settings())) {
        core_.record(
            Event{EventType::kAdminRefused, {}}.number(Field::kAdminUid, peer ? peer->uid : 0));
        return;
    }
    if (admin_count_ >= kAdminsMax) {
        log_warn("admin connection refused: too many");
        return;
    }
    // The deleter counts down: the object ends when its last operation does.
    ++admin_count_;
    const std::shared_ptr<CtlPeer> admin(new CtlPeer(std::move(socket), core_, peer->uid),
                                         [this](CtlPeer* ended) {
                                             delete ended;
                                             --admin_count_;
                                         });
    admin->start();
}

void Server::stop() {
    boost::system::error_code ignored;
    links_.close(ignored);
    admins_.close(ignored);
    directories_.close(ignored);
    forwarders_.close(ignored);
    core_.end_all(EndReason::kServerStopping);
    stop_by_ = std::chrono::steady_clock::now() + kStopDeadline;
    wait_for_links();
}

// Links end their sessions and tell so; then the last record is written and the loop ends.
void Server::wait_for_links() {
    if (core_.session_count() > 0 && std::chrono::steady_clock::now() < stop_by_) {
        poll_.expires_after(kStopPoll);
        poll_.async_wait([this](const boost::system::error_code&) { wait_for_links(); });
        return;
    }
    core_.record(Event{EventType::kBrokerStopped, {}});
    loop_.stop();
}

}  // namespace sudare::broker
