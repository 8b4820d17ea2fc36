// SPDX-License-Identifier: Apache-2.0
// Whoever asks with a name and a password: one verdict, one time, whatever was wrong.
#include <sodium.h>

#include "server/base/log.h"
#include "server/broker/auth/directory_mark.h"
#include "server/broker/auth/enrol_code.h"
#include "server/broker/auth/login_rules.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using ipc::LoginResultCode;

namespace {

constexpr std::uint32_t kBusySeconds = 5;

}  // namespace

void wipe(Attempt& attempt) {
    for (std::string* secret : {&attempt.password, &attempt.code, &attempt.wanted}) {
        sodium_memzero(secret->data(), secret->size());
        secret->clear();
    }
}

bool LinkPeer::login(Payload payload) {
    auto message = ipc::read_login(payload);
    if (!message || failed_logins_ >= limits::kLoginTriesPerConnection)
        return false;
    check({std::move(message->user), std::move(message->password), std::move(message->code), {}},
          &LinkPeer::finish_login);
    return true;
}

void LinkPeer::check(Attempt attempt, Finish finish) {
    auto& pool = core_.pool();
    if (const auto over = why_over()) {
        wipe(attempt);
        return refuse_over(std::nullopt, *over);
    }
    if (pool.full() || core_.passwords_full(connected_.terminal)) {
        wipe(attempt);
        return refuse_login(std::nullopt, "busy", LoginResultCode::kBusy, kBusySeconds);
    }
    const auto user = core_.store().find_user(attempt.user);
    const bool in_directory = user && asks_directory(*user, attempt.user);
    if (const auto why = in_directory ? core_.directory().unavailable() : std::nullopt) {
        wipe(attempt);
        return refuse_login(*user, *why, LoginResultCode::kBusy, kBusySeconds);
    }
    const auto counted =
        core_.lockout().begin_try(attempt.user, connected_.terminal, std::time(nullptr));
    if (!user || !counted) {
        wipe(attempt);
        log_error("login: {}", !user ? user.error().message : counted.error().message);
        return refuse_login(std::nullopt, "database", LoginResultCode::kBusy, kBusySeconds);
    }
    if (counted->wait != 0) {
        wipe(attempt);
        ++failed_logins_;
        return refuse_login(*user, "locked", LoginResultCode::kRefused, counted->wait);
    }
    Checked checked{{*user, connected_.terminal, *counted, false}, std::move(attempt), {}, {}, {}};
    if (in_directory)
        return check_in_directory(std::move(checked), finish);
    pause();
    // The job keeps this object: paused, it has no operation under way that would.
    auto job = [self = std::static_pointer_cast<LinkPeer>(shared_from_this()), loop = executor(),
                checked = std::move(checked), finish,
                stored = *user ? (*user)->password : std::string(), dummy = core_.dummy_hash(),
                key = core_.store().secret()]() mutable {
        Attempt& tried = checked.attempt;
        // One password is looked at whoever asks: who is unknown, or has a code, costs the same time.
        const bool code = auth::is_enrol_code(stored);
        const bool password = auth::verify_password(stored.empty() || code ? dummy : stored, tried.password);
        bool& right = checked.looked.right;
        right = code ? auth::verify_enrol_code(stored, tried.password, std::time(nullptr), key)
                     : password && checked.looked.user.has_value();
        // Another password, or the same under newer parameters.
        if (right && (!tried.wanted.empty() || (!code && auth::needs_rehash(stored))))
            if (auto fresh = auth::hash_password(tried.wanted.empty() ? tried.password
                                                                      : tried.wanted))
                checked.hash = std::move(*fresh);
        sodium_memzero(tried.password.data(), tried.password.size());
        sodium_memzero(tried.wanted.data(), tried.wanted.size());
        boost::asio::post(loop, [self = std::move(self), checked = std::move(checked), finish]() mutable {
            self->finish_check(checked, finish);
        });
    };
    core_.password_begins(connected_.terminal);
    pool.submit(std::move(job));
}

void LinkPeer::finish_check(Checked& checked, Finish finish) {
    core_.password_ends(connected_.terminal);
    const auth::Verdict verdict = auth::judge_password(core_.store(), checked.looked);
    const auto& user = checked.looked.user;
    // Nobody hears the answer any more; that somebody asked, and was right or not, is evidence.
    if (closed()) {
        audit::Event record = event(EventType::kLoginRefused)
                                  .text(Field::kCause, checked.looked.right ? "right_but_gone" : "gone");
        if (user)
            record.text(Field::kUser, user->name);
        return core_.record(record);
    }
    // What began to end meanwhile, the link or its terminal, ends with a right password too.
    if (const auto over = why_over())
        refuse_over(user, *over);
    else if (verdict != auth::Verdict::kRight)
        refuse_verdict(user, {verdict}, checked.cause);
    else if (core_.emergencies().stops_user(user->name))  // told to who has the password only
        refuse_stopped(user);
    else if (follow_directory(checked))
        (this->*finish)(checked);
    wipe(checked.attempt);
    resume();
}

