// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/gateway.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <charconv>
#include <ctime>
#include <random>

#include "protocol/ipc/broker_link.h"
#include "server/base/log.h"
#include "server/base/unix_socket.h"

namespace sudare::gateway {
namespace {

using asio::ip::tcp;

constexpr std::chrono::seconds kListsInterval{10};   // well below the promised 60 s
constexpr std::chrono::seconds kStopDeadline{5};
// After a failed accept: whatever is short (descriptors, memory) does not come back at once, and
// the waiting connection would be reported again immediately.
constexpr std::chrono::milliseconds kAcceptPause{200};
constexpr double kListsOld = 0.8;
constexpr std::chrono::hours kListsWarning{1};
constexpr std::chrono::hours kCertificatesWarning{24};
constexpr std::int64_t kCertificatesDays = 30;
constexpr rlim_t kFdsPerLink = 4;   // control stream, pidfd twice, connection to the host
constexpr rlim_t kFdsOfOurs = 64;   // listener, event loop, what a start needs for a moment

Address bytes_of(const asio::ip::address& address) {
    const auto v6 = address.is_v4()
                        ? asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4())
                        : address.to_v6();
    const auto bytes = v6.to_bytes();
    Address out{};
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
}

Result<tcp::endpoint> numeric_endpoint(const std::string& text) {
    const auto colon = text.rfind(':');
    boost::system::error_code error;
    if (colon != std::string::npos) {
        std::string host = text.substr(0, colon);
        if (host.starts_with('[') && host.ends_with(']'))
            host = host.substr(1, host.size() - 2);
        const auto address = asio::ip::make_address(host, error);
        const char* end = text.data() + text.size();
        std::uint16_t port = 0;
        const auto number = std::from_chars(text.data() + colon + 1, end, port);
        if (!error && number.ec == std::errc() && number.ptr == end && port > 0)
            return tcp::endpoint(address, port);
    }
    return fail(Errc::kBadInput, "field \"host.address\" is \"" + text +
                                     "\", but must be a numeric address and port, as 10.0.0.2:8444");
}

// Links hold descriptors here; running out of them must be impossible, not likely.
Result<void> provide_descriptors(std::uint32_t connections_max) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return fail_errno("getrlimit");
    const rlim_t needed = connections_max * kFdsPerLink + kFdsOfOurs;
    if (limit.rlim_max < needed)
        return fail(Errc::kLimit,
                    "field \"throttle.connections_max\" is " + std::to_string(connections_max) +
                        ", which needs " + std::to_string(needed) + " descriptors, but only " +
                        std::to_string(limit.rlim_max) + " are permitted (LimitNOFILE, ulimit -Hn)");
    limit.rlim_cur = std::max(limit.rlim_cur, needed);
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? Result<void>() : fail_errno("setrlimit");
}

int exit_of(int wait_status) {
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
}

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::create(asio::io_context& io, Settings settings,
                                                 std::string link_program) {
    SUDARE_CHECK(provide_descriptors(settings.throttle.connections_max));
    SUDARE_TRY(Material material, Material::load(settings));
    SUDARE_TRY(const tcp::endpoint host, numeric_endpoint(settings.host_address));
    boost::system::error_code error;
    const auto address = asio::ip::make_address(settings.address, error);
    if (error)
        return fail(Errc::kBadInput, "field \"listen.address\" is \"" + settings.address +
                                         "\", but must be a numeric address");
    const tcp::endpoint here(address, settings.port);
    auto gateway = std::unique_ptr<Gateway>(
        new Gateway(io, std::move(settings), std::move(material), std::move(link_program), host));
    gateway->acceptor_.open(here.protocol(), error);
    gateway->acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    gateway->acceptor_.bind(here, error);
    if (!error)
        gateway->acceptor_.listen(512, error);
    if (error)
        return fail(Errc::kSystem, "cannot listen on " + here.address().to_string() + ":" +
                                       std::to_string(here.port()) + ": " + error.message());
    return gateway;
}

Gateway::Gateway(asio::io_context& io, Settings settings, Material material,
                 std::string link_program, tcp::endpoint host)
    : io_(io),
      settings_(std::move(settings)),
      material_(std::move(material)),
      link_program_(std::move(link_program)),
      host_(host),
      acceptor_(io),
      accept_pause_(io),
      lists_timer_(io),
      stop_timer_(io),
      throttle_(settings_.throttle, std::random_device{}()) {}

std::string Gateway::endpoint() const {
    const auto here = acceptor_.local_endpoint();
    return here.address().to_string() + ":" + std::to_string(here.port());
}

void Gateway::serve() {
    accept();
    warn_of_age();
    warn_of_certificates();
    watch_lists();
}

void Gateway::accept() {
    acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
        if (error == asio::error::operation_aborted)
            return;
        if (!error) {
            take(std::move(socket));
            return accept();
        }
        log_warn("accept: {}", error.message());
        accept_pause_.expires_after(kAcceptPause);
        accept_pause_.async_wait([this](const boost::system::error_code& cancelled) {
            if (!cancelled && acceptor_.is_open())
                accept();
        });
    });
}

void Gateway::take(tcp::socket socket) {
    boost::system::error_code error;
    const auto peer = socket.remote_endpoint(error);
    if (error)
        return;
    const Address source = bytes_of(peer.address());
    const auto verdict = throttle_.judge(source, Throttle::Clock::now());
    if (verdict != Throttle::Verdict::kAccept)
        return report_throttled(source, peer, verdict);
    if (const auto started = start_link(socket, source, peer.port()); !started) {
        throttle_.ended(source, false, 0, Throttle::Clock::now());
        if (const auto silent = failures_.count(Throttle::Clock::now()))
            log_error("cannot start a link: {} ({} times since the last line)",
                      started.error().message, *silent);
    }
}

