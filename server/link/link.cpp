// SPDX-License-Identifier: Apache-2.0
#include "server/link/link.h"

#include <openssl/crypto.h>

#include "server/base/log.h"

namespace sudare::link {
namespace {

ipc::HandshakeFault fault_number(tls::Fault fault) {
    switch (fault) {
        case tls::Fault::kNoCertificate: return ipc::HandshakeFault::kNoCertificate;
        case tls::Fault::kRevoked:       return ipc::HandshakeFault::kRevoked;
        case tls::Fault::kWrongCa:       return ipc::HandshakeFault::kWrongCa;
        case tls::Fault::kExpired:       return ipc::HandshakeFault::kExpired;
        case tls::Fault::kTlsVersion:    return ipc::HandshakeFault::kTlsVersion;
        case tls::Fault::kAlpn:          return ipc::HandshakeFault::kAlpn;
        case tls::Fault::kTimeout:       return ipc::HandshakeFault::kTimeout;
        case tls::Fault::kGarbage:       return ipc::HandshakeFault::kGarbage;
        default:                         return ipc::HandshakeFault::kOther;
    }
}

// The exit status by which the gateway penalises the source. kStalled is not among them: when an
// office's line breaks, all its terminals are silent at once, and all come back at once.
ipc::LinkExit exit_for(EndReason reason) {
    switch (reason) {
        case EndReason::kMalformed:
        case EndReason::kUnknownType:
        case EndReason::kIllegalState:
        case EndReason::kTooFast:
            return ipc::LinkExit::kProtocolFault;
        case EndReason::kLoginFailed:
        case EndReason::kLoginTimeout:
            return ipc::LinkExit::kLoginFailed;
        case EndReason::kBrokerLost:
        case EndReason::kInternal:
            return ipc::LinkExit::kOurFault;
        default:
            return ipc::LinkExit::kOrderly;
    }
}

constexpr std::chrono::seconds kEndDeadline{4};

// The viewer's connection is gone, by nobody's will.
bool is_loss(EndReason reason) {
    return reason == EndReason::kConnectionClosed || reason == EndReason::kStalled;
}

void cleanse(std::string& text) {
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

wire::LoginVerdict verdict_of(ipc::LoginResultCode code) {
    return static_cast<wire::LoginVerdict>(code);  // one list, two borders
}
static_assert(static_cast<int>(ipc::LoginResultCode::kEnrolmentNeeded) ==
              static_cast<int>(wire::LoginVerdict::kEnrolmentNeeded));

}  // namespace

Link::Link(asio::io_context& io, Parts parts) : io_(io), parts_(std::move(parts)) {}

void Link::start() {
    listen_to_pushes();
    asio::co_spawn(io_, parts_.broker->listen(), asio::detached);
    asio::co_spawn(io_, parts_.gateway->listen(), asio::detached);
    asio::co_spawn(io_, tick(), asio::detached);
    asio::co_spawn(io_, converse(), asio::detached);
}

void Link::listen_to_pushes() {
    parts_.broker->set_pushes({
        .policy_changed =
            [this](const ipc::SessionPolicy& policy) {
                if (session_)
                    session_->change_policy(policy);
                else  // right behind the grant, which has not been looked at yet
                    newer_policy_ = policy;
            },
        .reviewers =
            [this](const ipc::ReviewerKeys& keys) {
                if (session_)
                    session_->change_reviewers(keys);
                else
                    newer_reviewers_ = keys;
            },
        .terminate =
            [this](EndReason reason) {
                end_soon(reason, reason == EndReason::kReplaced ? Fate::kLeave : Fate::kEnd);
            },
        .lost = [this] { end_soon(EndReason::kBrokerLost); },
    });
    parts_.gateway->set_orders({
        .revocation = [this](ipc::RevocationLists lists) { recheck(std::move(lists)); },
        .stop = [this] { end_soon(EndReason::kServerStopping, Fate::kLeave); },
        .recorder = [this](UniqueFd fd) { take_recorder(std::move(fd)); },
        .lost = [this] { end_soon(EndReason::kServerStopping, Fate::kLeave); },
    });
}

void Link::take_recorder(UniqueFd fd) {
    if (!parts_.recorder->lost())
        return;
    if (const auto connected = parts_.recorder->connect(std::move(fd)); !connected)
        return log_error("the recorder: {}", connected.error().message);
    if (session_)
        session_->recorder_came();
}

asio::awaitable<void> Link::converse() {
    const auto terminal = co_await parts_.viewer->channel().handshake(limits::kHandshakeDeadline);
    if (!terminal) {
        co_await report_handshake(terminal.error());
        io_.stop();
        co_return;
    }
    if (const auto fault = judge_terminal())
        co_return co_await refuse_revoked(*fault);
    proven_ = true;
    parts_.gateway->say_proven();
    login_deadline_ = ViewerSide::Clock::now() + limits::kLoginDeadline;
    auto ending = co_await introduce(*terminal);
    enrolling_ = tls::agreed_protocol(parts_.viewer->channel().connection()) == enrol::kAlpn;
    if (enrolling_) {
        parts_.viewer->use_enrolment();
        if (!ending)
            ending = co_await enrol();
        co_return co_await end(*ending);
    }
    if (!ending)
        ending = co_await greet();
    if (!ending)
        ending = co_await log_in();
    login_deadline_.reset();
    if (!ending && !session_)
        ending = co_await open_session();
    if (ending)
        co_await end(*ending);
}

asio::awaitable<void> Link::report_handshake(tls::Fault fault) {
    log_info("handshake refused: {}", tls::name_of(fault));
    const bool ours = fault == tls::Fault::kOurMaterial;
    exit_ = ours ? ipc::LinkExit::kOurFault : ipc::LinkExit::kNoHandshake;
    const ipc::HandshakeFailed told{parts_.settings.address, parts_.settings.port,
                                    fault_number(fault)};
    co_await parts_.broker->report(ipc::BrokerLinkFrame::kHandshakeFailed,
                                   ipc::write_handshake_failed(told));
}

// Its handshake was right by the lists that were there when it began.
asio::awaitable<void> Link::refuse_revoked(tls::Fault fault) {
    ending_ = true;
    asio::co_spawn(io_, stop_after(kEndDeadline), asio::detached);
    co_await report_handshake(fault);
    const wire::End why{EndReason::kCertificateRevoked, 0};
    co_await parts_.viewer->send(why);
    co_await parts_.viewer->channel().finish();
    io_.stop();
}

// The broker knows which terminals may connect at all.
Link::Ending Link::introduce(const tls::Identity& terminal) {
    ipc::Connected message;
    message.address = parts_.settings.address;
    message.port = parts_.settings.port;
    message.terminal = terminal.name;
    message.serial = terminal.serial;
    message.not_after =
        static_cast<std::uint64_t>(std::max(terminal.not_after, std::int64_t{0}));
    const auto fingerprint = tls::peer_fingerprint(parts_.viewer->channel().connection());
    if (!fingerprint)
        co_return EndReason::kInternal;
    message.certificate = *fingerprint;
    const auto verdict = co_await parts_.broker->connected(message);
    if (!verdict)
        co_return verdict.error();
    co_return *verdict;
}

Link::Ending Link::greet() {
    const auto message = co_await parts_.viewer->next();
    if (!message)
        co_return message.error();
    const auto* hello = std::get_if<wire::Hello>(&*message);
    if (hello == nullptr || hello->version != wire::kVersion)
        co_return EndReason::kMalformed;
    wire::Welcome welcome;
    welcome.second_factor = parts_.settings.second_factor;
    welcome.ping_interval_ms =
        static_cast<std::uint32_t>(std::chrono::milliseconds(limits::kPingInterval).count());
    co_await parts_.viewer->send(welcome);
    co_return std::nullopt;
}

Link::Ending Link::log_in() {
    for (unsigned tries = 0; tries < limits::kLoginTriesPerConnection; ++tries) {
        auto message = co_await parts_.viewer->next();
        if (!message)
            co_return message.error();
        if (const auto* back = std::get_if<wire::Resume>(&*message))
            co_return co_await resume(*back);
        auto* login = std::get_if<wire::Login>(&*message);
        if (login == nullptr)
            co_return EndReason::kUserEnded;  // the only other message that is legal now
        const auto in = co_await try_login(std::move(*login));
        if (!in)
            co_return in.error();
        logged_in_ = *in;
        if (logged_in_)
            co_return std::nullopt;
    }
    co_return EndReason::kLoginFailed;
}

asio::awaitable<tl::expected<bool, EndReason>> Link::try_login(wire::Login login) {
    ipc::Login question{login.user, login.password, login.one_time_code};
    cleanse(login.password);
    cleanse(login.one_time_code);
    const auto verdict = co_await parts_.broker->login(std::move(question));
    if (!verdict)
        co_return tl::unexpected(verdict.error());
    // "busy" looked at no password.
    refused_login_ |= verdict->code == ipc::LoginResultCode::kRefused;
    const std::uint32_t retry = std::min<std::uint32_t>(verdict->retry_after, 0xffff);
    const wire::LoginResult answer{verdict_of(verdict->code), static_cast<std::uint16_t>(retry)};
    co_await parts_.viewer->send(answer);
    co_return verdict->code == ipc::LoginResultCode::kOk;
}

Link::Ending Link::open_session() {
    // A connection that is logged in and asks for nothing holds a place that others may need.
    login_deadline_ = ViewerSide::Clock::now() + limits::kLoginDeadline;
    const auto message = co_await parts_.viewer->next();
    login_deadline_.reset();
    if (!message)
        co_return message.error();
    const auto* open = std::get_if<wire::OpenSession>(&*message);
    if (open == nullptr)
        co_return EndReason::kUserEnded;
    const ipc::OpenSession wish{open->display, open->keyboard, open->locale};
    auto granted = co_await parts_.broker->open(wish);
    if (!granted)
        co_return granted.error();
    co_return co_await run_session(std::move(*granted), *open);
}

Link::Ending Link::resume(const wire::Resume& wish) {
    const ipc::ResumeSession question{wish.ticket, wish.display, wish.keyboard};
    auto granted = co_await parts_.broker->resume(question);
    login_deadline_.reset();
    if (!granted)
        co_return granted.error();
    logged_in_ = true;
    const wire::OpenSession open{wish.display, wish.keyboard, Locale::kJapanese};
    co_return co_await run_session(std::move(*granted), open);
}

Link::Ending Link::run_session(ipc::SessionGranted granted, const wire::OpenSession& open) {
    granted_ = granted.session;
    if (newer_policy_)
        granted.policy = *std::exchange(newer_policy_, std::nullopt);
    if (newer_reviewers_)
        granted.reviewers = *std::exchange(newer_reviewers_, std::nullopt);
    session_ = std::make_unique<Session>(
        io_,
        Session::Surroundings{*parts_.viewer, *parts_.broker, *parts_.recorder,
                              [this] { parts_.gateway->call_recorder(); },
                              [this](EndReason reason) { end_soon(reason); },
                              [this](EndReason reason) { end_soon(reason, Fate::kLeave); }},
        std::move(granted), open);
    co_await session_->announce();
    // From now on: the terminal may end, leave or answer the heartbeat while the host starts.
    asio::co_spawn(io_, session_->carry_input(), asio::detached);
    co_return co_await connect_host(open);
}

Link::Ending Link::connect_host(const wire::OpenSession& open) {
    auto socket = co_await parts_.gateway->connect_host();
    if (!socket)
        co_return EndReason::kHostLost;
    auto channel = tls::Channel::create(io_, std::move(*socket), parts_.host_context,
                                        Session::host_rules());
    if (!channel)
        co_return EndReason::kInternal;
    const auto peer = co_await (*channel)->handshake(limits::kHandshakeDeadline);
    if (!peer) {
        log_warn("the session host's handshake failed: {}", tls::name_of(peer.error()));
        co_return EndReason::kHostLost;
    }
    if (const auto fault = judge_host(**channel)) {
        log_warn("the session host's certificate no longer holds: {}", tls::name_of(*fault));
        co_return EndReason::kHostLost;
    }
    if (ending_)
        co_return std::nullopt;
    if (const auto ending = co_await session_->start(std::move(*channel), open))
        co_return ending;
    if (!ending_)
        asio::co_spawn(io_, session_->carry_pictures(), asio::detached);
    co_return std::nullopt;
}

asio::awaitable<void> Link::tick() {
    asio::steady_timer timer(io_);
    for (;;) {
        timer.expires_after(std::chrono::seconds(1));
        boost::system::error_code error;
        co_await timer.async_wait(into(error));
        const auto now = ViewerSide::Clock::now();
        parts_.viewer->channel().enforce(now);
        if (ending_)
            continue;
        if (login_deadline_ && now >= *login_deadline_)
            end_soon(EndReason::kLoginTimeout);
        else if (const auto dead = detached_ ? std::nullopt : parts_.viewer->heartbeat(now))
            end_soon(*dead);
        else if (session_)
            session_->tick(now);
    }
}

std::optional<tls::Fault> Link::judge_terminal() const {
    if (!newer_lists_)
        return std::nullopt;
    return tls::recheck(parts_.viewer->channel().connection(), tls::Side::kServer,
                        parts_.settings.viewer.authority, newer_lists_->viewer);
}

std::optional<tls::Fault> Link::judge_host(const tls::Channel& host) const {
    if (!newer_lists_)
        return std::nullopt;
    return tls::recheck(host.connection(), tls::Side::kClient, parts_.settings.host.authority,
                        newer_lists_->host);
}

// Revocation does not wait for the next handshake (security.md section 7.1 c); a handshake that is
// under way is judged when it is over.
void Link::recheck(ipc::RevocationLists lists) {
    newer_lists_ = std::move(lists);
    if (!proven_)
        return;
    if (const auto fault = judge_terminal()) {
        log_info("the terminal's certificate no longer holds: {}", tls::name_of(*fault));
        const bool ours = *fault == tls::Fault::kOurMaterial;
        end_soon(ours ? EndReason::kInternal : EndReason::kCertificateRevoked);
    } else if (session_ && session_->host() != nullptr && judge_host(*session_->host())) {
        end_soon(EndReason::kHostLost);
    }
}

void Link::end_soon(EndReason reason, Fate fate) {
    asio::co_spawn(io_, end(reason, fate), asio::detached);
}

asio::awaitable<void> Link::end(EndReason reason, Fate fate) {
    if (ending_)
        co_return;
    if (session_ && session_->may_wait() && is_loss(reason)) {
        if (session_->running())
            co_return co_await detach(reason);
        fate = Fate::kLeave;  // lost again before it had come back
    }
    ending_ = true;
    exit_ = exit_for(reason);
    if (!proven_) {  // there is nobody yet whom one could tell
        log_info("connection over before it began: {}", name_of(reason));
        co_return io_.stop();
    }
    if (!session_ || !session_->may_wait())
        fate = Fate::kEnd;
    if (exit_ == ipc::LinkExit::kOrderly && !logged_in_ && reason != EndReason::kServerStopping)
        exit_ = refused_login_ ? ipc::LinkExit::kLoginFailed : ipc::LinkExit::kNoLogin;
    log_info("connection over: {}", name_of(reason));
    // Telling must not hang on somebody who does not read.
    asio::co_spawn(io_, stop_after(kEndDeadline), asio::detached);
    co_await tell_broker(reason, fate);  // the record first
    wire::End why{reason, 0};
    if (fate == Fate::kEnd && session_)
        co_await session_->stop(reason);
    if (fate == Fate::kLeave && reason != EndReason::kReplaced)
        why.kept_s = session_->kept_seconds();
    co_await say_end(why);
    co_await parts_.viewer->channel().finish();
    io_.stop();
}

asio::awaitable<void> Link::say_end(wire::End why) {
    if (enrolling_) {
        const enrol::DownMessage end(enrol::End{why.reason});
        co_await parts_.viewer->send(end);
    } else {
        co_await parts_.viewer->send(why);
    }
}

// The viewer is gone; the person will be back. Nothing but the picture and the hands stops.
asio::awaitable<void> Link::detach(EndReason reason) {
    if (detached_)
        co_return;
    detached_ = true;
    log_info("the viewer is lost ({}); the session waits", name_of(reason));
    parts_.viewer->channel().close();
    co_await session_->report_counters();
    co_await parts_.broker->report(ipc::BrokerLinkFrame::kSessionDetached,
                                   ipc::write_session_started(*granted_));
    co_await session_->detach();
}

asio::awaitable<void> Link::stop_after(std::chrono::seconds time) {
    asio::steady_timer timer(io_, time);
    boost::system::error_code error;
    co_await timer.async_wait(into(error));
    io_.stop();
}

asio::awaitable<void> Link::tell_broker(EndReason reason, Fate fate) {
    const ipc::Refusal refused{granted_.value_or(0), ipc::RefusalKind::kProtocol,
                               static_cast<std::uint32_t>(reason)};
    if (exit_ == ipc::LinkExit::kProtocolFault)
        co_await parts_.broker->report(ipc::BrokerLinkFrame::kRefusal, ipc::write_refusal(refused));
    if (!granted_)
        co_return;
    if (session_) {
        co_await session_->finish_recording();
        co_await session_->report_counters();
    }
    const ipc::Totals totals = session_ ? session_->totals() : ipc::Totals{};
    const ipc::SessionEnded told{*granted_, reason, totals};
    const auto type = fate == Fate::kLeave ? ipc::BrokerLinkFrame::kSessionLeft
                                           : ipc::BrokerLinkFrame::kSessionEnded;
    co_await parts_.broker->report(type, ipc::write_session_ended(told));
}

}  // namespace sudare::link