void LinkPeer::finish_login(const Checked& checked) {
    const store::User& user = *checked.looked.user;
    const auto rights = core_.rights(user.id);
    if (!rights)
        return refuse_busy(user, rights.error());
    const auto done = auth::finish_login(core_.store(), core_.lockout(), checked.looked,
                                         checked.attempt.code, rights->account_rules(),
                                         std::time(nullptr));
    if (!done)
        refuse_busy(user, done.error());
    else if (done->verdict != auth::Verdict::kRight)
        refuse_verdict(user, *done);
    else
        accept_login(checked, done->coded);
}

// Why this link gets neither a log-in nor a session any more, whatever it shows.
std::optional<LinkPeer::TerminalRefusal> LinkPeer::why_over() {
    if (terminating_)
        return TerminalRefusal{EndReason::kNotPermitted, "ending"};
    return refuse_terminal();
}

void LinkPeer::refuse_over(const std::optional<store::User>& user, const TerminalRefusal& over) {
    if (over.reason == EndReason::kEmergency)
        return refuse_stopped(user);
    const bool ours = over.reason == EndReason::kInternal || over.reason == EndReason::kAuditUnavailable;
    failed_logins_ += ours ? 0 : 1;
    refuse_login(user, over.cause, ours ? LoginResultCode::kBusy : LoginResultCode::kRefused,
                 ours ? kBusySeconds : 0);
}

// No verdict: the end that follows says what to do.
void LinkPeer::refuse_stopped(const std::optional<store::User>& user) {
    audit::Event record = event(EventType::kLoginRefused).text(Field::kCause, "emergency");
    if (user)
        record.text(Field::kUser, user->name);
    core_.record(record);
    terminate(EndReason::kEmergency);
}

void LinkPeer::accept_login(const Checked& checked, bool coded) {
    user_ = *checked.looked.user;
    coded_ = coded;
    state_ = kLoggedIn;
    if (checked.hash)
        if (const auto stored = core_.store().set_hash(user_.id, *checked.hash); !stored)
            log_warn("new hash of {}: {}", user_.name, stored.error().message);
    core_.record(event(EventType::kLoginAccepted));
    answer_login({LoginResultCode::kOk, 0, user_.id});
}

void LinkPeer::answer_login(const ipc::LoginVerdict& verdict) {
    send(static_cast<std::uint8_t>(ipc::BrokerLinkFrame::kLoginVerdict),
         ipc::write_login_verdict(verdict));
}

void LinkPeer::refuse_busy(const store::User& user, const Error& error) {
    log_error("login: {}", error.message);
    refuse_login(user, "database", LoginResultCode::kBusy, kBusySeconds);
}

// Whatever was wrong with name, password and state looks the same.
void LinkPeer::refuse_verdict(const std::optional<store::User>& user, const auth::Outcome& outcome,
                              std::string_view wrong) {
    using auth::Verdict;
    struct Told {
        Verdict verdict;
        std::string_view cause;
        LoginResultCode code = LoginResultCode::kRefused;
    };
    static constexpr Told kTold[] = {
        {Verdict::kUnknown, "unknown_user"},
        {Verdict::kWrongPassword, "wrong_password"},
        {Verdict::kDisabled, "disabled"},
        {Verdict::kNewPassword, "password_change_needed", LoginResultCode::kPasswordChangeNeeded},
        {Verdict::kOldPassword, "password_expired", LoginResultCode::kPasswordChangeNeeded},
        {Verdict::kNoFactor, "no_second_factor", LoginResultCode::kEnrolmentNeeded},
        {Verdict::kNoCode, "code_missing", LoginResultCode::kSecondFactorNeeded},
        {Verdict::kWrongCode, "wrong_code"},
        {Verdict::kUsedCode, "code_used"},
        {Verdict::kLocked, "locked"}};
    for (const Told& row : kTold)
        if (row.verdict == outcome.verdict) {
            failed_logins_ += row.code == LoginResultCode::kRefused ? 1 : 0;
            const bool told = row.verdict == Verdict::kWrongPassword && !wrong.empty();
            return refuse_login(user, told ? wrong : row.cause, row.code, outcome.wait);
        }
}

// The name is recorded only when it is an account's: people type passwords into the wrong field.
void LinkPeer::refuse_login(const std::optional<store::User>& user, std::string_view cause,
                            LoginResultCode code, std::uint32_t retry_after) {
    audit::Event record = event(EventType::kLoginRefused).text(Field::kCause, std::string(cause));
    if (user)
        record.text(Field::kUser, user->name);
    if (retry_after != 0)
        record.number(Field::kSeconds, retry_after);
    core_.record(record);
    answer_login({code, retry_after, 0});
}

}  // namespace sudare::broker
