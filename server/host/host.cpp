// SPDX-License-Identifier: Apache-2.0
#include "server/host/host.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <csignal>

#include "server/base/log.h"
#include "server/base/signals.h"
#include "server/host/browser_age.h"
#include "server/session/browser/box_layout.h"

namespace sudare::host {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::seconds kRevocationInterval{10};  // as in the gateway
constexpr std::chrono::seconds kTurnedAwayInterval{10};  // between two lines of the log about it

// "/run/sudare/host" -> "sudare_run_sudare_host": one name for each launcher of a machine.
std::string cgroup_name(const std::string& runtime_dir) {
    std::string out = "sudare" + runtime_dir;
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c == '/' || c == '.'; }, '_');
    return out;
}

Result<void> check_limits(const Settings& settings, const CgroupRoot& cgroups) {
    if (cgroups.kind() != CgroupKind::kNone) {
        log_info("resource limits by cgroup v{}", cgroups.kind() == CgroupKind::kV2 ? 2 : 1);
        return {};
    }
    if (settings.limits_required)
        return fail(Errc::kUnavailable,
                    "resource limits are not available (" + cgroups.remark() +
                        "); give this service cgroup controllers, or set resource_limits = "
                        "\"optional\", which every session's record will show");
    log_warn("sessions run without resource limits: {}", cgroups.remark());
    return {};
}

// Whoever starts it without a session in sight learns it too. Too old is no reason not to start: the
// update counts without a restart.
void tell_browser_age(const Settings& settings) {
    if (settings.browser_max_age_days == 0)
        return;
    const auto left = browser_days_left(browser::kBrowserProgram, settings.browser_max_age_days,
                                        std::chrono::system_clock::now());
    if (!left)
        return log_error("no session may start: {}", left.error().message);
    log_info("by the age of the browser, sessions may start for {} more days", *left);
}

}  // namespace

Host::Host(Settings settings, TlsFiles tls, RuntimeDirectory directory, CgroupRoot cgroups,
           UniqueFd signals)
    : settings_(std::move(settings)),
      tls_(std::move(tls)),
      directory_(std::move(directory)),
      cgroups_(std::move(cgroups)),
      sessions_(loop_, settings_, cgroups_),
      context_{loop_, settings_, tls_, cgroups_, sessions_},
      acceptor_(loop_),
      signals_(loop_, signals.release()),
      revocation_timer_(loop_),
      stop_timer_(loop_),
      slots_(settings_.sessions_max + kSpareConnections),
      door_(settings_.border) {}

Host::~Host() {
    connections_.clear();
    sessions_.kill_all();
    cgroups_.remove();
}

Result<std::unique_ptr<Host>> Host::create(Settings settings, UniqueFd signals) {
    SUDARE_TRY(TlsFiles tls, TlsFiles::load(settings.tls));
    SUDARE_TRY(RuntimeDirectory directory, RuntimeDirectory::open(settings.runtime_dir));
    CgroupRoot cgroups = CgroupRoot::open(cgroup_name(settings.runtime_dir));
    SUDARE_CHECK(check_limits(settings, cgroups));
    tell_browser_age(settings);
    if (!settings.uid_base)
        log_warn("not started as root: all sessions share one uid");
    std::unique_ptr<Host> host(new Host(std::move(settings), std::move(tls), std::move(directory),
                                        std::move(cgroups), std::move(signals)));
    SUDARE_CHECK(host->listen());
    host->wait_connection();
    host->wait_signal();
    host->watch_revocation();
    return host;
}

Result<void> Host::listen() {
    error_code error;
    const auto address = asio::ip::make_address(settings_.address, error);
    if (error)
        return fail(Errc::kBadInput,
                    "field \"listen.address\": \"" + settings_.address + "\" is not an address");
    const asio::ip::tcp::endpoint endpoint(address, settings_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error)
        acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error)
        acceptor_.bind(endpoint, error);
    if (!error)
        acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error)
        acceptor_.non_blocking(true, error);
    if (error)
        return fail(Errc::kSystem, "listen on " + settings_.address + ":" +
                                       std::to_string(settings_.port) + ": " + error.message());
    return {};
}