Result<void> Gateway::start_link(tcp::socket& socket, const Address& source, std::uint16_t port) {
    SUDARE_TRY(UniqueFd broker, unix_connect(settings_.broker_socket, false));
    UniqueFd recorder = connect_recorder();
    SUDARE_TRY(UniqueFd settings, material_.for_link(source, port, static_cast<bool>(recorder)));
    boost::system::error_code error;
    UniqueFd connection(socket.release(error));
    if (error)
        return fail(Errc::kSystem, "release: " + error.message());
    // The events know the link by this; it is filled before the loop runs again.
    auto slot = std::make_shared<std::weak_ptr<LinkProcess>>();
    LinkProcess::Events events;
    events.proven = [this, source] { throttle_.proven(source, Throttle::Clock::now()); };
    events.connect_recorder = [this] { return connect_recorder(); };
    events.ended = [this, slot, source](int status) {
        const auto link = slot->lock();
        if (WIFSIGNALED(status))
            log_error("a link ended by {}", describe_wait_status(status));
        throttle_.ended(source, link && link->is_proven(), exit_of(status),
                        Throttle::Clock::now());
        links_.erase(link);
        if (stopped_ && links_.empty())
            stopped_();
    };
    SUDARE_TRY(auto link, LinkProcess::start(io_,
                                             {link_program_, std::move(connection),
                                              std::move(broker), std::move(settings),
                                              std::move(recorder), host_},
                                             std::move(events)));
    *slot = link;
    links_.insert(std::move(link));
    return {};
}

// Without one a link still serves whom the policy lets go unrecorded, and says so to the broker.
UniqueFd Gateway::connect_recorder() {
    if (settings_.recorder_socket.empty())
        return {};
    auto recorder = unix_connect(settings_.recorder_socket, false);
    if (recorder)
        return std::move(*recorder);
    if (const auto silent = unrecorded_.count(Throttle::Clock::now()))
        log_error("no connection to the recorder: {} ({} times since the last line)",
                  recorder.error().message, *silent);
    return {};
}

// The record of a refusal that no link could make.
void Gateway::report_throttled(const Address& source, const tcp::endpoint& peer,
                               Throttle::Verdict verdict) {
    const auto dropped = drops_.count(Throttle::Clock::now());
    if (!dropped)
        return;
    log_info("dropped {} connections before reading, the last from {} ({})", *dropped,
             peer.address().to_string(), name_of(verdict));
    const auto broker = unix_connect(settings_.broker_socket, false);
    if (!broker)
        return;
    std::vector<std::uint8_t> bytes;
    append_frame(
        bytes, static_cast<std::uint8_t>(ipc::BrokerLinkFrame::kHandshakeFailed),
        ipc::write_handshake_failed({source, peer.port(), ipc::HandshakeFault::kThrottled}));
    if (const auto sent = write_all(broker->get(), bytes); !sent)
        log_warn("the broker did not take a report: {}", sent.error().message);
}

void Gateway::watch_lists() {
    lists_timer_.expires_after(kListsInterval);
    lists_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error)
            return;
        tell_lists(material_.reload_lists(settings_));
        warn_of_age();
        warn_of_certificates();
        watch_lists();
    });
}

void Gateway::reload() { tell_lists(material_.reload(settings_)); }

// An administrator has some days to renew them (docs/operations.md).
void Gateway::warn_of_age() {
    const auto age = material_.lists_age();
    const auto now = Throttle::Clock::now();
    if (!age || *age < kListsOld) {
        warned_.reset();  // the next time is another one
        return;
    }
    const bool over = *age >= 1.0;
    if (warned_ && now - *warned_ < kListsWarning && over == warned_over_)
        return;
    warned_over_ = over;
    warned_ = now;
    if (over)
        return log_error("the revocation lists have ended: nobody is let in; run `sudarectl pki crl` "
                         "and copy crl.pem here");
    log_warn("{:.0f} % of the revocation lists' life is over; at 100 % nobody is let in: run "
             "`sudarectl pki crl` and copy crl.pem here",
             *age * 100);
}

// Once a day, from a month before on.
void Gateway::warn_of_certificates() {
    const auto end = material_.certificates_end();
    const auto now = Throttle::Clock::now();
    if (!end || (certificates_warned_ && now - *certificates_warned_ < kCertificatesWarning))
        return;
    const std::int64_t left = *end - std::time(nullptr);
    if (left > kCertificatesDays * 24 * 60 * 60)
        return;
    certificates_warned_ = now;
    log_warn("a certificate of tls or host ends in {} days: `sudarectl pki issue`, copy, SIGHUP; "
             "`sudarectl pki check FILE...` says which",
             std::max(left, std::int64_t{0}) / (24 * 60 * 60));
}

void Gateway::tell_lists(const Result<bool>& changed) {
    if (!changed)
        return log_error("certificates and lists stay as they were: {}", changed.error().message);
    if (!*changed)
        return;
    const auto lists = material_.lists();
    if (!lists)
        return log_error("links keep their lists: {}", lists.error().message);
    log_info("new revocation lists; {} links check their peers again", links_.size());
    for (const auto& link : links_)
        link->order(ipc::LinkOrder::kRevocation, lists->get());
}

void Gateway::stop(std::function<void()> done) {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    lists_timer_.cancel();
    accept_pause_.cancel();
    if (links_.empty())
        return done();
    stopped_ = std::move(done);
    for (const auto& link : links_)
        link->order(ipc::LinkOrder::kStop);
    stop_timer_.expires_after(kStopDeadline);
    stop_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error)
            return;
        for (const auto& link : links_)
            link->kill();
        stopped_();
    });
}

}  // namespace sudare::gateway