std::string Host::address() const {
    error_code error;
    const auto endpoint = acceptor_.local_endpoint(error);
    const std::string host = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
           std::to_string(endpoint.port());
}

// With no slot free the connection waits in the backlog; connection_over() asks again.
void Host::wait_connection() {
    if (stopping_ || slots_.free_count() == 0)
        return;
    acceptor_.async_wait(asio::ip::tcp::acceptor::wait_read, [this](const error_code& error) {
        if (error || stopping_)
            return;
        accept_one();
        wait_connection();
    });
}

void Host::accept_one() {
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    UniqueFd connection(::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&name),
                                  &size, SOCK_CLOEXEC));
    if (connection)
        return admit(std::move(connection), address_of(name));
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != ECONNABORTED && errno != EINTR)
        log_error("accept: {}", error_code(errno, boost::system::system_category()).message());
}

void Host::admit(UniqueFd connection, const Doorkeeper::Address& from) {
    const auto verdict = door_.judge(from, std::chrono::steady_clock::now());
    if (verdict != Doorkeeper::Verdict::kAccept)
        return turn_away(verdict, from);
    const auto slot = slots_.take();  // wait_connection() has seen that there is one
    auto relay =
        RelayConnection::create(context_, *slot, std::move(connection),
                                {[this, slot, from] {
                                     connections_.at(*slot).proven = true;
                                     door_.proven(from, std::chrono::steady_clock::now());
                                 },
                                 [this, slot] {
                                     asio::post(loop_, [this, slot] { connection_over(*slot); });
                                 }});
    if (!relay) {
        log_error("{}", relay.error().message);
        door_.left(from, false);
        return slots_.give_back(*slot);
    }
    connections_[*slot] = {from, false, std::move(*relay)};
}

// Closed before it costs a slot or a process. Strangers do not fill the log either.
void Host::turn_away(Doorkeeper::Verdict verdict, const Doorkeeper::Address& from) {
    ++turned_away_;
    const auto now = std::chrono::steady_clock::now();
    if (now - turned_away_told_ < kTurnedAwayInterval)
        return;
    log_warn("{} connections turned away; the last one is from {}, {}", turned_away_,
             asio::ip::address_v6(from).to_string(),
             verdict == Doorkeeper::Verdict::kStranger
                 ? "which is not of border.addresses"
                 : "from where too many have not started a session");
    turned_away_told_ = now;
    turned_away_ = 0;
}

void Host::connection_over(SlotNumber slot) {
    const bool was_full = slots_.free_count() == 0;
    const Connection& gone = connections_.at(slot);
    door_.left(gone.from, gone.proven);
    connections_.erase(slot);
    slots_.give_back(slot);
    if (was_full)
        wait_connection();
    stop_when_empty();
}

void Host::stop_when_empty() {
    if (stopping_ && connections_.empty() && sessions_.empty())
        loop_.stop();
}

void Host::watch_revocation() {
    revocation_timer_.expires_after(kRevocationInterval);
    revocation_timer_.async_wait([this](const error_code& error) {
        if (error || stopping_)
            return;
        reload();
        watch_revocation();
    });
}

void Host::reload() {
    if (const auto read = tls_.reload_revoked(settings_.tls); !read)
        log_error("the revocation list stays as it was: {}", read.error().message);
}

void Host::wait_signal() {
    signals_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const error_code& error) {
        if (error)
            return;
        const int number = take_signal(signals_.native_handle());
        if (number == SIGHUP)
            reload();
        else if (number != 0 && !stopping_)
            stop();
        wait_signal();
    });
}

void Host::stop() {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    revocation_timer_.cancel();
    log_info("stopping; {} connections", connections_.size());
    sessions_.on_empty([this] { stop_when_empty(); });
    sessions_.stop_all(EndReason::kServerStopping);
    for (const auto& [slot, connection] : connections_)
        connection.relay->stop(EndReason::kServerStopping);
    stop_when_empty();
    stop_timer_.expires_after(kStopDeadline);
    stop_timer_.async_wait([this](const error_code& error) {
        if (error)
            return;
        log_error("{} connections do not end; what is left ends with this launcher",
                  connections_.size());
        loop_.stop();
    });
}

void Host::run() {
    loop_.run();
}

}  // namespace sudare::host
